"""The demo county: every file is imported without a word, its map has no gaps, and everybody can be found."""

import re
from collections import Counter
from pathlib import Path

import pytest
import shapely

from cases.people import Level, Role, Unit
from cases.places import Pin, Units
from cases.triage.coordinates import wgs84_to_gcj02
from cases.triage.place import GridMap
from gridbell.imports.grids import GridImport, read_grids
from gridbell.imports.people import Listed, read_people
from gridbell.imports.units import read_departments

DEMO = Path(__file__).parent.parent.parent / "config" / "demo"
COUNTY = Unit("990101", "云溪县", Level.COUNTY, None)
WANG_HAI = Pin(28.425952, 116.039003)


@pytest.fixture(scope="module")
def drawn() -> GridImport:
    return read_grids(DEMO / "grids.geojson", Units(), (), COUNTY)


@pytest.fixture(scope="module")
def units(drawn: GridImport) -> Units:
    areas = Units({unit.code: unit for unit in drawn.units})
    departments, changes = read_departments(DEMO / "units.csv", areas, COUNTY)
    assert changes.notes == ()
    return Units({**areas.by_code, **{unit.code: unit for unit in departments}})


@pytest.fixture(scope="module")
def people(units: Units) -> list[Listed]:
    listed, findings = read_people(DEMO / "people.csv", units)
    assert findings.notes == []
    return listed


@pytest.fixture(scope="module")
def town_map(drawn: GridImport, units: Units) -> GridMap:
    return GridMap(units, drawn.grids)


def test_there_are_three_towns_twelve_villages_and_thirty_six_grids(units: Units) -> None:
    areas = Counter(unit.level for unit in units.by_code.values() if not unit.department)
    assert areas == {Level.COUNTY: 1, Level.TOWN: 3, Level.VILLAGE: 12, Level.GRID: 36}
    assert all(len(units.under(unit.code)) == 3 for unit in units.by_code.values() if unit.level is Level.VILLAGE)
    assert sum(unit.department for unit in units.by_code.values()) == 6


def test_every_name_belongs_to_one_unit(units: Units) -> None:
    assert max(Counter(unit.name for unit in units.by_code.values()).values()) == 1


def test_the_grids_leave_no_gap_and_share_no_land(drawn: GridImport) -> None:
    shapes = [shapely.from_wkb(grid.wkb) for grid in drawn.grids]
    whole = shapely.union_all(shapes)
    assert isinstance(whole, shapely.Polygon)
    assert len(whole.interiors) == 0
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-9)


def test_each_grid_borders_its_village_and_each_village_its_town(drawn: GridImport) -> None:
    for digits in (9, 12):
        parts: dict[str, list[shapely.Geometry]] = {}
        for grid in drawn.grids:
            parts.setdefault(grid.code[:digits], []).append(shapely.from_wkb(grid.wkb))
        assert all(isinstance(shapely.union_all(shapes), shapely.Polygon) for shapes in parts.values())


def test_a_wechat_pin_inside_a_grid_finds_it(drawn: GridImport, town_map: GridMap) -> None:
    for grid in drawn.grids:
        inside = shapely.from_wkb(grid.wkb).representative_point()
        found = town_map.find(Pin(*wgs84_to_gcj02(inside.y, inside.x)))
        assert found is not None
        assert found.code == grid.code


def test_every_unit_is_found_by_its_name(units: Units, town_map: GridMap) -> None:
    for unit in units.by_code.values():
        if not unit.department and unit.level < Level.COUNTY:
            assert town_map.named(f"{unit.name}的路灯坏了") == [unit]


def test_twenty_people_hold_every_role_the_demo_plays(people: list[Listed]) -> None:
    assert len(people) == 20
    held = {post.role for one in people for post in one.posts}
    assert held == {
        Role.GRID_WORKER, Role.HANDLER, Role.MEDIATOR, Role.ACCEPTOR, Role.DISPATCHER, Role.CHECKER, Role.SUPERVISOR,
        Role.LEADER, Role.AUDITOR, Role.ADMIN, Role.ASSISTANT,
    }  # fmt: skip


def test_phones_are_made_up_and_nobody_shares_one(people: list[Listed]) -> None:
    phones = [one.phone or "" for one in people]
    assert len(set(phones)) == len(people)
    assert all(re.fullmatch(r"1380000\d{4}", phone) for phone in phones)


def test_every_grid_has_an_officer_in_it_or_above_it(people: list[Listed], units: Units) -> None:
    staffed = {post.unit for one in people for post in one.posts if post.role is Role.GRID_WORKER}
    for unit in units.by_code.values():
        if unit.level is Level.GRID:
            assert staffed & {above.code for above in units.chain(unit.code)}


def test_every_department_has_somebody_who_answers(people: list[Listed], units: Units) -> None:
    departments = {unit.code for unit in units.by_code.values() if unit.department}
    answering = (Role.HANDLER, Role.DISPATCHER)
    assert departments == departments & {post.unit for one in people for post in one.posts if post.role in answering}


def test_wang_hai_has_the_grid_of_the_demo_pin(people: list[Listed], town_map: GridMap) -> None:
    found = town_map.find(WANG_HAI)
    assert found is not None
    assert found.name == "桥头第一网格"
    (wang,) = (one for one in people if one.name == "王海")
    assert [(post.role, post.unit) for post in wang.posts] == [(Role.GRID_WORKER, found.code)]


def test_the_description_counts_what_is_there(people: list[Listed]) -> None:
    words = (DEMO / "README.md").read_text(encoding="utf-8")
    rows = (DEMO / "people.csv").read_text(encoding="utf-8").splitlines()
    assert f"{len(people)} people with {len(rows) - 1} rows" in words
    assert all(file.name in words for file in DEMO.iterdir() if file.suffix != ".md")
