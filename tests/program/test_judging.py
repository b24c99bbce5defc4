#!/usr/bin/python3
"""limsctl judge with what a person may give beside a value: the answer tells what was printed, computed and compared, and by
which rule; a file takes the same as columns."""
from lims_programs import check, check_equal, check_has, main


def judge(place, *words):
    return place.json("judge", *words)


def test_dry_weight(place):
    """a moisture brings the value to the basis of its limit, and the steps are told"""
    place.must("init")
    words = ["--commodity", "黑木耳", "--analyte", "镉", "--value", "0.3mg/kg", "--date", "2026-10-01"]
    check_equal(judge(place, *words)["reason-code"], "condition", "without the moisture")
    one = judge(place, *words, "--moisture", "50")
    check_equal((one["verdict"], one["printed"], one["computed"]), ("exceeds", "0.3 mg/kg", "0.6"), "0.3 / (1 - 50 %)")
    check_has(one["calculation"], "dry weight", "0.6 mg/kg")
    check_has(one["rule"], "simple acceptance", "full value")
    check_equal(judge(place, *words, "--moisture", "40")["verdict"], "complies", "0.3 / (1 - 40 %) = 0.5")


def test_soil(place):
    """pH and land use choose the band"""
    place.must("init")
    words = ["--commodity", "土壤", "--analyte", "镉", "--value", "0.5", "--unit", "mg/kg", "--date", "2026-05-01"]
    bands = {("5.5", "other"): "exceeds", ("7.6", "other"): "complies", ("6.6", "paddy"): "complies", ("6.5", "paddy"): "exceeds"}
    for (ph, use), verdict in bands.items():
        check_equal(judge(place, *words, "--ph", ph, "--land-use", use)["verdict"], verdict, f"pH {ph}, {use}")
    one = judge(place, *words, "--ph", "15")
    check_equal((one["verdict"], one["reason-code"]), ("undetermined", "unreadable"), "a pH of 15")
    check_has(one["reason"], "ph", "14")


def test_rules(place):
    """LOD, rounding, guard band and screens, as they are given"""
    place.must("init")
    lead = ["--commodity", "菠菜", "--analyte", "铅", "--unit", "mg/kg", "--date", "2026-10-01"]  # 0.3 mg/kg
    for more, verdict, code in ((["--value", "0.02", "--lod", "0.05"], "complies", "not-detected"),
                                (["--value", "未检出", "--lod", "0.5"], "undetermined", "lod-above-limit"),
                                (["--value", "0.34"], "exceeds", "above-limit"),
                                (["--value", "0.34", "--comparison", "rounded"], "complies", "at-or-below-limit"),
                                (["--value", "0.29", "--decision", "guard-band", "--uncertainty", "20"], "undetermined",
                                 "within-guard-band"),
                                (["--value", "0.29", "--decision", "guard-band", "--uncertainty", "2"], "complies",
                                 "at-or-below-limit"),
                                (["--value", "0.34", "--lod", "?"], "undetermined", "unreadable")):
        one = judge(place, *lead, *more)
        check_equal((one["verdict"], one["reason-code"]), (verdict, code), " ".join(more))
    screen = ["--commodity", "菠菜", "--analyte", "酶抑制率", "--value", "62%"]
    for more, verdict in (([], "screening-positive"), (["--method", "NY/T 448"], "complies"),
                          (["--method", "GB/T 5009.199"], "screening-positive"), (["--limit", "≤70%"], "complies")):
        check_equal(judge(place, *screen, *more)["verdict"], verdict, " ".join(more))


def test_slips(place):
    """a word that is none of its choices is told; a Chinese one is known"""
    place.must("init")
    words = ["--commodity", "土壤", "--analyte", "镉", "--value", "0.5mg/kg", "--date", "2026-05-01", "--ph", "6.6"]
    check_equal(judge(place, *words, "--land-use", "水田")["verdict"], "complies", "a paddy field")
    one = judge(place, *words, "--land-use", "moon")
    check_equal((one["verdict"], one["reason-code"]), ("undetermined", "unreadable"), "a field on the moon")
    check_has(one["reason"], "moon", "paddy|other|orchard")
    check_has(place.refuse(2, "judge", *words, "--comparison", "exact"), "full|rounded")
    check_has(place.refuse(2, "judge", *words, "--fat", "much"), "fat")


def test_columns(place):
    """the columns of a file are the parameters of one value"""
    place.must("init")
    place.write("rows.csv", "commodity,analyte,value,unit,date,ph,land-use,method,lod,moisture\n"
                            "土壤,镉,0.5,mg/kg,2026-05-01,7.6,other,,,\n"
                            "土壤,镉,0.5,mg/kg,2026-05-01,5.5,水田,,,\n"
                            "土壤,镉,0.5,mg/kg,2026-05-01,15,other,,,\n"
                            "黑木耳,镉,0.3,mg/kg,45992,,,,,50\n"
                            "菠菜,酶抑制率,62,%,,,,NY/T 448,,\n"
                            "菠菜,铅,0.02,mg/kg,2026-10-01,,,,0.05mg/kg,\n")
    rows = place.csv("judge", "--csv", "rows.csv")
    check_equal([row["verdict"] for row in rows], ["complies", "exceeds", "undetermined", "exceeds", "complies", "complies"], "verdicts")
    check_has(rows[2]["reason"], "unreadable", "ph", "14")
    check(all(row["commodity"] and row["reason"] for row in rows), "a row lost its own columns")


main(globals())
