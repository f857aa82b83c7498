"""A message that comes three times is one turn with one reply, on one node and on several; nothing said is lost."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from cases.people import Address
from dialogs.engine.messages import Content, Reply, Text
from tests.bot.channels.accounts import SEALED, StoppedClock
from tests.bot.channels.door import Answered, Door
from tests.kit.town import Town
from tests.survival.nodes import (
    PLACE,
    WORDS,
    YES,
    answers,
    cases_of,
    everybody_says,
    fill_in,
    hear,
    heard_of,
    open_nodes,
    people,
)

CROWD = 20
RACERS = 300
AT_ONCE = 10
"""Pairs in the race at one time, so that no statement waits for a lock longer than it may, however slow the machine."""

Turn = tuple[Town, Address, Content, str]
"""Where it is heard, from whom, what, and the message's name."""


async def race(pairs: Sequence[tuple[Turn, Turn]]) -> list[tuple[Reply, Reply]]:
    """Both turns of each pair at once, many pairs at a time; the replies."""
    replies: list[Reply] = []
    for first in range(0, len(pairs), AT_ONCE):
        turns = [turn for pair in pairs[first : first + AT_ONCE] for turn in pair]
        replies += await asyncio.gather(*(hear(*turn) for turn in turns))
    return list(zip(replies[::2], replies[1::2], strict=True))


async def once_each(url: str, crowd: Sequence[object], replies: Sequence[Reply]) -> None:
    """Each of the crowd has one case, and three equal replies."""
    third = len(crowd)
    assert list(replies[:third]) == list(replies[third : 2 * third]) == list(replies[2 * third :])
    assert all("已收到，编号 YX" in reply.text for reply in replies)
    assert set((await cases_of(url)).values()) == {1}
    assert len(await cases_of(url)) == third


async def test_a_confirmation_three_times_at_once_is_one_report_with_three_equal_replies(
    store_url: str, tmp_path: Path
) -> None:
    crowd = people("li", CROWD)
    async with open_nodes(store_url, tmp_path, many=1) as (node,):
        await fill_in(node, crowd)
        replies = await asyncio.gather(*(hear(node, who, YES, "yes") for _ in range(3) for who in crowd))
    await once_each(store_url, crowd, replies)


async def test_a_confirmation_three_times_one_after_another_is_one_report_with_three_equal_replies(
    store_url: str, tmp_path: Path
) -> None:
    crowd = people("li", CROWD)
    async with open_nodes(store_url, tmp_path, many=1) as (node,):
        await fill_in(node, crowd)
        replies = [reply for _ in range(3) for reply in await everybody_says(node, crowd, YES, "yes")]
    await once_each(store_url, crowd, replies)


async def test_a_confirmation_at_two_nodes_at_once_and_again_is_one_report_with_three_equal_replies(
    postgres_url: str, tmp_path: Path
) -> None:
    crowd = people("li", CROWD)
    async with open_nodes(postgres_url, tmp_path) as (one, two):
        await fill_in(one, crowd)
        at_once = await asyncio.gather(*(hear(node, who, YES, "yes") for node in (one, two) for who in crowd))
        replies = [*at_once, *await everybody_says(two, crowd, YES, "yes")]
    await once_each(postgres_url, crowd, replies)


@pytest.mark.parametrize("many", [1, 2])
async def test_three_words_of_a_form_at_once_are_one_turn_on_one_node_and_on_two(
    postgres_url: str, tmp_path: Path, many: int
) -> None:
    crowd = people("li", CROWD)
    async with open_nodes(postgres_url, tmp_path, many) as nodes:
        await everybody_says(nodes[0], crowd, Text("上报"), "open")
        turns = [(nodes[copy % many], who) for copy in range(3) for who in crowd]
        replies = await asyncio.gather(*(hear(node, who, Text(WORDS), "words") for node, who in turns))
        assert replies == [replies[0]] * len(turns)
        for who in crowd:
            assert (await answers(nodes[0], who))["description"] == WORDS
    assert await heard_of(postgres_url) == {who.user: 2 for who in crowd}


async def test_two_messages_of_a_person_at_once_are_both_kept_in_the_order_they_came(
    store_url: str, tmp_path: Path
) -> None:
    crowd = people("li", CROWD)
    async with open_nodes(store_url, tmp_path, many=1) as (node,):
        said = [(who, Text(words), words) for who in crowd for words in ("上报", WORDS)]
        replies = await asyncio.gather(*(hear(node, *each) for each in said))
        assert ["什么问题" in reply.text for reply in replies] == [True, False] * CROWD
        for who in crowd:
            assert (await answers(node, who))["description"] == WORDS
            async with node.store.work(readonly=True) as work:
                assert await work.inbox.last_words(who) == ["上报", WORDS]


async def test_of_two_answers_of_one_person_at_two_nodes_at_once_both_are_kept(
    postgres_url: str, tmp_path: Path
) -> None:
    crowd = people("li", RACERS)
    async with open_nodes(postgres_url, tmp_path) as (one, two):
        await everybody_says(one, crowd, Text("上报"), "open")
        await race([((one, who, Text(WORDS), "words"), (two, who, PLACE, "place")) for who in crowd])
        kept = [await answers(one, who) for who in crowd]
    assert [(each["description"], "place" in each) for each in kept] == [(WORDS, True)] * RACERS


async def test_a_yes_said_twice_at_two_nodes_at_once_files_one_report_and_delivered_again_none(
    postgres_url: str, tmp_path: Path
) -> None:
    crowd = people("li", RACERS)
    async with open_nodes(postgres_url, tmp_path) as (one, two):
        await fill_in(one, crowd)
        first = await race([((one, who, YES, "yes"), (two, who, YES, "yes again")) for who in crowd])
        assert await cases_of(postgres_url) == {who.user: 1 for who in crowd}
        again = await race([((two, who, YES, "yes"), (one, who, YES, "yes again")) for who in crowd])
    assert again == first
    assert await cases_of(postgres_url) == {who.user: 1 for who in crowd}
    assert await heard_of(postgres_url) == {who.user: 8 for who in crowd}


def fields(words: str, number: int) -> Mapping[str, str]:
    """A text message as WeChat writes it."""
    return {"MsgType": "text", "Content": words, "MsgId": f"2292900000000{number:04}"}


def content(answer: Answered) -> str:
    """What an answer says."""
    assert answer.status == 200
    return str(SEALED.read(answer.body)["Content"])


async def test_a_delivery_over_http_three_times_at_two_nodes_is_answered_alike(
    postgres_url: str, tmp_path: Path
) -> None:
    async with open_nodes(postgres_url, tmp_path) as nodes:
        clock = StoppedClock(nodes[0].clock())
        one, two = (Door(SEALED, clock, node.intake.hear) for node in nodes)
        async with one, two:
            for number, words in enumerate(("上报", WORDS, "路灯不亮与灯杆倾斜")):
                post = one.callback(fields(words, number))
                answered = await asyncio.gather(one.post(*post), two.post(*post), one.post(*post))
                again = await two.post(*post)
                assert {content(each) for each in (*answered, again)} == {content(answered[0])}
    assert await heard_of(postgres_url) == {"li": 3}
