"""Catalogues and keywords as counties write them: what is right is read, and every slip is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from cases.catalogue import Catalogue
from config.catalogue_file import COLUMNS, read_catalogue, read_keywords
from config.problems import Problem
from config.sources import Source

HEADING = ",".join(COLUMNS)
LAMP = "0502,市政设施,路灯不亮,P3,working,2,16,16,城市管理局(照明)/供电公司,,,P0137,几盏？|多久了？"
GAS = "0103,公共安全,燃气泄漏,P1,continuous,0.25,0.5,1,燃气公司,119,reporter;health,E0502,"


def written(folder: Path, *lines: str, name: str = "catalogue.csv", encoding: str = "utf-8") -> Source:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    return Source.of(file)


def read(folder: Path, *rows: str) -> tuple[Catalogue, list[str]]:
    problems: list[Problem] = []
    found, _ = read_catalogue(written(folder, HEADING, *rows), ("宗教", "信访人"), problems)
    return found, [str(problem) for problem in problems]


def test_a_row_becomes_a_category(tmp_path: Path) -> None:
    found, problems = read(tmp_path, LAMP, GAS)
    assert problems == []
    lamp, gas = found
    assert (lamp.code, lamp.top, lamp.title, lamp.priority, lamp.clock) == (
        "0502",
        "市政设施",
        "路灯不亮",
        "P3",
        "working",
    )
    assert lamp.units == ("城市管理局(照明)", "城市管理局", "供电公司")
    assert lamp.extra_questions == ("几盏？", "多久了？")
    assert (gas.accept, gas.contact, gas.handle) == tuple(timedelta(hours=hours) for hours in (0.25, 0.5, 1))
    assert gas.sensitivity == {"reporter", "health"}
    assert (gas.emergency_lines, gas.extra_questions) == ("119", ())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("0502", "502", "编码“502”不对。请写四位数字。"),
        ("0502", "05O2", "编码“05O2”不对。请写四位数字。"),
        ("0502", "０５０２", "编码“０５０２”不对。请写四位数字。"),
        ("P3", "P5", "priority 写的是“P5”。只能写 P1、P2、P3、P4。"),
        ("working", "weekly", "clock 写的是“weekly”。只能写 working、continuous。"),
        (",2,", ",两,", "accept_hours 写的是“两”。请写大于 0 的小时数，例如 16 或 0.25。"),
        (",2,", ",0,", "accept_hours 写的是“0”。"),
        (",2,", ",nan,", "accept_hours 写的是“nan”。"),
        (",2,", ",inf,", "accept_hours 写的是“inf”。"),
        (",2,", ",-1,", "accept_hours 写的是“-1”。"),
        (",2,", ",9000,", "accept_hours 写的是“9000”。"),
        (",,,P", ",,reportr,P", "sensitivity 里没有“reportr”。您是不是想写 reporter？"),
        ("路灯不亮", "", "leaf 是空的。请写名称。"),
        ("路灯不亮", "宗教活动", "不收这一类：含有“宗教”。请删去这一行，此类事项由专门机关按法定渠道办理。"),
        ("市政设施", "信访人名单", "不收这一类：含有“信访人”。"),
        ("P0137,", "P0137,,", "列数与第一行不同。每行写 13 列。"),
        (",P0137", "", "列数与第一行不同。"),
    ],
)
def test_a_slip_in_a_row_is_told_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    found, problems = read(tmp_path, GAS, LAMP.replace(old, new, 1))
    (only,) = problems
    assert only.startswith("catalogue.csv 第 3 行：")
    assert words in only
    assert [category.code for category in found] == ["0103"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (LAMP.replace("路灯不亮", "路灯太亮"), "编码 0502 重复。前面已是“路灯不亮”，请换一个编码。"),
        (LAMP.replace("0502", "0503"), "名称“路灯不亮”重复。请换一个名称。"),
        (GAS.replace("0103", "0503"), "大类“公共安全”与同号的“市政设施”不同。请写“市政设施”，或改编码前两位。"),
    ],
)
def test_rows_that_clash_are_told(tmp_path: Path, row: str, words: str) -> None:
    _, problems = read(tmp_path, LAMP, row)
    assert problems == [f"catalogue.csv 第 3 行：{words}"]


def test_several_slips_in_one_row_are_all_told(tmp_path: Path) -> None:
    _, problems = read(tmp_path, LAMP.replace("0502", "x").replace("P3", "x").replace("working", "x"))
    assert len(problems) == 3


def test_lines_are_counted_through_cells_of_several_lines(tmp_path: Path) -> None:
    _, problems = read(tmp_path, LAMP.replace("几盏？|多久了？", '"几盏？\n多久了？"'), GAS.replace("P1", "P9"))
    (only,) = problems
    assert only.startswith("catalogue.csv 第 4 行：")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((HEADING,), "catalogue.csv：没有一个类别。请至少写一行。"),
        ((HEADING.replace(",leaf", ""), LAMP), "catalogue.csv 第 1 行：缺少列：leaf。第一行请写：code,top,leaf,"),
        (("",), "缺少列："),
    ],
)
def test_a_file_without_categories_is_refused(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    problems: list[Problem] = []
    found, codes = read_catalogue(written(tmp_path, *lines), (), problems)
    assert (len(found), codes) == (0, frozenset())
    (only,) = problems
    assert words in str(only)


def test_a_file_as_excel_saves_it_is_read(tmp_path: Path) -> None:
    problems: list[Problem] = []
    written(tmp_path, HEADING, LAMP, encoding="utf-8-sig")
    file = tmp_path / "catalogue.csv"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    found, codes = read_catalogue(Source.of(file), (), problems)
    assert (len(found), codes) == (1, frozenset({"0502"}))
    assert problems == []


@pytest.mark.parametrize("there", [True, False], ids=["another encoding", "no such file"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, there: bool) -> None:
    if there:
        written(tmp_path, HEADING, LAMP, encoding="gb18030")
    problems: list[Problem] = []
    read_catalogue(Source.of(tmp_path / "catalogue.csv"), (), problems)
    assert [str(one) for one in problems] == ["catalogue.csv：打不开，或不是 UTF-8 编码。请另存为 UTF-8 的 CSV 文件。"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("0999,路灯", "目录里没有 0999。请写 catalogue.csv 里的编码。"),
        ("0103,", "没有关键词，或编码重复。每个编码写一行，词之间用 | 隔开。"),
        ("0502,灯杆", "没有关键词，或编码重复。"),
    ],
)
def test_keywords_without_a_category_or_words_are_told(tmp_path: Path, row: str, words: str) -> None:
    problems: list[Problem] = []
    file = written(tmp_path, "code,keywords", "0502,路灯| 灯不亮 |", row, name="keywords.csv")
    found = read_keywords(file, {"0502", "0103"}, problems)
    (only,) = problems
    assert str(only).startswith(f"keywords.csv 第 3 行：{words}")
    assert found["0502"] == ("路灯", "灯不亮")


def test_keywords_are_read_without_blanks(tmp_path: Path) -> None:
    file = written(tmp_path, "code,keywords", "0502,路灯| 灯不亮 |", name="keywords.csv")
    assert read_keywords(file, {"0502"}, []) == {"0502": ("路灯", "灯不亮")}
