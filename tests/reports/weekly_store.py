"""What the weekly workbook must hold, worked out from the fixture's tables in plain Python, without the program's queries."""
import collections, datetime, decimal, pathlib, re, sqlite3

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WEEK = 202647
ZONE = datetime.timezone(datetime.timedelta(hours=8))
FROM_US = int(datetime.datetime(2026, 11, 16, tzinfo=ZONE).timestamp()) * 10**6
TO_US = FROM_US + 7 * 86400 * 10**6
# Codes that the fixture uses, and the English for them.
WORDS = {"farm": "Farm", "market": "Market", "stall": "Market stall", "supermarket": "Supermarket",
         "school-canteen": "School canteen", "restaurant": "Restaurant", "workshop": "Workshop", "": "not stated",
         "vegetables": "Vegetables", "cereals": "Cereals", "fruit": "Fruit", "complies": "complies", "exceeds": "exceeds",
         "undetermined": "undetermined", "screening-positive": "screening positive",
         "screen-positive": "Screen positive", "new": "new exceedance", "withdrawn": "exceedance withdrawn",
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
        self.limit_rows = {(r["limit_set"], r["id"]): r for r in self.rows("limit_row")}
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

    def unsettled(self, lab):
        """Positive screens and undetermined verdicts of a laboratory, by verdict, sample and reason."""
        groups = collections.defaultdict(list)
        for v in sorted(self.week_verdicts(), key=lambda v: v["id"]):
            if v["lab"] == lab and v["verdict"] in ("screening-positive", "undetermined"):
                groups[v["verdict"], v["sample"], v["reason_code"]].append(v)
        return sorted(groups.items())

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


def limit_facts(store, v):
    """Standing and source of the limit of a verdict, and its row as it was used, or None."""
    limit_set = store.codes["limit_set"][v["limit_set"]]
    row = store.limit_rows.get((v["limit_set"], v["limit_id"]))
    row = row if row and row["limit_text"] == v["limit_text"] else None
    third_party = row and row["source"] and not limit_set["checked_by"] and limit_set["standing"].startswith("good")
    standing = "to be verified before use" if third_party else limit_set["standing"]
    return standing, (row and row["source"]) or limit_set["source"], row


def printed_of(d, v):
    """What the lists call printed, and its unit."""
    if v["printed"] and v["printed"] not in (d["printed"], f'{d["printed"]} {d["unit"]}'):
        return v["printed"], ""
    return d["printed"], d["unit"]


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
        printed, unit = printed_of(d, v)
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
            "Result as printed": ("printed", printed), "Unit": unit, "Value computed": ("printed", v["computed"] or ""),
            "Value judged": ("printed", v["value_text"]),
            "Limit": ("printed", v["limit_text"]), "Limit used": ("printed", v["limit_used"] or ""),
            "Limit's unit": v["limit_unit"], "Calculation": ("link", "Calculations", len(out) + 2),
            "Times the limit": ("printed", v["factor"] or ""), "Grade": grade, "Standard": v["standard"],
            "Clause": v["clause"], "Food class of the limit": v["node_path"],
            "Standing of the limit": tr(limit_facts(store, v)[0]), "Method": d["method"],
            "Analyzer": analyzer,
            "Person": person[0] if person else tr("unattended") if d["person"] == "unattended" else d["person"],
            "Measured (instrument's clock)": ("time", d["measured_at_us"]), "Arrived": ("time", d["arrived_us"]),
            "Committed": ("time", v["committed_us"]), "Transmission": str(d["transmission"] or ""),
        })
    return out


PHRASES = ["simple acceptance", "guard band", " of U = ", ", full value", ", rounded value", ", components not detected count as ",
           "limit of the fresh food × ", " (dehydration)", ", judged as ", "mean of "]


def in_words(text, tr):
    """The judge's English with its phrases translated."""
    for phrase in PHRASES:
        text = text.replace(phrase, tr(phrase))
    return text


PREPARED = (("mass", "portion", "mass_unit"), ("volume", "volume", "volume_unit"), ("dilution", "dilution", None),
            ("blank", "blank", "blank_unit"), ("moisture", "moisture", "%"), ("recovery", "recovery", "%"))


def preparation_text(p, tr):
    lines = []
    for column, word, unit in PREPARED:
        if p and p[column] and (column, p[column]) != ("dilution", "1"):
            lines.append(" ".join(filter(None, (tr(word), p[column], unit if unit == "%" else unit and p[unit]))))
    return "\n".join(lines)


def expected_calculations(store, tr):
    out = []
    parts = collections.defaultdict(list)
    for row in store.db.execute("SELECT * FROM verdict_part ORDER BY determination"):
        parts[row["lab"], row["verdict"]].append(row["determination"])
    preparations = {(r["lab"], r["id"]): r for r in store.rows("preparation")}
    for e, v in store.exceedances():
        counted = []
        for key in parts.get((v["lab"], v["id"]), [v["determination"]]):
            d = store.tables["determination"][v["lab"], key]
            t = store.tables["transmission"].get((d["lab"], d["transmission"]))
            counted.append(f'{store.name(store.codes["analyte"][d["analyte"]])} {d["printed"]} {d["unit"]} · '
                           f'{t["station"] if t else tr("entered by hand")}')
        d = store.tables["determination"][v["lab"], v["determination"]]
        out.append({
            "Sample": store.samples[e["lab"], e["sample"]]["number"], "Exceedance": ("link", "Exceedances", len(out) + 2),
            "Analyte": store.name(store.codes["analyte"][e["analyte"]]), "Determinations counted": "\n".join(counted),
            "Result as printed": " ".join(filter(None, printed_of(d, v))),
            "Preparation": preparation_text(preparations.get((v["lab"], v["preparation"])), tr),
            "Steps": in_words(v["calculation"] or "", tr) or tr("as printed, in the limit's unit" if v["printed"] else "no steps are recorded"), "Value computed": ("printed", v["computed"] or ""),
            "Value judged": ("printed", v["value_text"]), "Unit": v["value_unit"],
            "Limit as printed": ("printed", v["limit_text"]), "Limit used": ("printed", v["limit_used"] or v["limit_text"]),
            "Limit's unit": v["limit_unit"],
            "Rule": in_words(v["rule"], tr),
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
        for (verdict, sample, reason), group in store.unsettled(lab):
            s = store.samples[lab, sample]
            names = [store.name(store.codes["analyte"][v["analyte"]]) for v in group]
            more = f" +{len(names) - 3}" if len(names) > 3 else ""
            detail = f'{group[0]["value_text"]} {group[0]["value_unit"]}' if len(group) == 1 else ""
            out.append({"Sample or specimen": s["number"], "What waits": tr(WORDS[verdict]),
                        "Laboratory": store.lab_title(lab), "Site": store.name(store.tables["site"][lab, s["site"]]),
                        "Commodity": store.commodity(s), "Code or analyte": ", ".join(names[:3]) + more,
                        "Reason": tr(WORDS[reason]), "Detail": detail, "Since": ("time", group[0]["committed_us"])})
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


def expected_limits(store, tr):
    """By edition, clause, analyte: each limit as it was used, with how many verdicts and exceedances."""
    groups = collections.defaultdict(list)
    for v in store.week_verdicts():
        if v["limit_text"]:
            groups[v["standard"], v["clause"], v["analyte"], v["limit_id"], v["limit_text"], v["limit_set"], v["limit_kind"]].append(v)
    out = []
    for key, verdicts in sorted(groups.items(), key=lambda item: [str(part) for part in item[0]]):
        v = verdicts[0]
        limit_set = store.codes["limit_set"][v["limit_set"]]
        standing, source, row = limit_facts(store, v)
        temporary = row and ("temporary" in row["conditions"].split("; ") or "temporary limit" in row["basis"] + row["note"])
        caution = "" if standing == "good" else "with reservations" if standing.startswith("good") else "verify first"
        out.append({
            "Edition": v["standard"], "Clause": v["clause"], "Analyte": store.name(store.codes["analyte"][v["analyte"]]),
            "Food class of the limit": v["node_path"], "Limit": ("printed", v["limit_text"]), "Unit": v["limit_unit"],
            "Temporary": tr("temporary") if temporary else "", "Conditions": row["conditions"] if row else "",
            "Residue definition": (row and row["residue_definition"]) or "", "Verdicts": ("count", len(verdicts)),
            "Exceedances (results)": ("count", sum(v["verdict"] == "exceeds" for v in verdicts)),
            "Caution": tr(caution) if caution else "", "Standing of the limit": tr(standing), "Source": source,
            "Checked by": limit_set["checked_by"] or "", "Set": v["limit_set"], "In force from": limit_set["effective_from"],
            "In force to": limit_set["effective_to"] or "", "By which date": tr("production date"),
            "Remark": "" if row else tr("no longer in the catalogue as it was used"),
        })
    return out


def expected_year(store, tr):
    """The laboratories' year, by title; money as decimals."""
    from_us = int(datetime.datetime(2025, 12, 29, tzinfo=ZONE).timestamp()) * 10**6  # Monday of 2026-W01
    moment = store.db.execute("SELECT at_us FROM change WHERE seq = ?", (store.as_of,)).fetchone()[0]
    last = {(r["lab"], r["row_key"]): r["seq"] for r in
            store.db.execute("SELECT lab, row_key, max(seq) AS seq FROM change WHERE table_name = 'determination' GROUP BY lab, row_key")}
    dec, out = decimal.Decimal, []
    for lab, row in store.labs.items():
        budgets = [b for b in store.rows("budget") if b["lab"] == lab and b["year"] == 2026 and b["seq"] <= store.as_of]
        given = [dec(b["amount"]) for b in budgets if b["kind"] == "appropriated"]
        payments = [dec(b["amount"]) for b in budgets if b["kind"] == "paid" and b["on_day"] <= "2026-11-22"]
        paid = sum(payments, dec(0))
        floor = dec("10000000") if row["kind"] == "city" else dec("7000000")
        samples = sum(s["lab"] == lab and from_us <= s["registered_at_us"] < TO_US and not store.is_void(s)
                      for s in store.samples.values())
        results = sum(d["lab"] == lab and from_us <= d["committed_us"] < TO_US and d["committed_us"] <= moment
                      and not (d["replaced_by"] and last[lab, d["id"]] <= store.as_of) for d in store.rows("determination"))
        found = 0
        for e in store.rows("exceedance"):
            if e["lab"] == lab and 202601 <= e["week"] <= WEEK and e["seq"] <= store.as_of:
                v = store.verdicts[lab, e["verdict"]]
                found += (not (e["withdrawn_seq"] and e["withdrawn_seq"] <= store.as_of) and not store.is_void(store.samples[lab, e["sample"]])
                          and store.newest[lab, v["sample"], v["analyte"]]["id"] == v["id"])
        cost = (paid / samples).quantize(dec("0.01"), decimal.ROUND_HALF_EVEN) if samples and payments else "–"
        out.append({"Laboratory": store.lab_title(lab), "Appropriated (CNY)": sum(given, dec(0)) if given else "–",
                    "Kind of laboratory": tr(row["kind"] + " laboratory"), "Floor (CNY)": floor,
                    "Against the floor": tr("no appropriation recorded" if not given else
                                            "below the floor" if sum(given) < floor else "at or above the floor"),
                    "Paid (CNY)": paid if payments else "–", "Samples": samples, "Results": results, "Cost per sample (CNY)": cost,
                    "Exceedances (results)": found})
    return out


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
