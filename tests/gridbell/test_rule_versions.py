"""A county changes its rules while cases are open: they go on by the old ones, with their names, for everybody."""

import json
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cases.people import Role
from cases.record import State
from config.rulebook import PACKAGED, load_rules
from config.settings import Settings
from dialogs.engine.messages import Incoming, Text
from gridbell.node import Node, knowledge_of
from gridbell.rule_versions import keep_version, with_earlier
from scheduler.redating import Redating
from tests.kit.phones import Phone
from tests.kit.town import COUNTY, GRID, LAMP, RULES, TOWN, Town, open_town, reports

LAMPS = "0502"


@pytest.fixture
async def town(store_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town on each database in turn, whose node was started with the packaged rules."""
    async with open_town(store_url, tmp_path) as opened:
        await keep_version(opened.store, RULES)
        yield opened


@pytest.fixture
async def wang(town: Town) -> Phone:
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The county's own copy of all rules."""
    return Path(shutil.copytree(PACKAGED, tmp_path / "rules"))


def edit(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def without_lamps(folder: Path) -> None:
    """The county takes the category out of its catalogue."""
    for name in ("catalogue.csv", "keywords.csv"):
        edit(
            folder / name,
            lambda text: "\n".join(row for row in text.splitlines() if not row.startswith(LAMPS)),
        )


async def start_anew(town: Town, folder: Path) -> None:
    """What a node does that is started with the rules of that folder."""
    rules = load_rules(folder, COUNTY)
    await keep_version(town.store, rules)
    town.reception.knowledge = await knowledge_of(town.store, rules)
    await Redating(town.store, lambda: town.reception.knowledge).run_once(town.clock())


async def test_a_case_of_a_category_that_is_taken_out_goes_on_by_its_name_to_its_end(
    town: Town, wang: Phone, folder: Path
) -> None:
    zhou = await town.officer("周敏", (Role.CHECKER, TOWN))
    li = town.citizen("李")
    number = await reports(li)
    without_lamps(folder)
    await start_anew(town, folder)
    assert town.reception.knowledge.rules.catalogue.get(LAMPS) is None
    await town.until(4, 9, 30)
    assert f"【提醒】{number} {LAMP}，" in wang.heard[-1]
    assert f"市政设施 / {LAMP}（P3）" in await zhou.says(f"案件 {number}")
    assert LAMP in await li.says(f"查询 {number}")
    for said in (f"反馈 {number} 换了灯泡", "0", "确认"):
        await wang.says(said)
    await town.turn()
    assert LAMP in zhou.heard[-1]
    assert f"您反映的“{LAMP}”" in li.heard[-1]
    await town.until(14, 9)
    assert (await town.case(number)).state is State.ARCHIVED


async def test_answers_under_way_are_added_though_their_category_is_taken_out(town: Town, folder: Path) -> None:
    li = town.citizen("李")
    await li.says("上报")
    for said in ("村口的路灯不亮了", LAMP, "东村第一网格", "0", "0"):
        await li.says(said)
    number = (await li.says("确认")).partition("编号 ")[2].partition("。")[0]
    await li.says("灯杆上写着 12 号")
    without_lamps(folder)
    await start_anew(town, folder)
    assert "3/3" in await li.says("0")
    assert number in await li.says("0")
    async with town.store.work(readonly=True) as work:
        assert "灯杆上写着 12 号" in str((await work.cases.timeline(number))[-1].words)


async def test_a_new_notice_of_holidays_shows_in_the_course_of_open_cases(
    town: Town, wang: Phone, folder: Path
) -> None:
    zhou = await town.officer("周敏", (Role.CHECKER, TOWN))
    li = town.citizen("李")
    number = await reports(li)
    before = await town.case(number)
    days = json.loads((folder / "calendar" / "2026.json").read_text(encoding="utf-8"))
    days["off_days"].append("2026-03-04")
    (folder / "calendar" / "2026.json").write_text(json.dumps(days), encoding="utf-8")
    await start_anew(town, folder)
    after = await town.case(number)
    assert before.handle_due_at is not None
    assert after.handle_due_at is not None
    assert (before.handle_due_at.day, after.handle_due_at.day) == (5, 6)
    assert after.rules_version == load_rules(folder, COUNTY).version == RULES.version
    line = "放假安排公布，期限重算"
    assert line in await li.says(f"查询 {number}")
    dossier = await zhou.says(f"案件 {number}")
    assert f"系统 {line}" in dossier
    assert "办结期限：3月6日 09:00" in dossier
    await start_anew(town, folder)
    assert (await town.case(number)).version == after.version
    await town.turn()
    assert [text[1:4] for text in wang.heard] == ["新任务"]


async def test_a_node_takes_in_the_rules_with_which_another_is_started(town: Town, folder: Path) -> None:
    without_lamps(folder)
    rules = load_rules(folder, COUNTY)
    knowledge = replace(town.knowledge, rules=rules)
    node = Node(Settings.load(None, {}), town.store, knowledge, {}, clock=town.clock)
    li = town.citizen("李")
    number = await reports(li)
    asked = Incoming("asked", li.address, Text(f"查询 {number}"), town.clock())
    before = await node.hear(asked)
    await node.look_at_county()
    after = await node.hear(replace(asked, key="asked again"))
    await node.stop()
    assert before is not None
    assert after is not None
    assert [LAMP in answer.text for answer in (before, after)] == [False, True]


async def test_every_version_is_kept_once_and_read_again_at_the_next_start(town: Town, folder: Path) -> None:
    without_lamps(folder)
    await start_anew(town, folder)
    await start_anew(town, folder)
    edit(folder / "rules.toml", lambda text: text.replace("check_hours = 16", "check_hours = 24"))
    await start_anew(town, folder)
    rules = town.reception.knowledge.rules
    assert RULES.version in rules.earlier
    assert len({rules.version, *rules.earlier}) == 3
    assert rules.as_of(RULES.version).catalogue == RULES.catalogue


async def test_a_version_that_cannot_be_read_is_logged_and_its_cases_go_on_by_the_present_one(
    town: Town, wang: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    number = await reports(town.citizen("李"))
    rules = replace(RULES, version="new")
    with caplog.at_level(logging.ERROR):
        town.reception.knowledge = replace(
            town.knowledge, rules=with_earlier(rules, {RULES.version: {**RULES.texts, "rules.toml": ""}})
        )
    assert [record.__dict__["version"] for record in caplog.records] == [RULES.version]
    await town.until(5, 10)
    assert "超期" in wang.heard_of(number)[-1]
