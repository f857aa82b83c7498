"""Files as people save them."""

from pathlib import Path

import pytest

from gridbell.imports.findings import BadFile, Findings
from gridbell.imports.sheets import excel_damage, read_rows, read_words
from tests.gridbell.county import csv_file

LINES = ("name,unit", "王海,CGJ", "", "李梅,桥头村")


@pytest.mark.parametrize(
    ("encoding", "noted"), [("utf-8", ""), ("utf-8-sig", ""), ("gbk", "GBK"), ("gb18030", "GBK"), ("utf-16", "UTF-16")]
)
def test_every_encoding_that_excel_writes_is_read(tmp_path: Path, encoding: str, noted: str) -> None:
    findings = Findings(tmp_path / "f.csv")
    rows = read_rows(csv_file(findings.path, *LINES, encoding=encoding), ["name", "unit"], [], findings)
    assert [(row.line, row["name"], row["unit"]) for row in rows] == [(2, "王海", "CGJ"), (4, "李梅", "桥头村")]
    assert [noted in note for note in findings.notes] == ([True] if noted else [])


@pytest.mark.parametrize("separator", [";", "\t", "，"])
def test_other_separators_are_read_with_a_note(tmp_path: Path, separator: str) -> None:
    findings = Findings(tmp_path / "f.csv")
    path = csv_file(findings.path, f"name{separator}unit", f"王海{separator}CGJ")
    assert [row["unit"] for row in read_rows(path, ["name", "unit"], [], findings)] == ["CGJ"]
    assert len(findings.notes) == 1


def test_a_cell_with_line_breaks_does_not_shift_the_line_numbers(tmp_path: Path) -> None:
    findings = Findings(tmp_path / "f.csv")
    path = csv_file(findings.path, "", "name,unit", '"王', '海",CGJ', "李梅,桥头村")
    assert [row.line for row in read_rows(path, ["name", "unit"], [], findings)] == [3, 5]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "文件是空的"),
        (b" \r\n\r\n", "文件是空的"),
        (b",,\r\n", "缺少 name 列"),
        (b"PK\x03\x04rest", "Excel 工作簿"),
        (b"name,unit\n\xff\xff\xff,1\n", "第 2 行：既不是 UTF-8 也不是 GBK"),
        (b"name,phone\nx,1\n", "第 1 行：缺少 unit 列。表头应写成：name,unit。"),
        (b"name,unit,unit\nx,1,2\n", "unit 列出现了两次"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, raw: bytes, told: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(raw)
    with pytest.raises(BadFile, match=told) as refused:
        read_rows(path, ["name", "unit"], [], Findings(path))
    assert str(refused.value).startswith("f.csv ")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="打不开这个文件"):
        read_words(tmp_path / "none.csv", Findings(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("name,unit",), "只有表头"),
        (("name,unit", "王海,CGJ,多了"), "第 2 行：有 3 列，表头只有 2 列"),
    ],
)
def test_rows_that_do_not_fit_are_named(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    findings = Findings(tmp_path / "f.csv")
    read_rows(csv_file(findings.path, *lines), ["name", "unit"], [], findings)
    assert told in str(findings.faults[0])


def test_a_column_nobody_needs_is_told(tmp_path: Path) -> None:
    findings = Findings(tmp_path / "f.csv")
    read_rows(csv_file(findings.path, "Name,unit,备注", "王海,CGJ,无"), ["name", "unit"], [], findings)
    assert findings.notes == ["备注 列用不到，没有读取。"]


@pytest.mark.parametrize(("cell", "damaged"), [("9.90101E+14", True), ("1.38e10", True), ("990101001", False)])
def test_scientific_notation_is_known_as_damage(cell: str, damaged: bool) -> None:
    assert bool(excel_damage(cell)) is damaged
