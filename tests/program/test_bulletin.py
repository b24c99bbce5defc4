#!/usr/bin/python3
"""The public exceedances of 2025 and 2026, row by row: what limsctl makes of each, against its printed limit and against the
catalogue, is pinned in bulletin-expected.csv, its sums in bulletin-counts.csv, and any change names its rows.

    test_bulletin.py --write    writes both anew: read the difference before it is committed

bulletin_limits.csv, the limits as the bulletins printed them, is the answer sheet: it is used here and nowhere else."""
import collections
import csv
import io
import os
import pathlib
import re
import sys

from lims_programs import Place, check, check_equal, main, note

SHARED = pathlib.Path(os.environ.get("LIMS_SHARED", pathlib.Path(__file__).resolve().parents[3] / "shared")) / "data"
EXPECTED = pathlib.Path(__file__).with_name("bulletin-expected.csv")
COUNTS = EXPECTED.with_name("bulletin-counts.csv")
COLUMNS = ["row", "commodity", "analyte", "printed_verdict", "printed_reason", "catalogue_verdict", "set", "catalogue_reason", "note"]
PLAIN_ROWS = 364  # a number, a limit of the same known unit, and nothing else


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def judge(place, rows, *columns):
    """The rows, each a list of the texts of those columns, as limsctl judges them."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    place.write("rows.csv", text.getvalue())
    judged = list(csv.DictReader(io.StringIO(place.must("judge", "--csv", "rows.csv", "--found", "yes"))))
    check_equal(len(judged), len(rows), "rows judged")
    return judged


def judge_bulletin(place):
    """Every row twice: against its printed limit, and against the catalogue."""
    rows = [[row["food_name"], row["item"], row["result"], "", row["production_or_purchase_date"], row["limit"]]
            for row in read_csv(SHARED / "bulletin_exceedances.csv")]
    place.must("init")
    columns = ["commodity", "analyte", "value", "unit", "date", "limit"]
    return judge(place, rows, *columns), judge(place, [row[:5] for row in rows], *columns[:5])


def reason_of(judged):
    return judged["reason"].partition(":")[0]


def plain_limit(text):
    """Number and unit of a limit that is nothing but that; or None."""
    found = re.fullmatch(r"≤*\s*(\d+(?:\.\d+)?)\s*(\D\S*)", text.strip())
    return (float(found[1]), found[2].replace("μ", "µ")) if found else None


def note_of(printed, catalogue):
    """Where the edition has another limit than the bulletin printed: which."""
    limit, used = plain_limit(printed["limit"]), plain_limit(catalogue["limit_used"])
    same = limit and used and limit == used
    if same or not catalogue["limit_used"] or (catalogue["verdict"] != "complies" and not (limit and used)):
        return ""
    return f"{catalogue['standard']}: {catalogue['limit_used']}; printed: {printed['limit']}"


def expected_rows(place):
    printed, catalogue = judge_bulletin(place)
    return [dict(zip(COLUMNS, (str(number), one["commodity_found"], one["analyte_found"], one["verdict"], reason_of(one),
                               other["verdict"], other["limit_set"], reason_of(other), note_of(one, other))))
            for number, (one, other) in enumerate(zip(printed, catalogue), 1)]


def differences(found, expected):
    for one, other in zip(found, expected):
        for column in COLUMNS:
            if one[column] != other[column]:
                yield f"row {other['row']}, {column}: {one[column]!r} and not {other[column]!r}"


def test_expected(place):
    """every row comes to the end that the expected file says"""
    found, expected = expected_rows(place), read_csv(EXPECTED)
    check_equal(len(found), len(expected), "rows")
    changed = list(differences(found, expected))
    for line in changed[:20]:
        note(line)
    check(not changed, f"{len(changed)} changes: {'; '.join(changed[:3])}")


def counts_of(rows):
    """How many rows come to which end: (against, verdict, reason) → number."""
    return collections.Counter((against, row[f"{against}_verdict"], row[f"{against}_reason"])
                               for row in rows for against in ("printed", "catalogue"))


def test_counts(place):
    """how many rows come to which end"""
    rows = read_csv(EXPECTED)
    pinned = {(row["against"], row["verdict"], row["reason"]): int(row["rows"]) for row in read_csv(COUNTS)}
    found = counts_of(rows)
    for key in sorted(found.keys() | pinned.keys()):
        check_equal(found.get(key, 0), pinned.get(key, 0), f"rows, {' '.join(key)}")
    for row in rows:
        check(row["printed_verdict"] != "complies", f"row {row['row']}, published as exceeding, complies with its printed limit")
        check(row["catalogue_verdict"] != "complies" or row["note"], f"row {row['row']} complies, and no edition's limit says why")
        check((row["catalogue_verdict"] == "exceeds") <= bool(row["set"]), f"row {row['row']} exceeds no limit of a set")


def is_plain(row):
    result, limit = plain_limit(row["result"]), plain_limit(row["limit"])
    return result and limit and not row["result"].startswith("≤") and result[1] == limit[1] and result[1] not in ("倍", "mg/每日")


def test_plain_rows(place):
    """a plain number above a plain limit of its unit exceeds it, row for row"""
    rows = [row for row in read_csv(SHARED / "bulletin_exceedances.csv") if is_plain(row)]
    check_equal(len(rows), PLAIN_ROWS, "plain rows")
    place.must("init")
    texts = [[row["food_name"], row["item"], row["result"], "", row["production_or_purchase_date"], row["limit"]] for row in rows]
    apart = [[*text[:2], re.match(r"[\d.]+", text[2])[0], plain_limit(text[2])[1], *text[4:]] for text in texts]
    for way in (texts, apart):
        for judged in judge(place, way, "commodity", "analyte", "value", "unit", "date", "limit"):
            check_equal((judged["verdict"], reason_of(judged)), ("exceeds", "above-limit"), f"{judged['commodity']} {judged['value']}")


def test_answer_sheet(place):
    """the limits of the answer sheet: rows that they belong to exceed them; a value at the limit complies, one above does not"""
    answers = read_csv(SHARED / "bulletin_limits.csv")
    limits = {(row["analyte_cn"], *row["matrix_cn"].split(" > ", 1)): row for row in answers}
    rows = [(row, limits.get((row["item"], row["sub_category"], row["food_name"])))
            for row in read_csv(SHARED / "bulletin_exceedances.csv")]
    rows = [(row, answer) for row, answer in rows if answer and plain_limit(row["limit"])]
    texts = [[row["food_name"], row["item"], row["result"], "", "", f"{answer['limit']}{answer['unit']}"] for row, answer in rows]
    place.must("init")
    check(len(texts) >= 180, f"the answer sheet has {len(texts)} of the rows")
    for (row, answer), judged in zip(rows, judge(place, texts, "commodity", "analyte", "value", "unit", "date", "limit")):
        check_equal(judged["verdict"], "exceeds", f"{row['food_name']} {row['item']} {row['result']}, {answer['limit']}")
    edges = [["", row["analyte_cn"], row["limit"] + digit, row["unit"], "", f"≤{row['limit']} {row['unit']}"]
             for row in answers for digit in ("", "1" if "." in row["limit"] else ".1")]
    for number, judged in enumerate(judge(place, edges, "commodity", "analyte", "value", "unit", "date", "limit")):
        check_equal(judged["verdict"], ("complies", "exceeds")[number % 2], f"{judged['value']} against {judged['limit']}")


def write_csv(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def write():
    place = Place()
    try:
        rows = expected_rows(place)
    finally:
        place.close()
    write_csv(EXPECTED, COLUMNS, [row.values() for row in rows])
    write_csv(COUNTS, ["against", "verdict", "reason", "rows"],
              [[*key, number] for key, number in sorted(counts_of(rows).items(), reverse=True)])


if __name__ == "__main__":
    if not (SHARED / "bulletin_exceedances.csv").exists():
        print("1..0 # SKIP the shared data (bulletin_exceedances.csv) are not here")
        sys.exit(0)
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        main(globals())
