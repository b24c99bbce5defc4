#!/usr/bin/python3
"""Foods of a class that the tables of limits name and annex A does not: products of fish, offal that was cooked, melons. A wrong
class passes what exceeds, or the other way round."""
import csv
import io

from lims_programs import check_equal, main


def judge(place, rows):
    """Of food, analyte, value and date: verdict and limit, each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("commodity", "analyte", "value", "unit", "date"))
    writer.writerows((*row[:3], "", row[3]) for row in rows)
    place.write("rows.csv", text.getvalue())
    place.must("init")
    return [(row["verdict"], row["limit_used"]) for row in csv.DictReader(io.StringIO(place.must("judge", "--csv", "rows.csv")))]


def check_rows(place, rows, dates=("2025-10-01", "2026-10-01")):
    """In both editions of GB 2762, unless other days are given."""
    asked = [(*row[:3], date) for date in dates for row in rows]
    for row, found in zip(asked, judge(place, asked)):
        expected = next(one[3:] for one in rows if one[:3] == row[:3])
        check_equal(found, expected, " ".join(row))


def test_fish(place):
    """products of fish: lead 0.5 and not 1.0, cadmium, inorganic arsenic; a tin of fish is a tin"""
    check_rows(place, (
        ("咸鱼", "铅", "0.8mg/kg", "exceeds", "0.5 mg/kg"),
        ("咸鱼", "镉", "0.1mg/kg", "complies", "0.1 mg/kg"),
        ("咸鱼", "无机砷", "0.2mg/kg", "exceeds", "0.1 mg/kg"),
        ("熏鱼", "铅", "0.8mg/kg", "exceeds", "0.5 mg/kg"),
        ("熏鱼", "苯并[a]芘", "5.1μg/kg", "exceeds", "5.0 µg/kg"),
        ("熏烤水产品", "苯并[a]芘", "5.1μg/kg", "exceeds", "5.0 µg/kg"),
        ("熏烤水产品", "铅", "0.8mg/kg", "undetermined", "0.5 mg/kg"),
        ("鱼丸", "铅", "0.5mg/kg", "complies", "0.5 mg/kg"),
        ("鱼丸", "铅", "0.8mg/kg", "undetermined", "0.5 mg/kg"),
        ("鱼丸", "铅", "1.1mg/kg", "exceeds", "1.0 mg/kg"),
        ("鱼类罐头", "N-二甲基亚硝胺", "5μg/kg", "undetermined", ""),
        ("鱼类罐头", "铅", "0.6mg/kg", "exceeds", "0.5 mg/kg"),
        ("水产品罐头", "铅", "0.6mg/kg", "undetermined", "0.5 mg/kg"),
        ("盐渍水产品", "铅", "0.6mg/kg", "undetermined", "0.5 mg/kg"),
    ))


def test_offal(place):
    """cooked offal is not cooked meat: lead 0.5, cadmium of liver 0.5, of stomach none"""
    check_rows(place, (
        ("卤猪肝", "铅", "0.4mg/kg", "complies", "0.5 mg/kg"),
        ("卤猪肝", "镉", "0.4mg/kg", "complies", "0.5 mg/kg"),
        ("卤猪肝", "镉", "0.6mg/kg", "exceeds", "0.5 mg/kg"),
        ("卤猪肚", "铅", "0.4mg/kg", "complies", "0.5 mg/kg"),
        ("卤猪肚", "镉", "0.4mg/kg", "undetermined", ""),
        ("卤猪肚", "N-二甲基亚硝胺", "3.1μg/kg", "exceeds", "3.0 µg/kg"),
        ("卤牛肉", "铅", "0.4mg/kg", "exceeds", "0.3 mg/kg"),
    ))


def test_melons(place):
    """whether 甜瓜 in a table covers Hami melons is not known: the strictest lets pass, both together forbid"""
    check_rows(place, (
        ("哈密瓜", "啶虫脒", "0.2mg/kg", "complies", "0.2 mg/kg"),
        ("哈密瓜", "啶虫脒", "1mg/kg", "undetermined", "0.2 mg/kg"),
        ("哈密瓜", "啶虫脒", "2.1mg/kg", "exceeds", "2 mg/kg"),
        ("香瓜", "啶虫脒", "1mg/kg", "undetermined", "0.2 mg/kg"),
        ("甜瓜", "啶虫脒", "0.3mg/kg", "exceeds", "0.2 mg/kg"),
        ("哈密瓜", "氯氟氰菊酯和高效氯氟氰菊酯", "0.07mg/kg", "undetermined", "0.05 mg/kg"),
    ), dates=("2026-05-01",))


def test_regions(place):
    """白菜 is Chinese cabbage or pak choi, 蒜苗 green garlic or garlic stems, by who says it; a bracket tells"""
    check_rows(place, (
        ("白菜", "敌百虫", "0.1mg/kg", "complies", "0.1 mg/kg"),
        ("白菜", "敌百虫", "1mg/kg", "undetermined", "0.1 mg/kg"),
        ("白菜", "敌百虫", "2.1mg/kg", "exceeds", "2 mg/kg"),
        ("白菜(大白菜)", "敌百虫", "1mg/kg", "complies", "2 mg/kg"),
        ("蒜苗", "噻虫嗪", "2mg/kg", "undetermined", "1 mg/kg"),
        ("蒜苗(蒜薹)", "噻虫嗪", "2mg/kg", "exceeds", "1 mg/kg"),
        ("蒜苗(青蒜)", "噻虫嗪", "2mg/kg", "complies", "3 mg/kg"),
    ), dates=("2026-05-01",))


def test_juices(place):
    """juice of unknown fruit may be of berries; grape juice has a limit of its own"""
    check_rows(place, (
        ("苹果汁", "铅", "0.04mg/kg", "exceeds", "0.03 mg/kg"),
        ("果汁饮料", "铅", "0.04mg/kg", "undetermined", "0.03 mg/kg"),
        ("果汁饮料", "铅", "0.06mg/kg", "exceeds", "0.05 mg/kg"),
        ("葡萄汁", "铅", "0.04mg/kg", "complies", "0.04 mg/kg"),
        ("葡萄汁", "铅", "0.041mg/kg", "exceeds", "0.04 mg/kg"),
    ))


def test_named(place):
    """foods that a table or annex A names"""
    check_rows(place, (
        ("面筋", "铅", "0.6mg/kg", "exceeds", "0.5 mg/kg"),
        ("五香粉", "铅", "2.9mg/kg", "complies", "3.0 mg/kg"),
        ("八宝粥罐头", "铅", "0.4mg/kg", "complies", "0.5 mg/kg"),
        ("多汁乳菇", "镉", "1.1mg/kg", "exceeds", "1.0 mg/kg"),
        ("獐头菌", "镉", "0.7mg/kg", "exceeds", "0.6 mg/kg"),
        ("香肠", "铅", "0.31mg/kg", "exceeds", "0.3 mg/kg"),
        ("黄油", "苯并[a]芘", "11μg/kg", "exceeds", "10 µg/kg"),
    ))


main(globals())
