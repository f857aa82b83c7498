"""Shifts from CSV files: what is read, what is wrong, and what a file does to the shifts that are kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cases.duty import Shift
from cases.people import Person, Post, Role
from gridbell.imports.duty import Planned, read_duty
from gridbell.imports.findings import BadFile
from tests.gridbell.county import BUREAU, FIRST, KNOWN, OTHER_FIRST, csv_file

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = "unit,name,phone,from,until"
EIGHT = datetime(2026, 3, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICER = (Post(Role.GRID_WORKER, FIRST.code),)
STAFF = (
    Person(1, "王海", (Post(Role.HANDLER, BUREAU.code),)),
    Person(2, "李梅", OFFICER, "13800000001"),
    Person(3, "李梅", OFFICER, "13800000002"),
)
WANG, MEI = Shift(BUREAU.code, EIGHT, EIGHT + 10 * HOUR, 1), Shift(FIRST.code, EIGHT, EIGHT + 10 * HOUR, 3)


def read(folder: Path, *rows: str, kept: Sequence[Shift] = (), head: str = HEAD) -> Planned:
    return read_duty(csv_file(folder / "duty.csv", head, *rows), KNOWN, STAFF, kept, ZONE)


def wrong(folder: Path, *rows: str) -> list[str]:
    with pytest.raises(BadFile) as bad:
        read(folder, *rows)
    return [str(finding) for finding in bad.value.findings]


@pytest.mark.parametrize(
    "row",
    [
        "城市管理局,王海,,2026-03-05 08:00,2026-03-05 18:00",
        "CGJ,王海,,2026/3/5 8:00,2026/3/5 18:00",
        "CGJ,王海,,2026-03-05T08:00,2026-03-05 18:00:00",
    ],
)
def test_a_shift_is_read_as_people_and_spreadsheets_write_it(tmp_path: Path, row: str) -> None:
    planned = read(tmp_path, row)
    assert planned.put == [WANG]
    assert planned.changes.added == ("城市管理局 王海 03-05 08:00",)


def test_a_shift_lasts_past_midnight_or_up_to_it(tmp_path: Path) -> None:
    planned = read(
        tmp_path, "CGJ,王海,,2026-03-05 18:00,2026-03-06 08:00", "CGJ,王海,,2026-03-06 18:00,2026-03-06 24:00"
    )
    assert [(one.until - one.since) / HOUR for one in planned.put] == [14, 6]


def test_namesakes_are_told_apart_by_phone(tmp_path: Path) -> None:
    row = f"{FIRST.code},李梅,{{}},2026-03-05 08:00,2026-03-05 18:00"
    assert read(tmp_path, row.format("138 0000 0002")).put == [MEI]
    assert wrong(tmp_path, row.format("")) == ["第 2 行：第一网格叫“李梅”的有 2 位。请补上已登记的电话。"]
    assert wrong(tmp_path, row.format("13800000009")) == ["第 2 行：“李梅”的电话对不上。请写已登记的电话，或留空。"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("市容局,王海,,2026-03-05 08:00,2026-03-05 18:00", "没有单位“市容局”。"),
        ("第一网格,王海,,2026-03-05 08:00,2026-03-05 18:00", f"叫“第一网格”的单位有 2 个。请改写编码：{FIRST.code}"),
        (f"{OTHER_FIRST.code},王海,,2026-03-05 08:00,2026-03-05 18:00", "王海在青石镇河东村第一网格没有岗位。"),
        ("CGJ,王河,,2026-03-05 08:00,2026-03-05 18:00", "没有在岗人员“王河”。是不是“王海”？"),
        ("CGJ,,,2026-03-05 08:00,2026-03-05 18:00", "没有写姓名。"),
        ("CGJ,王海,,8:00,2026-03-05 18:00", "from 列“8:00”不是时间。请写成 2026-03-05 08:00。"),
        ("CGJ,王海,,2026-03-05 08:00,", "没有写 until。请写成 2026-03-05 08:00。"),
        ("CGJ,王海,,2026-02-30 08:00,2026-03-05 18:00", "from 列“2026-02-30 08:00”没有这个时间。"),
        ("CGJ,王海,,2026-03-05 08:00,2026-03-05 25:00", "until 列“2026-03-05 25:00”没有这个时间。"),
        ("CGJ,王海,,2026-03-05 18:00,2026-03-05 08:00", "过夜的班 until 写第二天。"),
        ("CGJ,王海,,2026-03-05 08:00,2026-03-15 18:00", "一班不超过 2 天"),
    ],
)  # fmt: skip
def test_every_bad_row_is_named_with_what_to_write(tmp_path: Path, row: str, told: str) -> None:
    (finding,) = wrong(tmp_path, row)
    assert finding.startswith("第 2 行：")
    assert told in finding


def test_two_shifts_of_one_person_do_not_overlap(tmp_path: Path) -> None:
    rows = ("CGJ,王海,,2026-03-05 08:00,2026-03-05 18:00", "CGJ,王海,,2026-03-05 17:00,2026-03-05 20:00")
    assert wrong(tmp_path, *rows) == ["第 3 行：与第 2 行的班重叠（王海）。同一个人在同一单位的班不能重叠。"]


def test_on_the_days_of_the_file_the_units_shifts_are_those_of_the_file_and_others_stay(tmp_path: Path) -> None:
    day = timedelta(days=1)
    moved, before, after = replace(WANG, until=EIGHT + HOUR), _later(WANG, -day), _later(WANG, 3 * day)
    gone = _later(WANG, day)
    planned = read(
        tmp_path,
        "CGJ,王海,,2026-03-05 08:00,2026-03-05 18:00",
        "CGJ,王海,,2026-03-07 08:00,2026-03-07 18:00",
        kept=[moved, before, after, gone, MEI],
    )
    assert (planned.put, planned.dropped) == ([WANG, _later(WANG, 2 * day)], [gone])
    assert planned.changes.changed == ("城市管理局 王海 03-05 08:00",)
    assert planned.changes.notes == ("城市管理局：以文件里的日期为准，删去文件里没有的 1 班。",)


def test_a_file_that_says_what_is_kept_changes_nothing(tmp_path: Path) -> None:
    planned = read(tmp_path, "CGJ,王海,,2026-03-05 08:00,2026-03-05 18:00", kept=[WANG, MEI])
    assert (planned.put, planned.dropped, len(planned.changes.unchanged)) == ([], [], 1)


def _later(shift: Shift, by: timedelta) -> Shift:
    return replace(shift, since=shift.since + by, until=shift.until + by)
