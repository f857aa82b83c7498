"""`gridbell people code`: a fresh one-time code for the one member of staff who is meant."""

from collections.abc import Sequence
from datetime import datetime

from cases.codes import LIFETIME, digest, new_code
from cases.people import Person, Role
from cases.places import Units
from gridbell.imports.findings import nearest
from gridbell.imports.units import path_of
from storage.store import SqlStore, SqlWork

LEAST_TAIL = 4


class NobodyMeant(Exception):
    """No one, or more than one, is meant; str() says so in Chinese, and how to tell them apart."""


async def fresh_code(store: SqlStore, name: str, unit: str | None, phone: str | None, now: datetime) -> str:
    """A code that binds an account to the person of that name, until LIFETIME after `now`; older ones of theirs end.

    `unit` (name or code) and the last digits of `phone` tell namesakes apart. Only its digest is kept.
    Raises NobodyMeant.
    """
    async with store.work() as work:
        units = await work.people.units()
        person = await _meant(work, units, name.strip(), unit, phone)
        code = new_code()
        await work.people.put_code(person.id, digest(code), now + LIFETIME)
        await work.commit()
    return code


async def _meant(work: SqlWork, units: Units, name: str, unit: str | None, phone: str | None) -> Person:
    namesakes = await work.people.named(name)
    if not namesakes:
        raise NobodyMeant(f"没有在岗人员“{name}”。{nearest(name, await _names(work))}请写全名，或先导入人员。")
    fitting = [person for person in namesakes if _works_in(person, units, unit) and _has_tail(person, phone)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        told = "；".join(_told(person, units) for person in fitting)
        raise NobodyMeant(f"叫“{name}”的有 {len(fitting)} 位：{told}。请加上 --unit 单位 或 --phone 手机尾号。")
    told = "；".join(_told(person, units) for person in namesakes)
    raise NobodyMeant(f"有“{name}”，但单位或手机尾号对不上：{told}。")


async def _names(work: SqlWork) -> list[str]:
    return [person.name for role in Role for person in await work.people.any_holding(role)]


def _works_in(person: Person, units: Units, unit: str | None) -> bool:
    codes = {found.code for found in units.named(unit)} if unit else set()
    return unit is None or any(post.unit in codes for post in person.posts)


def _has_tail(person: Person, phone: str | None) -> bool:
    return phone is None or (len(phone) >= LEAST_TAIL and (person.phone or "").endswith(phone))


def _told(person: Person, units: Units) -> str:
    posts: Sequence[str] = [
        f"{path_of(units, units[post.unit]) if units.get(post.unit) else post.unit}{post.role.zh}"
        for post in person.posts
    ]
    tail = f"，手机尾号 {person.phone[-LEAST_TAIL:]}" if person.phone else "，没有电话"
    return "、".join(posts) + tail
