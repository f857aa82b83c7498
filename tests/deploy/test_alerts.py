"""Alerts and dashboard ask only for what a node tells, and every alert has its section for whoever is woken by it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from storage.store import SqlStore
from tests.bot.channels.accounts import StoppedClock
from tests.bot.channels.platform import MESSAGE, Platform
from tests.gridbell.test_metrics import page, served
from tests.gridbell.test_node import WANG, node_of
from tests.storage.talk import message, put

ROOT = Path(__file__).parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
SCRAPING = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "gridbell.json").read_text(encoding="utf-8"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
TARGETS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
OF_PROMETHEUS = {"up": {"job", "instance"}}
ADDED = {"job", "instance"}
"""Labels that Prometheus itself gives to whatever it scrapes."""


@pytest.fixture
async def told(sqlite_url: str, tmp_path: Path) -> dict[str, set[str]]:
    """Each sample that a node tells, with its labels, once something of every kind has happened."""
    store = await SqlStore.open(sqlite_url)
    async with Platform() as platform:
        node = await node_of(store, platform, tmp_path, StoppedClock())
        await put(store, message("m", "请签收", WANG))
        platform.will_say(MESSAGE, {"errcode": 81013})
        await node.delivery.run_once()
        async with served(node.application()) as port:
            async with aiohttp.request("POST", f"http://127.0.0.1:{port}/wecom/main") as turned_away:
                assert turned_away.status == 400
            text = await page(port)
        await node.stop()
    await store.close()
    return labels_of(text) | OF_PROMETHEUS


def labels_of(text: str) -> dict[str, set[str]]:
    """Names and labels of a scrape; of counters that have not counted yet, those that their code gives them."""
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def selectors(node: Any) -> Iterator[Any]:
    """All selectors of an expression."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for part in ("lhs", "rhs", "expr", "vector_selector"):
        if (below := getattr(node, part, None)) is not None:
            yield from selectors(below)
    for below in getattr(node, "args", None) or ():
        yield from selectors(below)


def groupings(node: Any) -> Iterator[str]:
    """All labels by which an expression groups."""
    modifier = getattr(node, "modifier", None)
    if isinstance(node, promql_parser.AggregateExpr) and modifier is not None:
        yield from modifier.labels
    for part in ("lhs", "rhs", "expr"):
        if (below := getattr(node, part, None)) is not None:
            yield from groupings(below)
    for below in getattr(node, "args", None) or ():
        yield from groupings(below)


EXPRESSIONS = [*(rule["expr"] for rule in RULES), *TARGETS]


def test_there_are_alerts_and_panels() -> None:
    assert len(RULES) >= 15
    assert len(TARGETS) >= 20
    assert SCRAPING["rule_files"] == ["alerts.yml"]
    assert SCRAPING["scrape_configs"][0]["job_name"] == "gridbell"


async def test_every_expression_asks_only_for_what_a_node_tells(told: dict[str, set[str]]) -> None:
    for expression in EXPRESSIONS:
        parsed = promql_parser.parse(expression)
        asked = list(selectors(parsed))
        assert asked, expression
        known: set[str] = set(ADDED)
        for one in asked:
            assert one.name in told, f"{one.name} of {expression} is not told"
            names = {matcher.name for matcher in one.matchers.matchers}
            assert names <= told[one.name] | ADDED, expression
            known |= told[one.name]
        assert set(groupings(parsed)) <= known, expression


def test_every_value_that_is_asked_for_is_one_that_the_code_gives() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in [*(ROOT / "gridbell").glob("*.py"), *(ROOT / "storage").glob("*.py")]
    )
    for expression in EXPRESSIONS:
        for one in selectors(promql_parser.parse(expression)):
            for matcher in one.matchers.matchers:
                if matcher.name != "job":
                    assert all(f'"{value}"' in source for value in matcher.value.split("|")), (expression, matcher)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_says_what_it_means_and_where_to_read_on(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["meaning"].endswith(".")
    page_, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page_ == "docs/operations.md"
    assert anchor == rule["alert"].lower()
    section = OPERATIONS.partition(f"### {rule['alert']}\n")[2].partition("\n#")[0]
    assert len(section.strip()) > 80, "what it means and what to do"


def test_no_section_is_left_of_an_alert_that_is_gone() -> None:
    written = {line.removeprefix("### ") for line in OPERATIONS.splitlines() if line.startswith("### Gridbell")}
    assert written == {rule["alert"] for rule in RULES}


def test_panels_have_a_title_of_their_own_and_room_of_their_own() -> None:
    titles = [panel["title"] for panel in DASHBOARD["panels"]]
    assert len(set(titles)) == len(titles)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells
