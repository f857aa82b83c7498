"""docs/operations.md tells of the metrics, log fields, commands and files that there are."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from gridbell.cli import app
from gridbell.logs import ALLOWED
from storage.store import SqlStore
from tests.bot.channels.accounts import StoppedClock
from tests.bot.channels.platform import Platform
from tests.gridbell.test_metrics import page, served
from tests.gridbell.test_node import node_of

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


async def test_every_metric_is_told_with_its_labels_and_no_other(sqlite_url: str, tmp_path: Path) -> None:
    store = await SqlStore.open(sqlite_url)
    async with Platform() as platform:
        node = await node_of(store, platform, tmp_path, StoppedClock())
        async with served(node.application()) as port:
            families = list(text_string_to_metric_families(await page(port)))
        await node.stop()
    await store.close()
    counters = {f"{one.name}_total" if one.type == "counter" else one.name for one in families}
    ours = {name for name in counters if name.startswith("gridbell_")}
    rows = re.findall(r"^\| (`gridbell_[^|]+) \|([^|]*)\|", section("Watching"), re.MULTILINE)
    assert {name for cell, _ in rows for name in re.findall(r"`(\w+)`", cell)} == ours
    written = {name: set(labels.strip().split(", ")) for cell, labels in rows for name in re.findall(r"`(\w+)`", cell)}
    for family in families:
        for sample in family.samples:
            name = f"{family.name}_total" if family.type == "counter" else family.name
            if name in ours:
                assert set(sample.labels) - {"le"} <= written[name], name


def test_every_field_of_the_log_is_told_and_no_other() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", section("Logs"), re.MULTILINE)
    assert {name for cell in rows for name in re.findall(r"`(\w+)`", cell)} == ALLOWED


def test_every_command_that_is_named_is_one() -> None:
    commands = {command.name for command in app.registered_commands}
    assert set(re.findall(r"`gridbell (\w+)", TEXT)) <= commands
    assert {"migrate", "check", "backup", "restore", "doctor"} <= set(re.findall(r"gridbell (\w+)", TEXT))


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"\]\(\.\./(\S+?)\)", TEXT) + re.findall(r"`(tests/\S+\.py)`", TEXT)
    assert len(named) > 8
    for path in named:
        assert (ROOT / path).exists(), path
    for path, test in re.findall(r"`(tests/\S+\.py)` \(`(\w+)`\)", TEXT):
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")
