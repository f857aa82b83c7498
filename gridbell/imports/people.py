"""Staff from a CSV file: columns name, roles, unit, phone; one unit a row, more rows for more units."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cases.people import ROLE_NAMES, Person, Post, Role
from cases.places import Units
from gridbell.imports.findings import Changes, Findings, nearest
from gridbell.imports.sheets import Row, excel_damage, read_rows
from gridbell.imports.units import unit_meant

NAME_LIMIT = 32
STAFF_ROLES = {
    word: role for role in Role if role not in (Role.CITIZEN, Role.BOT) for word in (role.value, ROLE_NAMES[role])
}
"""Every word for a role that staff can hold: its code name and its Chinese name."""

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")
_BETWEEN_ROLES = re.compile(r"[;；、,，/]")


@dataclass(slots=True)
class Listed:
    """One person as the file has them."""

    name: str
    phone: str | None
    where: str
    posts: list[Post] = field(default_factory=list)


class _Roll:
    """The file's people, by name and phone."""

    def __init__(self, units: Units, findings: Findings) -> None:
        self.units = units
        self.findings = findings
        self.rows: list[tuple[Row, str | None, list[Post]]] = []

    def take(self, row: Row) -> None:
        """Check one row."""
        name = row["name"]
        if not name:
            self.findings.add(row.where, "没有写姓名。", "请在 name 列填写姓名。")
        elif len(name) > NAME_LIMIT:
            self.findings.add(row.where, f"姓名超过 {NAME_LIMIT} 个字。", "每行只写一个人。")
        roles = self._roles(row)
        unit = unit_meant(row, self.units, self.findings)
        phone = phone_of(row, self.findings)
        if unit is not None:
            self.rows.append((row, phone, [Post(role, unit.code) for role in roles]))

    def _roles(self, row: Row) -> list[Role]:
        words = [word.strip() for word in _BETWEEN_ROLES.split(row["roles"]) if word.strip()]
        if not words:
            self.findings.add(row.where, "没有写角色。", "请在 roles 列填写，如 网格员；多个角色用 ; 隔开。")
        for word in words:
            if word.lower() not in STAFF_ROLES:
                known = "、".join(ROLE_NAMES[role] for role in dict.fromkeys(STAFF_ROLES.values()))
                hint = nearest(word.lower(), STAFF_ROLES)
                self.findings.add(row.where, f"角色“{word}”不认识。", f"{hint}可用的角色：{known}。")
        return list(dict.fromkeys(STAFF_ROLES[word.lower()] for word in words if word.lower() in STAFF_ROLES))

    def people(self) -> list[Listed]:
        """Rows of the same name (and phone) put together, in the file's order."""
        phones: dict[str, set[str]] = {}
        for row, phone, _ in self.rows:
            phones.setdefault(row["name"], set()).update({phone} if phone else ())
        found: dict[tuple[str, str | None], Listed] = {}
        for row, phone, posts in self.rows:
            own = phones[row["name"]]
            if phone is None and len(own) > 1:
                self.findings.add(row.where, f"文件里有 {len(own)} 位“{row['name']}”。", "请补上电话，好知道是哪一位。")
                continue
            number = phone or next(iter(own), None)
            listed = found.setdefault((row["name"], number), Listed(row["name"], number, row.where))
            if set(posts) <= set(listed.posts):
                self.findings.note(f"{row.where}与{listed.where}重复（{listed.name}），只算一次。")
            listed.posts += [post for post in posts if post not in listed.posts]
        people = list(found.values())
        _note_shared_phones(people, self.findings)
        return people


def phone_of(row: Row, findings: Findings) -> str | None:
    """The digits in the row's `phone`; None where there are none, or wrong ones, which become a fault."""
    written = row["phone"]
    if damage := excel_damage(written):
        findings.add(row.where, f"电话“{written}”不对。", damage)
        return None
    plain = re.sub(r"[\s\-()（）]", "", written).removeprefix("+86")
    plain = plain if len(plain) != len("86") + 11 else plain.removeprefix("86")
    if not plain or _MOBILE.fullmatch(plain):
        return plain or None
    if _LANDLINE.fullmatch(plain):
        return plain
    findings.add(row.where, f"电话“{written}”不对。", "请写 11 位手机号，或带区号的座机，如 0791-1234567。")
    return None


def _note_shared_phones(people: Sequence[Listed], findings: Findings) -> None:
    """A landline is a desk's; a mobile number is one person's, unless somebody mistyped."""
    owners: dict[str, Listed] = {}
    for one in people:
        if one.phone and _MOBILE.fullmatch(one.phone):
            first = owners.setdefault(one.phone, one)
            if first is not one:
                findings.note(f"{one.where}的“{one.name}”与{first.where}的“{first.name}”是同一个手机号，请核对。")


def read_people(path: Path, units: Units) -> tuple[list[Listed], Findings]:
    """The people of the file with the notes made while reading. Raises BadFile with every bad row."""
    findings = Findings(path)
    if not units.by_code:
        findings.add("", "还没有任何单位。", "请先用 gridbell grids import 和 gridbell units import 导入网格和部门。")
        findings.settle()
    roll = _Roll(units, findings)
    for row in read_rows(path, ("name", "roles", "unit"), ("phone",), findings, "多个角色之间也可以写“、”。"):
        roll.take(row)
    listed = roll.people()
    findings.settle()
    return listed, findings


def matched(listed: Sequence[Listed], staff: Sequence[Person], findings: Findings) -> tuple[list[Person], Changes]:
    """Who has to be written (new people have id 0), and what changes; `staff` is all active staff that is kept.

    The posts in the file replace those a person had; who is not in the file stays. Raises BadFile when a namesake
    cannot be told apart.
    """
    write: list[Person] = []
    told: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    left = {person.id: person for person in staff}
    for one in listed:
        before = _before(one, [person for person in left.values() if person.name == one.name], findings)
        if before is None:
            after = Person(0, one.name, tuple(one.posts), one.phone)
        else:
            del left[before.id]
            after = replace(before, posts=_in_order(before, one.posts), phone=one.phone or before.phone)
        how = "added" if before is None else "unchanged" if after == before else "changed"
        told[how].append(one.name)
        if how != "unchanged":
            write.append(after)
    _note_known_phones(listed, left.values(), findings)
    findings.settle()
    parts = {how: tuple(names) for how, names in told.items()}
    missing = tuple(person.name for person in left.values())
    return write, Changes(**parts, missing=missing, notes=tuple(findings.notes))


def _note_known_phones(listed: Sequence[Listed], others: Iterable[Person], findings: Findings) -> None:
    owners = {person.phone: person.name for person in others if person.phone and _MOBILE.fullmatch(person.phone)}
    for one in listed:
        if one.phone in owners:
            findings.note(f"{one.where}的“{one.name}”与已有的“{owners[one.phone]}”是同一个手机号，请核对。")


def _in_order(before: Person, posts: Sequence[Post]) -> tuple[Post, ...]:
    """The same posts in another order are no change."""
    return before.posts if set(posts) == set(before.posts) else tuple(posts)


def _before(one: Listed, namesakes: Sequence[Person], findings: Findings) -> Person | None:
    same = [person for person in namesakes if one.phone is not None and person.phone == one.phone]
    if same:
        return same[0]
    open_ones = [person for person in namesakes if one.phone is None or person.phone is None]
    if len(open_ones) > 1:
        findings.add(one.where, f"已有 {len(open_ones)} 位“{one.name}”，不知道是哪一位。", "请写上已登记的那个电话。")
    elif namesakes and not open_ones:
        findings.note(f"{one.name}：已有同名人员，电话不同，按另一个人添加。")
    return open_ones[0] if open_ones else None
