"""From pins and words to units: two towns, three villages, and grids a hundredth of a degree wide."""

from itertools import pairwise
from math import cos, inf, nan, radians

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cases.people import Level, Unit
from cases.places import Grid, Pin, Units
from cases.triage.coordinates import wgs84_to_gcj02
from cases.triage.place import GridMap

SOUTH, WEST, SIDE = 28.40, 116.10, 0.01
METRES_A_DEGREE = 111_195
UNITS = (
    Unit("990101", "云溪县", Level.COUNTY, None),
    Unit("990101001", "青石镇", Level.TOWN, "990101"),
    Unit("990101002", "白杨街道", Level.TOWN, "990101"),
    Unit("990101001001", "桥头村", Level.VILLAGE, "990101001"),
    Unit("990101001002", "河湾村", Level.VILLAGE, "990101001"),
    Unit("990101002001", "桥头社区", Level.VILLAGE, "990101002"),
    Unit("990101001001001", "桥头村第一网格", Level.GRID, "990101001001"),
    Unit("990101001001002", "桥头村第二网格", Level.GRID, "990101001001"),
    Unit("990101001002001", "第一网格", Level.GRID, "990101001002"),
    Unit("990101001002012", "第十二网格", Level.GRID, "990101001002"),
    Unit("990101002001001", "老桥网格", Level.GRID, "990101002001"),
    Unit("CGJ", "城市管理局", Level.COUNTY, "990101", department=True),
)
GRIDS = [unit.code for unit in UNITS if unit.level is Level.GRID]


def square(column: int) -> bytes:
    """The column-th of a row of squares, from west to east."""
    west = WEST + column * SIDE
    return bytes(shapely.to_wkb(shapely.box(west, SOUTH, west + SIDE, SOUTH + SIDE)))


def pin(column: float, row: float = 0.5) -> Pin:
    """A WGS-84 pin that many squares east and north of the corner."""
    return Pin(SOUTH + row * SIDE, WEST + column * SIDE, "wgs84")


def codes(units: list[Unit]) -> list[str]:
    return [unit.code for unit in units]


MAP = GridMap(Units({unit.code: unit for unit in UNITS}), [Grid(code, square(at)) for at, code in enumerate(GRIDS)])


@pytest.mark.parametrize("column", range(len(GRIDS)))
def test_a_pin_lies_in_its_grid(column: int) -> None:
    found = MAP.find(pin(column + 0.5))
    assert found is not None
    assert found.code == GRIDS[column]
    assert MAP.county_has(pin(column + 0.5))


@pytest.mark.parametrize("outside", [pin(-0.01), pin(len(GRIDS) + 0.01), pin(0.5, 1.01), Pin(0, 0), Pin(90, 180)])
def test_a_pin_outside_all_grids_lies_in_none(outside: Pin) -> None:
    assert MAP.find(outside) is None
    assert not MAP.county_has(outside)


@pytest.mark.parametrize("strange", [Pin(nan, 116.1), Pin(28.4, inf), Pin(-inf, nan)])
def test_a_pin_that_is_no_place_lies_in_none(strange: Pin) -> None:
    assert MAP.find(strange) is None
    assert MAP.near(strange, 1000) == []


@pytest.mark.parametrize("order", [1, -1], ids=["as filed", "turned round"])
def test_a_pin_on_a_border_goes_to_the_lower_code_whatever_the_order(order: int) -> None:
    grids = [Grid(code, square(at)) for at, code in enumerate(GRIDS)]
    turned = GridMap(MAP.units, grids[::order])
    for at, (west, _) in enumerate(pairwise(GRIDS), 1):
        found = turned.find(pin(at))
        assert found is not None
        assert found.code == west


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_wechat_pin_is_turned_into_wgs84_first(column: float, row: float) -> None:
    true = pin(column, row)
    shifted = Pin(*wgs84_to_gcj02(true.latitude, true.longitude))
    assert MAP.find(shifted) == MAP.find(true) == MAP.units[GRIDS[0]]


def test_a_wechat_pin_taken_as_wgs84_would_lie_elsewhere() -> None:
    """The shift there is half a square: what the conversion is for."""
    true = pin(0.8)
    shifted = wgs84_to_gcj02(true.latitude, true.longitude)
    assert MAP.find(Pin(*shifted, "wgs84")) != MAP.find(Pin(*shifted))


def test_grids_near_a_pin_come_nearest_first() -> None:
    width = SIDE * METRES_A_DEGREE * cos(radians(SOUTH))
    assert codes(MAP.near(pin(1.4), 0.45 * width)) == [GRIDS[1], GRIDS[0]]
    assert codes(MAP.near(pin(1.4), 0.65 * width)) == [GRIDS[1], GRIDS[0], GRIDS[2]]
    assert codes(MAP.near(pin(-0.5), 0.49 * width)) == []
    assert codes(MAP.near(pin(-0.5), 0.51 * width)) == [GRIDS[0]]


def test_a_grid_whose_unit_is_unknown_is_left_out() -> None:
    lonely = GridMap(Units(), [Grid(GRIDS[0], square(0))])
    assert lonely.find(pin(0.5)) is None


def test_a_county_without_grids_has_no_places() -> None:
    empty = GridMap(Units(), [])
    assert empty.find(pin(0.5)) is None
    assert empty.near(pin(0.5), 1000) == []
    assert empty.named("桥头村") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("青石镇", ["990101001"]),
        ("我在青石这边", ["990101001"]),
        ("白杨街道办旁边", ["990101002"]),
        ("河湾村口的路灯坏了", ["990101001002"]),
        ("河湾", ["990101001002"]),
        ("桥头村第二网格", ["990101001001002"]),
        ("桥头村二网格", ["990101001001002"]),
        ("桥头 2 网格", ["990101001001002"]),
        ("桥头村２号网格", ["990101001001002"]),
        ("河湾村十二网格", ["990101001002012"]),
        ("河湾第12网格", ["990101001002012"]),
        ("青石镇河湾村第一网格", ["990101001002001"]),
        ("老桥网格", ["990101002001001"]),
    ],
)
def test_names_full_short_and_numbered_are_known(text: str, found: list[str]) -> None:
    assert codes(MAP.named(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("桥头", ["990101001001", "990101002001"]),
        ("青石镇桥头", ["990101001001"]),
        ("白杨桥头", ["990101002001"]),
        ("第一网格", ["990101001001001", "990101001002001"]),
        ("青石镇第一网格", ["990101001001001", "990101001002001"]),
        ("河湾那边的第一网格", ["990101001002001"]),
        ("白杨街道老桥网格", ["990101002001001"]),
    ],
)
def test_names_that_agree_settle_what_one_alone_leaves_open(text: str, found: list[str]) -> None:
    assert codes(MAP.named(text)) == found


@pytest.mark.parametrize("text", ["", "路灯坏了", "城市管理局", "云溪县", "第九十九网格", "村"])
def test_words_that_name_no_place_name_none(text: str) -> None:
    assert MAP.named(text) == []
