"""What a watchman reads of the store: numbers and ages of what waits, by the same rules as those who do the work."""

from datetime import timedelta

from dialogs.engine.deliveries import Pause
from dialogs.engine.messages import Photo
from dialogs.engine.ports import MediaWish
from storage.backlog import Backlog
from storage.engines import POSTGRES_CONNECTIONS, SQLITE
from storage.store import SqlStore
from tests.storage.samples import keep as keep_cases
from tests.storage.samples import new_case, step
from tests.storage.talk import HOUR, LI, NOW, SECOND, WANG, ZHAO, claim, keep, message, put, said, turn

CASE = "YX260512-0001"


async def read(store: SqlStore) -> Backlog:
    """What waits at NOW."""
    return await store.backlog.read(NOW)


async def test_an_empty_store_has_no_backlog_and_the_same_clock(talks: SqlStore) -> None:
    seen = await read(talks)
    assert dict(seen.pending) == {"urgent": 0, "normal": 0, "picture": 0}
    assert dict(seen.oldest_ready) == {"urgent": 0.0, "normal": 0.0, "picture": 0.0}
    assert (seen.held, seen.dead, seen.steps_overdue, seen.wished, seen.help_waiting) == (0, 0, 0, 0, 0)
    assert abs(seen.drift) < 2


async def test_the_oldest_message_that_could_go_tells_how_late_its_lane_is(store_url: str) -> None:
    early = await SqlStore.open(store_url, clock=lambda: NOW - HOUR)
    await put(early, message("first"), message("behind"), message("urgent", to=ZHAO, urgent=True))
    await put(early, message("tomorrow", to=WANG, not_before=NOW + HOUR))
    seen = await read(early)
    assert dict(seen.pending) == {"urgent": 1, "normal": 3, "picture": 0}
    assert (seen.oldest_ready["urgent"], seen.oldest_ready["normal"]) == (3600.0, 3600.0)
    await early.close()


async def test_what_is_under_way_or_put_off_is_not_late(talks: SqlStore) -> None:
    await put(talks, message("first"), message("second", to=ZHAO), message("third", to=ZHAO))
    first, second = await claim(talks, NOW + HOUR)
    await talks.pushes.again(second, NOW + 2 * HOUR, "quiet", counted=False)
    seen = await talks.backlog.read(NOW + HOUR)
    assert (first.key, seen.pending["normal"], seen.oldest_ready["normal"]) == ("first", 3, 0.0)
    assert (await talks.backlog.read(NOW + 3 * HOUR)).oldest_ready["normal"] == 3600.0


async def test_held_and_given_up_messages_are_counted(talks: SqlStore) -> None:
    await put(talks, message("held"), message("dead", to=ZHAO))
    held, dead = await claim(talks)
    await talks.pushes.hold(held, "no-window", NOW)
    await talks.pushes.dead(dead, "81013", NOW)
    seen = await read(talks)
    assert (seen.held, seen.dead, seen.pending["normal"]) == (1, 1, 0)
    assert (await talks.backlog.read(NOW + timedelta(days=2))).dead == 0


async def test_steps_whose_time_has_come_are_counted_with_the_oldest(talks: SqlStore) -> None:
    await keep_cases(talks, new_case(CASE))
    async with talks.work() as work:
        await work.due_steps.lay(
            [step(CASE, "remind", NOW - 90 * SECOND), step(CASE, "warn", NOW), step(CASE, "overdue", NOW + SECOND)]
        )
        await work.commit()
    seen = await read(talks)
    assert (seen.steps_overdue, seen.oldest_step) == (2, 90.0)


async def test_wished_files_help_requests_and_pauses_are_counted(talks: SqlStore) -> None:
    wish = MediaWish("photo-1", LI.channel, "media-1", "photo")
    await keep(talks, turn(said(Photo("media-1"), at=NOW - HOUR), media=[wish]))
    async with talks.work() as work:
        await work.help_requests.open(LI, NOW)
        await work.commit()
    await talks.pushes.pause(Pause(LI.channel, pictures=True), NOW + HOUR, "45009")
    seen = await read(talks)
    assert (seen.wished, seen.oldest_wish, seen.help_waiting) == (1, 3600.0, 1)
    assert seen.pauses == [Pause(LI.channel, pictures=True)]


async def test_reading_needs_no_connection_of_those_who_write(talks: SqlStore) -> None:
    async with talks.work() as work:
        await work.people.touch()
        in_use = {name: used for name, (used, _) in talks.backlog.pools().items()}
        assert in_use["writers"] == 1
        await read(talks)
    assert talks.backlog.kind in {"sqlite", "postgresql"}
    wanted = 1 if talks.backlog.kind == SQLITE.partition("+")[0] else POSTGRES_CONNECTIONS
    assert talks.backlog.pools()["writers"][1] == wanted
