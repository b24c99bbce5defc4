#!/usr/bin/python3
"""Settings, methods' rules, detection limits, budgets and corrections as a person gives them, with a daemon and without: what
is said, what is refused in one line, what is judged anew, what a second init leaves alone."""
import os
import shutil

from lims_programs import DATA, check, check_equal, check_has, free_port, main, message, station_config, wait_until

SEND = ["--driver", "gcmsms-astm"]


def deliver(place, *specimens):
    """A station whose analyzer sends each specimen (name, results) as one message; the daemon, still running."""
    port = free_port()
    with open(place.config, "a", encoding="utf-8") as file:
        file.write(station_config("gc", port))
    daemon = place.start()
    for count, (specimen, *results) in enumerate(specimens, 1):
        name = place.write(f"{specimen}.astm", message(specimen, *results, moment=f"2026112409{count:02}00"))
        place.must("replay", "--to", f"tcp:127.0.0.1:{port}", *SEND, name)
        place.wait_delivered(count)
    return daemon


def results(place, *words):
    return {(row["sample"], row["analyte"]): row for row in place.json("result", "list", *words)}


# ---- settings ----


def test_settings(place):
    """each is listed with what it may be; a change stays with who and when"""
    place.make()
    rows = {row["key"]: row for row in place.json("setting", "list")}
    check_equal((rows["judge.comparison"]["value"], rows["judge.comparison"]["may-be"]), ("full", "full|rounded"), "comparison")
    check_equal(rows["judge.at-threshold"]["value"], "positive", "the standard's words")
    check_equal((rows["budget.floor-city"]["value"], rows["budget.floor-county"]["value"]), ("10000000", "8000000"), "floors")
    place.must("setting", "set", "--name", "judge.decision", "--value", "guard-band")
    row = next(row for row in place.json("setting", "list") if row["key"] == "judge.decision")
    check_equal(row["value"], "guard-band", "after setting")
    check("set-by" in row and "set-at" in row, f"who and when: {row}")
    check_equal([row["value"] for row in place.json("setting", "history", "--name", "judge.decision")], ["guard-band"], "history")
    check_has(place.refuse(1, "setting", "set", "--name", "judge.decision", "--value", "perhaps"), "simple|guard-band")
    check_has(place.refuse(1, "setting", "set", "--name", "judge.luck", "--value", "1"), "judge.luck", "judge.decision")
    audit = place.rows("lims.db", "SELECT action, object FROM audit WHERE action LIKE 'setting%'")
    check_equal(audit, [("setting set", "judge.decision")], "audit")


def test_judged_anew(place):
    """a setting changed beside a running daemon judges what stands anew, and what comes after by it"""
    place.make()
    place.add_sample("--client", "S1", "--produced-on", "2026-11-20")
    place.add_sample("--client", "S2", "--produced-on", "2026-11-20")
    limit = place.json("judge", "--commodity", "菠菜", "--analyte", "镉", "--value", "0.3", "--unit", "mg/kg", "--date",
                       "2026-11-20")
    check_equal((limit["verdict"], limit["limit"]), ("exceeds", "0.2 mg/kg"), "cadmium in spinach")
    daemon = deliver(place, ("S1", ("Cadmium", "0.24", "mg/kg")))
    check_equal([row["verdict"] for row in results(place).values()], ["exceeds"], "0.24 in full")
    place.must("setting", "set", "--name", "judge.comparison", "--value", "rounded")
    wait_until("the verdict by the new rule", lambda: [row["verdict"] for row in results(place).values()] == ["complies"])
    check_equal(next(iter(results(place).values()))["rule"], "simple acceptance, rounded value", "the rule named")
    check_equal(place.stop(daemon), 0, "limsd's end")
    place.must("setting", "set", "--name", "judge.comparison", "--value", "full")
    check_equal([row["verdict"] for row in results(place).values()], ["exceeds"], "without a daemon")
    check_equal(place.rows("lims.db", "SELECT count(*) FROM verdict")[0][0], 3, "verdicts, none overwritten")


# ---- methods ----


def test_methods(place):
    """what a laboratory sets of a method, and its detection limits, survive an init with another methods.csv"""
    data = place.directory / "data"
    shutil.copytree(DATA, data)
    place.make()
    place.must("method", "set", "--code", "GB 5009.15", "--rounding", "2 significant", "--uncertainty", "10")
    place.write("limits.csv", "方法,检测项目,单位,检出限,基质\nGB 5009.15,镉,mg/kg,0.001,\n")
    place.must("method", "import-limits", "limits.csv")
    table = data / "catalogue" / "methods.csv"
    lines = table.read_text().splitlines()
    head = lines[0].split(",")
    changed = [line for line in lines if not line.startswith("GB 5009.15,")]
    cells = {"code": "GB 5009.15", "name": "食品中镉的测定", "standard": "GB 5009.15", "rounding": "4 places", "rpd_limit": "20"}
    table.write_text("\n".join(changed + [",".join(cells.get(name, "") for name in head)]) + "\n")
    before = os.environ["LIMS_DATA"]
    os.environ["LIMS_DATA"] = str(data)
    try:
        place.must("init")
    finally:
        os.environ["LIMS_DATA"] = before
    row = next(row for row in place.json("method", "list") if row["key"] == "GB 5009.15")
    check_equal((row["rounding"], row["uncertainty"], row["rpd-limit"]), ("2 significant", "10", "20"), "after init")
    check_equal((row["set-here"], row["detection-limits"]), ("rounding, uncertainty", 1), "what was set here")
    check_equal(place.json("method", "limits")[0]["lod"], "0.001", "the imported limit")
    check_has(place.refuse(1, "method", "set", "--code", "GB 5009.15", "--formula", "(c - c0) * V * f"), "formula", "GB 5009.15")
    check_has(place.refuse(1, "method", "set", "--code", "GB 1", "--rounding", "none"), "GB 1")
    place.write("bad.csv", "method,analyte,unit,lod,loq\nGB 5009.15,Pb,mg/kg,0.1,0.01\n")
    done = place.limsctl("method", "import-limits", "bad.csv")
    check(done.status == 1 and "bad.csv:2: lod 0.1: must not be above the loq" in done.err, str(done))


# ---- budgets ----


def test_budgets(place):
    """exact sums, corrections with the other sign, the floor"""
    place.make()
    for amount in ("1234567.89", "6765432.10", "0.02", "-0.01"):
        place.must("budget", "add", "--lab", "C01", "--year", "2026", "--kind", "appropriated", "--amount", amount)
    place.must("budget", "add", "--year", "2026", "--kind", "paid", "--amount", "0.1", "--date", "2026-03-01", "--note", "纸")
    check_equal([row["amount"] for row in place.json("budget", "list", "--lab", "C01", "--year", "2026")],
                ["1234567.89", "6765432.10", "0.02", "-0.01", "0.10"], "rows")
    year = place.json("budget", "show", "--year", "2026")[0]
    check_equal((year["appropriated"], year["paid"], year["floor"], year["below-floor"]),
                ("8000000.00", "0.10", "8000000.00", False), "sums")
    check_has(place.refuse(1, "budget", "add", "--year", "2026", "--kind", "paid", "--amount", "-0.11"), "0.10 so far")
    check_has(place.refuse(1, "budget", "add", "--year", "2026", "--kind", "paid", "--amount", "1.005"), "two places")
    place.refuse(2, "budget", "add", "--year", "2026", "--kind", "given", "--amount", "1")


# ---- corrections ----


def test_corrections(place):
    """a wrong vial, a wrong value, no value: both samples are judged anew, everything stays with who and why"""
    place.make()
    first = place.add_sample("--client", "S1", "--produced-on", "2026-11-20")
    second = place.add_sample("--client", "S2", "--produced-on", "2026-11-20")
    deliver(place, ("S1", ("Cadmium", "0.5", "mg/kg"), ("Lead", "0.01", "mg/kg")))
    transmission = place.json("transmission", "list")[0]["id"]
    place.must("result", "relink", "--transmission", transmission, "--from", "S1", "--to", "S2", "--reason", "wrong vial")
    check_equal({key: row["verdict"] for key, row in results(place).items()},
                {(second, "cadmium"): "exceeds", (second, "lead"): "complies"}, "relinked")
    cadmium = results(place)[second, "cadmium"]
    check_equal(cadmium["why"], "wrong vial", "why")
    place.must("result", "correct", "--id", cadmium["id"], "--value", "50 µg/kg", "--reason", "diluted, not entered")
    corrected = results(place)[second, "cadmium"]
    check_equal((corrected["verdict"], corrected["judged"], corrected["replaces"]), ("complies", "0.050", cadmium["id"]), "corrected")
    place.must("result", "withdraw", "--id", results(place)[second, "lead"]["id"], "--reason", "blank was contaminated")
    check_equal(list(results(place)), [(second, "cadmium")], "withdrawn")
    history = place.json("result", "list", "--history", "yes")
    check_equal(sorted((row["sample"], row.get("replaced-why", "-"), row.get("replaced-sample", "-")) for row in history),
                sorted([(first, "wrong vial", second), (first, "wrong vial", second), (second, "diluted, not entered", second),
                        (second, "blank was contaminated", second), (second, "-", "-")]), "history")
    check_has(place.refuse(1, "result", "correct", "--id", cadmium["id"], "--value", "1", "--reason", "x"), "counts no more")
    check_has(place.refuse(1, "result", "relink", "--to", "S1", "--reason", "x"), "--transmission and --from")
    exceeding = place.rows("lims.db", "SELECT count(*) FROM exceedance WHERE withdrawn_seq IS NULL")
    check_equal(exceeding, [(0,)], "exceedances that stand")
    actions = [row[0] for row in place.rows("lims.db", "SELECT action FROM audit WHERE action LIKE 'result%' ORDER BY n")]
    check_equal(actions, ["result relink", "result correct", "result withdraw"], "audit")


if __name__ == "__main__":
    main(globals())
