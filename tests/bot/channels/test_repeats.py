"""WeCom drops a request that it had before, word for word: ours differ from push to push, not from try to try."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channel import Channel
from bot.channels.wecom import REPEATS_WITHIN, WeCom, WeComAccount, repeats_within
from bot.tokens import ProcessTokens
from cases.people import Address
from dialogs.engine.messages import Reply
from tests.emulator.town import KEY, Town, town

WANG = Address("wecom:county", "Wang")
HELLO = Reply("在吗")


@asynccontextmanager
async def app_of(place: Town) -> AsyncIterator[Channel]:
    """The app as one process of ours has it."""
    account = WeComAccount("county", "corp", 7, "s2", "tok", KEY, str(place.browser.make_url("/wecom-api")))
    channel = WeCom(account, place.clock.now, ProcessTokens(place.clock.now))
    try:
        yield channel
    finally:
        await channel.close()


async def test_the_same_words_said_twice_both_arrive() -> None:
    async with town() as place, app_of(place) as app:
        await app.send("relay:1", WANG, HELLO)
        await app.send("relay:2", WANG, HELLO)
        assert place.shown("officer") == ["在吗", "在吗"]


async def test_a_push_tried_again_arrives_once_whichever_process_tries() -> None:
    async with town() as place, app_of(place) as app, app_of(place) as other:
        for channel in (app, app, other):
            await channel.send("relay:1", WANG, HELLO)
        assert place.shown("officer") == ["在吗"]


async def test_parts_of_one_push_that_are_alike_all_arrive_once() -> None:
    async with town() as place, app_of(place) as app:
        for key in ("news:1", "news:1#2", "news:1", "news:1#2"):
            await app.send(key, WANG, Reply("灯" * 600))
        assert place.shown("officer") == ["灯" * 600] * 2


def test_repetitions_are_dropped_for_half_an_hour_to_the_platforms_most_of_four_hours() -> None:
    within = {repeats_within(f"relay:{number}") for number in range(1000)}
    assert within <= set(REPEATS_WITHIN)
    assert (min(REPEATS_WITHIN), max(REPEATS_WITHIN)) == (1800, 14400)
    assert len(within) > 950
