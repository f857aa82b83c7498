"""What nobody took in time is given up, whether it was held or never got so far."""

from datetime import datetime

from storage.store import SqlStore
from tests.storage.talk import (
    DAY,
    HOUR,
    LI,
    NOW,
    RATE,
    SECOND,
    WANG,
    ZHAO,
    claim,
    message,
    put,
    send_all,
    waiting,
)

OLD = NOW - 30 * DAY
"""Before all that is put here."""


async def lapse(store: SqlStore, now: datetime = NOW, put_before: datetime = OLD) -> list[tuple[str, str | None]]:
    """Keys and cases of what lapsed."""
    async with store.work() as work:
        lapsed = await work.outbox.lapse(now, put_before)
        await work.commit()
    return [(one.key, one.case) for one in lapsed]


async def hold(store: SqlStore) -> None:
    for push in await claim(store):
        assert await store.pushes.hold(push, "no-window", NOW)


async def test_what_was_held_past_its_time_is_given_up_once(talks: SqlStore) -> None:
    await put(talks, message("a", RATE, case="X1", expires_at=NOW + HOUR), message("b", to=ZHAO))
    await hold(talks)
    assert await lapse(talks, NOW + HOUR - SECOND) == []
    assert await lapse(talks, NOW + HOUR) == [("a", "X1")]
    assert await lapse(talks, NOW + HOUR) == []
    assert await waiting(talks) == ()
    assert [kept.key for kept in await waiting(talks, ZHAO)] == ["b"]


async def test_what_was_put_too_long_ago_is_given_up_whether_it_was_held_or_not(talks: SqlStore) -> None:
    await put(talks, message("held"), message("also held", to=ZHAO))
    await hold(talks)
    await put(talks, message("never claimed", to=WANG))
    assert await lapse(talks, put_before=NOW) == []
    lapsed = await lapse(talks, put_before=NOW + SECOND)
    assert lapsed == [("held", None), ("also held", None), ("never claimed", None)]
    assert await send_all(talks, NOW + DAY) == []


async def test_what_is_on_its_way_or_went_out_does_not_lapse(talks: SqlStore) -> None:
    await put(talks, message("gone", RATE))
    await send_all(talks)
    await put(talks, message("on its way", to=WANG, expires_at=NOW + HOUR))
    (push,) = await claim(talks)
    assert await lapse(talks, NOW + DAY, NOW + DAY) == []
    assert await talks.pushes.sent(push, "p", NOW)
    assert [kept.key for kept in await waiting(talks, LI)] == ["gone"]
