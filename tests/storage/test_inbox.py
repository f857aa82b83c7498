"""Messages heard: each once, with the same reply for each repetition."""

import asyncio

import pytest

from cases.errors import Overtaken
from cases.places import Pin
from dialogs.engine.messages import (
    Content,
    Joined,
    Left,
    Location,
    Other,
    Photo,
    Pressed,
    Reply,
    Text,
    Video,
    Voice,
)
from dialogs.engine.ports import MediaWish, Replay
from storage.inbox import KEY_LIFE
from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    LI,
    NOW,
    OVER,
    RATE,
    SECOND,
    ZHAO,
    claim,
    heard,
    keep,
    message,
    put,
    said,
    turn,
    waiting,
)

PIN = Pin(27.1, 111.5)


async def last_words(store: SqlStore, limit: int = 5) -> list[str]:
    async with store.work(readonly=True) as work:
        return list(await work.inbox.last_words(LI, limit))


async def test_a_message_heard_before_has_the_reply_of_then(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE), turn(said(key="m2", who=ZHAO)))
    assert await heard(talks, "m1", "m2", "m3") == {"m1": Replay(RATE), "m2": Replay(None)}


async def test_nothing_asked_is_nothing_heard(talks: SqlStore) -> None:
    await keep(talks)
    assert await heard(talks) == {}


async def test_a_message_is_kept_only_once(talks: SqlStore) -> None:
    await keep(talks, turn(said(key="m1"), RATE))
    with pytest.raises(Overtaken):
        await keep(talks, turn(said(key="m2"), RATE), turn(said(key="m1"), Reply("别的")))
    assert await heard(talks, "m1", "m2") == {"m1": Replay(RATE)}


async def test_a_message_that_comes_twice_in_one_batch_is_refused(talks: SqlStore) -> None:
    with pytest.raises(Overtaken):
        await keep(talks, turn(said(key="m1")), turn(said(key="m1")))


async def test_of_many_who_keep_the_same_message_at_once_one_does(talks: SqlStore) -> None:
    ends = await asyncio.gather(
        *(keep(talks, turn(said(key="m1"), Reply(str(number)))) for number in range(8)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", *["Overtaken"] * 7]


async def test_256_messages_are_kept_in_one_go(talks: SqlStore) -> None:
    turns = [turn(said(f"第{number}条 '\"\\ 😀", key=f"m{number}"), RATE) for number in range(256)]
    await keep(talks, *turns)
    assert len(await heard(talks, *(one.incoming.key for one in turns))) == 256
    assert await last_words(talks, 1) == ["第99条 '\"\\ 😀"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Text("路灯坏了"), "路灯坏了"),
        (Photo("p1", "http://x"), "［照片］"),
        (Voice("v1"), "［语音］"),
        (Voice("v1", "路灯坏了"), "路灯坏了"),
        (Video("v2"), "［视频］"),
        (Location(PIN, "村口"), "［位置］村口"),
        (Pressed("我要上报"), "我要上报"),
    ],
)
async def test_whatever_was_said_can_be_read_as_words(talks: SqlStore, content: Content, words: str) -> None:
    await keep(talks, turn(said(content)))
    assert await last_words(talks) == [words]


async def test_the_last_words_are_the_newest_oldest_first_and_only_theirs(talks: SqlStore) -> None:
    spoken = [turn(said(f"第{number}句", key=f"m{number}", at=NOW + number * SECOND)) for number in range(7)]
    silent = [turn(said(Joined(), "m7", at=NOW + DAY)), turn(said(Other("link", quiet=True), "m8", at=NOW + DAY))]
    await keep(talks, *spoken, *silent, turn(said("别人的", "m9", ZHAO, NOW + DAY)))
    assert await last_words(talks, 3) == ["第4句", "第5句", "第6句"]


async def test_of_a_message_of_leaving_only_the_key_is_kept(talks: SqlStore) -> None:
    await keep(talks, turn(said(Left(), "m1"), Reply("再见")))
    assert await heard(talks, "m1") == {"m1": Replay(None)}


async def test_old_messages_are_forgotten_but_their_keys_stay_a_while(talks: SqlStore) -> None:
    old, new = turn(said("旧", "m1", at=NOW - DAY), RATE), turn(said("新", "m2"), RATE)
    await keep(talks, old, new)
    async with talks.work() as work:
        assert await work.inbox.forget(NOW) == 1
        assert await work.inbox.forget(NOW) == 0
        await work.commit()
    assert await last_words(talks) == ["新"]
    assert await heard(talks, "m1", "m2") == {"m1": Replay(None), "m2": Replay(RATE)}
    async with talks.work() as work:
        await work.inbox.forget(NOW + KEY_LIFE)
        await work.commit()
    assert set(await heard(talks, "m1", "m2")) == {"m2"}


async def test_what_was_pushed_is_forgotten_too_but_not_what_is_still_to_go_out(talks: SqlStore) -> None:
    await put(talks, message("a", RATE), message("b", "还没发", ZHAO))
    (first, _) = await claim(talks, lease=OVER)
    await talks.pushes.sent(first, "p", NOW)
    async with talks.work() as work:
        await work.inbox.forget(NOW + SECOND)
        await work.commit()
    assert await waiting(talks) == ()
    assert [push.body for push in await claim(talks)] == [Reply("还没发")]


async def test_a_file_is_wished_once(talks: SqlStore) -> None:
    wish = MediaWish("wechat:main:p1", "wechat:main", "p1", "photo")
    await keep(talks, turn(said(Photo("p1"), "m1"), media=[wish]), turn(said(Photo("p1"), "m2"), media=[wish]))
    rows = await talks.media.claim(NOW, limit=10, lease=30)
    assert [(row.key, row.channel, row.media_id, row.kind, row.wished_at) for row in rows] == [
        ("wechat:main:p1", "wechat:main", "p1", "photo", NOW)
    ]
