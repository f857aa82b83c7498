"""Staff and departments from CSV files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cases.people import Level, Person, Post, Role, Unit
from cases.places import Units
from gridbell.imports.findings import BadFile, Changes
from gridbell.imports.people import matched, read_people
from gridbell.imports.units import read_departments
from tests.gridbell.county import BUREAU, COUNTY, FIRST, KNOWN, VILLAGE, csv_file

HEADING = "name,roles,unit,phone"


def imported(folder: Path, *lines: str, staff: Sequence[Person] = ()) -> tuple[list[Person], Changes]:
    listed, findings = read_people(csv_file(folder / "people.csv", HEADING, *lines), KNOWN)
    return matched(listed, staff, findings)


def test_roles_are_read_by_either_name_and_units_by_name_or_code(tmp_path: Path) -> None:
    write, changes = imported(tmp_path, f"王海,网格员;handler,{FIRST.code},138 0000-0001", "李梅,Admin,城市管理局,")
    assert write == [
        Person(0, "王海", (Post(Role.GRID_WORKER, FIRST.code), Post(Role.HANDLER, FIRST.code)), "13800000001"),
        Person(0, "李梅", (Post(Role.ADMIN, BUREAU.code),)),
    ]
    assert changes.added == ("王海", "李梅")


def test_rows_of_one_name_and_phone_are_one_person(tmp_path: Path) -> None:
    write, _ = imported(
        tmp_path, "王海,网格员,CGJ,13800000001", "王海,经办人,桥头村,", "王海,网格员,CGJ,+86 13800000001"
    )
    assert write == [
        Person(0, "王海", (Post(Role.GRID_WORKER, "CGJ"), Post(Role.HANDLER, VILLAGE.code)), "13800000001")
    ]


def test_rows_of_one_name_with_two_phones_are_two_people(tmp_path: Path) -> None:
    write, _ = imported(tmp_path, "王海,网格员,CGJ,13800000001", "王海,网格员,CGJ,13800000002")
    assert [person.phone for person in write] == ["13800000001", "13800000002"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (",网格员,CGJ,", "第 2 行：没有写姓名。"),
        ("王\0海,网格员,CGJ,", "第 2 行：name 列里有看不见的字符（U+0000）。"),
        ("王海,,CGJ,", "没有写角色"),
        ("王海,网络员,CGJ,", "角色“网络员”不认识。是不是“网格员”？"),
        ("王海,disptcher,CGJ,", "是不是“dispatcher”？"),
        ("王海,群众,CGJ,", "角色“群众”不认识"),
        ("王海,bot,CGJ,", "角色“bot”不认识"),
        ("王海,网格员,,", "没有写单位"),
        ("王海,网格员,城市管理居,", "没有单位“城市管理居”。是不是“城市管理局”？"),
        ("王海,网格员,990101001001009,", "是不是“99010100100"),
        ("王海,网格员,9.90101E+14,", "科学计数法"),
        (
            "王海,网格员,第一网格,",
            "叫“第一网格”的单位有 2 个。请改写编码："
            "990101001001001（青石镇桥头村第一网格）、990101001002001（青石镇河东村第一网格）",
        ),
        ("王海,网格员,CGJ,12345", "电话“12345”不对。请写 11 位手机号"),
        ("王海,网格员,CGJ,1.38E+10", "科学计数法"),
        ("王" * 33 + ",网格员,CGJ,", "姓名超过 32 个字"),
    ],
)
def test_a_bad_row_is_named_with_what_to_write_instead(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(BadFile) as refused:
        imported(tmp_path, line)
    assert told in str(refused.value)
    assert len(refused.value.findings) == 1
    assert refused.value.findings[0].instead


def test_roles_split_by_the_separator_of_the_file_are_told_with_the_sign_to_use(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "p.csv", HEADING.replace(",", ";"), "王海;管理员;受理员;CGJ;13800000001")
    with pytest.raises(BadFile, match="有 5 列，表头只有 4 列。内容里的分号请用引号括起来。多个角色之间也可以写“、”。"):
        read_people(path, KNOWN)
    listed, _ = read_people(csv_file(path, HEADING.replace(",", ";"), "王海;管理员、受理员;CGJ;"), KNOWN)
    assert [post.role for post in listed[0].posts] == [Role.ADMIN, Role.ACCEPTOR]


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as refused:
        imported(tmp_path, "王海,网格员,CGJ,1", "李梅,网格员,CGJ,", "赵强,村霸,无此局,2")
    assert [finding.where for finding in refused.value.findings] == ["第 2 行", "第 4 行", "第 4 行", "第 4 行"]


def test_people_cannot_come_before_units(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="gridbell grids import"):
        read_people(csv_file(tmp_path / "people.csv", HEADING, "王海,网格员,CGJ,"), Units())


@pytest.mark.parametrize("phone", ["13800000001", "0791-1234567", "+86 138 0000 0001", "8613800000001", "010 12345678"])
def test_phones_are_read_as_people_write_them(tmp_path: Path, phone: str) -> None:
    write, _ = imported(tmp_path, f"王海,网格员,CGJ,{phone}")
    assert write[0].phone in ("13800000001", "07911234567", "01012345678")


WORKER = Person(7, "王海", (Post(Role.GRID_WORKER, "CGJ"),), "13800000001")


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("王海,网格员,CGJ,13800000001", "unchanged"),
        ("王海,网格员,CGJ,", "unchanged"),
        ("王海,经办人,CGJ,13800000001", "changed"),
        ("王海,网格员,CGJ,13800000009", "added"),
    ],
)
def test_people_who_are_kept_already_are_known_again(tmp_path: Path, line: str, how: str) -> None:
    write, changes = imported(tmp_path, line, staff=[WORKER])
    assert getattr(changes, how) == ("王海",)
    assert [person.id for person in write] == {"unchanged": [], "changed": [7], "added": [0]}[how]


def test_a_namesake_with_another_phone_is_noted(tmp_path: Path) -> None:
    _, changes = imported(tmp_path, "王海,网格员,CGJ,13800000009", staff=[WORKER])
    assert changes.notes == ("王海：已有同名人员，电话不同，按另一个人添加。",)


def test_a_row_written_twice_is_noted_and_counts_once(tmp_path: Path) -> None:
    write, changes = imported(tmp_path, "王海,网格员,CGJ,", "李梅,网格员,CGJ,", "王海,网格员,CGJ,")
    assert [person.name for person in write] == ["王海", "李梅"]
    assert changes.notes == ("第 4 行与第 2 行重复（王海），只算一次。",)


def test_two_names_with_one_mobile_number_are_noted(tmp_path: Path) -> None:
    _, changes = imported(tmp_path, "王海,网格员,CGJ,13800000001", "李梅,网格员,CGJ,13800000001")
    assert changes.notes == ("第 3 行的“李梅”与第 2 行的“王海”是同一个手机号，请核对。",)
    _, changes = imported(tmp_path, "王海,网格员,CGJ,0791-1234567", "李梅,网格员,CGJ,0791-1234567")
    assert changes.notes == ()


def test_a_mobile_number_of_somebody_kept_under_another_name_is_noted(tmp_path: Path) -> None:
    _, changes = imported(tmp_path, "王海洋,网格员,CGJ,13800000001", staff=[WORKER])
    assert changes.notes == ("第 2 行的“王海洋”与已有的“王海”是同一个手机号，请核对。",)


def test_people_who_are_not_in_the_file_are_told(tmp_path: Path) -> None:
    other = Person(8, "李梅", (Post(Role.ADMIN, "CGJ"),))
    _, changes = imported(tmp_path, "王海,网格员,CGJ,13800000001", staff=[WORKER, other])
    assert (changes.unchanged, changes.missing) == (("王海",), ("李梅",))


def test_a_phone_is_filled_in_for_one_person_only(tmp_path: Path) -> None:
    silent = Person(7, "王海", (Post(Role.GRID_WORKER, "CGJ"),))
    write, _ = imported(tmp_path, "王海,网格员,CGJ,13800000001", "王海,网格员,CGJ,13800000002", staff=[silent])
    assert [(person.id, person.phone) for person in write] == [(7, "13800000001"), (0, "13800000002")]


def test_namesakes_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    twin = Person(8, "王海", (), "13800000002")
    with pytest.raises(BadFile, match="第 2 行：已有 2 位“王海”"):
        imported(tmp_path, "王海,网格员,CGJ,", staff=[WORKER, twin])
    with pytest.raises(BadFile, match="第 4 行：文件里有 2 位“王海”"):
        imported(tmp_path, "王海,网格员,CGJ,13800000001", "王海,网格员,CGJ,13800000002", "王海,网格员,CGJ,")


def test_departments_are_placed_under_the_county_or_a_town(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "units.csv",
        "code,name,level,parent",
        "CGJ,城市管理局,县,",
        "SLJ,水利局,,",
        "QSZF,青石镇执法队,乡镇,青石镇",
        "QSJS,青石镇建设办,,990101001",
    )
    write, changes = read_departments(path, KNOWN, COUNTY)
    assert write == [
        Unit("SLJ", "水利局", Level.COUNTY, "990101", department=True),
        Unit("QSZF", "青石镇执法队", Level.TOWN, "990101001", department=True),
        Unit("QSJS", "青石镇建设办", Level.TOWN, "990101001", department=True),
    ]
    assert (changes.added, changes.unchanged) == (("水利局", "青石镇执法队", "青石镇建设办"), ("城市管理局",))


def test_the_county_comes_with_its_first_departments(tmp_path: Path) -> None:
    write, _ = read_departments(csv_file(tmp_path / "u.csv", "code,name", "CGJ,城市管理局"), Units(), COUNTY)
    assert write == [COUNTY, BUREAU]


def test_a_renamed_county_is_changed(tmp_path: Path) -> None:
    renamed = replace(COUNTY, name="云溪区")
    path = csv_file(tmp_path / "u.csv", "code,name", "CGJ,城市管理局")
    write, changes = read_departments(path, KNOWN, renamed)
    assert write == [renamed]
    assert (changes.changed, changes.unchanged) == (("云溪区",), ("城市管理局",))


def test_departments_of_another_county_are_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "u.csv", "code,name", "CGJ,城市管理局")
    with pytest.raises(BadFile) as refused:
        read_departments(path, KNOWN, replace(COUNTY, code="990102"))
    (finding,) = refused.value.findings
    assert str(finding).startswith("数据库里已有县级单位“云溪县”（990101），配置 [county] code 却是 990102。")
    assert "请把 [county] code 改为 990101" in finding.instead


def test_a_county_made_by_mistake_does_not_keep_its_departments(tmp_path: Path) -> None:
    wrong = replace(COUNTY, code="990102")
    known = Units({**KNOWN.by_code, wrong.code: wrong, "CGJ": replace(BUREAU, parent=wrong.code)})
    write, _ = read_departments(csv_file(tmp_path / "u.csv", "code,name", "CGJ,城市管理局"), known, COUNTY)
    assert write == [BUREAU]


def test_a_renamed_department_is_changed(tmp_path: Path) -> None:
    _, changes = read_departments(csv_file(tmp_path / "u.csv", "code,name", "CGJ,综合执法局"), KNOWN, COUNTY)
    assert changes.changed == ("综合执法局",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("局,水利局,,", "编码“局”不对"),
        ("990101001,水利局,,", "像是行政区划代码"),
        ("1.2E+10,水利局,,", "科学计数法"),
        ("SLJ,水\0利局,,", "name 列里有看不见的字符（U+0000）"),
        ("SLJ,,,", "没有写部门名称"),
        ("SLJ,水利局,省,", "级别“省”不认识"),
        ("SLJ,水利局,乡镇,", "没有写所属乡镇"),
        ("SLJ,水利局,县,青石镇", "县级部门写了所属乡镇"),
        ("SLJ,水利局,,青石振", "没有乡镇“青石振”。是不是“青石镇”？"),
        ("SLJ,城市管理局,,", "“城市管理局”已有编码 CGJ"),
        ("SLJ," + "水" * 65 + ",,", "超过 64 个字"),
    ],
)
def test_a_bad_department_is_named(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_departments(csv_file(tmp_path / "u.csv", "code,name,level,parent", line), KNOWN, COUNTY)
    assert told in str(refused.value)
    assert [finding.where for finding in refused.value.findings] == ["第 2 行"]


def test_a_code_used_twice_is_named_with_its_first_line(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="第 3 行：编码“SLJ”与第 2 行重复"):
        read_departments(csv_file(tmp_path / "u.csv", "code,name", "SLJ,水利局", "SLJ,水务局"), KNOWN, COUNTY)
