"""Reading a CSV or text file as people save it: Excel's encodings, separators and damages."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gridbell.imports.characters import invisible, shown
from gridbell.imports.findings import BadFile, Finding, Findings

SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes; a county's 2,000 grids with 200 corners each are some 20 MB of GeoJSON."""

SEPARATORS = {",": "逗号", ";": "分号", "\t": "制表符", "，": "中文逗号"}
"""What stands between the cells, and what people call it; the first is the usual one."""

FORMULA = ("=", "+", "-", "@")
"""Cells that begin so are formulas to a spreadsheet; written files have a ' before them."""
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")


class _Reader(Protocol):
    """A csv.reader, whose type the standard library does not name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, and its cells by column name, without blanks at the ends."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def where(self) -> str:
        """How people are told of it."""
        return f"第 {self.line} 行"


def read_words(path: Path, findings: Findings) -> str:
    """The file's text: UTF-8 with or without a mark, or GBK with a note. Raises BadFile."""
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise BadFile(path, [Finding("", "文件超过 64 MB。", "请拆成几个文件分别导入。")])
        raw = path.read_bytes()
    except OSError as fault:
        raise BadFile(path, [Finding("", "打不开这个文件。", f"请检查路径和权限（{fault.strerror}）。")]) from fault
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadFile(path, [Finding("", "这是 Excel 工作簿。", "请在 Excel 里另存为“CSV UTF-8（逗号分隔）”再导入。")])
    text = _decoded(raw, path, findings)
    if not text.strip():
        raise BadFile(path, [Finding("", "文件是空的。", "请确认导出的是正确的文件。")])
    return text


def _decoded(raw: bytes, path: Path, findings: Findings) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.note("文件是 UTF-16 编码，已按此读取；建议另存为 UTF-8。")
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as fault:
            wrong = Finding("", "文件不完整，UTF-16 的内容断在半个字上。", "请重新导出或传送，最好另存为 UTF-8。")
            raise BadFile(path, [wrong]) from fault
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        bad = fault.start
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as fault:
        line = raw[:bad].count(b"\n") + 1
        wrong = Finding(f"第 {line} 行", "既不是 UTF-8 也不是 GBK 编码。", "请另存为“CSV UTF-8（逗号分隔）”。")
        raise BadFile(path, [wrong]) from fault
    findings.note("文件是 GBK 编码，已按 GBK 读取；请核对姓名有无乱码，建议另存为 UTF-8。")
    return text


def read_rows(
    path: Path, required: Sequence[str], optional: Sequence[str], findings: Findings, advice: str = ""
) -> list[Row]:
    """The rows under a heading line; blank rows are passed over. `advice` is told where a row has too many cells.

    Raises BadFile when the heading cannot be used. Rows with a cell that is no visible text become faults.
    """
    text = read_words(path, findings)
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(SEPARATORS, key=heading.count)
    if separator != ",":
        findings.note(f"列之间不是逗号，已按{SEPARATORS[separator]}读取。")
    advice = f"内容里的{SEPARATORS[separator]}请用引号括起来。{advice}"
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        columns = _columns(lines, path, required, optional, findings)
        rows = list(_rows(lines, columns, [*required, *optional], findings, advice))
    except csv.Error as fault:
        where = f"第 {lines.line_num} 行"
        raise BadFile(path, [Finding(where, "这一行读不懂。", f"请检查引号是否成对（{fault}）。")]) from fault
    if not rows and not findings.faults:
        findings.add("", "只有表头，没有内容。", "请从第 2 行起填写。")
    return rows


def _columns(
    lines: _Reader, path: Path, required: Sequence[str], optional: Sequence[str], findings: Findings
) -> list[str]:
    heads = ([cell.strip().lower() for cell in cells] for cells in lines)
    columns = next(filter(any, heads), [])
    known = [*required, *optional]
    faults = []
    for column in required:
        if column not in columns:
            faults.append(Finding("第 1 行", f"缺少 {column} 列。", f"表头应写成：{','.join(known)}。"))
    for column in sorted({column for column in columns if column and columns.count(column) > 1}):
        faults.append(Finding("第 1 行", f"{shown(column)} 列出现了两次。", "请只留一列。"))
    if faults:
        raise BadFile(path, faults)
    for column in columns:
        if column and column not in known:
            findings.note(f"{shown(column)} 列用不到，没有读取。")
    return columns


def _rows(
    lines: _Reader, columns: Sequence[str], known: Sequence[str], findings: Findings, advice: str
) -> Iterator[Row]:
    end = lines.line_num
    for cells in lines:
        here, end = end + 1, lines.line_num
        values = [_plain(cell.strip()) for cell in cells]
        if not any(values):
            continue
        row = Row(here, dict.fromkeys(known, "") | dict(zip(columns, values, strict=False)))
        before = len(findings.faults)
        if len(values) > len(columns) and any(values[len(columns) :]):
            findings.add(row.where, f"有 {len(values)} 列，表头只有 {len(columns)} 列。", advice)
        for column in known:
            if found := invisible(row[column]):
                findings.add(row.where, f"{column} 列里{found}。", "请删去，或重新输入这一格。")
        if len(findings.faults) == before:
            yield row


def _plain(cell: str) -> str:
    """The cell without the ' that keeps a spreadsheet from reckoning with it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def excel_damage(cell: str) -> str:
    """What to do when Excel turned a code or phone into a number; empty when it did not."""
    if not _SCIENTIFIC.fullmatch(cell):
        return ""
    return "这是被 Excel 变成科学计数法的数字，后几位已丢失；请把该列设为“文本”格式，重新填写完整的数字。"
