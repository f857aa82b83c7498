"""Departments from a CSV file: columns code, name, level, parent."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cases.people import Level, Unit
from cases.places import Units
from gridbell.imports.findings import Changes, Findings, nearest
from gridbell.imports.sheets import Row, excel_damage, read_rows

LEVELS = {
    "county": Level.COUNTY,
    "县": Level.COUNTY,
    "县级": Level.COUNTY,
    "区": Level.COUNTY,
    "区县": Level.COUNTY,
    "4": Level.COUNTY,
    "town": Level.TOWN,
    "镇": Level.TOWN,
    "乡": Level.TOWN,
    "街道": Level.TOWN,
    "乡镇": Level.TOWN,
    "乡镇级": Level.TOWN,
    "镇级": Level.TOWN,
    "3": Level.TOWN,
}
NAME_LIMIT = 64
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_AREA_CODE = re.compile(r"\d{6}(?:\d{3}){0,3}")


class _Departments:
    def __init__(self, known: Units, county: Unit, findings: Findings) -> None:
        self.known = known
        self.county = county
        self.findings = findings
        self.found: dict[str, Unit] = {}
        self.lines: dict[str, str] = {}

    def take(self, row: Row) -> None:
        """Check one row, and keep its department if nothing is wrong."""
        before = len(self.findings.faults)
        self._check_code(row)
        self._check_name(row)
        parent = self._parent(row)
        level = self._level(row, parent)
        if len(self.findings.faults) > before or parent is None or level is None:
            return
        self._check_twin(row, parent)
        self.found[row["code"]] = Unit(row["code"], row["name"], level, parent.code, department=True)
        self.lines[row["code"]] = row.where

    def _check_code(self, row: Row) -> None:
        code = row["code"]
        if damage := excel_damage(code):
            self.findings.add(row.where, f"编码“{code}”不对。", damage)
        elif not _CODE.fullmatch(code):
            self.findings.add(row.where, f"编码“{code}”不对。", "请写字母、数字、- 或 _，最多 32 个，如 CGJ。")
        elif _AREA_CODE.fullmatch(code):
            self.findings.add(row.where, f"编码“{code}”像是行政区划代码。", "部门编码请用简短的字母，如 CGJ。")
        elif code in self.lines:
            self.findings.add(row.where, f"编码“{code}”与{self.lines[code]}重复。", "每个部门一行，编码各不相同。")

    def _check_name(self, row: Row) -> None:
        if not row["name"]:
            self.findings.add(row.where, "没有写部门名称。", "请在 name 列填写全称，如 城市管理局。")
        elif len(row["name"]) > NAME_LIMIT:
            self.findings.add(row.where, f"部门名称超过 {NAME_LIMIT} 个字。", "请缩短。")

    def _parent(self, row: Row) -> Unit | None:
        name = row["parent"]
        if not name or name in (self.county.code, self.county.name):
            return self.county
        towns = [unit for unit in self.known.by_code.values() if unit.level is Level.TOWN and not unit.department]
        fitting = [unit for unit in towns if name in (unit.name, unit.code)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            codes = "、".join(unit.code for unit in fitting)
            self.findings.add(row.where, f"叫“{name}”的乡镇不止一个。", f"请改写编码：{codes}。")
        elif not towns:
            self.findings.add(row.where, f"还没有乡镇“{name}”。", "请先用 gridbell grids import 导入网格。")
        else:
            hint = nearest(name, [unit.name for unit in towns])
            self.findings.add(row.where, f"没有乡镇“{name}”。", hint + "请写乡镇名称或 9 位编码，县级部门留空。")
        return None

    def _level(self, row: Row, parent: Unit | None) -> Level | None:
        written = row["level"].lower()
        level = LEVELS.get(written) if written else parent.level if parent else None
        if level is None:
            if written:
                self.findings.add(row.where, f"级别“{row['level']}”不认识。", "请写 县 或 乡镇。")
            return None
        if parent is not None and level is not parent.level:
            if level is Level.TOWN:
                self.findings.add(row.where, "乡镇级部门没有写所属乡镇。", "请在 parent 列填写乡镇名称或编码。")
            else:
                self.findings.add(row.where, "县级部门写了所属乡镇。", "请清空 parent 列，或把级别改成 乡镇。")
        return level

    def _check_twin(self, row: Row, parent: Unit) -> None:
        for unit in [*self.found.values(), *self.known.by_code.values()]:
            if unit.code != row["code"] and (unit.name, unit.parent) == (row["name"], parent.code):
                told = f"“{row['name']}”已有编码 {unit.code}。"
                self.findings.add(row.where, told, f"同一部门请沿用编码 {unit.code}，不同部门请用不同名称。")
                return


def check_county(county: Unit, known: Units, findings: Findings) -> None:
    """A store has one county: under another code all units would hang in two trees.

    One that was made by mistake and has no towns does not stand in the way of the right one.
    """
    for unit in known.by_code.values():
        if unit.level is not Level.COUNTY or unit.department or unit.code == county.code:
            continue
        if known.get(county.code) is None or known.under(unit.code):
            told = f"数据库里已有县级单位“{unit.name}”（{unit.code}），配置 [county] code 却是 {county.code}。"
            findings.add("", told, f"请把 [county] code 改为 {unit.code}；真要换一个县，请另用一个空数据库。")


def read_departments(path: Path, known: Units, county: Unit) -> tuple[list[Unit], Changes]:
    """The departments of the file that are new or changed (with the county, if it is not kept yet), and what changes.

    Raises BadFile with every bad row.
    """
    findings = Findings(path)
    check_county(county, known, findings)
    findings.settle()
    departments = _Departments(known, county, findings)
    for row in read_rows(path, ("code", "name"), ("level", "parent"), findings):
        departments.take(row)
    findings.settle()
    return compared(departments.found, known, county, findings.notes)


def compared(
    found: Mapping[str, Unit], known: Units, county: Unit, notes: Iterable[str] = ()
) -> tuple[list[Unit], Changes]:
    """Which of the found units have to be written, the county first if it is not kept so yet.

    A new county comes along without a word; one with another name is a change.
    """
    write = [] if known.get(county.code) == county else [county]
    renamed = [county.name] if write and known.get(county.code) is not None else []
    write += [unit for unit in found.values() if known.get(unit.code) != unit]
    added = tuple(unit.name for code, unit in found.items() if known.get(code) is None)
    changed = (*renamed, *(unit.name for unit in write if unit.code in found and known.get(unit.code) is not None))
    unchanged = tuple(unit.name for code, unit in found.items() if known.get(code) == unit)
    return write, Changes(added, changed, unchanged, notes=tuple(notes))


def unit_meant(row: Row, units: Units, findings: Findings) -> Unit | None:
    """The unit in the row's `unit`, by name or code; None where it is not exactly one, which becomes a fault."""
    name = row["unit"]
    fitting = units.named(name) if name else []
    if len(fitting) == 1:
        return fitting[0]
    if not name:
        findings.add(row.where, "没有写单位。", "请在 unit 列填写单位名称或编码。")
    elif damage := excel_damage(name):
        findings.add(row.where, f"单位编码“{name}”不对。", damage)
    elif fitting:
        choices = "、".join(f"{unit.code}（{path_of(units, unit)}）" for unit in fitting)
        findings.add(row.where, f"叫“{name}”的单位有 {len(fitting)} 个。", f"请改写编码：{choices}。")
    else:
        known = [unit.code if name.isdecimal() else unit.name for unit in units.by_code.values()]
        findings.add(
            row.where, f"没有单位“{name}”。", nearest(name, known) + "请写已导入的单位名称或编码，一行一个单位。"
        )
    return None


def path_of(units: Units, unit: Unit) -> str:
    """`青石镇桥头村第一网格`: the unit with those above it, without the county."""
    return "".join(above.name for above in reversed(units.chain(unit.code)[:-1])) or unit.name
