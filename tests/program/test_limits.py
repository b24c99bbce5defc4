#!/usr/bin/python3
"""New limits over a store with results: what is shown first, what is judged anew, what a kill in the middle leaves; and
catalogue files with a fault in them."""
import csv
import os
import shutil
import signal

from lims_programs import (DATA, STORE, check, check_equal, check_has, free_port, main, message, note, station_config,
                           wait_until)

HEAD = "set,standard,tree,effective_from,effective_to,standing,node,analyte,limit_text,unit\n"


def edition(limit, begins="2026-06-01"):
    """A later edition of GB 2763 that has one row only."""
    return HEAD + f"next,GB 2763-2099,gb2763,{begins},,good,菠菜,毒死蜱,{limit},mg/kg\n"


def furnish(place, count):
    """A laboratory with that many samples of spinach, each with 0.015 mg/kg chlorpyrifos; the daemon has ended."""
    port = free_port()
    place.write("limsd.conf", STORE + station_config("ms", port))
    place.make()
    place.write("samples.csv", "site,commodity,sampled-at\n" + "M1,菠菜,2026-11-24\n" * count)
    numbers = place.json("sample", "import", "samples.csv")["keys"]
    daemon = place.start()
    place.write("ms.astm", "".join(message(number, ("Chlorpyrifos", "0.015", "mg/kg")) for number in numbers))
    place.must("replay", "--to", f"tcp:127.0.0.1:{port}", "--driver", "gcmsms-astm", "ms.astm")
    place.wait_delivered(count)
    check_equal(place.stop(daemon), 0, "the daemon's status")
    return numbers


def standing(place):
    """How many verdicts stand of each kind, by which set."""
    return dict(((verdict, which), count) for verdict, which, count in place.rows(
        "lims.db", "SELECT verdict, limit_set, count(*) FROM verdict WHERE current = 1 GROUP BY 1, 2"))


def wait_judged(place):
    wait_until("all to be judged anew", lambda: place.rows(
        "lims.db", "SELECT 1 FROM rejudgement") and not place.rows("lims.db", "SELECT 1 FROM rejudgement WHERE done_us IS NULL"))


def check_judged_once(place, count):
    """Each sample has its old verdict and one new one, each with its row in the log of changes."""
    found = place.rows("lims.db", "SELECT n, count(*) FROM (SELECT count(*) AS n FROM verdict GROUP BY sample) GROUP BY n")
    check_equal(found, [(2, count)], "verdicts a sample, and how many samples")
    check_equal(standing(place), {("exceeds", "next"): count}, "verdicts that stand")
    check_equal(place.rows("lims.db", "SELECT count(*) FROM verdict v WHERE NOT EXISTS (SELECT 1 FROM change c WHERE "
                                      "c.table_name = 'verdict' AND c.row_key = v.id)"), [(0,)], "verdicts outside the log")
    check_equal(place.rows("lims.db", "SELECT count(*) FROM exceedance WHERE withdrawn_seq IS NULL"), [(count,)], "exceedances")


def test_without_daemon(place):
    """shown, refused, done and looked back on, without a daemon"""
    furnish(place, 3)
    before = standing(place)
    check_equal(sum(before.values()), 3, "verdicts")
    place.write("next.csv", edition("0.001"))
    check_has(place.refuse(1, "limit", "import", "next.csv"), "next.csv", "overlaps gb2763-2026", "--ends-before yes")
    shown = place.json("limit", "import", "next.csv", "--ends-before", "yes")
    check_equal((shown["samples"], shown["differ"], len(shown["verdicts"])), (3, 3, 3), "what it would alter")
    check_equal(shown["verdicts"][0]["after"], "exceeds", "the verdict that would be")
    check_has(str(shown["editions"]), "gb2763-2026", "2026-05-31")
    check_equal(standing(place), before, "verdicts after the preview")
    check_equal([row["key"] for row in place.json("limit", "list") if row["key"] == "next"], [], "the set after the preview")
    check_has(place.must("limit", "import", "next.csv", "--ends-before", "yes", "--apply"), "1 added", "done")
    check_judged_once(place, 3)  # when limsctl returns
    sets = {row["key"]: row for row in place.json("limit", "list")}
    check_equal(sets["gb2763-2026"]["effective-to"], "2026-05-31", "the older edition's end")
    back = place.json("judge", "--period", "2026-Q4", "--set", "gb2763-2026", "--lab", "C01")
    check_equal((back["samples"], back["differ"]), (3, 3), "as if the older one were in force")
    check_equal({row["before"] for row in back["verdicts"]}, {"exceeds"}, "what stands")
    check_has(place.must("judge", "--period", "2026-11-24", "--set", "gb2763-2026"), "3 samples judged, 3 verdicts differ")
    check_equal(place.json("judge", "--period", "2026-Q3", "--set", "gb2763-2026")["samples"], 0, "samples of the quarter before")
    check_equal(place.json("judge", "--period", "2026")["differ"], 0, "what differs from what is in force")
    check_has(place.refuse(1, "judge", "--period", "2026-Q9"), "2026-Q3")
    check_has(place.refuse(1, "judge", "--period", "2026-Q4", "--set", "absent"), "absent")
    check_judged_once(place, 3)


def test_with_daemon(place):
    """the daemon judges anew beside its work"""
    furnish(place, 120)
    daemon = place.start()
    place.write("next.csv", edition("0.001"))
    shown = place.json("limit", "import", "next.csv", "--ends-before", "yes")
    check_equal((shown["samples"], shown["differ"]), (120, 120), "what it would alter")
    place.must("limit", "import", "next.csv", "--ends-before", "yes", "--apply")
    check_equal(place.json("health")["status"], "ok", "health while it judges")
    wait_judged(place)
    check_judged_once(place, 120)
    check_equal(place.rows("lims.db", "SELECT cause, samples, verdicts FROM rejudgement"), [("limit set next", 120, 120)], "its row")
    back = place.json("judge", "--period", "2026-W48", "--set", "gb2763-2026")
    check_equal((back["samples"], back["differ"]), (120, 120), "looked back")
    check_equal(place.stop(daemon), 0, "the daemon's status")


def test_killed(place):
    """killed in the middle of judging anew, three times: the next start goes on, nothing is lost and nothing twice"""
    furnish(place, 1200)
    daemon = place.start()
    place.write("next.csv", edition("0.001"))
    place.must("limit", "import", "next.csv", "--ends-before", "yes", "--apply")
    before = 0
    for _ in range(3):
        wait_until("some to be judged", lambda: place.rows("lims.db", "SELECT samples FROM rejudgement")[0][0] >= min(before + 100, 1200))
        place.stop(daemon, signal.SIGKILL)
        before, still_open = place.rows("lims.db", "SELECT samples, done_us IS NULL FROM rejudgement")[0]
        note(f"killed after {before} samples, {'before' if still_open else 'at'} the end")
        check_equal(place.rows("lims.db", "SELECT count(*) FROM verdict WHERE limit_set = 'next'"), [(before,)],
                    "new verdicts, and the samples that are counted as done")
        daemon = place.start()
    wait_judged(place)
    check_judged_once(place, 1200)
    check_equal(place.stop(daemon), 0, "the daemon's status")


def bought(rows, limit="0.05"):
    """As many rows as GB 2763-2026 has, of classes and analytes of the catalogue."""
    with open(DATA / "catalogue/trees/gb2763.csv", encoding="utf-8") as file:
        nodes = [row["id"] for row in csv.DictReader(file)]
    with open(DATA / "catalogue/analytes.csv", encoding="utf-8") as file:
        analytes = [row["code"] for row in csv.DictReader(file)]
    text = HEAD + f"next,GB 2763-2099,gb2763,2026-06-01,,good,{nodes[0]},{analytes[0]},{limit},mg/kg\n"
    pairs = ((node, analyte) for node in nodes for analyte in analytes)
    next(pairs)
    return text + "".join(f",,,,,,{node},{analyte},{limit},mg/kg\n" for _, (node, analyte) in zip(range(rows - 1), pairs))


def test_bought(place):
    """a bought edition of 10,749 rows: all or none, the first fifty faults named"""
    place.make()
    text = bought(10749)
    lines = text.splitlines()
    for i in range(100, 180):
        lines[i] = lines[i].replace("mg/kg", "mg/qg")
    place.write("next.csv", "\n".join(lines) + "\n")
    problem = place.limsctl("limit", "import", "next.csv", "--ends-before", "yes", "--apply")
    check_equal(problem.status, 1, "the status")
    check_has(problem.err, "80 bad rows", "next.csv:101: ", "next.csv:150: ", "and 30 more")
    check("next.csv:151: " not in problem.err, "more than fifty are named")
    check_equal(place.rows("lims.db", "SELECT count(*) FROM limit_row WHERE limit_set = 'next'"), [(0,)], "rows of it")
    check_equal([row["key"] for row in place.json("limit", "list") if row.get("effective-to") == "2026-05-31"], [], "ended sets")
    place.write("next.csv", text)
    check_has(place.must("limit", "import", "next.csv", "--ends-before", "yes"), "10749 added", "nothing written")
    check_has(place.must("limit", "import", "next.csv", "--ends-before", "yes", "--apply"), "10749 added", "done")
    check_equal(place.rows("lims.db", "SELECT count(*) FROM limit_row WHERE limit_set = 'next'"), [(10749,)], "rows of it")
    check_has(place.must("limit", "import", "next.csv", "--apply"), "10749 unchanged", "nothing to do")


# ---- the catalogue's own files ----


def init_with(place, name, change):
    """What `init` answers with a copy of the catalogue in which one file's lines went through `change`."""
    data = place.directory / "data"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(DATA, data)
    path = data / "catalogue" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    change(lines)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    before = os.environ["LIMS_DATA"]
    os.environ["LIMS_DATA"] = str(data)
    try:
        return place.limsctl("init")
    finally:
        os.environ["LIMS_DATA"] = before


def check_spoilt(place, name, change, *words):
    done = init_with(place, name, change)
    check_equal(done.status, 1, f"init with a faulty {name}")
    note(done.err.strip())
    check_has(done.err, *words)


def replace_in(start, old, new):
    """In the line that begins so."""
    def change(lines):
        at = next(i for i, line in enumerate(lines) if line.startswith(start))
        check(old in lines[at], f"{old!r} is not in {lines[at]!r}")
        lines[at] = lines[at].replace(old, new, 1)
    return change


def repeat_row(**columns):
    """The first row of limits again as the last one, with these columns changed."""
    def change(lines):
        names = lines[0].split(",")
        row = next(csv.reader(lines[1:2]))
        row[names.index("id")] = "99999"
        for name, value in columns.items():
            row[names.index(name)] = value
        check(not any("," in value or '"' in value for value in row), "a plain row")
        lines.append(",".join(row))
    return change


def test_catalogue_refused(place):
    """init refuses a tree with a cycle, rows that contradict or repeat, and editions that overlap: by file and line"""
    check_spoilt(place, "trees/gb2763.csv", replace_in("1,", "1,,", "1,3,"), "trees/gb2763.csv:2: ")
    rows = len((DATA / "catalogue/sets/gb2763-2026.csv").read_text(encoding="utf-8").splitlines())
    check_spoilt(place, "sets/gb2763-2026.csv", repeat_row(limit_text="0.77"),
                 f"sets/gb2763-2026.csv:{rows + 1}: contradicts line 2: ", "0.77")
    check_spoilt(place, "sets/gb2763-2026.csv", repeat_row(), f"sets/gb2763-2026.csv:{rows + 1}: repeats line 2")
    check_spoilt(place, "sets/gb2763-2026.csv", repeat_row(unit="mg/qg", node="2"), f"sets/gb2763-2026.csv:{rows + 1}: ", "mg/qg")
    check_spoilt(place, "sets/gb2763-2026.csv", repeat_row(node="99999"), f"sets/gb2763-2026.csv:{rows + 1}: ", "99999")
    check_spoilt(place, "limit-sets.csv", replace_in("gb2763-2021,", ",2026-02-28,", ",,"), "limit-sets.csv:",
                 "gb2763-2026", "overlaps gb2763-2021")
    place.must("init")


def test_init_keeps(place):
    """files of a newer program leave an imported edition, and the end that it gave the older one"""
    furnish(place, 2)
    place.write("next.csv", edition("0.001"))
    place.must("limit", "import", "next.csv", "--ends-before", "yes", "--apply")
    check_judged_once(place, 2)
    newer = replace_in("gb2763-2021,", "食品安全国家标准", "国家标准")
    check_equal(init_with(place, "limit-sets.csv", newer).status, 0, "init with newer files")
    sets = {row["key"]: row for row in place.json("limit", "list")}
    check_equal(sets["gb2763-2026"]["effective-to"], "2026-05-31", "the older edition's end")
    check_equal(sets["next"]["limits"], 1, "limits of the imported one")
    check_judged_once(place, 2)
    # the very code of a set of the files
    place.write("own.csv", HEAD + "gb2763-2021,GB 2763-2021,gb2763,2021-09-03,2026-02-28,bought,菠菜,毒死蜱,0.5,mg/kg\n")
    place.must("limit", "import", "own.csv", "--apply")
    place.must("init")
    own = {row["key"]: row for row in place.json("limit", "list")}["gb2763-2021"]
    check_equal((own["standing"], own["limits"]), ("bought", 1), "the set that was imported over the files' own")
    clash = replace_in("gb2763-2026,", ",2026-03-01,", ",2026-06-15,")
    check_spoilt(place, "limit-sets.csv", clash, "limit-sets.csv:", "overlaps next", "import it again")
    check_judged_once(place, 2)


def test_init_judges_anew(place):
    """limits that a newer program's files change are judged by anew"""
    furnish(place, 2)
    kind = list(standing(place))[0][0]
    (node,) = place.rows("lims.db", "SELECT r.node FROM verdict v JOIN limit_row r ON r.limit_set = v.limit_set AND "
                                    "r.id = v.limit_id LIMIT 1")[0]
    ((row, text),) = place.rows("lims.db", "SELECT id, limit_text FROM limit_row WHERE limit_set = 'gb2763-2026' AND analyte = "
                                           "'chlorpyrifos' AND node = ?", node)
    new = "5" if kind == "exceeds" else "0.001"
    check_equal(init_with(place, "sets/gb2763-2026.csv", replace_in(f"{row},", f",{text},", f",{new},")).status, 0, "init")
    now = standing(place)
    check(kind not in [verdict for verdict, _ in now], f"{kind} before, now {now}")
    check_equal(place.rows("lims.db", "SELECT samples, verdicts, done_us IS NOT NULL FROM rejudgement"), [(2, 2, 1)], "its row")


if __name__ == "__main__":
    main(globals())
