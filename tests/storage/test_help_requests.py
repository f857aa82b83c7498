"""Requests for a person: one unended request a citizen, taken by one member of staff."""

import asyncio
from dataclasses import replace

import pytest

from cases.errors import Overtaken
from cases.people import Address
from dialogs.engine.ports import HelpRequest
from storage.store import SqlStore
from tests.storage.talk import HOUR, LI, NOW, ZHAO


async def ask(store: SqlStore, who: Address = LI, hours: int = 0, case: str | None = None) -> HelpRequest:
    async with store.work() as work:
        request = await work.help_requests.open(who, NOW + hours * HOUR, case)
        await work.commit()
    return request


async def save(store: SqlStore, request: HelpRequest) -> HelpRequest:
    async with store.work() as work:
        await work.help_requests.save(request)
        await work.commit()
    return request


async def test_a_new_request_waits(talks: SqlStore) -> None:
    request = await ask(talks, case="X1")
    assert request == HelpRequest(request.id, LI, "waiting", None, NOW, "X1")
    async with talks.work(readonly=True) as work:
        assert await work.help_requests.get(request.id) == request
        assert await work.help_requests.of(LI) == request
        assert await work.help_requests.get(request.id + 1) is None
        assert await work.help_requests.of(ZHAO) is None


async def test_asking_again_is_the_same_request(talks: SqlStore) -> None:
    first = await ask(talks)
    assert await ask(talks, hours=1, case="X1") == first
    taken = await save(talks, replace(first, state="open", staff=7))
    assert await ask(talks, hours=2) == taken


async def test_asking_at_once_makes_one_request(talks: SqlStore) -> None:
    requests = await asyncio.gather(*(ask(talks) for _ in range(8)))
    assert len({request.id for request in requests}) == 1


async def test_after_the_end_a_new_request_is_made(talks: SqlStore) -> None:
    first = await ask(talks)
    await save(talks, replace(first, state="ended"))
    second = await ask(talks, hours=1)
    assert second.id != first.id
    assert second.state == "waiting"


async def test_a_member_of_staff_finds_the_requests_they_took_oldest_first(talks: SqlStore) -> None:
    late, early = await ask(talks, LI, hours=1), await ask(talks, ZHAO)
    other = await ask(talks, Address("wechat:main", "sun"), hours=2)
    taken = [await save(talks, replace(request, state="open", staff=7)) for request in (early, late)]
    await save(talks, replace(other, state="open", staff=8))
    async with talks.work(readonly=True) as work:
        assert await work.help_requests.of_staff(7) == taken
    await save(talks, replace(taken[0], state="ended"))
    async with talks.work(readonly=True) as work:
        assert await work.help_requests.of_staff(7) == taken[1:]


async def test_requests_nobody_took_wait_oldest_first(talks: SqlStore) -> None:
    late, early = await ask(talks, LI, hours=1), await ask(talks, ZHAO)
    taken = await ask(talks, Address("wechat:main", "sun"))
    await save(talks, replace(taken, state="open", staff=7))
    async with talks.work(readonly=True) as work:
        assert await work.help_requests.waiting() == [early, late]


async def test_a_request_is_taken_by_one(talks: SqlStore) -> None:
    request = await ask(talks)
    ends = await asyncio.gather(
        *(save(talks, replace(request, state="open", staff=staff)) for staff in range(1, 9)), return_exceptions=True
    )
    winners = [end for end in ends if isinstance(end, HelpRequest)]
    assert [type(end) for end in ends if not isinstance(end, HelpRequest)] == [Overtaken] * 7
    async with talks.work(readonly=True) as work:
        assert [await work.help_requests.of(LI)] == winners


async def test_a_request_that_was_ended_stays_ended(talks: SqlStore) -> None:
    request = await ask(talks)
    await save(talks, replace(request, state="ended"))
    with pytest.raises(Overtaken):
        await save(talks, replace(request, state="open", staff=7))
