"""Files to fetch from the platforms: wished, claimed, kept or lost."""

import asyncio

from dialogs.engine.deliveries import KeptFile, MediaRow
from dialogs.engine.messages import Photo
from dialogs.engine.ports import MediaWish
from storage.store import SqlStore
from tests.storage.talk import DAY, HOUR, NOW, OVER, SECOND, keep, said, turn


async def wish(store: SqlStore, *names: str) -> None:
    """Wish for files, one second after the other."""
    for number, name in enumerate(names):
        wished = MediaWish(name, "wechat:main", f"id-{name}", "photo")
        await keep(store, turn(said(Photo(name), f"m-{name}", at=NOW + number * SECOND), media=[wished]))


async def claimed(store: SqlStore, lease: float = 30.0, limit: int = 10) -> list[MediaRow]:
    return list(await store.media.claim(NOW + HOUR, limit=limit, lease=lease))


async def test_wishes_are_claimed_in_the_order_of_wishing(talks: SqlStore) -> None:
    await wish(talks, "c", "b", "a")
    assert [row.key for row in await claimed(talks, limit=2)] == ["c", "b"]
    assert await claimed(talks) == [MediaRow("a", "wechat:main", "id-a", "photo", 1, 0, NOW + 2 * SECOND)]
    assert await claimed(talks) == []


async def test_many_fetchers_never_share_a_file(talks: SqlStore) -> None:
    await wish(talks, *(f"f{number}" for number in range(20)))
    rounds = await asyncio.gather(*(claimed(talks, limit=3) for _ in range(6)))
    found = [row.key for rows in rounds for row in rows]
    assert len(set(found)) == len(found)


async def test_a_wished_file_is_known_and_an_unknown_one_is_none(talks: SqlStore) -> None:
    await wish(talks, "a")
    assert await talks.media.get("a") == KeptFile("a", "wished", "", "")
    assert await talks.media.get("b") is None


async def test_a_kept_file_is_fetched_no_more(talks: SqlStore) -> None:
    await wish(talks, "a")
    (row,) = await claimed(talks, OVER)
    assert await talks.media.kept(row, "2026/05/a.jpg", "image/jpeg", 1234)
    assert await talks.media.get("a") == KeptFile("a", "kept", "2026/05/a.jpg", "image/jpeg")
    assert await claimed(talks) == []


async def test_a_lost_file_is_fetched_no_more(talks: SqlStore) -> None:
    await wish(talks, "a")
    (row,) = await claimed(talks, OVER)
    assert await talks.media.lost(row, "40007 " * 40)
    assert await talks.media.get("a") == KeptFile("a", "lost", "", "")
    assert await claimed(talks) == []


async def test_a_file_is_tried_again_at_its_instant_with_one_more_attempt(talks: SqlStore) -> None:
    await wish(talks, "a")
    (row,) = await claimed(talks)
    assert await talks.media.again(row, NOW + DAY, "timeout")
    assert await claimed(talks) == []
    (later,) = await talks.media.claim(NOW + DAY, limit=1, lease=30)
    assert (later.attempts, later.fence) == (1, 2)


async def test_a_claim_that_passed_to_another_finishes_nothing(talks: SqlStore) -> None:
    await wish(talks, "a")
    (stale,), (fresh,) = await claimed(talks, OVER), await claimed(talks)
    assert not await talks.media.kept(stale, "x", "image/jpeg", 1)
    assert not await talks.media.again(stale, NOW, "timeout")
    assert not await talks.media.lost(stale, "gone")
    assert await talks.media.kept(fresh, "y", "image/png", 1)
    assert not await talks.media.kept(fresh, "z", "image/png", 1)
    assert await talks.media.get("a") == KeptFile("a", "kept", "y", "image/png")
