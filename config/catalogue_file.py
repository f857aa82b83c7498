"""Reads catalogue.csv and keywords.csv, and names everything that is wrong in them."""

import csv
import re
from collections.abc import Container, Mapping, Sequence
from datetime import timedelta

from cases.catalogue import Catalogue, Category
from config.problems import Problem, nearest
from config.sources import Source

COLUMNS = (
    "code", "top", "leaf", "priority", "clock", "accept_hours", "contact_hours", "handle_hours", "unit",
    "emergency_lines", "sensitivity", "standard_code", "extra_questions",
)  # fmt: skip
HOURS = ("accept_hours", "contact_hours", "handle_hours")
PRIORITIES = ("P1", "P2", "P3", "P4")
CLOCKS = ("working", "continuous")
SENSITIVITIES = ("reporter", "party", "minor", "health")
BRANCH = re.compile(r"[(（][^()（）]+[)）]$")
BOM = "\ufeff"
LONGEST = 8784.0  # hours in a leap year: a longer limit is a slip of the pen

Row = Mapping[str, str]


def read_table(file: Source, columns: Sequence[str], problems: list[Problem]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV file in UTF-8 (with or without BOM) with their line numbers."""
    if file.text is None:
        problems.append(Problem(file.name, 0, "打不开，或不是 UTF-8 编码。", "请另存为 UTF-8 的 CSV 文件。"))
        return []
    reader = csv.DictReader(file.text.removeprefix(BOM).splitlines(keepends=True), restkey="+")
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        problems.append(Problem(file.name, 1, f"缺少列：{'、'.join(missing)}。", f"第一行请写：{','.join(columns)}"))
        return []
    rows = []
    for row in reader:
        if "+" in row or None in row.values():
            problems.append(Problem(file.name, reader.line_num, "列数与第一行不同。", f"每行写 {len(columns)} 列。"))
            continue
        rows.append((reader.line_num, {name: value.strip() for name, value in row.items()}))
    return rows


def read_catalogue(file: Source, forbidden: Sequence[str], problems: list[Problem]) -> tuple[Catalogue, frozenset[str]]:
    """The catalogue, and the codes of all its rows, right or wrong; what is wrong is added to `problems`."""
    found: dict[str, Category] = {}
    tops: dict[str, str] = {}
    rows = read_table(file, COLUMNS, problems)
    for line, row in rows:
        wrong = [*_wrong(row, forbidden), *_clash(row, found, tops)]
        problems.extend(Problem(file.name, line, what, instead) for what, instead in wrong)
        if not wrong:
            found[row["code"]] = _category(row)
            tops.setdefault(row["code"][:2], row["top"])
    if not rows and not any(problem.file == file.name for problem in problems):
        problems.append(Problem(file.name, 0, "没有一个类别。", "请至少写一行。"))
    return Catalogue(tuple(found.values())), frozenset(row["code"] for _, row in rows)


def _wrong(row: Row, forbidden: Sequence[str]) -> list[tuple[str, str]]:
    wrong = [(f"编码“{row['code']}”不对。", "请写四位数字。")] if not re.fullmatch("[0-9]{4}", row["code"]) else []
    wrong += [(f"{name} 是空的。", "请写名称。") for name in ("top", "leaf") if not row[name]]
    words = [word for word in forbidden if word in row["top"] + row["leaf"]]
    if words:
        wrong.append((f"不收这一类：含有“{words[0]}”。", "请删去这一行，此类事项由专门机关按法定渠道办理。"))
    for name, known in (("priority", PRIORITIES), ("clock", CLOCKS)):
        if row[name] not in known:
            wrong.append((f"{name} 写的是“{row[name]}”。", f"只能写 {'、'.join(known)}。"))
    for kind in filter(None, row["sensitivity"].split(";")):
        if kind not in SENSITIVITIES:
            wrong.append((f"sensitivity 里没有“{kind}”。", nearest(kind, SENSITIVITIES)))
    for name in HOURS:
        hours = _hours(row[name])
        if hours is None:
            wrong.append((f"{name} 写的是“{row[name]}”。", "请写大于 0 的小时数，例如 16 或 0.25。"))
    return wrong


def _clash(row: Row, found: Mapping[str, Category], tops: Mapping[str, str]) -> list[tuple[str, str]]:
    wrong = []
    if row["code"] in found:
        wrong.append((f"编码 {row['code']} 重复。", f"前面已是“{found[row['code']].leaf}”，请换一个编码。"))
    if any(other.leaf == row["leaf"] for other in found.values()):
        wrong.append((f"名称“{row['leaf']}”重复。", "请换一个名称。"))
    top = tops.get(row["code"][:2], row["top"])
    if top != row["top"]:
        wrong.append((f"大类“{row['top']}”与同号的“{top}”不同。", f"请写“{top}”，或改编码前两位。"))
    return wrong


def _hours(text: str) -> float | None:
    try:
        hours = float(text)
    except ValueError:
        return None
    return hours if 0 < hours <= LONGEST else None


def _category(row: Row) -> Category:
    return Category(
        code=row["code"], top=row["top"], leaf=row["leaf"], priority=row["priority"], clock=row["clock"],
        accept=timedelta(hours=float(row["accept_hours"])), contact=timedelta(hours=float(row["contact_hours"])),
        handle=timedelta(hours=float(row["handle_hours"])), units=_wishes(row["unit"]),
        emergency_lines=row["emergency_lines"], sensitivity=frozenset(_parts(row["sensitivity"], ";")),
        standard_code=row["standard_code"], extra_questions=_parts(row["extra_questions"], "|"),
    )  # fmt: skip


def _wishes(text: str) -> tuple[str, ...]:
    """The units of a row, best first; behind 城市管理局(照明) comes 城市管理局, for where nobody has that branch."""
    names = [name for part in _parts(text, "/") for name in (part, BRANCH.sub("", part))]
    return tuple(dict.fromkeys(names))


def _parts(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def read_keywords(file: Source, known: Container[str], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Words by which people name each category, by its code; `known` are the codes of the catalogue."""
    found: dict[str, tuple[str, ...]] = {}
    for line, row in read_table(file, ("code", "keywords"), problems):
        words = _parts(row["keywords"], "|")
        if row["code"] not in known:
            problems.append(Problem(file.name, line, f"目录里没有 {row['code']}。", "请写 catalogue.csv 里的编码。"))
        if not words or row["code"] in found:
            problems.append(Problem(file.name, line, "没有关键词，或编码重复。", "每个编码写一行，词之间用 | 隔开。"))
        found.setdefault(row["code"], words)
    return found
