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
    path = csv_file(findings.path, "", "name,unit,note", '王海,CGJ,"东', '门"', "李梅,桥头村")
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


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("王\0海", "name 列里有看不见的字符（U+0000）。请删去"),
        ("王\x1b[31m海", "name 列里有看不见的字符（U+001B）。"),
        ("王\u200b海", "name 列里有看不见的字符（U+200B）。"),
        ("王\u2028海", "name 列里有看不见的字符（U+2028）。"),
        ('"王\n海"', "name 列里有换行。"),
        ("王\ufffd海", "name 列里有乱码（�）。"),
    ],
)
def test_a_cell_that_is_no_visible_text_is_named_with_its_row_and_column(tmp_path: Path, cell: str, told: str) -> None:
    findings = Findings(tmp_path / "f.csv")
    assert read_rows(csv_file(findings.path, "name,unit", f"{cell},CGJ"), ["name", "unit"], [], findings) == []
    (fault,) = findings.faults
    assert str(fault).startswith(f"第 2 行：{told}")


@pytest.mark.parametrize("name", ["张\u3000三", "欧阳·明", "\U00020bb7野", "\ue000某", "\U0002ebf0某"])
def test_rare_characters_and_wide_blanks_of_names_are_kept(tmp_path: Path, name: str) -> None:
    findings = Findings(tmp_path / "f.csv")
    (row,) = read_rows(csv_file(findings.path, "name,unit", f"{name},CGJ"), ["name", "unit"], [], findings)
    assert row["name"] == name


def test_a_cut_file_in_utf_16_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("name,unit\r\n李梅".encode("utf-16")[:-1])
    with pytest.raises(BadFile, match="文件不完整"):
        read_rows(path, ["name", "unit"], [], Findings(path))


def test_a_heading_with_an_unclosed_quote_says_so(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "f.csv", '"name,unit', *["王海,CGJ"] * 20_000)
    with pytest.raises(BadFile, match="这一行读不懂。请检查引号是否成对"):
        read_rows(path, ["name", "unit"], [], Findings(path))


@pytest.mark.parametrize(("separator", "name"), [(",", "逗号"), (";", "分号"), ("\t", "制表符"), ("，", "中文逗号")])
def test_too_many_cells_are_told_with_the_separator_of_the_file(tmp_path: Path, separator: str, name: str) -> None:
    findings = Findings(tmp_path / "f.csv")
    path = csv_file(findings.path, separator.join(["name", "unit"]), separator.join(["王海", "CGJ", "多了"]))
    read_rows(path, ["name", "unit"], [], findings, "另一句。")
    (fault,) = findings.faults
    assert fault.instead == f"内容里的{name}请用引号括起来。另一句。"


def test_a_column_nobody_needs_is_told(tmp_path: Path) -> None:
    findings = Findings(tmp_path / "f.csv")
    read_rows(csv_file(findings.path, "Name,unit,备注", "王海,CGJ,无"), ["name", "unit"], [], findings)
    assert findings.notes == ["备注 列用不到，没有读取。"]


@pytest.mark.parametrize(("cell", "damaged"), [("9.90101E+14", True), ("1.38e10", True), ("990101001", False)])
def test_scientific_notation_is_known_as_damage(cell: str, damaged: bool) -> None:
    assert bool(excel_damage(cell)) is damaged
