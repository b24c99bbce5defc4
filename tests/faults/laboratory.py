"""A laboratory to break: a daemon with its files and the analyzers on it, and what must hold whatever happened.

Shared by the tests of this directory. LIMS_FAULT_SEED repeats a run's choices, LIMS_FAULT_KEEP keeps its files.
"""
import collections
import csv
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from bench_of_analyzers import DRIVER, RESULTS

PATIENCE = 120  # seconds; nothing here takes long unless something is wrong
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("LIMS_BUILD", ROOT / "build"))
DATA = pathlib.Path(os.environ.get("LIMS_DATA", ROOT / "config"))
os.environ.setdefault("LIMS_DATA", str(DATA))  # the programs look there too
SEED = int(os.environ.get("LIMS_FAULT_SEED", random.randrange(1 << 30)))


class Failure(Exception):
    """What was found wrong, in one line."""


def note(text):
    print("# " + text, flush=True)


def wait_until(what, done, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise Failure(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


def first_codes():
    with open(DATA / "drivers" / f"{DRIVER}.csv", encoding="utf-8") as file:
        return [row["code"] for row in csv.DictReader(file)][:RESULTS]


def compare(sender, found, determinations):
    """Each result that was acknowledged (or printed) once, with that many determinations, and nothing else."""
    there, expected = {row[:3] for row in found}, sender.expected()
    wrong = [row for row in found if row[3:] != (1, determinations)]
    for what, rows in (("lost", expected - there), ("invented", there - expected), ("not counted once", wrong)):
        if rows:
            raise Failure(f"{sender.station}: {len(rows)} results {what}, such as {sorted(rows)[0]}")


class Laboratory:
    """A daemon with its files, and the analyzers on it."""

    def __init__(self, directory, rng):
        self.directory, self.rng, self.process = directory, rng, None
        self.config, self.log = directory / "limsd.conf", directory / "limsd.log"
        self.analyzers, self.simulators, self.printers = [], [], []
        self.kills = 0

    # ---- the daemon ----

    def write_config(self):
        text = f"[store]\nurl=sqlite:{self.directory}/lims.db\n[journal]\npath={self.directory}/journal.db\n"
        for one in self.analyzers + self.simulators + self.printers:
            text += f"[line {one.station}]\ndevice={one.device}\n"
            text += f"[station {one.station}]\nline={one.station}\ndriver={one.driver}\nlaboratory=KT\n"
        self.config.write_text(text, encoding="utf-8")

    def limsctl(self, *arguments):
        done = subprocess.run([BUILD / "limsctl", "--config", self.config, *arguments], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise Failure(f"limsctl {' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return done.stdout

    def register(self):
        self.limsctl("init")
        self.limsctl("lab", "add", "--code", "KT", "--name", "Kill test", "--kind", "county")
        self.limsctl("site", "add", "--lab", "KT", "--code", "M1", "--name", "Market", "--kind", "market")
        samples = self.directory / "samples.csv"
        rows = [f"M1,菠菜,2026-11-23,{alias}" for a in self.analyzers + self.simulators for alias in a.aliases()]
        samples.write_text("site,commodity,sampled-at,portions\n" + "\n".join(rows) + "\n", encoding="utf-8")
        self.limsctl("sample", "import", "--lab", "KT", samples)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BUILD / "limsd", "--config", self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                restore_signals=False)  # SIGXFSZ stays ignored, as it is here: see limit_files

    def kill(self):
        if self.process.poll() is not None:
            raise Failure(f"the daemon ended by itself with {self.process.returncode}")
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def kill_and_start(self):
        self.kill()
        time.sleep(self.rng.choice((0, self.rng.uniform(0, 0.3))))
        self.start()

    def limit_files(self, size):
        """A full disk without a mount: no file of the daemon can be written beyond `size` bytes (None: any)."""
        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def stop(self):
        """Ends it as a person would; the status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    # ---- what it holds ----

    def rows(self, file, sql, *values):
        connection = sqlite3.connect(f"file:{self.directory}/{file}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def drain(self):
        """Every sender ends what it began, and the store has all of it."""
        senders = self.analyzers + self.printers
        for sender in senders:
            sender.idle.clear()
            sender.go.clear()
        for sender in senders:
            wait_until(f"{sender.station} to finish its message", sender.idle.is_set)
            if sender.problem:
                raise Failure(sender.problem)
        for simulator in self.simulators:
            status = simulator.wait(PATIENCE)
            if status != 0:
                raise Failure(f"limssim of {simulator.station} ended with {status}")
        waiting = "SELECT count(*) FROM message WHERE delivered_us IS NULL"
        wait_until("the journal to be delivered", lambda: self.rows("journal.db", waiting)[0][0] == 0)

    # ---- what must hold ----

    def counted_results(self):
        """{station: [(specimen, code, printed, readings, determinations)]}, copies that are linked left out. Joined here: what the
        store's indexes are good for is not this question."""
        determined = dict(self.rows("lims.db", "SELECT reading, count(*) FROM determination GROUP BY reading"))
        found = collections.defaultdict(lambda: collections.defaultdict(list))
        for reading, station, *result in self.rows("lims.db", """
                SELECT r.id, t.station, r.specimen, r.code, r.printed
                FROM transmission t JOIN reading r ON r.lab = t.lab AND r.transmission = t.id
                WHERE t.state NOT IN ('repeat', 'superseded')"""):
            found[station][tuple(result)].append(determined.get(reading, 0))
        return {station: [(*result, len(counts), sum(counts)) for result, counts in results.items()]
                for station, results in found.items()}

    def check_simulator(self, simulator):
        """Every message it was to send, once: a copy is linked as a repeat or superseded."""
        total, distinct = self.rows("lims.db", """
            SELECT count(*), count(DISTINCT body_digest) FROM transmission
            WHERE station = ? AND state NOT IN ('repeat', 'superseded')
              AND (reason IS NULL OR reason <> 'incomplete')""", simulator.station)[0]
        if (total, distinct) != (simulator.finished, simulator.finished):
            raise Failure(f"{simulator.station}: sent {simulator.finished} messages, the store counts {total}, "
                          f"{distinct} of them different")

    def check_states(self):
        cut = self.rows("lims.db", "SELECT station, journal_seq FROM transmission WHERE state = 'held' AND reason = 'incomplete'")
        if cut:
            raise Failure(f"{len(cut)} cut messages were not superseded by the whole ones, such as {cut[0]}")
        doubles = self.rows("lims.db", "SELECT journal, journal_seq FROM transmission GROUP BY 1, 2 HAVING count(*) > 1")
        if doubles:
            raise Failure(f"taken in twice: {doubles[0]}")

    def check_files(self):
        for file in ("lims.db", "journal.db"):
            answer = self.rows(file, "PRAGMA integrity_check")
            if answer != [("ok",)]:
                raise Failure(f"{file}: {answer[0][0]}")

    def check(self):
        counted = self.counted_results()
        for analyzer in self.analyzers:
            compare(analyzer, counted.get(analyzer.station, []), determinations=1)
        for printer in self.printers:
            compare(printer, counted.get(printer.station, []), determinations=0)
        for simulator in self.simulators:
            self.check_simulator(simulator)
        self.check_states()
        self.check_files()
        return sum(len(counted.get(analyzer.station, [])) for analyzer in self.analyzers)

    def close(self):
        for sender in self.analyzers + self.printers:
            sender.over = True
            sender.go.clear()
        for simulator in self.simulators:
            simulator.stop()
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def run_steps(laboratory, steps):
    """(name, function of the laboratory) each, told as TAP; FALSE at the first failure, with the daemon's last words."""
    for number, (name, step) in enumerate(steps, 1):
        try:
            step(laboratory)
        except (Failure, subprocess.TimeoutExpired, sqlite3.Error) as failure:
            print(f"not ok {number} - {name}: {failure}")
            for line in laboratory.log.read_text(errors="replace").splitlines()[-20:]:
                note("limsd: " + line)
            return False
        print(f"ok {number} - {name}", flush=True)
    return True


def run_test(furnish, steps):
    """Sets up a laboratory, lets furnish(laboratory) add its senders, runs the steps; the exit status."""
    missing = [name for name in ("limsd", "limsctl", "limssim") if not (BUILD / name).exists()]
    if missing:
        print(f"1..0 # SKIP {BUILD} has no {', '.join(missing)}")
        return 0
    print(f"1..{len(steps)}")
    note(f"LIMS_FAULT_SEED={SEED}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # nothing is left running
    laboratory = Laboratory(pathlib.Path(tempfile.mkdtemp(prefix="lims-fault-")), random.Random(SEED))
    try:
        furnish(laboratory)
        laboratory.write_config()
        laboratory.register()
        laboratory.start()
        for sender in laboratory.analyzers + laboratory.printers:
            sender.start()
        return 0 if run_steps(laboratory, steps) else 1
    except Failure as failure:
        print(f"Bail out! {failure}")
        return 1
    finally:
        laboratory.close()
        if not os.environ.get("LIMS_FAULT_KEEP"):
            shutil.rmtree(laboratory.directory)
