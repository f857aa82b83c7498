"""Every kind of message and event is read, or politely declined, the same way over both platforms."""

import pytest

from dialogs.engine.messages import content_from_json, content_to_json
from tests.bot.channels.accounts import HELLO, SIDES, WECOM
from tests.bot.channels.door import Door
from tests.bot.channels.samples import WECHAT, Sample
from tests.bot.channels.samples import WECOM as WECOM_SAMPLES

CASES = [
    pytest.param(account, sample, id=f"{account}: {name}")
    for account, side in SIDES.items()
    for name, sample in (WECOM_SAMPLES if side is WECOM else WECHAT).items()
]


@pytest.mark.parametrize(("account", "sample"), CASES)
async def test_a_message_means_what_the_platform_says_it_means(account: str, sample: Sample) -> None:
    async with Door(SIDES[account]) as door:
        answered = await door.say(sample.fields)
        (heard,) = door.listener.heard
    assert answered.status == 200
    assert heard.content == sample.content
    assert heard.window == (None if account == "wecom" else sample.window)
    assert (heard.sender.channel, heard.sender.user) == (f"{account.partition(' ')[0]}:main", "li")
    assert heard.at == door.clock()
    assert content_from_json(content_to_json(heard.content)) == sample.content


async def keys_of(door: Door, *messages: dict[str, str]) -> list[str]:
    for fields in messages:
        await door.say(fields)
    return [heard.key for heard in door.listener.heard]


async def test_a_delivery_repeated_with_another_nonce_has_the_same_key(door: Door) -> None:
    await door.say(HELLO)
    door.clock.advance(5)
    await door.say(HELLO, age=5)
    first, second = door.listener.heard
    assert first.key == second.key
    assert len(first.key) == 40


async def test_messages_of_one_second_with_one_id_from_two_people_are_two(door: Door) -> None:
    first, second = await keys_of(door, HELLO, {**HELLO, "FromUserName": "wang"})
    assert first != second


async def test_two_messages_of_one_second_are_two(door: Door) -> None:
    first, second = await keys_of(door, HELLO, {**HELLO, "MsgId": "22929000000000002"})
    assert first != second


async def test_different_events_of_one_second_are_as_many(door: Door) -> None:
    click = {"MsgType": "event", "Event": "CLICK", "EventKey": "report"}
    events = [
        click,
        {**click, "EventKey": "mine"},
        {**click, "Event": "VIEW"},
        {**click, "TaskId": "t1"},
        {"MsgType": "event", "Event": "LOCATION", "Latitude": "30.1", "Longitude": "120.6"},
        {"MsgType": "event", "Event": "LOCATION", "Latitude": "30.2", "Longitude": "120.6"},
        {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": "1"},
        {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": "2"},
    ]
    keys = await keys_of(door, *events)
    assert len(set(keys)) == len(events)


async def test_the_same_message_over_two_accounts_is_two() -> None:
    keys = []
    for side in SIDES.values():
        async with Door(side) as door:
            keys += await keys_of(door, HELLO)
    assert len(set(keys)) == 2  # the sealed and the plain account have one app id
