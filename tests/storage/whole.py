"""A store with something in every table, and what it takes to compare it with another."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cases.duty import Leave, Shift
from cases.overlay import Assist
from cases.people import Person, Post, Role
from cases.places import Grid
from dialogs.engine.deliveries import Pause
from dialogs.engine.messages import Choice, Incoming, Outgoing, Photo, Picture, Reply
from dialogs.engine.ports import Conversation, MediaWish, Turn
from storage.columns import METADATA
from storage.store import SqlStore
from tests.storage.samples import GRID, HOUR, LI, NOON, UNITS, WANG, keep, new_case, rows, step

PHOTO = b"\xff\xd8 a photo of a lamp"
NUMBER = "QC260303-0001"


class Bar:
    """What a progress bar would be told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def __call__(self, what: str, done: int, total: int) -> None:
        self.told.append((what, done, total))


async def fill(store: SqlStore, media: Path) -> None:
    """Something in every table that a county's day fills."""
    await store.put_grids([Grid(GRID, b"\x00\x01\xff")], UNITS)
    await keep(store, new_case(NUMBER, clock_limit=timedelta(hours=1, milliseconds=500), handler=1))
    heard = Incoming("m1", LI, Photo("media-1"), NOON)
    talk = Conversation(
        LI, {"missed": 1, "seen": {"通知": True}}, changed_at=NOON, window_until=NOON + HOUR, window_left=5
    )
    async with store.work() as work:
        wang = await work.people.add(Person(0, "王网格员", (Post(Role.GRID_WORKER, GRID),), "13800000001"))
        await work.people.bind(wang.id, WANG)
        await work.people.put_code(wang.id, "digest", NOON + HOUR)
        await work.people.wrong_code(LI, NOON)
        await work.people.put_leave(Leave(wang.id, NOON, None, None, wang.id, NOON))
        await work.people.put_shifts([Shift(GRID, NOON, NOON + HOUR, wang.id)])
        await work.cases.number("QC", NOON.date())
        await work.rule_versions.keep("test-1", {"rules.toml": "# 规则\n"})
        await work.due_steps.lay([step(NUMBER, "remind", NOON + HOUR, share=50)])
        await work.conversations.keep([talk])
        reply = Reply("收到照片。", (Choice("提交", "确认"),))
        await work.inbox.keep([Turn(heard, talk, reply, media=[MediaWish("photo-1", LI.channel, "media-1", "image")])])
        await work.outbox.put([Outgoing("o1", LI, reply, case=NUMBER), Outgoing("o2", LI, Picture("photo-1"))])
        await work.help_requests.open(LI, NOON)
        await work.cases.follow(NUMBER, WANG, NOON)
        case = await work.cases.get(NUMBER, lock=True)
        assert case is not None
        case.lay_over(assists=(Assist("CG", NOON, NOON + HOUR),), used=HOUR)
        await work.cases.save(case)
        await work.commit()
    await store.pushes.pause(Pause("wechat:main", pictures=True), NOON + HOUR, "45009")
    [wished] = await store.media.claim(NOON, limit=1, lease=30)
    (media / "ab").mkdir(parents=True)
    (media / "ab" / "photo-1.jpg").write_bytes(PHOTO)
    assert await store.media.kept(wished, "ab/photo-1.jpg", "image/jpeg", len(PHOTO))


async def everything(url: str) -> dict[str, Sequence[Any]]:
    """All rows of all tables, as the code sees them."""
    async with rows(url) as connection:
        found: dict[str, Sequence[Any]] = {
            table.name: (await connection.execute(select(table).order_by(*table.primary_key.columns))).all()
            for table in METADATA.sorted_tables
        }
    return found
