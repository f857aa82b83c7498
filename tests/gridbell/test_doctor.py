"""The doctor on a real store that was damaged by hand: each damage is seen, mended, and then gone."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.due import steps_of
from cases.people import Role
from cases.record import State
from dialogs.engine.deliveries import Pause
from gridbell.doctor import Complaint, Doctor
from gridbell.media_folder import MediaFolder
from storage.columns import UtcDateTime, is_postgres
from tests.kit.town import DUTY, GRID, RULES, Town, open_town, reports, withdraws
from tests.storage.samples import rows

LI = "李"
DIGEST = "0123456789abcdef" * 2 + "01234567"


@dataclass
class Practice:
    """A town in which one report is under way and another was withdrawn, and its doctor."""

    url: str
    town: Town
    folder: Path
    open: str
    ended: str

    def doctor(self, *channels: str) -> Doctor:
        """The town's doctor; its phones' channel is configured unless others are named."""
        media = MediaFolder(self.folder, self.town.store.talk_ailments)
        return Doctor(
            self.town.store,
            self.town.knowledge,
            channels or [self.town.phones.name],
            media,
            self.town.clock(),
        )

    async def order(self, statement: str, **values: object) -> int:
        """Change rows behind everybody's back; how many."""
        async with rows(self.url) as connection:
            return await changed(connection, statement, values)

    async def ask(self, statement: str, **values: object) -> object:
        """One value of one row."""
        async with rows(self.url) as connection:
            return (await connection.execute(text(statement), values)).scalar_one()


async def changed(connection: AsyncConnection, statement: str, values: dict[str, object]) -> int:
    """Run a statement in which `json` casts a text to what the store keeps JSON as."""
    cast = "jsonb" if is_postgres(connection.dialect) else "text"
    written = text(statement.replace("AS json", f"AS {cast}"))
    typed = written.bindparams(bindparam("at", type_=UtcDateTime)) if "at" in values else written
    return (await connection.execute(typed, values)).rowcount


@pytest.fixture
async def practice(store_url: str, tmp_path: Path) -> AsyncIterator[Practice]:
    """A whole report with a photo, signed by the officer; and one that was withdrawn."""
    folder = tmp_path / "media"
    async with open_town(store_url, folder) as town:
        officer = await town.officer("王网格员", (Role.GRID_WORKER, GRID))
        citizen = town.citizen(LI)
        number = await reports(citizen, photo=True)
        await town.turn()
        await officer.says(f"签收 {number}")
        other = await reports(citizen, "村口的路灯又不亮了")
        assert "撤" in await withdraws(citizen, other)
        await town.turn()
        yield Practice(store_url, town, folder, number, other)


async def stray(it: Practice) -> None:
    """A file that was written two hours ago, whose row was never kept; beside it one of somebody else's."""
    (it.folder / "26" / "03").mkdir(parents=True, exist_ok=True)
    for name in (f"{DIGEST}.jpg", f".{DIGEST}.jpg.1.part", "wedding.jpg"):
        path = it.folder / "26" / "03" / name
        path.write_bytes(b"\xff\xd8")
        then = (it.town.clock() - timedelta(hours=2)).timestamp()
        os.utime(path, (then, then))


async def lost(it: Practice, days: int = 0) -> None:
    """All files of the folder are deleted, so many days after they were wished for."""
    for path in it.folder.glob("*/*/*"):
        path.unlink()
    at = it.town.clock() - timedelta(days=days, minutes=1)
    await it.order("UPDATE media SET state = 'kept', path = '26/03/gone.jpg', wished_at = :at", at=at)


Damage = Callable[[Practice], Awaitable[object]]
TALK: dict[str, tuple[Damage, str]] = {
    "a message under a lease that never ends": (
        lambda it: it.order("UPDATE outbox SET state = 'pending', lease_until = '2999-01-01 00:00:00+00:00'"),
        "占住",
    ),
    "a message put off for years": (
        lambda it: it.order("UPDATE outbox SET state = 'pending', next_at = '2999-01-01 00:00:00+00:00'"),
        "推迟得太久",
    ),
    "a file under a lease that never ends": (
        lambda it: it.order("UPDATE media SET state = 'wished', lease_until = '2999-01-01 00:00:00+00:00'"),
        "待取文件",
    ),
    "a message without a body": (
        lambda it: it.order("UPDATE outbox SET state = 'pending', body = CAST('{\"kind\": \"Reply\"}' AS json)"),
        "内容读不出来",
    ),
    "a conversation that is no conversation": (
        lambda it: it.order('UPDATE conversations SET state = CAST(\'{"running": {"dialog": 1}}\' AS json)'),
        "对话读不出来",
    ),
    "a pause that nobody ended": (
        lambda it: it.town.store.pushes.pause(Pause("phones:town"), it.town.clock() - timedelta(hours=1), "45009"),
        "暂停已经到期",
    ),
}
CASES: dict[str, tuple[Damage, str]] = {
    "a count of events that is too low": (
        lambda it: it.order("UPDATE cases SET events_count = events_count - 1 WHERE number = :case", case=it.open),
        "条数与最后一条的序号不符",
    ),
    "a count of events that is too high": (
        lambda it: it.order("UPDATE cases SET events_count = events_count + 4 WHERE number = :case", case=it.open),
        "条数与最后一条的序号不符",
    ),
    "an open case whose owner is no unit": (
        lambda it: it.order("UPDATE cases SET owner_unit = 'GONE' WHERE number = :case", case=it.open),
        "归口单位却不存在",
    ),
    "an open case to which nothing happens": (
        lambda it: it.order("UPDATE due_steps SET state = 'dropped' WHERE \"case\" = :case", case=it.open),
        "没有到期事项",
    ),
    "an open case with nothing but stale steps": (
        lambda it: it.order('UPDATE due_steps SET fence = fence - 1 WHERE "case" = :case', case=it.open),
        "没有到期事项",
    ),
    "an ended case with pending steps": (
        lambda it: it.order("UPDATE due_steps SET state = 'pending' WHERE \"case\" = :case", case=it.ended),
        "已经结束，却还有到期事项",
    ),
    "a counter below the highest number": (lambda it: it.order("UPDATE case_numbers SET last = 0"), "计数器低于"),
    "a counter that is gone": (lambda it: it.order("DELETE FROM case_numbers"), "计数器低于"),
}
FILES: dict[str, tuple[Damage, str]] = {
    "a file without a row": (stray, "不属于任何消息"),
    "a row without its file": (lost, "却不在媒体文件夹里；平台还留着"),
    "an old row without its file": (lambda it: lost(it, days=5), "平台也已不再保存"),
    "a wish that is too old": (
        lambda it: it.order(
            "UPDATE media SET state = 'wished', wished_at = :at", at=it.town.clock() - timedelta(days=5)
        ),
        "平台已经不再保存",
    ),
}


DAMAGES = TALK | CASES | FILES


def words(complaints: list[Complaint]) -> list[str]:
    return [one.words for one in complaints]


async def test_a_healthy_store_after_whole_reports_has_no_finding(practice: Practice) -> None:
    assert words(await practice.doctor().examine()) == []


@pytest.mark.parametrize("damages", [TALK, CASES, FILES], ids=["talk", "cases", "files"])
async def test_each_damage_is_seen_mended_and_then_gone(
    practice: Practice, damages: dict[str, tuple[Damage, str]]
) -> None:
    doctor = practice.doctor()
    for damage, (harm, said) in damages.items():
        await harm(practice)
        found = await doctor.examine()
        assert [said in one.words for one in found] == [True], (damage, words(found))
        treated = await doctor.treat(found)
        assert all(one.done for one in treated), damage
        assert words(await doctor.examine()) == [], damage


async def test_looking_changes_nothing(practice: Practice) -> None:
    harm, _ = DAMAGES["an open case to which nothing happens"]
    await harm(practice)
    before = await practice.ask("SELECT count(*) FROM events")
    assert words(await practice.doctor().examine()) == words(await practice.doctor().examine()) != []
    assert await practice.ask("SELECT count(*) FROM events") == before
    assert await practice.ask("SELECT count(*) FROM due_steps WHERE state = 'pending'") == 0


async def test_the_steps_that_are_laid_anew_are_those_of_the_rules(practice: Practice) -> None:
    before = await practice.town.case(practice.open)
    wanted = {(step.kind, step.share, step.at) for step in steps_of(RULES, before)} - {
        ("auto_sign", 0, before.sign_due_at)
    }
    await practice.order("UPDATE due_steps SET state = 'dropped'")
    doctor = practice.doctor()
    await doctor.treat(await doctor.examine())
    case = await practice.town.case(practice.open)
    assert case.fence == before.fence + 1
    async with rows(practice.url) as connection:
        pending = await connection.execute(text("SELECT kind, share FROM due_steps WHERE state = 'pending'"))
        assert {tuple(row) for row in pending} == {(kind, share) for kind, share, _ in wanted}
    async with practice.town.store.work(readonly=True) as work:
        last = (await work.cases.timeline(practice.open))[-1]
    assert (last.action, last.actor.role, last.facts) == ("mend", Role.BOT, {"fence": case.fence})


async def test_what_the_clock_did_already_is_not_done_again_after_mending(practice: Practice) -> None:
    town = practice.town
    while not await practice.ask("SELECT count(*) FROM events WHERE action = 'remind'"):
        town.clock.advance(hours=1)
        await town.turn()
    await practice.order("UPDATE due_steps SET state = 'dropped' WHERE state = 'pending'")
    doctor = practice.doctor()
    await doctor.treat(await doctor.examine())
    town.clock.advance(minutes=1)
    await town.turn()
    assert await practice.ask("SELECT count(*) FROM events WHERE action = 'remind'") == 1


async def test_a_case_without_owner_goes_to_its_unit_and_one_that_nobody_has_to_the_duty_room(
    practice: Practice,
) -> None:
    await practice.order("UPDATE cases SET owner_unit = 'GONE' WHERE number = :case", case=practice.open)
    doctor = practice.doctor()
    await doctor.treat(await doctor.examine())
    assert (await practice.town.case(practice.open)).owner_unit == GRID
    await practice.order("UPDATE cases SET owner_unit = '', lead_unit = NULL WHERE number = :case", case=practice.open)
    await doctor.treat(await doctor.examine())
    assert (await practice.town.case(practice.open)).owner_unit == DUTY


async def test_messages_of_an_account_that_is_gone_are_told_and_left_alone(practice: Practice) -> None:
    await practice.order("UPDATE outbox SET state = 'pending'")
    found = await practice.doctor("wechat:other").examine()
    assert [(one.what, one.mend) for one in found] == [("待发消息", None)]
    assert practice.town.phones.name in found[0].words
    pending = "SELECT count(*) FROM outbox WHERE state = 'pending'"
    before = await practice.ask(pending)
    assert [one.done for one in await practice.doctor("wechat:other").treat(found)] == [None]
    assert await practice.ask(pending) == before != 0


async def test_a_log_with_a_missing_line_is_told_and_can_not_be_mended(practice: Practice) -> None:
    await practice.order(
        'INSERT INTO events ("case", seq, at, role, action, after, facts) SELECT "case", seq + 2, at, role, action, '
        'after, facts FROM events WHERE "case" = :case AND seq = (SELECT max(seq) FROM events WHERE "case" = :case)',
        case=practice.open,
    )
    await practice.order("UPDATE cases SET events_count = events_count + 2 WHERE number = :case", case=practice.open)
    (found,) = await practice.doctor().examine()
    assert (found.mend, "从备份里查对" in found.words) == (None, True)


async def test_after_mending_the_citizen_and_the_officer_go_on(practice: Practice) -> None:
    for damage in (
        "a conversation that is no conversation",
        "a count of events that is too low",
        "a message without a body",
        "a counter below the highest number",
    ):
        await DAMAGES[damage][0](practice)
    doctor = practice.doctor()
    assert all(one.done for one in await doctor.treat(await doctor.examine()))
    assert (await reports(practice.town.citizen(LI), "路灯还是不亮"))[-4:] == "0003"
    case = await practice.town.case(practice.open)
    assert case.state is State.IN_PROGRESS
    async with practice.town.store.work() as work:
        case.note(practice.town.clock(), "daily", {})
        await work.cases.save(case)
        await work.commit()


async def test_a_file_of_somebody_else_and_one_that_was_just_written_stay(practice: Practice) -> None:
    await stray(practice)
    fresh = practice.folder / "26" / "03" / f"{DIGEST[::-1]}.jpg"
    fresh.write_bytes(b"\xff\xd8")
    now = practice.town.clock().timestamp()
    os.utime(fresh, (now, now))
    doctor = practice.doctor()
    await doctor.treat(await doctor.examine())
    left = {path.name for path in practice.folder.glob("26/03/*")}
    assert {"wedding.jpg", fresh.name} <= left
    assert f"{DIGEST}.jpg" not in left


async def test_what_can_not_be_mended_does_not_keep_the_rest_from_it(practice: Practice) -> None:
    async def fail() -> int:
        raise KeyError("no such category")

    async def mend() -> int:
        return 1

    treated = await practice.doctor().treat([Complaint("a", "a", "a", fail), Complaint("b", "b", "b", mend)])
    assert [one.done for one in treated] == [None, 1]
