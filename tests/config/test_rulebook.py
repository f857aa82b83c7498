"""The county's rules: whole as packaged, and every fault of a county's own files told at once."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from config.rulebook import PACKAGED, BadData, load_rules, read_again
from tests.cases.triage.county import COUNTY, RULES

HOUR = timedelta(hours=1)
Change = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A county's own copy of all rules."""
    return Path(shutil.copytree(PACKAGED, tmp_path / "rules"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    """One edit of a file; the old words must be there."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def told(path: Path) -> list[str]:
    with pytest.raises(BadData) as refused:
        load_rules(path, COUNTY)
    return [str(problem) for problem in refused.value.problems]


def test_the_packaged_rules_have_all_categories_each_with_its_words() -> None:
    assert len(RULES.catalogue) == 80
    assert len(RULES.catalogue.tops()) == 12
    assert set(RULES.keywords) == {category.code for category in RULES.catalogue}
    assert all(RULES.keywords.values())
    assert RULES.county is COUNTY


def test_priorities_run_round_the_clock_where_they_must() -> None:
    urgent = [category for category in RULES.catalogue if category.priority == "P1"]
    assert urgent
    assert {category.clock for category in urgent} == {"continuous"}
    lamp = RULES.catalogue["0502"]
    assert (lamp.priority, lamp.clock, lamp.accept, lamp.handle) == ("P3", "working", 2 * HOUR, 16 * HOUR)


def test_the_flow_names_only_categories_that_there_are() -> None:
    codes = {category.code for category in RULES.catalogue}
    tops = {code for code, _ in RULES.catalogue.tops()}
    assert RULES.flow.centre <= codes
    assert RULES.flow.centre_tops <= tops
    others = {category.code for category in RULES.catalogue if category.leaf.startswith("其他")}
    assert others <= RULES.flow.centre
    assert "reporter" in RULES.flow.centre_sensitivities
    assert (RULES.flow.default, RULES.flow.department_leads) == ("direct", frozenset())


def test_the_ladder_climbs_from_reminder_to_listed_supervision() -> None:
    everyone = [(rung.share, rung.action, rung.up) for rung in RULES.ladder if not rung.priorities]
    assert everyone == [
        (50, "remind", 0),
        (80, "warn", 0),
        (150, "red_card", 1),
        (200, "listed", 0),
    ]
    some = [(rung.share, rung.action, rung.up, rung.priorities) for rung in RULES.ladder if rung.priorities]
    assert some == [
        (30, "remind", 0, ("P1",)),
        (100, "overdue", 2, ("P1",)),
        (100, "overdue", 1, ("P2", "P3", "P4")),
    ]


def test_limits_come_in_the_units_their_names_say() -> None:
    limits = RULES.limits
    assert (limits.sign, limits.sign_urgent, limits.dispatch_urgent) == (2 * HOUR, HOUR / 4, HOUR / 6)
    assert (limits.check, limits.reopen, limits.rating) == (16 * HOUR, 40 * HOUR, timedelta(days=7))


def test_a_department_stands_behind_its_branch() -> None:
    assert RULES.catalogue["0502"].units == ("城市管理局(照明)", "城市管理局")
    assert RULES.catalogue["0103"].units == ("城市管理局(燃气)", "城市管理局", "燃气公司")


def test_the_privacy_notice_names_the_county() -> None:
    assert "云溪县" in RULES.privacy_notice
    assert "{" not in RULES.privacy_notice
    assert RULES.privacy_version


def test_only_files_that_are_there_replace_the_packaged_ones(tmp_path: Path) -> None:
    (tmp_path / "catalogue.csv").write_text(
        "\n".join((PACKAGED / "catalogue.csv").read_text(encoding="utf-8").splitlines()[:3]), encoding="utf-8"
    )
    rules = load_rules(tmp_path, COUNTY)
    assert [category.code for category in rules.catalogue] == ["0101", "0102"]
    assert set(rules.keywords) == {"0101", "0102"}
    assert rules.limits == RULES.limits
    assert rules.calendar == RULES.calendar


def test_the_path_may_name_the_rule_file_itself(folder: Path) -> None:
    change(folder, "rules.toml", "sign_hours = 2 ", "sign_hours = 3 ")
    own = (folder / "rules.toml").rename(folder / "county.toml")
    assert load_rules(own, COUNTY).limits.sign == 3 * HOUR


def test_a_notice_for_a_new_year_joins_the_years_known(tmp_path: Path) -> None:
    own = tmp_path / "calendar"
    own.mkdir()
    days = {"provisional": False, "off_days": ["2027-02-05"], "make_up_days": ["2027-02-06"]}
    (own / "2027.json").write_text(json.dumps(days), encoding="utf-8")
    calendar = load_rules(tmp_path, COUNTY).calendar
    assert [calendar.provisional(year) for year in (2026, 2027, 2028)] == [False, False, True]
    assert calendar.works_on(date(2027, 2, 6))
    assert not calendar.works_on(date(2026, 10, 1))


def test_the_version_follows_the_rules_and_not_the_holidays(folder: Path) -> None:
    assert load_rules(folder, COUNTY).version == RULES.version
    shutil.rmtree(folder / "calendar")
    assert load_rules(folder, COUNTY).version == RULES.version
    change(folder, "rules.toml", "check_hours = 16", "check_hours = 24")
    changed = load_rules(folder, COUNTY)
    assert changed.version != RULES.version
    assert changed.limits.check == 24 * HOUR


def test_working_periods_are_those_of_the_county(folder: Path) -> None:
    change(folder, "rules.toml", '"08:00-12:00", "14:00-18:00"', '"09:00-17:00"')
    calendar = load_rules(folder, COUNTY).calendar
    assert list(calendar.periods) == [(time(9), time(17))]
    assert calendar.add(datetime(2026, 3, 3, 0, tzinfo=UTC), HOUR) == datetime(2026, 3, 3, 2, tzinfo=UTC)


def test_a_stray_bar_makes_no_danger_of_every_word(folder: Path) -> None:
    change(folder, "rules.toml", '"车祸|撞车|撞人"', '"车祸| |撞人|"')
    assert "" not in load_rules(folder, COUNTY).danger_words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sign_hours = 2 ", "sign_hours = -2 ", "rules.toml 第 8 行：limits.sign_hours 不对。请写大于 0 的数。"),
        ("sign_hours = 2 ", "sign_hours = true ", "rules.toml 第 8 行：limits.sign_hours 不对。请写数字"),
        ("sign_hours", "sign_hour", "rules.toml 第 8 行：没有叫 limits.sign_hour 的设置。您是不是想写 sign_hours？"),
        ("sign_share = 0.25", "sign_share = 25", "limits.sign_share 不对。请写不大于 1"),
        ('default = "direct"', 'default = "fast"', "flow.default 不对。只能写 'direct' 或 'centre'。"),
        ('"1207"]', '"1299"]', "rules.toml 第 33 行：目录里没有 1299。请写 catalogue.csv 里的编码。"),
        ('centre_tops = ["12"]', 'centre_tops = ["13"]', "第 34 行：目录里没有 13。"),
        ("department_leads = []", 'department_leads = ["9999"]', "第 36 行：目录里没有 9999。"),
        ("08:00-12:00", "12:00-08:00", "working_time.periods.0 不对。结束要晚于开始。"),
        ("08:00-12:00", "8点到12点", "working_time.periods.0 不对。请写成“08:00-12:00”这样。"),
        ("08:00-12:00", "08:00-12:61", "没有这个钟点，请写 00:00 到 23:59。"),
        ("08:00-12:00", "08:00-14:00", "working_time.periods 不对。各时段请按先后写，且不要重叠或相连。"),
        ('"handler", "unit_duty"]', '"handler", "boss"]', "ladder.2.told.1 不对。只能写"),
        ("from_hour = 22", "from_hour = 24", "quiet.from_hour 不对。请写不大于 23 的数。"),
        ("[quiet]", "[quiet", "这里读不懂，不是 TOML 的写法。"),
    ],
)
def test_a_slip_in_the_rule_file_is_told_with_its_line(folder: Path, old: str, new: str, words: str) -> None:
    change(folder, "rules.toml", old, new)
    assert any(words in line for line in told(folder)), told(folder)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("{}", "日历读不懂。"),
        ("[", "日历读不懂。"),
        ('{"provisional": 1, "off_days": [], "make_up_days": []}', "provisional 不对。请写 true 或 false。"),
        ('{"provisional": false, "off_days": ["2026-13-01"], "make_up_days": []}', "日历读不懂。"),
        ('{"provisional": false, "off_days": ["2025-01-01"], "make_up_days": []}', "2025-01-01 不在 2026 年。"),
        (
            '{"provisional": false, "off_days": ["2026-01-01"], "make_up_days": ["2026-01-01"]}',
            "2026-01-01 既放假又上班。请只留一处。",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(folder: Path, days: str, words: str) -> None:
    (folder / "calendar" / "2026.json").write_text(days, encoding="utf-8")
    (only,) = told(folder)
    assert only.startswith(f"2026.json：{words}")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (only,) = told(tmp_path / "nowhere")
    assert "没有这个文件或文件夹。请改正 [rules] path，或删去它用自带的规则。" in only


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "里面没有规则文件（是空的）。请放入 rules.toml、catalogue.csv、keywords.csv、calendar 之一"),
        (["people.csv", "notes.md"], "里面没有规则文件（只有 notes.md、people.csv）。"),
        (["rule.toml"], "rule.toml：不认识这个文件名，里面的规则不会生效。请改名为 rules.toml。"),
        (["rules.toml", "Catalog.csv"], "Catalog.csv：不认识这个文件名，里面的规则不会生效。请改名为 catalogue.csv。"),
        (["rules.toml", "calender"], "请改名为 calendar。"),
        (["rules.toml", "2027.json"], "2027.json：年份的日历不在这里读。"),
    ],
)
def test_a_folder_whose_files_would_not_be_read_is_refused(tmp_path: Path, names: list[str], words: str) -> None:
    for name in names:
        shutil.copy(PACKAGED / "rules.toml", tmp_path / name)
    (only,) = told(tmp_path)
    assert only.startswith(str(tmp_path))
    assert words in only


def test_notes_and_copies_beside_the_rules_do_no_harm(folder: Path) -> None:
    for name in ("README.md", "rules-old.toml", "gridbell.toml", ".rules.toml.swp"):
        (folder / name).write_text("not read", encoding="utf-8")
    assert load_rules(folder, COUNTY).version == RULES.version


def test_a_path_that_is_neither_folder_nor_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules.csv").touch()
    (only,) = told(tmp_path / "rules.csv")
    assert "既不是文件夹，也不是 .toml 文件。" in only


def test_faults_in_all_files_come_at_once(folder: Path) -> None:
    change(folder, "rules.toml", "sign_hours = 2 ", "sign_hours = 0 ")
    change(folder, "catalogue.csv", "0101,公共安全隐患", "101,公共安全隐患")
    change(folder, "keywords.csv", "0102,", "9999,")
    (folder / "calendar" / "2026.json").write_text("", encoding="utf-8")
    lines = told(folder)
    for file in ("rules.toml 第 8 行", "catalogue.csv 第 2 行", "keywords.csv 第 3 行", "2026.json"):
        assert sum(line.startswith(file) for line in lines) == 1, lines


def test_a_county_may_add_forbidden_words_and_take_none_away(folder: Path) -> None:
    change(folder, "rules.toml", 'forbidden = ["政治安全", ', 'forbidden = ["危房", ')
    change(folder, "catalogue.csv", "高空坠物与悬挂物松动", "政治安全")
    lines = told(folder)
    assert [line[: line.index("。")] for line in lines] == [
        "catalogue.csv 第 2 行：不收这一类：含有“危房”",
        "catalogue.csv 第 3 行：不收这一类：含有“政治安全”",
    ]


def test_an_earlier_version_is_read_again_as_it_was_with_the_present_county_and_holidays(folder: Path) -> None:
    change(folder, "rules.toml", '"08:00-12:00", "14:00-18:00"', '"09:00-17:00"')
    change(folder, "rules.toml", "check_hours = 16", "check_hours = 24")
    (folder / "catalogue.csv").write_text(
        "\n".join((PACKAGED / "catalogue.csv").read_text(encoding="utf-8").splitlines()[:3]), encoding="utf-8"
    )
    (folder / "keywords.csv").unlink()
    change(folder, "rules.toml", '"0110", "0309", "1207"', "")
    change(folder, "rules.toml", '["12"]', "[]")
    earlier = load_rules(folder, COUNTY)
    again = read_again(json.loads(json.dumps(dict(earlier.texts))), RULES)
    assert (again.version, again.limits, again.flow) == (earlier.version, earlier.limits, earlier.flow)
    assert (again.catalogue, again.keywords) == (earlier.catalogue, earlier.keywords)
    assert again.ladder == earlier.ladder
    assert again.county is RULES.county
    assert list(again.calendar.periods) == [(time(9), time(17))]
    assert again.calendar.digest == RULES.calendar.digest


def test_what_cannot_be_read_again_is_refused() -> None:
    with pytest.raises(BadData):
        read_again({**RULES.texts, "rules.toml": "[limits]"}, RULES)
    with pytest.raises(BadData):
        read_again({"rules.toml": RULES.texts["rules.toml"]}, RULES)


def test_line_ends_make_no_new_version(folder: Path) -> None:
    text = (folder / "rules.toml").read_text(encoding="utf-8")
    (folder / "rules.toml").write_bytes(text.replace("\n", "\r\n").encode())
    assert load_rules(folder, COUNTY).version == RULES.version
