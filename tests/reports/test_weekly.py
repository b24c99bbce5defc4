#!/usr/bin/env python3
"""The weekly workbook, read back by programs that are not ours.

test-weekly --make writes the fixture's store and workbooks. What each cell must hold is worked out by weekly_store.py;
openpyxl reads the cells, LibreOffice reckons the formulas anew.
"""
import datetime, os, pathlib, re, shutil, subprocess, sys, tempfile, warnings, zipfile

try:
    import openpyxl
except ImportError:
    print("1..0 # SKIP python3-openpyxl is not installed")
    sys.exit(0)

from weekly_compare import AMBER, ORANGE, PALE, limit_faults, marks_of, summary_faults, table_faults, year_faults
from weekly_store import (ROOT, Store, expected_calculations, expected_changes, expected_exceedances, expected_open,
                          read_messages)

warnings.filterwarnings("ignore", module="openpyxl")
BUILD = pathlib.Path(os.environ.get("LIMS_BUILD", ROOT / "build"))
SHEETS = ["Summary", "Exceedances", "Calculations", "Laboratories", "Pending and held", "Changed since last issue",
          "Limits used", "How to read this"]
LISTS = ["Exceedances", "Calculations", "Pending and held", "Changed since last issue", "Limits used"]


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
            faults += table_faults(book[tr("Calculations")], expected_calculations(store, tr), tr)
            faults += summary_faults(values[tr("Summary")], store, tr)
            faults += year_faults(values[tr("Laboratories")], store, tr)
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
        self.wrong_new_cells_are_seen(tr)

    def wrong_new_cells_are_seen(self, tr):
        """A step of a calculation, a link, a limit's standing and a cost per sample."""
        store, unseen = self.store(self.newest, True), []
        for title, heading, check in (("Calculations", "Steps", None), ("Calculations", "Exceedance", None),
                                      ("Limits used", "Caution", limit_faults),
                                      ("Laboratories", "Cost per sample (CNY)", year_faults)):
            book = openpyxl.load_workbook(self.path("en.xlsx"), data_only=title == "Laboratories")
            sheet = book[title]
            top = 4 if title == "Laboratories" else 1
            column = next(c.column for c in sheet[top] if c.value == heading)
            sheet.cell(top + 1, column).value = "wrong"
            faults = check(sheet, store, tr) if check else table_faults(sheet, expected_calculations(store, tr), tr)
            if len(faults) != 1 or heading not in faults[0]:
                unseen.append(f"{title} {heading}: reported {faults}")
        self.report("a step, a link, a caution and a cost made wrong on purpose are reported", unseen)

    def cautions_catch_the_eye(self):
        faults = []
        for name, language, _, _ in self.FILES:
            tr, book = read_messages(language), openpyxl.load_workbook(self.path(name))
            limits = book[tr("Limits used")]
            last, marks = openpyxl.utils.get_column_letter(limits.max_column), marks_of(limits)
            row = {re.sub(r"\d", "", m[0].partition(":")[0]) for m in marks if tr("verify first") in m[1] and m[2] == PALE}
            row = [last] if len(row) == limits.max_column else []
            cell = [m for m in marks if tr("verify first") in m[1] and m[2] == ORANGE]
            temporary = [m for m in marks if f'="{tr("temporary")}"' in m[1] and m[2] == AMBER]
            standing = [m for m in marks_of(book[tr("Exceedances")]) if f'<>"{tr("good")}"' in m[1] and m[2] == AMBER]
            used = [m for m in marks_of(book[tr("Calculations")]) if "<>" in m[1] and m[2] == AMBER]
            below = [m for m in marks_of(book[tr("Laboratories")]) if f'="{tr("below the floor")}"' in m[1]]
            for what, found in (("row", row), ("cell", cell), ("temporary", temporary), ("standing", standing),
                                ("limit used", used), ("below the floor", below)):
                if len(found) != 1:
                    faults.append(f"{name}: {what}: {found} of {marks}")
        self.report("limits to be verified, limits changed by a factor and low budgets are marked", faults)

    def lists_are_lists(self):
        faults = []
        for name, language, _, _ in self.FILES:
            book = openpyxl.load_workbook(self.path(name))
            for sheet in (book[read_messages(language)(title)] for title in LISTS):
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
                for number in (2, 3, 5, 6, 7):
                    data = archive.read(f"xl/worksheets/sheet{number}.xml").decode("utf-8")
                    data = re.sub(r"""<f>HYPERLINK\("#'[^"]*'!A\d+","→ \d+"\)</f>""", "", data)
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

    def translated(self):
        """Every message of the reports has its Chinese; each stands in N_() and may be of several pieces."""
        text = (ROOT / "config/po/zh_CN.po").read_text(encoding="utf-8")
        tr, faults, count = read_messages("zh_CN"), [], 0
        for path in sorted((ROOT / "reports").glob("*.c")):
            for pieces in re.findall(r'N_\(((?:\s*"(?:[^"\\]|\\.)*")+)\)', path.read_text(encoding="utf-8")):
                message = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', pieces))
                count += 1
                if tr(message) == message:
                    faults.append(f"{path.name}: not in zh_CN.po: {message}")
        if count < 150 or text.count('msgstr ""\n\n'):
            faults.append(f"{count} messages, or one left empty")
        self.report("every message has its Chinese", faults)

    def judge_is_understood(self):
        """What the judge can say has words here: each reason, and each phrase is one that it still says."""
        strings = lambda text: re.findall(r'"((?:[^"\\]|\\.)*)"', text)
        words = (ROOT / "reports/words.c").read_text(encoding="utf-8")
        known = set(re.findall(r'\{"([^"]+)", ?\n? *N_', words))
        reasons = (ROOT / "lims/judge/reason.c").read_text(encoding="utf-8")
        codes = set(re.findall(r'\[LIMS_REASON_\w+\] =\s*\{"([^"]+)"', reasons))
        faults = [f"no words for the reason {code}" for code in sorted(codes - known)]
        said = "\n".join("".join(strings(path.read_text(encoding="utf-8"))) for path in (ROOT / "lims/judge").glob("*.c"))
        phrases = strings(words[words.index("PHRASES[]"):words.index("struct LimsPhrases")])
        faults += [f"the judge never says: {phrase}" for phrase in phrases if phrase not in said]
        if len(codes) < 40 or len(phrases) < 18:
            faults.append(f"only {len(codes)} reasons, {len(phrases)} phrases")
        self.report("every reason of the judge has words, and every phrase is still the judge's", faults)

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
        self.cautions_catch_the_eye()
        self.lists_are_lists()
        self.text_is_text()
        self.empty_week()
        self.proof()
        self.translated()
        self.judge_is_understood()
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
