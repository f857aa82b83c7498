"""Whether the county has the departments that its rules send cases to."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from cases.catalogue import Catalogue
from cases.people import Level, Unit
from cases.places import Units
from cases.rules import OTHER, Flow
from gridbell.county_check import county_findings
from gridbell.departments import without_department
from gridbell.imports.applied import import_grids, import_units
from storage.store import SqlStore
from tests.gridbell.county import COUNTY
from tests.kit.town import RULES

DEMO = Path(__file__).parents[2] / "config" / "demo"
NOBODY = frozenset[str]()
NAMED = replace(RULES, catalogue=Catalogue([one for one in RULES.catalogue if not one.leaf.startswith(OTHER)]))
"""Without 其他…, which always runs by centre."""


def flow(*, led: frozenset[str] = NOBODY, secret: frozenset[str] = NOBODY, default: str = "direct") -> Flow:
    """All direct but for what is secret; departments lead where named."""
    return Flow(default, NOBODY, NOBODY, secret, led)


@pytest.fixture
async def demo(sqlite_url: str) -> AsyncIterator[SqlStore]:
    """A store with the demo's grids and departments."""
    store = await SqlStore.open(sqlite_url)
    await import_grids(store, DEMO / "grids.geojson", COUNTY, lambda *_: None, dry_run=False)
    await import_units(store, DEMO / "units.csv", COUNTY, dry_run=False)
    yield store
    await store.close()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (flow(secret=frozenset({"reporter"})), "生产经营场所安全隐患（应急管理局）、"),
        (
            flow(led=frozenset({"0502", "0701"})),
            "信号灯与标志标线故障（公安局交警大队），目录里写的",
        ),
    ],
    ids=["a dispatcher is to choose one", "one is to lead"],
)
async def test_categories_whose_departments_are_not_here_are_one_warning_that_says_what_to_mend(
    demo: SqlStore, rules: Flow, words: str
) -> None:
    async with demo.work(readonly=True) as work:
        found = [one for one in await county_findings(work, replace(NAMED, flow=rules)) if one.what == "承办单位"]
    [finding] = found
    assert (finding.mend, finding.fatal) == (True, False)
    assert finding.words.startswith(words)
    assert "gridbell units import" in finding.words


async def test_a_county_that_has_them_or_needs_none_is_not_warned(demo: SqlStore) -> None:
    async with demo.work(readonly=True) as work:
        for rules in (flow(), flow(led=frozenset({"0502"}))):
            found = await county_findings(work, replace(NAMED, flow=rules))
            assert [one for one in found if one.what == "承办单位"] == []


def test_only_a_department_counts_and_one_alternative_is_enough() -> None:
    bureau = Unit("CGJ", "城市管理局", Level.COUNTY, "990101", department=True)
    rules = replace(NAMED, flow=flow(led=frozenset({"0508"})))
    assert without_department(Units({"CGJ": bureau}), rules) == []
    (missing,) = without_department(Units({"CGJ": replace(bureau, department=False)}), rules)
    assert missing.code == "0508"


def test_where_all_goes_by_the_centre_every_category_is_looked_at() -> None:
    assert len(without_department(Units(), replace(RULES, flow=flow(default="centre")))) == len(RULES.catalogue)


def test_what_nobody_could_name_needs_its_departments_though_all_else_runs_direct() -> None:
    missing = without_department(Units(), replace(RULES, flow=flow()))
    assert {one.leaf for one in missing} == {one.leaf for one in RULES.catalogue if one.leaf.startswith(OTHER)}
    assert len(missing) == 3
