"""Sheets of the weekly workbook against what weekly_store.py expects: each function lists what is wrong, naming the cell."""
import datetime, re

from weekly_store import expected_counts, expected_exceedances, expected_limits, expected_year, local, shown

CUT = " […]"
AMBER, ORANGE, PALE = "FFF0C2", "FBC9A6", "FFF9E6"


def cell_faults(where, cell, expected, tr=str):
    """What is wrong with the cell; empty if nothing."""
    if isinstance(expected, tuple) and expected[0] == "link":
        want = f'=HYPERLINK("#\'{tr(expected[1])}\'!A{expected[2]}","→ {expected[2]}")'
        return [] if cell.value == want else [f"{where}: {cell.value!r}, not {want!r}"]
    if isinstance(expected, tuple) and expected[0] == "count":
        return [] if cell.value == expected[1] else [f"{where}: {cell.value!r}, not {expected[1]}"]
    if isinstance(expected, tuple) and expected[0] == "time":
        want = local(expected[1])
        got = cell.value.replace(microsecond=0) if isinstance(cell.value, datetime.datetime) else cell.value
        return [] if got == want else [f"{where}: {got!r}, not {want!r}"]
    if isinstance(expected, tuple):
        text = expected[1]
        if re.fullmatch(r"(0|[1-9]\d*)(\.\d+)?", text):
            places = len(text.partition(".")[2])
            form = "0." + "0" * places if places else "0"
            good = isinstance(cell.value, (int, float)) and cell.value == float(text) and cell.number_format == form
            return [] if good else [f"{where}: {cell.value!r} as {cell.number_format}, not the number {text}"]
        expected = text
    want = shown(expected or "")
    if want is None:
        good = isinstance(cell.value, str) and cell.value.endswith(CUT) and len(cell.value) <= 32767 \
            and expected.startswith(cell.value[:-len(CUT)])
        return [] if good else [f"{where}: a long text was not cut with a mark"]
    got = (cell.value or "") if cell.data_type != "f" else f"formula {cell.value}"
    got = re.sub(r"_x005F(?=_x[0-9A-Fa-f]{4}_)", "", got) if isinstance(got, str) else got
    return [] if got == want and (not want or cell.data_type in ("s", "inlineStr")) else [f"{where}: {got!r}, not {want!r}"]


def table_faults(sheet, expected, tr):
    """Compares a list, row by row, by the headings that the expectation names."""
    headings = {c.value: c.column for c in sheet[1]}
    rows = list(sheet.iter_rows(min_row=2))
    faults = []
    if len(rows) != len(expected):
        faults.append(f"{sheet.title}: {len(rows)} rows, not {len(expected)}")
    for number, (row, want) in enumerate(zip(rows, expected), 2):
        for heading, value in want.items():
            if tr(heading) not in headings:
                return [f"{sheet.title}: no column {tr(heading)}"]
            faults += cell_faults(f"{sheet.title} row {number} {heading}", row[headings[tr(heading)] - 1], value, tr)
    return faults


def limit_faults(sheet, store, tr):
    """The limits' rows are compared by edition, clause and analyte, each of which is one row here."""
    by = lambda row: (row["Edition"], row["Clause"], row["Analyte"], str(row["Limit"][1]))
    order = {c.value: c.column for c in sheet[1]}
    key = lambda r: tuple(str(sheet.cell(r, order[tr(h)]).value) for h in ("Edition", "Clause", "Analyte"))
    expected = {by(row)[:3]: row for row in expected_limits(store, tr)}
    rows = {key(r): r for r in range(2, sheet.max_row + 1)}
    if sorted(expected) != sorted(rows):
        return [f"{sheet.title}: {sorted(rows)}, not {sorted(expected)}"]
    return [fault for k, want in expected.items() for heading, value in want.items()
            for fault in cell_faults(f"{sheet.title} {k} {heading}", sheet.cell(rows[k], order[tr(heading)]), value, tr)]


def year_faults(sheet, store, tr):
    """The laboratories' year with its total; `sheet` has the values."""
    top = next(r for r in range(1, 9) if sheet.cell(r, 1).value == tr("Laboratory"))
    order = {c.value: c.column for c in sheet[top]}
    expected, faults = expected_year(store, tr), []
    number = lambda v: v if isinstance(v, str) else float(v)
    for row, want in enumerate(expected, top + 1):
        for heading, value in want.items():
            got = sheet.cell(row, order[tr(heading)]).value
            if got != number(value):
                faults.append(f"{sheet.title} {want['Laboratory']} {heading}: {got!r}, not {value}")
    row = top + 1 + len(expected)
    sums = {h: sum(e[h] for e in expected if e[h] != "–") for h in
            ("Appropriated (CNY)", "Floor (CNY)", "Paid (CNY)", "Samples", "Results", "Exceedances (results)")}
    paying = sum(e["Samples"] for e in expected if e["Paid (CNY)"] != "–")
    sums["Cost per sample (CNY)"] = round(sums["Paid (CNY)"] / paying, 2)
    for heading, value in sums.items():
        got = sheet.cell(row, order[tr(heading)]).value
        if got != number(value):
            faults.append(f"{sheet.title} total {heading}: {got!r}, not {value}")
    if "2026-W01 – 2026-W47 (2025-12-29 – 2026-11-22)" not in sheet["A2"].value:
        faults.append(f"{sheet.title}: the year to date is not stated: {sheet['A2'].value}")
    return faults


def marks_of(sheet):
    """Conditional formats: (cells, formula, paper)."""
    return [(str(area.sqref), rule.formula[0], (rule.dxf.fill.bgColor.rgb or "")[2:])
            for area in sheet.conditional_formatting for rule in area.rules if rule.type == "expression"]


def summary_faults(sheet, store, tr):
    faults, row_of = [], {sheet.cell(r, 1).value: r for r in range(1, sheet.max_row + 1)}
    lists = expected_exceedances(store, tr)
    column = {"By laboratory": "Laboratory", "By county": "County", "By kind of site": "Site kind",
              "By commodity group": "Commodity group"}
    for title, groups in expected_counts(store, tr).items():
        row = row_of[tr(title)] + 2
        total = [0] * 8
        for _ in groups:
            name = sheet.cell(row, 1).value
            name = re.sub(r"_x005F(?=_x[0-9A-Fa-f]{4}_)", "", name)
            want = groups.get(name)
            if want is None:
                faults.append(f"Summary {title}: no such group: {name}")
                break
            judged = want[3] - want[7]
            want = want + [judged, want[4] / judged if judged else "–",
                           sum(1 for e in lists if e[column[title]] == name)]
            got = [sheet.cell(row, c).value for c in range(2, 13)]
            if got[:9] + [got[10]] != want[:9] + [want[10]] or (got[9] != want[9] and abs(got[9] - want[9]) > 1e-12):
                faults.append(f"Summary {title} {name}: {got}, not {want}")
            total = [a + b for a, b in zip(total, want)]
            row += 1
        if [sheet.cell(row, c).value for c in range(2, 10)] != total:
            faults.append(f"Summary {title}: the total is not {total}")
    return faults
