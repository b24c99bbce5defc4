#!/usr/bin/python3
"""limsctl and limsd as a person meets them: statuses, help, every noun in every format, files that are wrong, a daemon or
none, two of them, an end in order."""
import json
import pathlib
import resource
import signal
import sqlite3
import subprocess
import zipfile

from lims_programs import (BUILD, STORE, check, check_equal, check_has, free_port, main, message, station_config)

# ---- the command line ----


def test_statuses(place):
    """0 done, 1 refused or failed, 2 wrong usage"""
    check_equal(place.run("limsctl", "help").status, 0, "help")
    for words in ([], ["nonsense"], ["sample"], ["sample", "ad"], ["lab", "list", "too", "many"], ["lab", "list", "--limit"],
                  ["lab", "list", "--format", "xml"], ["lab", "add", "--code", "X"], ["lab", "list", "--limit", "ten"],
                  ["decode"], ["lab", "list", "--after=1", "--after=2"]):
        place.refuse(2, *words)
    check_has(place.refuse(1, "lab", "list"), "run 'limsctl init' first", str(place.directory))
    place.make()
    check_has(place.refuse(1, "lab", "add", "--code", "C01", "--name", "x", "--kind", "county"), "C01", "already")
    check_has(place.refuse(1, "site", "list", "--lab", "ZZ"), "ZZ", "C01")
    check_has(place.refuse(1, "sample", "import", "absent.csv"), "absent.csv")
    check_has(place.refuse(1, "live"), "no daemon runs")
    check_equal(place.run("limsctl", "--config", "absent.conf", "lab", "list").status, 1, "a config that is not there")
    check_equal(place.run("limsd").status, 2, "limsd without a config")
    check_equal(place.run("limssim", "--driver", "gcmsms-astm", "--device", "tty:new", "--fault", "nonsense").status, 2,
                "limssim --fault nonsense")


def test_guesses(place):
    """a slip is answered with what was meant"""
    place.make()
    for words, guess in ((["sampel", "add"], "'sample add'"), (["sample", "lsit"], "'sample list'"),
                         (["sample"], "'sample import'"), (["sample", "add", "--comodity", "x"], "--commodity"),
                         (["sample", "add", "--sampled", "x"], "--sampled-at"), (["restore", "x", "--skp", "1"], "--skip")):
        check_has(place.refuse(2, *words), "did you mean", guess)
    check("did you mean" not in place.refuse(2, "lab", "list", "--qqqqqq", "x"), "a guess at nothing like it")


def test_help(place):
    """help on all, on a noun, on one command and its fields"""
    everything = place.run("limsctl", "--help").out
    check_has(everything, "sample import", "restore", "backup", "decode", "replay", "report weekly", "judge", "held assign", "Exit status")
    check(max(map(len, everything.splitlines())) < 120, "a line of the help is too long for a terminal")
    for words in (["sample", "add", "--help"], ["help", "sample", "add"], ["sample", "add", "--lab", "X", "--help"]):
        done = place.run("limsctl", *words)
        check_equal(done.status, 0, "help on a command")
        check_has(done.out, "limsctl sample add --site TEXT --commodity TEXT", "--sampled-at", "(required)")
        check("import" not in done.out, "help on one command speaks of another")
    check_has(place.run("limsctl", "sample", "--help").out, "limsctl sample import csv", "limsctl sample list")
    check_has(place.run("limsctl", "restore", "--help").out, "limsctl restore file", "--skip")
    check_equal(place.run("limsctl", "nonsense", "--help").status, 2, "help on nothing")


def test_values(place):
    """--name=value, values with dashes, words after --"""
    place.make()
    place.must("site", "add", "--code=M2", "--name=--二--", "--kind", "market")
    check_equal(place.json("site", "list")[1]["name"], "--二--", "a name with dashes")
    check_has(place.refuse(2, "site", "add", "--code", "--name", "x"), "--code needs a value")
    number = place.add_sample("--client", "-7")
    check_equal(place.json("sample", "show", "--", "-7")["key"], number, "a name with a dash, after --")
    check_equal(place.json("sample", "show", "-7")["key"], number, "and before it")


# ---- every noun, every format ----


def test_nouns(place):
    """every noun is added and listed as a table, as CSV and as JSON"""
    place.make()
    sample = place.add_sample("--client", "GC/1 号", "--note", "一，\"二\"")
    place.must("division", "add", "--code", "45", "--name", "省", "--level", "1")
    place.must("user", "add", "--login", "wang", "--name", "王", "--role", "technician")
    preparation = place.must("preparation", "add", "--sample", sample, "--mass", "0.5012", "--mass-unit", "g", "--volume", "25",
                             "--volume-unit", "mL")
    keys = {"lab": "C01", "site": "M1", "sample": sample, "division": "45", "user": "wang", "preparation": preparation}
    for noun, key in keys.items():
        more = ["--sample", sample] if noun == "preparation" else []
        rows = place.json(noun, "list", *more)
        check_equal(len(rows), 1, f"{noun} list")
        check_equal(rows[0].get("key", rows[0].get("id")), key, f"{noun} list as JSON")
        as_csv = place.csv(noun, "list", *more)
        check_equal([{name: value for name, value in row.items() if value} for row in as_csv],
                    [{name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in row.items()}
                     for row in rows], f"{noun} list as CSV and as JSON")
        heading, line = place.must(noun, "list", *more).splitlines()
        check_equal(heading.split(), list(rows[0]), f"{noun} list as a table")
        check_has(line, key)
    shown = place.must("sample", "show", "GC/1 号")
    check_has(shown, f"key: {sample}", "client", "GC/1 号", "0.5012")


def test_table(place):
    """a table's columns stand under each other, Chinese or not"""
    place.make()
    place.must("site", "add", "--code", "M2", "--name", "Gate 2", "--kind", "farm")
    heading, first, second = place.must("site", "list").splitlines()
    width = lambda text: sum(2 if ord(c) > 0x2e80 else 1 for c in text)
    for value, line in (("market", first), ("farm", second)):
        check_equal(width(line[:line.index(value)]), heading.index("kind"), f"column of {value}")


def test_pages(place):
    """a list of more than a page is shown whole, or the part that was asked for"""
    place.make()
    place.write("many.csv", "site,commodity\n" + "M1,菠菜\n" * 2345)
    place.must("sample", "import", "many.csv")
    rows = place.json("sample", "list")
    check_equal(len({row["key"] for row in rows}), 2345, "samples listed")
    check_equal([row["key"] for row in rows], sorted(row["key"] for row in rows), "their order")
    part = place.json("sample", "list", "--limit", "7", "--after", rows[9]["id"])
    check_equal([row["key"] for row in part], [row["key"] for row in rows[10:17]], "a part")


def test_output(place):
    """-o FILE is written whole or not at all"""
    place.make()
    week = "2026-W47"
    place.must("-o", "w.xlsx", "report", "weekly", "--week", week)
    with zipfile.ZipFile(place.directory / "w.xlsx") as book:
        check_equal(book.testzip(), None, "the workbook")
    before = (place.directory / "w.xlsx").read_bytes()
    for words in (["--week", "2026-W60"], ["--week", week, "--lab", "ZZ"], ["--week", week, "--lang", "fr"]):
        check(place.limsctl("-o", "w.xlsx", "report", "weekly", *words).status != 0, "a report that cannot be")
        check_equal((place.directory / "w.xlsx").read_bytes(), before, "the file that was there")
    place.refuse(1, "-o", "absent/w.xlsx", "report", "weekly", "--week", week)
    check_equal([name for name in place.names() if "w.xlsx" in name], ["w.xlsx"], "files left")
    place.must("-o", "sites.csv", "--format", "csv", "site", "list")
    check_has((place.directory / "sites.csv").read_text(), "东门市场")
    place.must("-o", "/dev/null", "site", "list")
    check(pathlib.Path("/dev/null").is_char_device(), "/dev/null was replaced")


# ---- files that come in ----


def test_import_encodings(place):
    """sample import takes UTF-8, with a mark or not, and GB18030"""
    place.make()
    text = "采样点编码,样品名称,委托方编号\r\nM1,菠菜,{}\r\nM1,大米,{}\r\n"
    for i, (encoding, mark) in enumerate((("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""))):
        place.write("s.csv", mark + text.format(f"甲{i}", f"乙{i}").encode(encoding))
        place.must("sample", "import", "s.csv")
        check_equal(place.json("sample", "show", f"乙{i}")["commodity"], "大米", f"read as {encoding}")
    check_equal(len(place.json("sample", "list")), 6, "samples")


def test_import_all_or_none(place):
    """every bad row is named by its line, and nothing is kept"""
    place.make()
    place.write("s.csv", "site,commodity,sampled-at,client\nM1,菠菜,2026-11-24,A\nM9,菠菜,,B\nM1,菠菜,24.11.2026,C\n"
                         "M1,,,D\nM1,菠菜,,A\nM1,菠菜,,E\n")
    done = place.limsctl("sample", "import", "s.csv")
    check_equal(done.status, 1, "status")
    error = done.err
    check_equal(len(error.splitlines()), 5, "lines of the error")
    for line in (3, 4, 5, 6):
        check_has(error, f"s.csv:{line}")
    check("s.csv:2" not in error and "s.csv:7" not in error, f"a good row is named: {error}")
    check_equal(place.json("sample", "list"), [], "samples kept")
    place.write("s.csv", "site,commodity\nM1,菠菜\n")
    place.must("sample", "import", "s.csv")
    check(place.json("sample", "list")[0]["key"].endswith("-0001"), "a number was used up by what was refused")
    for content, words in ((b"site,comodity\nM1,x\n", "commodity"), (b"", "empty"), (b"site,commodity\nM1,\xff\xff\n", "s.csv"),
                           (b"PK\x03\x04\x00\x00", "NUL"), (b"site,commodity\nM1,\"x\n", "s.csv:2")):
        place.write("s.csv", content)
        check_has(place.refuse(1, "sample", "import", "s.csv"), words)


# ---- a daemon or none ----

READS = (["lab", "list"], ["site", "list"], ["sample", "list"], ["sample", "show", "GC/1"], ["sample", "show", "ZZ"],
         ["site", "list", "--lab", "ZZ"], ["station", "list"], ["held", "list"], ["transmission", "list"], ["result", "list"],
         ["audit", "verify"], ["health"], ["limit", "list"], ["transmission", "show", "17"],
         ["judge", "--commodity", "菠菜", "--analyte", "毒死蜱", "--value", "0.5", "--unit", "mg/kg", "--date", "2026-11-24"],
         ["report", "weekly", "--week", "2026-W99"])


def test_same_answers(place):
    """the same answers from the daemon and from the store itself, to the letter"""
    place.make()
    place.add_sample("--client", "GC/1")
    words = [["--format", form, *read] for form in ("table", "csv", "json") for read in READS]
    alone = [place.limsctl(*line) for line in words]
    daemon = place.start()
    for line, before in zip(words, alone):
        check_equal(repr(place.limsctl(*line)), repr(before), " ".join(line))
    place.add_sample("--client", "GC/2")
    check_equal(place.stop(daemon), 0, "the daemon's status")
    place.add_sample("--client", "GC/3")
    rows = place.json("sample", "list")
    check_equal(len({row["registered-by"] for row in rows}), 1, "persons who registered")
    check_equal([row["key"][-4:] for row in rows], ["0001", "0002", "0003"], "numbers")
    ways = place.rows("lims.db", "SELECT DISTINCT via FROM audit WHERE action = 'sample add'")
    check_equal(ways, [("limsctl",)], "the way in the audit")


def test_held_but_silent(place):
    """a store that is held by a program that does not answer is never opened behind its back"""
    place.make()
    daemon = place.start()
    (place.directory / "lims.db.sock").rename(place.directory / "elsewhere")
    check_has(place.refuse(1, "lab", "list"), "held by another")
    (place.directory / "elsewhere").rename(place.directory / "lims.db.sock")
    place.must("lab", "list")
    check_equal(place.stop(daemon), 0, "the daemon's status")


def refused(place, config, *words):
    done = place.run("limsd", "--config", config)
    check_equal(done.status, 1, f"the second daemon ({done})")
    lines = [line for line in done.err.splitlines() if line.startswith("limsd: ")]
    check_equal(len(lines), 1, f"lines that say why ({done})")
    check_has(lines[0], *words)


def test_two_daemons(place):
    """on one store, one journal, one port, one socket: a clear line and status 1; the first goes on"""
    port = free_port()
    place.make()
    place.write("limsd.conf", STORE + station_config("ms", port))
    other_store = STORE.replace("lims.db", "other.db")
    other = other_store.replace("journal.db", "other-journal.db")
    second = place.write("second.conf", other)
    for words in (["init"], ["lab", "add", "--code", "C01", "--name", "x", "--kind", "county"]):
        check_equal(place.run("limsctl", "--config", second, *words).status, 0, "making the second store")
    daemon = place.start()
    refused(place, place.config, "lims.db", "held by another")
    refused(place, place.write("second.conf", other_store), "journal.db", "another program holds it")
    refused(place, place.write("second.conf", other + station_config("ms", port)), "second.conf:6", "[line ms] device", "in use",
            str(port))
    refused(place, place.write("second.conf", other + "[local]\nsocket=lims.db.sock\n"), "lims.db.sock", "another program answers")
    place.must("lab", "list")
    check(daemon.poll() is None, "the first daemon ended")
    check_equal(place.stop(daemon), 0, "the first daemon's status")


# ---- what the daemon does not take ----


def test_config(place):
    """a typo names file, line and key, in both programs; --print-config loads"""
    for text, words in ((STORE.replace("url", "ulr"), (":2:", "ulr")), (STORE + "path=x\n", (":5:", "path")),
                        (STORE + "[station a]\nline=a\ndriver=x\nlaboratory=C01\n", (":6:", "line")),
                        (STORE + "keep_days=often\n", (":5:", "keep_days", "often"))):
        config = place.write("typo.conf", text)
        for program, more in (("limsd", []), ("limsctl", ["lab", "list"])):
            done = place.run(program, "--config", config, *more)
            check_equal(done.status, 1, f"{program} with a typo")
            check_has(done.err, "typo.conf", *words)
    printed = place.run("limsd", "--print-config").out
    check_has(printed, "keep_days", "[line NAME]", "parity")
    printed = printed.replace("/var/lib/lims", str(place.directory), 2)
    check_equal(place.run("limsctl", "--config", place.write("limsd.conf", printed), "init").status, 0, "init with the printed config")
    check_equal(place.stop(place.start()), 0, "a daemon with the printed config")


def test_config_places(place):
    """a driver, a laboratory and a device that do not exist are named with the config's line"""
    place.make()
    port = free_port()
    good = STORE + station_config("ms", port)
    for change, words in ((("gcmsms-astm", "gcmsms-atsm"), ("limsd.conf:9", "driver", "gcmsms-atsm")),
                          (("laboratory=C01", "laboratory=C02"), ("limsd.conf:10", "laboratory", "C02", "known: C01")),
                          (("tcp-listen", "tcp-lisen"), ("limsd.conf:6", "device", "tcp-lisen"))):
        refused(place, place.write("limsd.conf", good.replace(*change)), *words)


def test_newer(place):
    """a store and a journal of a newer program are refused and left as they are"""
    place.make()
    for file, words in (("lims.db", "newer program"), ("journal.db", "newer version")):
        connection = sqlite3.connect(place.directory / file)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        before = (place.directory / file).read_bytes()
        refused(place, place.config, words)
        check_equal((place.directory / file).read_bytes(), before, f"{file} after the refusal")
        connection = sqlite3.connect(place.directory / file)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
    check_equal(place.stop(place.start()), 0, "the daemon's status")


def test_foreign(place):
    """files that are no store and no journal are refused and left as they are"""
    place.write("lims.db", "a letter, and no database at all " * 99)
    before = (place.directory / "lims.db").read_bytes()
    place.refuse(1, "init")
    check_equal((place.directory / "lims.db").read_bytes(), before, "the letter")
    (place.directory / "lims.db").unlink()
    place.write("journal.db", before)
    check_has(place.refuse(1, "init"), "journal.db")
    check_equal((place.directory / "journal.db").read_bytes(), before, "the letter as a journal")


# ---- the end ----


def test_end(place):
    """SIGTERM and SIGINT end it with status 0 and leave store and journal only"""
    place.write("limsd.conf", STORE + station_config("ms", free_port()))
    place.make()
    kept = {"limsd.conf", "limsd.conf.log", "lims.db", "lims.db.lock", "journal.db", "journal.db.lock", "journal.db.reserve"}
    for how in (signal.SIGTERM, signal.SIGINT):
        daemon = place.start()
        place.add_sample()
        check("lims.db.sock" in place.names(), "no socket while it runs")
        check_equal(place.stop(daemon, how), 0, f"status after {how.name}")
        check_equal(set(place.names()), kept, f"files after {how.name}")
    place.must("check")


def test_killed(place):
    """after kill -9 the next start needs no help"""
    place.make()
    daemon = place.start()
    place.add_sample()
    check_equal(place.stop(daemon, signal.SIGKILL), -signal.SIGKILL, "status")
    check("lims.db.sock" in place.names(), "the socket it left")
    check_equal(len(place.json("sample", "list")), 1, "samples, asked without a daemon")
    check_equal(place.stop(place.start()), 0, "the next daemon's status")


# ---- from the wire to the list ----


def test_wire(place):
    """replay, held, assign, results, verdict"""
    port = free_port()
    place.write("limsd.conf", STORE + station_config("ms", port))
    place.make()
    sample, other = place.add_sample(), place.add_sample()
    daemon = place.start()
    place.write("ms.astm", message(sample, ("Chlorpyrifos", "0.5", "mg/kg"), ("Acephate", "ND", "mg/kg")) +
                message("VIAL-7", ("Chlorpyrifos", "0.001", "mg/kg"), moment="20261124094000"))
    place.must("replay", "--to", f"tcp:127.0.0.1:{port}", "--driver", "gcmsms-astm", "ms.astm")
    place.wait_delivered(2)
    rows = {row["analyte"]: row for row in place.json("result", "list", "--sample", sample)}
    check_equal(sorted(rows), ["acephate", "chlorpyrifos"], "analytes")
    check_equal((rows["chlorpyrifos"]["printed"], rows["chlorpyrifos"]["verdict"]), ("0.5", "exceeds"), "chlorpyrifos")
    check_equal((rows["acephate"]["printed"], rows["acephate"]["state"]), ("ND", "not-detected"), "acephate")
    held = place.json("held", "list")
    check_equal([(row["specimen"], row["reason"]) for row in held], [("VIAL-7", "unregistered-specimen")], "held")
    check_equal(place.json("result", "list", "--sample", other), [], "results before it is assigned")
    place.must("held", "assign", held[0]["id"], "--sample", other)
    check_equal(place.json("held", "list"), [], "held after it was assigned")
    found = place.csv("result", "list", "--sample", other)
    check_equal([(row["printed"], row["verdict"]) for row in found], [("0.001", "complies")], "results after it was assigned")
    shown = place.json("transmission", "show", found[0]["transmission"])
    check_has(shown["raw"], "VIAL-7")
    check_has(place.refuse(1, "held", "assign", held[0]["id"], "--sample", other), held[0]["id"])
    live = place.json("live")
    check_equal((live["lines"][0]["messages"], live["journal"]["undelivered"]), (2, 0), "the line's counters")
    check_equal(place.stop(daemon), 0, "the daemon's status")
    check_equal(place.csv("result", "list", "--sample", other), found, "results without the daemon")


def test_judge(place):
    """judge one value, and a file of them"""
    place.must("init")
    one = place.json("judge", "--commodity", "菠菜", "--analyte", "毒死蜱", "--value", "0.5", "--unit", "mg/kg", "--date", "2026-11-24")
    check_equal(one["verdict"], "exceeds", "the verdict")
    check_has(one["standard"], "GB 2763")
    place.write("v.csv", "commodity,analyte,value,unit,date,limit\n菠菜,毒死蜱,0.5,mg/kg,2026-11-24,\n菠菜,毒死蜱,0.5,mg/kg,2026-11-24,1\n"
                         "没有这种,毒死蜱,0.5,mg/kg,2026-11-24,\n")
    for words in (["judge", "--csv", "v.csv"], ["--format", "csv", "judge", "--csv", "v.csv"]):
        lines = place.must(*words).splitlines()
        check_equal(lines[0], "commodity,analyte,value,unit,date,limit,verdict,limit_used,standard,clause,reason", "headings")
        check_equal([line.split(",")[6] for line in lines[1:]], ["exceeds", "complies", "undetermined"], "verdicts")
    place.write("v.csv", "commodity,analyte,value\n菠菜,毒死蜱,0.5\n")
    check_has(place.refuse(1, "judge", "--csv", "v.csv"), "v.csv")
    check_equal(place.limsctl("judge", "--commodity", "菠菜").status, 2, "judge without a value")


def test_endless(place):
    """files without an end, values without measure, positions that are none: one line, and soon"""
    place.make()
    for words in (["judge", "--csv", "/dev/zero"], ["sample", "import", "/dev/zero"], ["limit", "import", "/dev/zero"]):
        check_has(place.refuse(1, *words), "/dev/zero", "longer than 64 MB")
    endless = place.run("limsctl", "--config", "/dev/zero", "lab", "list")
    check_equal(endless.status, 1, "an endless config")
    check_has(endless.err, "/dev/zero", "longer than 4 MB")
    check_has(place.refuse(1, "report", "weekly", "--week", "2026-W47", "--as-of", "0", "-o", "x.xlsx"), "as-of")
    daemon = place.start()
    for option in ("--note", "--commodity", "--site"):
        words = {"--site": "M1", "--commodity": "菠菜", option: "x" * 100000}
        problem = place.refuse(2, "sample", "add", *(word for pair in words.items() for word in pair))
        check_has(problem, option[2:], "too long")
        check(len(problem) < 200, f"{len(problem)} characters of an error")
    check_has(place.refuse(1, "sample", "add", "--site", "M1", "--commodity", "菜" * 1900), "too long")
    place.stop(daemon)


def test_file_limit(place):
    """a limit on the size of files is told, not died of, and leaves nothing behind"""
    place.make()
    place.write("rows.csv", "commodity,analyte,value,unit,date\n" + "菠菜,铅,0.3,mg/kg,2026-10-01\n" * 2000)
    daemon = place.start()  # not limited
    before = sorted(path.name for path in place.directory.iterdir())
    limited = (8192, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    done = subprocess.run([BUILD / "limsctl", "--config", place.config, "-o", "out.csv", "judge", "--csv", "rows.csv"], cwd=place.directory,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limited), capture_output=True, text=True, check=False)
    check_equal(done.returncode, 1, "the status")
    check_has(done.stderr, "out.csv", "File too large")
    check_equal(sorted(path.name for path in place.directory.iterdir()), before, "what lies there")
    place.stop(daemon)


def test_decode(place):
    """decode needs no store and no config"""
    place.write("c.astm", message("S-1", ("Acephate", "0.035", "mg/kg")))
    done = place.run("limsctl", "decode", "--driver", "gcmsms-astm", "c.astm")
    row = next(json.loads(line) for line in done.out.splitlines() if "specimen" in line)
    check_equal((done.status, row["specimen"], row["value"]), (0, "S-1", "0.035"), "the row")
    for words in (["--driver", "absent", "c.astm"], ["--driver", "gcmsms-astm", "absent.astm"]):
        check_equal(place.run("limsctl", "decode", *words).status, 1, "what is absent")
    place.write("empty.astm", "")
    check_equal(place.run("limsctl", "replay", "--to", "tcp:127.0.0.1:1", "--driver", "gcmsms-astm", "empty.astm").status, 1,
                "replaying nothing")


if __name__ == "__main__":
    main(globals())
