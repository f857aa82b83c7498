"""What is past its time is erased, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.people import Address
from dialogs.engine.messages import Incoming, Reply, Text
from dialogs.engine.ports import Conversation, Turn
from scheduler.housekeeping import Housekeeping
from storage.store import SqlStore

NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)
LI, WANG = Address("wechat:main", "li"), Address("wechat:main", "wang")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def talk(store: SqlStore, who: Address, key: str, at: datetime) -> None:
    """A message, its reply, and a half-filled form."""
    conversation = Conversation(who, {"running": {"dialog": "report"}}, 0, at)
    async with store.work() as work:
        await work.inbox.keep([Turn(Incoming(key, who, Text("路灯坏了"), at), conversation, Reply("在哪里？"))])
        await work.conversations.keep([conversation])
        await work.commit()


async def states(store: SqlStore) -> list[bool]:
    """Whether 李 and 王 still have something half filled in."""
    async with store.work(readonly=True) as work:
        kept = [await work.conversations.get(who) for who in (LI, WANG)]
    return [conversation is not None and bool(conversation.state) for conversation in kept]


async def test_a_draft_is_kept_for_a_day_and_no_longer(store: SqlStore) -> None:
    await talk(store, LI, "old", NOW - DAY - HOUR)
    await talk(store, WANG, "new", NOW - DAY + HOUR)
    assert await Housekeeping(store).run_once(NOW) == (1, 0)
    assert await states(store) == [False, True]


@pytest.mark.parametrize(("age", "words"), [(31 * DAY, []), (29 * DAY, ["路灯坏了"])])
async def test_words_are_kept_for_thirty_days_and_no_longer(store: SqlStore, age: timedelta, words: list[str]) -> None:
    await talk(store, LI, "m", NOW - age)
    _, erased = await Housekeeping(store).run_once(NOW)
    assert erased == 1 - len(words)
    async with store.work() as work:
        assert await work.inbox.last_words(LI) == words


async def test_a_message_whose_words_are_gone_is_still_known(store: SqlStore) -> None:
    await talk(store, LI, "m", NOW - 31 * DAY)
    await Housekeeping(store).run_once(NOW)
    async with store.work() as work:
        assert (await work.inbox.heard(["m"]))["m"].reply is None


async def test_doing_it_again_erases_nothing_more(store: SqlStore) -> None:
    await talk(store, LI, "m", NOW - 31 * DAY)
    assert await Housekeeping(store).run_once(NOW) == (1, 1)
    assert await Housekeeping(store).run_once(NOW) == (0, 0)
