"""Grids from GeoJSON files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely import from_wkb

from cases.people import Level, Unit
from cases.places import Units
from cases.triage.coordinates import wgs84_to_gcj02
from gridbell.imports.findings import BadFile
from gridbell.imports.grids import GridImport, read_grids
from tests.gridbell.county import COUNTY, FIRST, KNOWN, TOWN, VILLAGE, feature, geojson, square

ONE = "990101001001001"
TWO = "990101001001002"
HERE = square(116.10, 28.40)
NEXT = square(116.11, 28.40)


def read(folder: Path, *features: Any, **more: Any) -> GridImport:
    return read_grids(geojson(folder / "g.geojson", list(features), **more), Units(), (), COUNTY)


def told(folder: Path, *features: Any, **more: Any) -> list[str]:
    with pytest.raises(BadFile) as refused:
        read(folder, *features, **more)
    return [str(finding) for finding in refused.value.findings]


def test_the_units_above_a_grid_follow_from_its_code(tmp_path: Path) -> None:
    found = read(tmp_path, feature(ONE, "第一网格", HERE))
    assert found.units == [COUNTY, TOWN, VILLAGE, FIRST]
    assert from_wkb(found.grids[0].wkb).bounds == pytest.approx((116.10, 28.40, 116.11, 28.41))
    assert list(found.changes.added) == [
        "青石镇（990101001）",
        "桥头村（990101001001）",
        "第一网格（990101001001001）",
    ]


def test_a_second_import_changes_nothing_and_tells_what_the_file_lacks(tmp_path: Path) -> None:
    both = [feature(ONE, "第一网格", HERE), feature(TWO, "第二网格", NEXT)]
    first = read(tmp_path, *both)
    known = Units({unit.code: unit for unit in first.units})
    again = read_grids(geojson(tmp_path / "g.geojson", both), known, first.grids, COUNTY)
    assert (again.grids, again.units) == ([], [])
    assert len(again.changes.unchanged) == 4
    half = read_grids(geojson(tmp_path / "g.geojson", both[:1]), known, first.grids, COUNTY)
    assert half.changes.missing == ("已有网格“第二网格”（990101001001002）",)


def test_a_moved_border_and_a_new_name_are_changes(tmp_path: Path) -> None:
    first = read(tmp_path, feature(ONE, "第一网格", HERE))
    known = Units({unit.code: unit for unit in first.units})
    moved = geojson(tmp_path / "g.geojson", [feature(ONE, "第一网格", square(116.1, 28.4, 0.02))])
    assert read_grids(moved, known, first.grids, COUNTY).changes.changed == ("第一网格（990101001001001）",)
    renamed = geojson(tmp_path / "g.geojson", [feature(ONE, "桥头网格", HERE)])
    found = read_grids(renamed, known, first.grids, COUNTY)
    assert found.units == [Unit(ONE, "桥头网格", Level.GRID, VILLAGE.code)]
    assert found.grids == []


def test_a_renamed_county_is_a_change(tmp_path: Path) -> None:
    grid = feature(ONE, "第一网格", HERE)
    first = read(tmp_path, grid)
    renamed = replace(COUNTY, name="云溪区")
    known = Units({unit.code: unit for unit in first.units})
    found = read_grids(geojson(tmp_path / "g.geojson", [grid]), known, first.grids, renamed)
    assert found.units == [renamed]
    assert found.changes.changed == ("云溪区（990101）",)


def test_grids_of_another_county_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "g.geojson", [feature("990102001001001", "第一网格", HERE)])
    with pytest.raises(BadFile, match="请把 \\[county\\] code 改为 990101"):
        read_grids(path, KNOWN, (), replace(COUNTY, code="990102"))


def test_the_same_outline_started_at_another_corner_is_no_change(tmp_path: Path) -> None:
    first = read(tmp_path, feature(ONE, "第一网格", HERE))
    turned = [*HERE[2:], *HERE[1:3]]
    again = geojson(tmp_path / "g.geojson", [feature(ONE, "第一网格", turned)])
    known = Units({unit.code: unit for unit in first.units})
    assert read_grids(again, known, first.grids, COUNTY).grids == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, "编码“”不对。请写 15 位数字"),
        ("99010100100100", "请写 15 位数字"),
        ("9.90101E+14", "科学计数法"),
        (9.90101001001001e14, "带小数的数字"),
        ("110101001001001", "不是本县的。前 6 位应是本县代码 990101"),
        (True, "请写 15 位数字"),
    ],
)
def test_a_bad_code_is_named(tmp_path: Path, code: object, words: str) -> None:
    (line,) = told(tmp_path, feature(code, "第一网格", HERE))
    assert line.startswith("第 1 个要素（第一网格）")
    assert words in line


def test_a_whole_number_of_fifteen_digits_is_a_code(tmp_path: Path) -> None:
    assert [grid.code for grid in read(tmp_path, feature(int(ONE), "第一网格", HERE)).grids] == [ONE]


BOW = [(116.10, 28.40), (116.11, 28.41), (116.11, 28.40), (116.10, 28.41), (116.10, 28.40)]


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        (BOW, "边界自相交，在 116.105 28.405 附近"),
        ([(28.40, 116.10), (28.41, 116.10), (28.41, 116.11), (28.40, 116.10)], "经度和纬度写反了"),
        (square(2.35, 48.85), "位置在中国之外"),
        (square(500000, 3100000, 100), "以米为单位的投影坐标"),
        (square(116, 28, 1), "面积超过"),
        ([(116.1, 28.4), (116.1, 28.4), (116.1, 28.4), (116.1, 28.4)], "不成立"),
        ([(116.1, 28.4), (116.2, 28.4)], "坐标读不懂"),
    ],
)
def test_a_bad_outline_is_named(tmp_path: Path, ring: Any, words: str) -> None:
    (line,) = told(tmp_path, feature(ONE, "第一网格", ring))
    assert words in line


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": [116.1, 28.4]}, "面"])
def test_what_is_no_area_is_refused(tmp_path: Path, geometry: object) -> None:
    (line,) = told(tmp_path, feature(ONE, "第一网格", HERE) | {"geometry": geometry})
    assert "不是面" in line


def test_overlapping_grids_are_named_in_pairs(tmp_path: Path) -> None:
    lines = told(tmp_path, feature(ONE, "第一网格", HERE), feature(TWO, "第二网格", square(116.105, 28.40)))
    assert lines == [
        "第 1 个要素（第一网格）：与第 2 个要素（第二网格）重叠 50.0%。请改边界，重叠不要超过较小一个的 1%。"
    ]


def test_a_sliver_below_one_per_cent_is_accepted(tmp_path: Path) -> None:
    sliver = square(116.10995, 28.40)
    assert len(read(tmp_path, feature(ONE, "第一网格", HERE), feature(TWO, "第二网格", sliver)).grids) == 2


def test_a_grid_over_one_that_is_kept_is_refused(tmp_path: Path) -> None:
    first = read(tmp_path, feature(ONE, "第一网格", HERE))
    known = Units({unit.code: unit for unit in first.units})
    path = geojson(tmp_path / "g.geojson", [feature(TWO, "第二网格", square(116.105, 28.40))])
    with pytest.raises(BadFile, match=r"与已有网格“第一网格”（990101001001001）重叠 50\.0%"):
        read_grids(path, known, first.grids, COUNTY)


def test_a_code_used_twice_and_a_village_of_two_names_are_named(tmp_path: Path) -> None:
    lines = told(
        tmp_path,
        feature(ONE, "第一网格", HERE),
        feature(ONE, "另一网格", NEXT),
        feature(TWO, "第二网格", square(116.12, 28.4), village="桥尾村"),
    )
    assert lines == [
        "第 2 个要素（另一网格）：编码“990101001001001”与第 1 个要素（第一网格）重复。每个网格的编码各不相同。",
        "第 3 个要素（第二网格）：990101001001 在这里叫“桥尾村”，"
        "在第 1 个要素（第一网格）叫“桥头村”。同一编码请用同一名称。",
    ]


def test_two_grids_of_one_name_in_a_village_are_named(tmp_path: Path) -> None:
    (line,) = told(tmp_path, feature(ONE, "第一网格", HERE), feature(TWO, "第一网格", NEXT))
    assert "名称“第一网格”与第 1 个要素（第一网格）相同" in line


@pytest.mark.parametrize("missing", ["name", "village", "town"])
def test_a_missing_name_is_named(tmp_path: Path, missing: str) -> None:
    grid = feature(ONE, "第一网格", HERE)
    grid["properties"][missing] = " "
    (line,) = told(tmp_path, grid)
    assert f"没有写 {missing}" in line


@pytest.mark.parametrize("key", ["name", "village", "town"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("第\0一", "有看不见的字符（U+0000）"),
        ("第\ud800一", "有看不见的字符（U+D800）"),
        ("第\n一", "有换行"),
        ("第\ufffd一", "有乱码（�）"),
    ],
)
def test_a_name_that_is_no_visible_text_is_named_with_its_property(
    tmp_path: Path, key: str, name: str, words: str
) -> None:
    grid = feature(ONE, "第一网格", HERE)
    grid["properties"][key] = name
    (line,) = told(tmp_path, grid)
    assert f"{key} 里{words}。" in line
    assert line.encode("utf-8")


def nested(depth: int) -> Any:
    """Lists within lists."""
    found: Any = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("coordinates", "words"), [([[[10**400, 28.4]] * 4], "坐标读不懂"), (nested(900), "坐标读不懂")]
)
def test_coordinates_beyond_all_measure_are_told(tmp_path: Path, coordinates: Any, words: str) -> None:
    (line,) = told(
        tmp_path, feature(ONE, "第一网格", HERE) | {"geometry": {"type": "Polygon", "coordinates": coordinates}}
    )
    assert words in line


def test_lists_where_a_word_belongs_are_told(tmp_path: Path) -> None:
    grid = feature(nested(900), "第一网格", HERE) | {"geometry": {"type": nested(900)}}
    assert len(told(tmp_path, grid)) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"features": [{"properties": {"code": ' + "9" * 5_000 + "}}]}", "有一个数字长达几千位"),
        ('{"type": ', "第 1 行：不是 JSON"),
        ("[]", "不是 GeoJSON 要素集合"),
        ('{"type": "FeatureCollection", "features": []}', "没有一个要素"),
        ('{"features": [1, {"properties": null}]}', "第 2 个要素：不是带属性的 Feature"),
        ("[" * 100_000, "括号套得太深"),
    ],
)
def test_what_is_no_geojson_says_so(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "g.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile, match=words):
        read_grids(path, Units(), (), COUNTY)


@pytest.mark.parametrize(
    ("name", "words"),
    [("GCJ02", "GCJ-02"), ("urn:ogc:def:crs:EPSG::3857", "EPSG:3857"), ("BD09", "BD-09")],
)
def test_another_coordinate_system_is_refused(tmp_path: Path, name: str, words: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    (line,) = told(tmp_path, feature(ONE, "第一网格", HERE), crs=crs)
    assert words in line


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"])
def test_the_usual_names_of_wgs84_are_accepted(tmp_path: Path, name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert read(tmp_path, feature(ONE, "第一网格", HERE), crs=crs).grids


def test_a_first_file_that_names_no_coordinate_system_is_noted(tmp_path: Path) -> None:
    grid = feature(ONE, "第一网格", HERE)
    first = read(tmp_path, grid)
    assert first.changes.notes == ("坐标按 WGS-84 读取，如果网格图是 GCJ-02（火星坐标），请先转换。",)
    assert read(tmp_path, grid, crs={"type": "name", "properties": {"name": "EPSG:4326"}}).changes.notes == ()
    known = Units({unit.code: unit for unit in first.units})
    again = read_grids(geojson(tmp_path / "g.geojson", [grid]), known, first.grids, COUNTY)
    assert again.changes.notes == ()


def test_a_file_moved_by_the_chinese_offset_is_recognised(tmp_path: Path) -> None:
    first = read(tmp_path, feature(ONE, "第一网格", HERE))
    moved = [(point[1], point[0]) for point in (wgs84_to_gcj02(north, east) for east, north in HERE)]
    path = geojson(tmp_path / "g.geojson", [feature(ONE, "第一网格", moved)])
    with pytest.raises(BadFile, match="正好偏了 GCJ-02 的偏移量"):
        read_grids(path, Units({unit.code: unit for unit in first.units}), first.grids, COUNTY)


def test_progress_is_told_feature_by_feature(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = geojson(tmp_path / "g.geojson", [feature(ONE, "第一网格", HERE), feature(TWO, "第二网格", NEXT)])
    read_grids(path, Units(), (), COUNTY, lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]
