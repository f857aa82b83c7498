"""Requests for a person (人工), in SQL: one unended request a citizen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.errors import Overtaken
from cases.people import Address
from dialogs.engine.ports import HelpRequest
from storage.columns import insert_new
from storage.receivers import is_of
from storage.talk_tables import HELP_REQUESTS

UNENDED = HELP_REQUESTS.c.state != "ended"


class SqlHelpRequests:
    """The port `dialogs.engine.ports.HelpRequests` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, citizen: Address, at: datetime, case: str | None = None) -> HelpRequest:
        """The citizen's unended request, made now if there is none. Raises Overtaken if it ended at this moment."""
        new = {"channel": citizen.channel, "user": citizen.user, "state": "waiting", "asked_at": at, "case": case}
        await insert_new(self._connection, HELP_REQUESTS, [new])
        request = await self.of(citizen)
        if request is None:
            raise Overtaken("help request")
        return request

    async def get(self, request: int) -> HelpRequest | None:
        """By id."""
        return next(iter(await self._read(HELP_REQUESTS.c.id == request)), None)

    async def of(self, citizen: Address) -> HelpRequest | None:
        """The citizen's unended request."""
        return next(iter(await self._read(is_of(HELP_REQUESTS, citizen), UNENDED)), None)

    async def of_staff(self, staff: int) -> Sequence[HelpRequest]:
        """Unended requests that this member of staff took, oldest first."""
        return await self._read(HELP_REQUESTS.c.staff == staff, UNENDED)

    async def waiting(self) -> Sequence[HelpRequest]:
        """Requests nobody took yet, oldest first."""
        return await self._read(HELP_REQUESTS.c.state == "waiting")

    async def save(self, request: HelpRequest) -> None:
        """Write state, staff and case. Raises Overtaken when it was ended, or taken by another member of staff."""
        nobodys_or_theirs = or_(HELP_REQUESTS.c.staff.is_(None), HELP_REQUESTS.c.staff == request.staff)
        saved = update(HELP_REQUESTS).where(HELP_REQUESTS.c.id == request.id, UNENDED, nobodys_or_theirs)
        written = saved.values(state=request.state, staff=request.staff, case=request.case)
        if (await self._connection.execute(written)).rowcount != 1:
            raise Overtaken("help request")

    async def _read(self, *rules: ColumnElement[bool]) -> list[HelpRequest]:
        found = select(HELP_REQUESTS).where(*rules).order_by(HELP_REQUESTS.c.asked_at, HELP_REQUESTS.c.id)
        return [_request(row) for row in await self._connection.execute(found)]


def _request(row: Row[Any]) -> HelpRequest:
    return HelpRequest(row.id, Address(row.channel, row.user), row.state, row.staff, row.asked_at, row.case)
