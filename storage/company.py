"""Who else has to do with a case: the cases merged into it, those who follow it, those invited to work on it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.case import Case
from cases.people import Address, Role
from cases.record import State
from storage.case_tables import CASES, FOLLOWERS, INVITATIONS
from storage.columns import insert_new
from storage.receivers import is_of

DECIDER = "decider"
"""Stands for whoever may decide on what was proposed; the guest is the action."""


def children_of(parent: str) -> Sequence[ColumnElement[bool]]:
    """The rule that a case was merged into that one and still follows it."""
    return (CASES.c.parent == parent, CASES.c.state == State.MERGED.value)


async def keep_invitations(connection: AsyncConnection, case: Case) -> None:
    """Make the case's invitations follow its overlay."""
    await connection.execute(delete(INVITATIONS).where(INVITATIONS.c.case == case.number))
    guests = [(Role.ASSISTANT.value, one.unit) for one in case.overlay.assists if one.is_open and case.is_open]
    if case.overlay.mediator is not None and case.state is State.MEDIATING:
        guests.append((Role.MEDIATOR.value, str(case.overlay.mediator)))
    guests += [(DECIDER, one.action) for one in case.overlay.proposals]
    rows = [{"case": case.number, "role": role, "guest": guest} for role, guest in guests]
    await insert_new(connection, INVITATIONS, rows)


def invited(units: Iterable[str], person: int) -> ColumnElement[bool]:
    """The rule that one of these units owes the case an assist, or that this person mediates it."""
    owing = and_(INVITATIONS.c.role == Role.ASSISTANT.value, INVITATIONS.c.guest.in_(sorted(units)))
    mediating = and_(INVITATIONS.c.role == Role.MEDIATOR.value, INVITATIONS.c.guest == str(person))
    return CASES.c.number.in_(select(INVITATIONS.c.case).where(or_(owing, mediating)))


def proposed() -> ColumnElement[bool]:
    """The rule that something of the case waits for a second person."""
    return CASES.c.number.in_(select(INVITATIONS.c.case).where(INVITATIONS.c.role == DECIDER))


async def follow(connection: AsyncConnection, case: str, address: Address, since: datetime) -> bool:
    """Keep that this address waits for the case too; whether that is new."""
    row = {"case": case, "channel": address.channel, "user": address.user, "since": since}
    return bool(await insert_new(connection, FOLLOWERS, [row]))


async def unfollow(connection: AsyncConnection, case: str, address: Address) -> bool:
    """Keep that it does not any more; whether it did."""
    here = and_(FOLLOWERS.c.case == case, is_of(FOLLOWERS, address))
    return (await connection.execute(delete(FOLLOWERS).where(here))).rowcount > 0


async def followers(connection: AsyncConnection, case: str) -> Sequence[Address]:
    """Who waits for the case too, the longest first."""
    found = select(FOLLOWERS.c.channel, FOLLOWERS.c.user).where(FOLLOWERS.c.case == case)
    rows = await connection.execute(found.order_by(FOLLOWERS.c.since, FOLLOWERS.c.channel, FOLLOWERS.c.user))
    return [Address(row.channel, row.user) for row in rows]


async def followed(connection: AsyncConnection, address: Address, limit: int) -> Sequence[str]:
    """The numbers of the cases that this address follows, the newest first."""
    found = select(FOLLOWERS.c.case).where(is_of(FOLLOWERS, address)).order_by(FOLLOWERS.c.since.desc()).limit(limit)
    return (await connection.execute(found)).scalars().all()
