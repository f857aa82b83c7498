"""What no county can switch off is told with its line and what to write instead."""

import shutil
from pathlib import Path

import pytest

from cases.rules import Rules
from config.rulebook import PACKAGED, BadData, load_rules
from tests.cases.triage.county import COUNTY

OTHERS = 'priorities = ["P2", "P3", "P4"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A county's own copy of all rules."""
    return Path(shutil.copytree(PACKAGED, tmp_path / "rules"))


def loaded(folder: Path, *edits: tuple[str, str]) -> Rules:
    """The rules with those edits of rules.toml."""
    file = folder / "rules.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return load_rules(folder, COUNTY)


def told(folder: Path, *edits: tuple[str, str]) -> list[str]:
    """What is said of those edits."""
    with pytest.raises(BadData) as refused:
        loaded(folder, *edits)
    return [str(problem) for problem in refused.value.problems]


def line_of(folder: Path, words: str) -> int:
    """The first line with these words."""
    lines = (folder / "rules.toml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "name", "words"),
    [
        ('["reporter"]', '["minor"]', "centre_sensitivities", "里没有 reporter。举报人要保密，"),
        ('["12"]', "[]", "centre_tops", "里没有 12。咨询建议总要由受理员先看，请加上 “12”。"),
        ('never = ["P1"]', 'never = ["P2"]', "check_by_bot_never", "里没有 P1。紧急案件总要有人核查，"),
        ("reminder_days = 3", "reminder_days = 7", "rating_reminder_days", "太晚。评价提醒要早于到期归档，请写小于 7"),
    ],
)
def test_what_is_always_or_never_so_cannot_be_switched_off(
    folder: Path, old: str, new: str, name: str, words: str
) -> None:
    (only,) = told(folder, (old, new))
    assert only.startswith(f"rules.toml 第 {line_of(folder, name)} 行：{name} {words}")


def test_a_county_without_consultations_need_not_name_them(folder: Path) -> None:
    for file in (folder / "catalogue.csv", folder / "keywords.csv"):
        rows = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join(row for row in rows if not row.startswith("12")), encoding="utf-8")
    rules = loaded(folder, ('"0309", "1207"]', '"0309"]'), ('["12"]', "[]"))
    assert rules.flow.centre_tops == frozenset()


def test_every_priority_has_a_rung_at_the_limit(folder: Path) -> None:
    (only,) = told(folder, (OTHERS, 'priorities = ["P3"]'))
    where = f"rules.toml 第 {line_of(folder, '[[ladder]]')} 行"
    assert only.startswith(f"{where}：P2、P4 没有 share = 100 的一级。到时限总要上报，请加一节")


def test_no_priority_has_two_rungs_at_one_share(folder: Path) -> None:
    line = line_of(folder, OTHERS) - 5
    (only,) = told(folder, (OTHERS, "priorities = []"))
    assert only == f"rules.toml 第 {line} 行：100% 有两级。同一优先级在同一时点只留一级，或用 priorities 分开。"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('light = "red"', 'light = "blue"', "100% 的一级比 80% 的轻。越往后要越重：light 依次为 blue、yellow、red"),
        ("share = 80", "share = 40", "50% 的一级比 40% 的轻。"),
        ("share = 150", "share = 250", "250% 的一级比 200% 的轻。"),
    ],
)
def test_the_ladder_never_gets_lighter(folder: Path, old: str, new: str, words: str) -> None:
    (only,) = told(folder, (old, new))
    assert words in only


def test_rungs_may_weigh_the_same(folder: Path) -> None:
    ladder = loaded(folder, ('light = "yellow"', 'light = "blue"')).ladder
    assert [rung.light for rung in ladder if rung.share == 80] == ["blue"]


def test_overdue_is_what_happens_when_the_limit_is_used_and_only_then(folder: Path) -> None:
    early, missing = told(folder, ("share = 100", "share = 90"))
    assert "90% 的一级写的是 overdue。用完时限（share = 100）就是 overdue，也只有这时是。" in early
    assert "P1 没有 share = 100 的一级" in missing
    (other,) = told(folder, ("share = 90", "share = 100"), ('action = "overdue"', 'action = "red_card"'))
    assert "100% 的一级写的是 red_card。" in other
