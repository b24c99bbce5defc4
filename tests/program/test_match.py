#!/usr/bin/python3
"""limsctl commodity match: the names of public bulletins and of the sampling rules. What matches is pinned by number, what must not
match by name: a change of either is looked at by a person."""
import os
import pathlib

from lims_programs import ROOT, Skip, check, check_equal, main

SHARED = pathlib.Path(os.environ.get("LIMS_SHARED", ROOT.parent / "shared")) / "data"

# names; exact, stripped, ambiguous, none
PINNED = {
    "bulletin_exceedances.csv": (405, 236, 32, 0, 137),
    "test_items_2026.csv": (259, 194, 0, 1, 64),
}
# What was made of a food, and what is none, in the bulletins.
NOT_FOODS_OF_A_CLASS = (
    "油条（自制）", "复用餐饮具", "鸡蛋糕", "干姜", "香辣海带菜", "自制驴肉", "即食海带丝", "玉米窝头", "红枣桂圆莲子羹", "竹盐枇杷干", "韩式烤鱼片",
    "调味黄泥螺", "有机西红柿枸杞原浆", "黄豆酱汁", "纯玉米糊", "爆皮葡萄", "食用农产品", "筷子（已消毒）", "原味豌豆（炒货食品及坚果制品）", "山药葛根玉米羹")
SURE = {"韭菜": "chinese-chive", "精品红土老姜": "ginger", "豇豆（长豆角）": "yardlong-bean", "碧螺春二号": "tea", "新鲜小葱/香葱": "welsh-onion",
        "豆角": "beans-in-the-pod", "黑木耳": "dried-wood-ear", "樵夫清润（饮用纯净水）": "purified-water", "泰夹牌椴树蜜": "honey"}


def counted(rows):
    kinds = [row["match"] for row in rows[:-1]]
    return (len(kinds), *(kinds.count(kind) for kind in ("exact", "stripped", "ambiguous", "none")))


def match_shared(place, name):
    if not (SHARED / name).exists():
        raise Skip(f"{name} is not here: no $LIMS_SHARED and no ../shared")
    place.must("init")
    return place.json("commodity", "match", SHARED / name)


def check_rows(rows):
    for row in rows[:-1]:
        if row["match"] in ("exact", "stripped"):
            check(row["commodity"] and row["name"] and row["by"] and "gb2762" in row and "gb2763" in row, f"not whole: {row}")
            check(bool(row["gb2762"] and row["gb2763"]) == ("note" not in row), f"a place that is missing and not said: {row}")
        else:
            check("commodity" not in row, f"a commodity without a match: {row}")
    total, exact, stripped, ambiguous, none = counted(rows)
    check_equal({key: rows[-1][key] for key in ("names", "matched", "ambiguous", "none")},
                {"names": total, "matched": exact + stripped, "ambiguous": ambiguous, "none": none}, "the sum")


def test_bulletins(place):
    """the names of the bulletins: counts, and what must not match"""
    rows = match_shared(place, "bulletin_exceedances.csv")
    check_rows(rows)
    check_equal(counted(rows), PINNED["bulletin_exceedances.csv"], "names, exact, stripped, ambiguous, none")
    by_name = {row["key"]: row for row in rows[:-1]}
    for name in NOT_FOODS_OF_A_CLASS:
        check_equal(by_name[name]["match"], "none", name)
    for name, code in SURE.items():
        check_equal(by_name[name].get("commodity"), code, name)
    check_equal(by_name["韭菜"]["gb2763"], "蔬菜 > 鳞茎类蔬菜 > 绿叶葱类 > 韭菜", "the place of 韭菜")


def test_rules(place):
    """the foods of the sampling rules: counts"""
    rows = match_shared(place, "test_items_2026.csv")
    check_rows(rows)
    check_equal(counted(rows), PINNED["test_items_2026.csv"], "names, exact, stripped, ambiguous, none")


def test_formats(place):
    """a list of names, in each format, in each encoding; a column by its heading"""
    place.must("init")
    names = "韭菜\n精品韭菜（散装）\n韭菜\n炸薯条\n韭菜（芹菜）\n"
    place.write("names.txt", names)
    place.write("names-gb.txt", names.encode("gb18030"))
    rows = place.csv("commodity", "match", "names.txt")
    check_equal([(row["key"], row["times"], row["match"], row["commodity"]) for row in rows[:-1]],
                [("韭菜", "2", "exact", "chinese-chive"), ("精品韭菜（散装）", "1", "stripped", "chinese-chive"),
                 ("炸薯条", "1", "none", ""), ("韭菜（芹菜）", "1", "ambiguous", "")], "the rows")
    check_equal(place.csv("commodity", "match", "names-gb.txt"), rows, "in GB18030")
    table = place.must("commodity", "match", "names.txt").splitlines()
    check_equal(len(table), 6, "lines of the table")
    place.write("names.csv", "a,b\n1,韭菜\n")
    check("--column" in place.refuse(1, "commodity", "match", "names.csv"), "no word of --column")
    check_equal(place.json("commodity", "match", "names.csv", "--column", "b")[0]["commodity"], "chinese-chive", "by --column")
    place.refuse(1, "commodity", "match", "names.csv", "--column", "c")


main(globals())
