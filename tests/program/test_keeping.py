#!/usr/bin/python3
"""check, backup and restore, on a laboratory at work: nothing that was acknowledged is lost, nothing is there twice, no number
is given twice."""
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import threading

from lims_programs import (BUILD, PATIENCE, STORE, check, check_equal, check_has, free_port, main, message, station_config)

DRIVER = "gcmsms-astm"


class Bench:
    """A laboratory with one analyzer, and what it was told."""

    def __init__(self, place):
        self.place, self.port, self.sent, self.numbers = place, free_port(), [], []
        place.write("limsd.conf", STORE + station_config("ms", self.port))
        place.make()
        self.daemon = None

    def start(self):
        self.daemon = self.place.start()

    def stop(self, how=signal.SIGTERM):
        self.place.stop(self.daemon, how)
        self.daemon = None

    def register(self, count=1, name=None):
        for i in range(count):
            self.numbers.append(self.place.add_sample(*(["--client", name] if name else [])))
        return self.numbers[-1]

    def send(self, *specimens):
        """A message each, acknowledged; no value comes twice."""
        text = ""
        for specimen in specimens:
            value = f"0.00{len(self.sent) + 101}"
            self.sent.append((specimen, value))
            text += message(specimen, ("Chlorpyrifos", value, "mg/kg"), moment=f"202611240{len(self.sent) // 60}{len(self.sent) % 60:02d}00")
        self.place.write("sent.astm", text)
        self.place.must("replay", "--to", f"tcp:127.0.0.1:{self.port}", "--driver", DRIVER, "sent.astm")

    def delivered(self):
        self.place.wait_delivered(len(self.sent))

    def check_all(self):
        """Every message once, with its reading, and the samples' numbers all different."""
        rows = self.place.rows("lims.db", """SELECT r.specimen, r.printed, count(*) FROM reading r
            JOIN transmission t ON t.lab = r.lab AND t.id = r.transmission GROUP BY 1, 2""")
        check_equal(sorted(rows), sorted((specimen, value, 1) for specimen, value in self.sent), "readings in the store")
        check_equal(self.place.rows("lims.db", "SELECT count(*), count(DISTINCT journal || journal_seq) FROM transmission")[0],
                    (len(self.sent), len(self.sent)), "transmissions")
        check_equal(len(set(self.numbers)), len(self.numbers), f"different numbers of {sorted(self.numbers)}")
        self.place.must("check")


def facts(text):
    return dict(re.findall(r"^([\w-]+): (.*)$", text, re.M))


def sha256(path):
    return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]


def test_check(place):
    """check says what it examined, with a daemon or without, and finds damage in store, audit and journal"""
    bench = Bench(place)
    number = bench.register()
    bench.start()
    bench.send(number)
    bench.delivered()
    while_it_runs = facts(place.must("check"))
    bench.stop()
    alone = facts(place.must("check"))
    check_equal(alone, while_it_runs, "check without the daemon")
    check_equal((alone["store"], alone["journal"], alone["journal-messages"], alone["journal-undelivered"]), ("sound", "sound", "1", "0"), "facts")
    for file, change, words in (
            ("lims.db", "UPDATE audit SET detail = '{}' WHERE n = 2", "row 2"),
            ("lims.db", "PRAGMA foreign_keys = OFF; UPDATE sample SET site = 17", "sample"),
            ("journal.db", "PRAGMA user_version = 99", "newer version")):
        shutil.copy(place.directory / file, place.directory / "whole")
        connection = sqlite3.connect(place.directory / file)
        connection.executescript(change)
        connection.close()
        check_has(place.refuse(1, "check"), words)
        shutil.copy(place.directory / "whole", place.directory / file)
    with open(place.directory / "lims.db", "r+b") as file:
        file.seek(4096 * 10)
        file.write(b"\xa5" * 4096 * 3)
    check_has(place.refuse(1, "check"), "lims.db")


def test_backup(place):
    """a backup of a running laboratory is two sound files, as printed; nothing is overwritten"""
    bench = Bench(place)
    number = bench.register()
    bench.start()
    bench.send(number, "NOBODY-1")
    bench.delivered()
    said = facts(place.must("backup", "saved.db"))
    check_equal(said["store"], str(place.directory / "saved.db"), "the file, named from limsctl's directory")
    for kind, name in (("store", "saved.db"), ("journal", "saved.db.journal")):
        path = place.directory / name
        check_equal((said[f"{kind}-sha256"], said[f"{kind}-bytes"]), (sha256(path), str(path.stat().st_size)), f"digest and size of {name}")
        check_equal(place.rows(name, "PRAGMA integrity_check"), [("ok",)], name)
        check_equal(path.stat().st_mode & 0o007, 0, f"what others may do with {name}")
    for table, rows in (("sample", 1), ("transmission", 2), ("reading", 2), ("held", 1), ("determination", 1)):
        check_equal(said[f"rows-{table}"], str(rows), f"rows of {table}")
        check_equal(place.rows("saved.db", f"SELECT count(*) FROM {table}"), [(rows,)], f"rows of {table} in the file")
    check_equal(place.rows("saved.db.journal", "SELECT count(*) FROM message"), [(2,)], "messages in the journal's copy")
    before = sha256(place.directory / "saved.db")
    check_has(place.refuse(1, "backup", "saved.db"), "is there already")
    (place.directory / "saved.db").rename(place.directory / "elsewhere.db")
    check_has(place.refuse(1, "backup", "saved.db"), "saved.db.journal is there already")
    check_equal(sha256(place.directory / "elsewhere.db"), before, "the backup after it was asked for again")
    check_has(place.refuse(1, "backup", "absent/saved.db"), "absent")
    bench.stop()
    place.must("backup", "alone.db")
    check_equal([name for name in place.names() if "partial" in name], [], "files left")


def test_backup_under_load(place):
    """backups made while an analyzer streams hold every acknowledged message, in the store's copy or in the journal's"""
    bench = Bench(place)
    number = bench.register()
    bench.start()
    done = threading.Event()
    problems = []

    def stream():
        try:
            for _ in range(12):
                bench.send(*[number] * 5)
        except Exception as problem:  # told below
            problems.append(problem)
        done.set()

    thread = threading.Thread(target=stream)
    thread.start()
    count = 0
    while not done.is_set():
        before = len(bench.sent) - 5
        place.must("backup", f"b{count}.db")
        uuid = place.rows(f"b{count}.db.journal", "SELECT uuid FROM journal")[0][0]
        stored = {seq for seq, in place.rows(f"b{count}.db", "SELECT journal_seq FROM transmission WHERE journal = ?", uuid)}
        noted = {seq for seq, in place.rows(f"b{count}.db.journal", "SELECT seq FROM message WHERE ended_us IS NOT NULL")}
        check(stored <= noted, f"the store's copy has transmissions {sorted(stored - noted)} that the journal's has not")
        check(len(noted) >= before, f"{len(noted)} messages in backup {count}, and {before} were acknowledged before it")
        count += 1
    thread.join()
    check_equal(problems, [], "problems of the analyzer")
    check(count > 0, "no backup was made")


def test_older_store(place):
    """a copy of the store put in its place by hand: what it lacks is taken in from the journal, and said"""
    bench = Bench(place)
    number = bench.register()
    bench.start()
    bench.send(number, "NOBODY-1")
    bench.delivered()
    bench.stop()
    shutil.copy(place.directory / "lims.db", place.directory / "yesterday.db")
    bench.start()
    bench.send(number, number, number)
    bench.delivered()
    bench.stop()
    shutil.move(place.directory / "yesterday.db", place.directory / "lims.db")
    for name in ("lims.db-wal", "lims.db-shm"):
        (place.directory / name).unlink(missing_ok=True)
    bench.start()
    bench.delivered()
    bench.stop()
    bench.check_all()
    check_has((place.directory / "limsd.conf.log").read_text(), "older than its journal", "3 transmissions")


def test_restore(place):
    """backup, work goes on, the daemon dies, restore: nothing lost, nothing twice, no number twice"""
    bench = Bench(place)
    first = bench.register(name="GC/1")
    bench.start()
    bench.send(first, "GC/1", "NOBODY-1")
    bench.delivered()
    place.must("backup", "saved.db")
    incarnation = facts(place.must("check"))["incarnation"]
    late = [bench.register() for _ in range(3)]
    bench.send(first, late[0], late[2])
    bench.delivered()
    bench.send(late[1])
    bench.stop(signal.SIGKILL)
    lost_id = place.rows("lims.db", "SELECT max(id) FROM sample")[0][0] + (1 << 40)  # its clock was 262 s ahead
    connection = sqlite3.connect(place.directory / "lims.db")
    connection.execute("UPDATE meta SET value = ? WHERE name = 'last-id'", (str(lost_id),))
    connection.commit()
    connection.close()
    lost_change = place.rows("lims.db", "SELECT max(seq) FROM change")[0][0]
    said = place.must("restore", "saved.db")
    check_has(said, "restored: sqlite:", "journal: kept", "set aside: ", f"void: {late[0]} to ")
    check_equal(place.rows("lims.db", "SELECT count(*) FROM sample"), [(1,)], "samples brought back")
    bench.start()
    bench.delivered()
    bench.check_all()
    held = {row["specimen"] for row in place.json("held", "list")}
    check_equal(held, {"NOBODY-1", *late}, "specimens held, those among them whose samples were lost")
    check_equal(len(place.json("result", "list", "--sample", first)), 3, "results of the sample that was kept")
    fresh = bench.register()
    check(fresh > max(late), f"{fresh} may be on a label already, as {max(late)} is")
    kept = place.rows("lims.db", "SELECT max(id) FROM sample")[0][0]
    check(kept > lost_id, "an id may have been given twice")
    check(place.rows("lims.db", "SELECT min(seq) FROM change WHERE at_us >= (SELECT at_us FROM change WHERE table_name = 'meta')")[0][0]
          > lost_change, "a position in the log of changes may have been given twice")
    check(facts(place.must("check"))["incarnation"] != incarnation, "the incarnation is the old one")
    who, detail = place.rows("lims.db", "SELECT who, detail FROM audit WHERE action = 'restore'")[0]
    detail = json.loads(detail)
    check_equal((detail["previous-incarnation"], detail["sha256"]), (incarnation, sha256(place.directory / "saved.db")), "the audit's row")
    check_has(detail["void"][-1], late[0])
    check(who, "nobody restored")
    place.must("audit", "verify", "--head", detail["previous-head"])
    bench.stop()
    bench.check_all()
    aside = [name for name in place.names() if "before-restore" in name and name.startswith("lims.db") and not name.endswith(("-wal", "-shm"))]
    check_equal(len(aside), 1, f"stores set aside: {aside}")
    check_equal(place.rows(aside[0], "SELECT count(*) FROM sample"), [(4,)], "samples in the store set aside")


def test_restore_elsewhere(place):
    """on a machine where neither store nor journal are left: what the backup has, once; numbers skip ahead"""
    bench = Bench(place)
    first = bench.register()
    bench.start()
    bench.send(first, "NOBODY-1")
    bench.delivered()
    place.must("backup", "saved.db")
    bench.stop(signal.SIGKILL)
    for name in place.names():
        if name.startswith(("lims.db", "journal.db")):
            (place.directory / name).unlink()
    said = place.must("restore", "saved.db", "--skip", "40")
    check_has(said, "journal: brought back", "not known", "40 sample numbers", "-0002 to 0041")
    check("set aside" not in said, f"something was set aside: {said}")
    bench.start()
    bench.check_all()
    check_equal(bench.register()[-4:], "0042", "the next number")
    sequence = place.rows("journal.db", "SELECT max(seq) FROM message")[0][0]
    bench.send(first)
    bench.delivered()
    check(place.rows("journal.db", "SELECT max(seq) FROM message")[0][0] > sequence + 1000, "a transmission's number may have been given twice")
    bench.check_all()
    bench.stop()


def test_restore_over_another(place):
    """over a new store with a journal of its own: both are set aside, and said; names come back as they were"""
    bench = Bench(place)
    first = bench.register()
    bench.start()
    bench.send(first)
    bench.delivered()
    place.must("backup", "saved.db")
    bench.stop()
    for name in place.names():
        if name.startswith(("lims.db", "journal.db")):
            (place.directory / name).unlink()
    place.make()
    bench.start()
    place.write("other.astm", message("OTHER-1", ("Chlorpyrifos", "9", "mg/kg")))
    place.must("replay", "--to", f"tcp:127.0.0.1:{bench.port}", "--driver", DRIVER, "other.astm")
    bench.stop()
    said = place.must("restore", "saved.db")
    check_has(said, "is not the backup's: 1 transmissions", "journal: brought back")
    check_equal(said.count("set aside: "), 2, "files set aside")
    bench.start()
    bench.check_all()
    bench.stop()


def test_restore_pruned(place):
    """what the journal has pruned since the backup comes from the backup's journal, or is said to be gone"""
    bench = Bench(place)
    first = bench.register()
    bench.start()
    bench.send(first)
    bench.delivered()
    place.must("backup", "saved.db")
    bench.send(first, first, first)
    bench.delivered()
    bench.stop()
    connection = sqlite3.connect(place.directory / "saved.db")  # a backup from before the first was delivered
    connection.executescript("DELETE FROM verdict; DELETE FROM determination; DELETE FROM reading; DELETE FROM transmission")
    connection.close()
    connection = sqlite3.connect(place.directory / "journal.db")
    connection.executescript("DELETE FROM message WHERE seq < 3; DELETE FROM frame WHERE id >> 20 < 3")
    connection.close()
    check_has(place.must("restore", "saved.db"), "lost: transmissions 2 to 2")
    del bench.sent[1]
    bench.start()
    bench.delivered()
    bench.check_all()
    bench.stop()


def test_restore_refuses(place):
    """a daemon at work, half a backup, a damaged one, another file: refused, and nothing is changed"""
    bench = Bench(place)
    bench.register()
    bench.start()
    place.must("backup", "saved.db")
    check_has(place.refuse(1, "restore", "saved.db"), "nothing was restored", "stop it first")
    bench.stop()
    before = {name: sha256(place.directory / name) for name in place.names()}
    check_has(place.refuse(1, "restore", "absent.db"), "absent.db")
    check_has(place.refuse(1, "restore", "lims.db"), "the store itself")
    whole, journal = (place.directory / "saved.db").read_bytes(), (place.directory / "saved.db.journal").read_bytes()
    for content, of_journal, words in ((whole[:8192] + b"\x5a" * 8192 + whole[16384:], journal, "saved.db"), (b"a letter", journal, "saved.db"),
                                       (whole, journal[:4096], "saved.db.journal"), (whole, None, "saved.db.journal"), (whole, whole, "saved.db.journal")):
        place.write("saved.db", content)
        (place.directory / "saved.db.journal").unlink(missing_ok=True)
        if of_journal is not None:
            place.write("saved.db.journal", of_journal)
        check_has(place.refuse(1, "restore", "saved.db"), "nothing was restored", words)
    place.write("saved.db", whole)
    place.write("saved.db.journal", journal)
    check_equal({name: sha256(place.directory / name) for name in place.names()}, before, "files after the refusals")
    check_equal(place.refuse(2, "restore").count("\n"), 1, "restore without a file")


def test_restore_twice(place):
    """a restore begun again over its own outcome begins another incarnation, above the first"""
    bench = Bench(place)
    bench.register()
    place.must("backup", "saved.db")
    incarnations = set()
    for _ in range(3):
        place.must("restore", "saved.db", "--skip", "10")
        bench.register(2)
        incarnations.add(facts(place.must("check"))["incarnation"])
        for name in place.names():  # set aside in the same second
            if "before-restore" in name:
                (place.directory / name).unlink()
    check_equal(len(incarnations), 3, "incarnations")
    check_equal(len(set(bench.numbers)), 7, f"different numbers of {bench.numbers}")


def test_init_again(place):
    """init over a laboratory at work changes nothing of it"""
    bench = Bench(place)
    number = bench.register()
    before = facts(place.must("check"))
    place.must("init")
    check_equal(facts(place.must("check")), before, "what check says")
    check_equal(place.json("sample", "show", number)["key"], number, "the sample")


if __name__ == "__main__":
    main(globals())
