#!/usr/bin/env python3
"""The weekly workbook, read back by programs that are not ours.

test-weekly --make writes the fixture's store and workbooks. What each cell must hold is worked out here from the store's
tables, in plain Python and without our queries; openpyxl reads the cells, LibreOffice reckons the formulas anew.
"""
import collections, datetime, os, pathlib, re, shutil, sqlite3, subprocess, sys, tempfile, warnings, zipfile

try:
    import openpyxl
except ImportError:
    print("1..0 # SKIP python3-openpyxl is not installed")
    sys.exit(0)

warnings.filterwarnings("ignore", module="openpyxl")
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("LIMS_BUILD", ROOT / "build"))
WEEK = 202647
ZONE = datetime.timezone(datetime.timedelta(hours=8))
FROM_US = int(datetime.datetime(2026, 11, 16, tzinfo=ZONE).timestamp()) * 10**6
TO_US = FROM_US + 7 * 86400 * 10**6
SHEETS = ["Summary", "Exceedances", "Pending and held", "Changed since last issue", "Limits used", "How to read this"]
CUT = " […]"
# Codes that the fixture uses, and the English for them.
WORDS = {"farm": "Farm", "market": "Market", "stall": "Market stall", "supermarket": "Supermarket",
         "school-canteen": "School canteen", "restaurant": "Restaurant", "workshop": "Workshop", "": "not stated",
         "vegetables": "Vegetables", "cereals": "Cereals", "fruit": "Fruit", "complies": "complies", "exceeds": "exceeds",
         "undetermined": "undetermined", "new": "new exceedance", "withdrawn": "exceedance withdrawn",
         "corrected": "corrected", "at-or-below-limit": "At or below the limit", "above-limit": "Above the limit",
         "no-limit": "No limit is set for this commodity and analyte",
         "above-range": "Above the measuring range, without a number",
         "unknown-unit": "A unit that nobody knows", "unregistered-specimen": "Nobody registered this sample",
         "pending": "Sample without a result", "held": "Held results", "voided": "Voided sample that exceeds"}


def read_messages(language):
    """The .po file as a map; a message without a translation is itself."""
    text = (ROOT / "config/po" / f"{language}.po").read_text(encoding="utf-8")
    found = {}
    for a, b in re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', text + "\n", re.M):
        found["".join(re.findall(r'"(.*)"', a))] = "".join(re.findall(r'"(.*)"', b))
    return lambda message: found.get(message) or message


def shown(text):
    """Text as a cell shows it."""
    out = []
    for c in text:
        out.append(f"\\x{ord(c):02X}" if (ord(c) < 32 and c != "\n") or ord(c) == 127 else c)
    text = "".join(out)
    return text if len(text) <= 32767 else None  # None: cut, looked at on its own


class Store:
    """The fixture's tables at a position."""

    def __init__(self, path, as_of, english, lab=None):
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.db.row_factory = sqlite3.Row
        self.as_of, self.english = as_of, english
        self.labs = {r["id"]: r for r in self.rows("lab") if lab in (None, r["code"])}
        self.samples = {(r["lab"], r["id"]): r for r in self.rows("sample") if r["seq"] <= as_of}
        self.verdicts = {(r["lab"], r["id"]): r for r in self.rows("verdict") if r["seq"] <= as_of}
        self.newest = {}
        for key, v in sorted(self.verdicts.items(), key=lambda item: item[1]["seq"]):
            self.newest[v["lab"], v["sample"], v["analyte"]] = v
        self.tables = {t: {(r["lab"], r["id"]): r for r in self.rows(t)}
                       for t in ("site", "determination", "transmission")}
        self.codes = {t: {r["code"]: r for r in self.rows(t)}
                      for t in ("division", "commodity", "analyte", "method", "limit_set")}

    def rows(self, table):
        return self.db.execute(f"SELECT * FROM {table}").fetchall()

    def name(self, row):
        return row["name_en"] if self.english and row["name_en"] else row["name"]

    def is_void(self, s):
        return s["void_seq"] is not None and s["void_seq"] <= self.as_of

    def place(self, site):
        code, towns = site["division"], []
        while code:
            d = self.codes["division"][code]
            if d["level"] <= 3:
                return self.name(d), " ".join(towns)
            towns.insert(0, self.name(d))
            code = d["parent"]
        return "", ""

    def lab_title(self, lab):
        return f'{self.labs[lab]["code"]} {self.name(self.labs[lab])}'

    def family(self, s):
        return WORDS[self.codes["commodity"][s["commodity"]]["family"] if s["commodity"] else ""]

    def commodity(self, s):
        return self.name(self.codes["commodity"][s["commodity"]]) if s["commodity"] else s["commodity_name"]

    def week_verdicts(self):
        """Verdicts of the week that count, void samples left out."""
        return [v for v in self.newest.values() if v["week"] == WEEK and v["lab"] in self.labs
                and not self.is_void(self.samples[v["lab"], v["sample"]])]

    def exceedances(self, void=False):
        out = []
        for e in self.rows("exceedance"):
            if e["lab"] not in self.labs or e["week"] != WEEK or e["seq"] > self.as_of:
                continue
            if e["withdrawn_seq"] and e["withdrawn_seq"] <= self.as_of:
                continue
            v = self.verdicts[e["lab"], e["verdict"]]
            if self.newest[v["lab"], v["sample"], v["analyte"]]["id"] != v["id"]:
                continue
            if self.is_void(self.samples[e["lab"], e["sample"]]) == void:
                out.append((e, v))
        return sorted(out, key=lambda pair: (pair[0]["lab"], pair[0]["id"]))

    def pending(self):
        tested = {(v["lab"], v["sample"]) for v in self.verdicts.values()}
        found = [s for key, s in self.samples.items() if key not in tested and not self.is_void(s)
                 and s["registered_at_us"] < TO_US and s["lab"] in self.labs]
        return sorted(found, key=lambda s: (s["lab"], s["registered_at_us"], s["id"]))

    def held(self):
        return [h for h in self.rows("held") if h["seq"] <= self.as_of and h["lab"] in self.labs
                and not (h["resolved_seq"] and h["resolved_seq"] <= self.as_of) and h["at_us"] < TO_US]


def local(us):
    if not us:
        return None
    return datetime.datetime.fromtimestamp(us / 10**6, ZONE).replace(tzinfo=None, microsecond=0)


def expected_exceedances(store, tr):
    out = []
    for e, v in store.exceedances():
        s = store.samples[e["lab"], e["sample"]]
        site = store.tables["site"][e["lab"], e["site"]]
        county, town = store.place(site)
        d = store.tables["determination"][v["lab"], v["determination"]]
        t = store.tables["transmission"].get((d["lab"], d["transmission"]))
        station = t and store.db.execute("SELECT * FROM station WHERE name = ?", (t["station"],)).fetchone()
        person = store.db.execute("SELECT name FROM person WHERE lab = ? AND login = ?", (d["lab"], d["person"])).fetchone()
        limit_set = store.codes["limit_set"][v["limit_set"]]
        factor = float(v["factor"]) if v["factor"] else None
        grade = (tr("must not be used") if factor is None else tr("10 times or more") if factor >= 10 else
                 tr("2 times or more") if factor >= 2 else tr("above the limit"))
        analyzer = tr("entered by hand")
        if t:
            analyzer = f'{station["name"]} · {station["title"]}'
            analyzer += " " + tr("(unconfirmed driver)") if station["origin"] == "synthetic" else ""
        out.append({
            "Sample": s["number"], "Laboratory": store.lab_title(e["lab"]), "County": county or tr("not stated"),
            "Town": town, "Site": store.name(site), "Site kind": tr(WORDS[site["kind"]]),
            "Commodity": store.commodity(s),
            "Commodity group": tr(store.family(s)),
            "Analyte": store.name(store.codes["analyte"][e["analyte"]]),
            "Result as printed": ("printed", d["printed"]), "Unit": d["unit"], "Value judged": ("printed", v["value_text"]),
            "Limit": ("printed", v["limit_text"]), "Limit's unit": v["limit_unit"],
            "Times the limit": ("printed", v["factor"] or ""), "Grade": grade, "Standard": v["standard"],
            "Clause": v["clause"], "Food class of the limit": v["node_path"],
            "Standing of the limit": tr(limit_set["standing"]), "Method": store.codes["method"][d["method"]]["name"],
            "Analyzer": analyzer,
            "Person": person[0] if person else tr("unattended") if d["person"] == "unattended" else d["person"],
            "Measured (instrument's clock)": ("time", d["measured_at_us"]), "Arrived": ("time", d["arrived_us"]),
            "Committed": ("time", v["committed_us"]), "Transmission": str(d["transmission"] or ""),
        })
    return out


def expected_open(store, tr):
    out = []
    for lab in store.labs:
        for s in store.pending():
            if s["lab"] == lab:
                site = store.tables["site"][lab, s["site"]]
                out.append({"Sample or specimen": s["number"], "What waits": tr(WORDS["pending"]),
                            "Laboratory": store.lab_title(lab), "County": store.place(site)[0], "Site": store.name(site),
                            "Commodity": store.commodity(s), "Since": ("time", s["registered_at_us"]), "Reason": ""})
        for h in store.held():
            if h["lab"] == lab:
                out.append({"Sample or specimen": h["specimen"], "What waits": tr(WORDS["held"]),
                            "Laboratory": store.lab_title(lab), "Code or analyte": h["code"],
                            "Since": ("time", h["at_us"]), "Reason": tr(WORDS[h["reason"]]), "Detail": h["detail"]})
        for e, v in store.exceedances(void=True):
            if e["lab"] == lab:
                s = store.samples[lab, e["sample"]]
                out.append({"Sample or specimen": s["number"], "What waits": tr(WORDS["voided"]),
                            "Reason": s["void_reason"], "Since": ("time", s["voided_at_us"])})
    return out


def expected_changes(store, before, tr):
    """What an issue of another week told and no longer holds; before: the store at that issue."""
    out = []
    for pair, v in sorted(store.newest.items(), key=lambda item: item[1]["id"]):
        old, s = before.newest.get(pair), store.samples[pair[:2]]
        if not old or old["id"] == v["id"] or store.is_void(s):
            continue
        was, now = old["verdict"] == "exceeds", v["verdict"] == "exceeds"
        kind = "withdrawn" if was and not now else "new" if now and not was else "corrected"
        out.append({"Sample": s["number"], "Change": tr(WORDS[kind]), "Was": tr(WORDS[old["verdict"]]),
                    "Value then": ("printed", old["value_text"]), "Is now": tr(WORDS[v["verdict"]]),
                    "Value now": ("printed", v["value_text"]), "Limit now": ("printed", v["limit_text"]),
                    "Reason": tr(WORDS[v["reason_code"]]), "Week of the issue": "2026-W46",
                    "Changed at": ("time", v["committed_us"])})
    for key, s in store.samples.items():
        if store.is_void(s) and not before.is_void(s):
            out += [{"Sample": s["number"], "Change": tr(WORDS["voided"]), "Was": tr(WORDS["exceeds"]), "Is now": "",
                     "Reason": s["void_reason"]} for pair, v in before.newest.items()
                    if pair[:2] == key and v["verdict"] == "exceeds"]
    return out


def expected_limits(store):
    """(standard, clause, limit) → verdicts."""
    return collections.Counter((v["standard"], v["clause"], v["analyte"], v["limit_text"]) for v in store.week_verdicts()
                               if v["limit_text"])


def limit_faults(sheet, store, tr):
    column = {c.value: c.column for c in sheet[1]}
    got = sorted(sheet.cell(r, column[tr("Verdicts")]).value for r in range(2, sheet.max_row + 1))
    want = sorted(expected_limits(store).values())
    return [] if got == want else [f"{sheet.title}: verdicts by limit {got}, not {want}"]


def cell_faults(where, cell, expected):
    """What is wrong with the cell; empty if nothing."""
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
            faults += cell_faults(f"{sheet.title} row {number} {heading}", row[headings[tr(heading)] - 1], value)
    return faults


def expected_counts(store, tr):
    """The summary's blocks: title → {group: [registered, void, pending, tested, exceeding, screening, undetermined, wholly]}."""
    blocks = {t: collections.defaultdict(lambda: [0] * 8) for t in
              ("By laboratory", "By county", "By kind of site", "By commodity group")}
    for lab in store.labs:
        blocks["By laboratory"][store.lab_title(lab)]

    def add(s, column):
        site = store.tables["site"][s["lab"], s["site"]]
        groups = [store.lab_title(s["lab"]), store.place(site)[0] or tr("not stated"), tr(WORDS[site["kind"]]),
                  tr(store.family(s))]
        for block, group in zip(blocks.values(), groups):
            block[group][column] += 1

    for s in store.samples.values():
        if s["lab"] in store.labs and FROM_US <= s["registered_at_us"] < TO_US:
            add(s, 0)
            if store.is_void(s):
                add(s, 1)
    for s in store.pending():
        add(s, 2)
    by_sample = collections.defaultdict(set)
    for v in store.week_verdicts():
        by_sample[v["lab"], v["sample"]].add(v["verdict"])
    for key, kinds in by_sample.items():
        s = store.samples[key]
        add(s, 3)
        if "exceeds" in kinds:
            add(s, 4)
        else:
            for kind, column in (("screening-positive", 5), ("undetermined", 6)):
                if kind in kinds:
                    add(s, column)
        if kinds == {"undetermined"}:
            add(s, 7)
    return blocks


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


# ---- LibreOffice ----

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>"""


def convert(directory, path, kind):
    """Through LibreOffice, with a profile of its own that always reckons anew."""
    profile = pathlib.Path(directory) / "profile"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user/registrymodifications.xcu").write_text(RECALCULATE)
    out = pathlib.Path(directory) / "converted"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind,
                    "--outdir", out, path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    return out / (pathlib.Path(path).stem + "." + kind)


def spoil_cached_values(source, target):
    """A copy in which each formula's number is wrong, so that only reckoning can bring the right one back."""
    spoilt = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data, n = re.subn(rb"</f><v>[0-9.eE+-]+</v>", b"</f><v>987654</v>", data)
                spoilt += n
            new.writestr(name, data)
    return spoilt


def formula_cells(path):
    return [(s.title, c.coordinate) for s in openpyxl.load_workbook(path) for row in s.iter_rows() for c in row
            if c.data_type == "f"]


# ---- the tests ----

class Suite:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.results = []
        made = subprocess.run([BUILD / "tests/reports/test-weekly", "--make", directory], check=True,
                              capture_output=True, text=True).stdout.split()
        self.first, self.issue, self.newest = map(int, made)

    def path(self, name):
        return self.directory / name

    def report(self, name, faults, skip=None):
        self.results.append((name, faults, skip))

    def store(self, as_of, english, lab=None):
        return Store(self.path("lims.db"), as_of, english, lab)

    FILES = [("zh.xlsx", "zh_CN", None, False), ("en.xlsx", "en", None, False), ("issued.xlsx", "en", None, True),
             ("issued-zh.xlsx", "zh_CN", None, True), ("county.xlsx", "en", "QN", False)]

    def every_cell(self):
        for name, language, lab, issued in self.FILES:
            tr = read_messages(language)
            store = self.store(self.issue if issued else self.newest, language == "en", lab)
            book = openpyxl.load_workbook(self.path(name))
            values = openpyxl.load_workbook(self.path(name), data_only=True)
            faults = [] if book.sheetnames == [tr(s) for s in SHEETS] else [f"sheets are {book.sheetnames}"]
            faults += table_faults(book[tr("Exceedances")], expected_exceedances(store, tr), tr)
            faults += table_faults(book[tr("Pending and held")], expected_open(store, tr), tr)
            faults += summary_faults(values[tr("Summary")], store, tr)
            faults += limit_faults(book[tr("Limits used")], store, tr)
            if issued:
                before = self.store(self.first, language == "en")
                faults += table_faults(book[tr("Changed since last issue")], expected_changes(store, before, tr), tr)
            self.report(f"{name}: every cell is what the store holds", faults)

    def wrong_cell_is_seen(self):
        tr = read_messages("en")
        book = openpyxl.load_workbook(self.path("en.xlsx"))
        sheet = book["Exceedances"]
        column = next(c.column for c in sheet[1] if c.value == "Value judged")
        sheet.cell(3, column).value += 0.001
        faults = table_faults(sheet, expected_exceedances(self.store(self.newest, True), tr), tr)
        seen = len(faults) == 1 and "row 3 Value judged" in faults[0]
        self.report("a cell made wrong on purpose is reported", [] if seen else [f"reported: {faults}"])
        values = openpyxl.load_workbook(self.path("en.xlsx"), data_only=True)["Summary"]
        row = next(r for r in range(1, 90) if values.cell(r, 1).value == "By county") + 2
        values.cell(row, 5).value += 1
        faults = summary_faults(values, self.store(self.newest, True), tr)
        self.report("a count made wrong on purpose is reported", [] if faults else ["nothing was reported"])

    def lists_are_lists(self):
        faults = []
        for name, language, _, _ in self.FILES:
            book = openpyxl.load_workbook(self.path(name))
            for sheet in book.worksheets[1:5]:
                last = openpyxl.utils.get_column_letter(sheet.max_column)
                if sheet.freeze_panes != "B2":
                    faults.append(f"{name} {sheet.title}: frozen at {sheet.freeze_panes}")
                if sheet.auto_filter.ref != f"A1:{last}{max(sheet.max_row, 2)}":
                    faults.append(f"{name} {sheet.title}: filter over {sheet.auto_filter.ref}")
                if sheet.print_title_rows not in ("$1:$1", "1:1"):
                    faults.append(f"{name} {sheet.title}: repeats {sheet.print_title_rows}")
            for sheet in book.worksheets:
                setup = sheet.page_setup
                if (setup.orientation, str(setup.paperSize), setup.fitToHeight) != ("landscape", "9", 0):
                    faults.append(f"{name} {sheet.title}: printed as {setup.orientation} {setup.paperSize}")
                if "&P" not in str(sheet.oddFooter.right.text) or "W47" not in str(sheet.oddHeader.right.text):
                    faults.append(f"{name} {sheet.title}: header {sheet.oddHeader.right.text}")
            if not book.worksheets[1].conditional_formatting or len(book.worksheets[0]._charts) != 2:
                faults.append(f"{name}: no conditional formats, or not two charts")
        self.report("frozen, filtered, repeated in print; marks and charts are there", faults)

    def text_is_text(self):
        faults, hostile = [], 0
        for name, language, _, _ in self.FILES:
            with zipfile.ZipFile(self.path(name)) as archive:
                for number in range(2, 7):
                    data = archive.read(f"xl/worksheets/sheet{number}.xml").decode("utf-8")
                    if "<f" in re.sub(r"<(formula|filter)[^>]*>", "", data):
                        faults.append(f"{name}: sheet {number} has a formula")
                    hostile += data.count(">=HYPERLINK(") + data.count(">@SUM(") + data.count(">+1 ") + data.count(">'")
                    if re.search("[\x00-\x08\x0b-\x1f]", data):
                        faults.append(f"{name}: sheet {number} has control characters")
        if hostile < 8:
            faults.append(f"only {hostile} hostile texts were found")
        self.report("text is never a formula", faults)

    def empty_week(self):
        book = openpyxl.load_workbook(self.path("empty.xlsx"))
        faults = [] if book["Exceedances"]["A2"].value == "No exceedance in this week." else ["the empty list says nothing"]
        values = openpyxl.load_workbook(self.path("empty.xlsx"), data_only=True)["Summary"]
        if not any(c.value == "–" for row in values.iter_rows() for c in row):
            faults.append("no dash for a rate of nothing")
        self.report("a week without work says so", faults)

    def proof(self):
        faults = []
        store = self.store(self.newest, True)
        text = "\n".join(str(c.value) for row in openpyxl.load_workbook(self.path("en.xlsx"))["How to read this"].iter_rows()
                         for c in row)
        incarnation = store.db.execute("SELECT value FROM meta WHERE name = 'incarnation'").fetchone()[0]
        for want in (incarnation, str(self.newest), "Asia/Shanghai", "Audit head of QN", "9f86d081884c7d65"):
            if want not in text:
                faults.append(f"not said: {want}")
        properties = openpyxl.load_workbook(self.path("en.xlsx")).properties
        moment = store.db.execute("SELECT at_us FROM change WHERE seq = ?", (self.newest,)).fetchone()[0]
        if properties.created.replace(tzinfo=datetime.timezone.utc).timestamp() != moment // 10**6:
            faults.append(f"created {properties.created}")
        self.report("the proof is complete and of the position's moment", faults)

    def reckoned_again(self):
        if not shutil.which("soffice"):
            self.report("LibreOffice reckons the same figures", [], "soffice is not installed")
            return
        for name, language, _, _ in self.FILES[:2]:
            spoilt = self.path("spoilt-" + name)
            count = spoil_cached_values(self.path(name), spoilt)
            again = openpyxl.load_workbook(convert(self.directory, spoilt, "xlsx"), data_only=True)
            ours = openpyxl.load_workbook(self.path(name), data_only=True)
            cells = formula_cells(self.path(name))
            faults = [] if count > 100 and len(cells) > 100 else [f"only {count} of {len(cells)} formulas"]
            for title, at in cells:
                a, b = ours[title][at].value, again[title][at].value
                if a != b and not (isinstance(a, (int, float)) and isinstance(b, (int, float)) and abs(a - b) < 1e-9):
                    faults.append(f"{title} {at}: {a} here, {b} reckoned")
            faults += self.same_text(ours, again)
            self.report(f"{name}: LibreOffice reckons the same {len(cells)} figures and reads the same text", faults)

    @staticmethod
    def same_text(ours, again):
        faults = []
        for sheet in ours.worksheets[1:]:
            for row in sheet.iter_rows():
                for c in row:
                    if isinstance(c.value, str):
                        plain = re.sub(r"_x005F(?=_x[0-9A-Fa-f]{4}_)", "", c.value)
                        other = str(again[sheet.title][c.coordinate].value)
                        if re.sub(r"_x005F(?=_x[0-9A-Fa-f]{4}_)", "", other) != plain:
                            faults.append(f"{sheet.title} {c.coordinate}: {other[:60]!r}, not {plain[:60]!r}")
        return faults

    def printed(self):
        if not shutil.which("soffice") or not shutil.which("pdftotext"):
            self.report("it prints", [], "soffice or pdftotext is not installed")
            return
        pdf = convert(self.directory, self.path("zh.xlsx"), "pdf")
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
        faults = [f"not printed: {want}" for want in ("食品检验超标周报", "按检验机构", "超标率", "第 1 页", "阅读说明")
                  if want not in text]
        faults += ["a column too narrow for its number"] if "###" in text else []
        self.report("it prints, in Chinese, with page numbers", faults)

    def run(self):
        self.every_cell()
        self.wrong_cell_is_seen()
        self.lists_are_lists()
        self.text_is_text()
        self.empty_week()
        self.proof()
        self.reckoned_again()
        self.printed()
        print(f"1..{len(self.results)}")
        for number, (name, faults, skip) in enumerate(self.results, 1):
            for fault in faults[:20]:
                print(f"# {fault}")
            print(f"{'not ok' if faults else 'ok'} {number} - {name}" + (f" # SKIP {skip}" if skip else ""))
        return any(faults for _, faults, _ in self.results)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lims-weekly-") as directory:
        sys.exit(1 if Suite(directory).run() else 0)
