"""The checker: what lies in the store, held against what was promised to people and what the platforms got."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, text

from bot.channels.wecom import repeats_within
from bot.texts import with_links, with_numbers
from dialogs.engine.messages import Picture
from storage.case_tables import CASES, DUE_STEPS, EVENTS, REPORTERS, WORDS
from storage.engines import SQLITE, engines_for
from storage.outbox import body_from_json
from storage.talk_tables import INBOX, OUTBOX
from tests.torture.ground import SHARES
from tests.torture.people import Citizen, Crowd
from tests.torture.platform import WECOM, Platform, Sending

Rows = Sequence[Row[Any]]


@dataclass
class Findings:
    """What the checker found. All that is in `wrong` was promised not to happen; each line names what it is about."""

    acknowledged: int = 0
    reports: int = 0
    lost: int = 0
    double_cases: int = 0
    steps: int = 0
    steps_once: int = 0
    pushes: int = 0
    unsent: int = 0
    twice_wechat: int = 0
    twice_wecom: int = 0
    shown_twice_wecom: int = 0
    reclaimed: int = 0
    """Messages that were claimed more than once, so that the fence kept their claimants apart."""
    wrong: list[str] = field(default_factory=list)

    @property
    def twice(self) -> int:
        """HTTP sends too many, on both platforms."""
        return self.twice_wechat + self.twice_wecom


async def rows_of(url: str, *statements: Select[Any]) -> list[Rows]:
    """What these find in the store at that URL."""
    engines = engines_for(url)
    try:
        async with engines.readers.connect() as connection:
            return [(await connection.execute(statement)).all() for statement in statements]
    finally:
        await engines.close()


async def whole(url: str) -> str:
    """SQLite's own check of the file; 'ok' on PostgreSQL, which has its own."""
    if not url.startswith(SQLITE):
        return "ok"
    engines = engines_for(url)
    try:
        async with engines.readers.connect() as connection:
            return str((await connection.execute(text("PRAGMA integrity_check"))).scalar_one())
    finally:
        await engines.close()


async def left_over(url: str, now: datetime, until: datetime, before: datetime) -> tuple[int, int]:
    """How much is still to be done by `until`, and how much of it is older than `before`."""
    waits = OUTBOX.c.state == "pending"
    in_hand = and_(waits, or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= now))
    due = and_(DUE_STEPS.c.state == "pending", DUE_STEPS.c.at <= until)
    counts = await rows_of(
        url,
        select(func.count()).where(waits),
        select(func.count()).where(due),
        select(func.count()).where(in_hand, OUTBOX.c.put_at <= before),
        select(func.count()).where(due, DUE_STEPS.c.at <= before),
    )
    pushes, steps, old_pushes, old_steps = (int(rows[0][0]) for rows in counts)
    return pushes + steps, old_pushes + old_steps


async def slow_ones(url: str, before: datetime) -> list[str]:
    """What is older than `before` and still to be done, and why as far as the rows tell."""
    pushes, steps = await rows_of(
        url,
        select(OUTBOX).where(OUTBOX.c.state == "pending", OUTBOX.c.put_at <= before),
        select(DUE_STEPS).where(DUE_STEPS.c.state == "pending", DUE_STEPS.c.at <= before),
    )
    why = ("reason", "attempts", "fence", "not_before", "next_at", "lease_until")
    words = [f"push {row.key}: " + ", ".join(f"{name} {row._mapping[name]}" for name in why) for row in pushes]
    return words + [f"step {row.key} of {row.at}" for row in steps]


async def audit(url: str, crowd: Crowd, platform: Platform) -> Findings:
    """Hold everything against everything, once nothing is pending any more."""
    inbox, cases, words, steps, events, outbox = await rows_of(
        url,
        select(INBOX.c.key, INBOX.c.user, INBOX.c.at, INBOX.c.reply),
        select(CASES.c.number, CASES.c.state, CASES.c.handle_due_at, REPORTERS.c.user).join(
            REPORTERS, REPORTERS.c.case == CASES.c.number
        ),
        select(WORDS.c.case, WORDS.c.text),
        select(DUE_STEPS),
        select(EVENTS.c.case, EVENTS.c.action, EVENTS.c.facts),
        select(OUTBOX).order_by(OUTBOX.c.id),
    )
    found = Findings()
    _messages(found, crowd, inbox)
    _cases(found, crowd.citizens, cases, words)
    _steps(found, cases, steps, events)
    _pushes(found, platform, outbox)
    if (state := await whole(url)) != "ok":
        found.wrong.append(f"integrity_check: {state}")
    return found


async def audit_pushes(url: str, platform: Platform) -> Findings:
    """The outbox alone, once nothing is pending any more."""
    (outbox,) = await rows_of(url, select(OUTBOX).order_by(OUTBOX.c.id))
    found = Findings()
    _pushes(found, platform, outbox)
    return found


def _messages(found: Findings, crowd: Crowd, inbox: Rows) -> None:
    """Every acknowledged message is kept, with one reply, each person's in the order they wrote."""
    kept = {row.key: row for row in inbox}
    for told in crowd.post.told:
        found.acknowledged += told.kept
        if told.kept and told.key not in kept:
            found.lost += 1
            found.wrong.append(f"acknowledged and not kept: message {told.key} of {told.user}")
        if len(told.replies) > 1:
            found.wrong.append(f"different replies to one message: {told.key} of {told.user}: {told.replies}")
    for citizen in crowd.citizens:
        heard = [kept[told.key].at for told in citizen.told if told.kept and told.key in kept]
        if heard != sorted(heard):
            found.wrong.append(f"out of order: the words of {citizen.user}")


def _cases(found: Findings, citizens: Sequence[Citizen], cases: Rows, words: Rows) -> None:
    """Who was told a number has exactly that case, with their words; nobody has two."""
    by_user: defaultdict[str, list[str]] = defaultdict(list)
    for row in cases:
        by_user[row.user].append(row.number)
    said: defaultdict[str, set[str]] = defaultdict(set)
    for row in words:
        said[row.case].add(row.text)
    for citizen in citizens:
        mine = by_user.get(citizen.user, [])
        found.reports += bool(citizen.number)
        found.double_cases += max(0, len(mine) - 1)
        if len(mine) > 1:
            found.wrong.append(f"double case: {citizen.user} has {mine}")
        if not citizen.number:
            continue
        theirs = any(citizen.words in one for one in said[citizen.number])  # twice where the first were not answered
        if citizen.number not in mine or not theirs:
            found.lost += 1
            found.wrong.append(f"lost: {citizen.user} was told {citizen.number} and has {mine}")


def _steps(found: Findings, cases: Rows, steps: Rows, events: Rows) -> None:
    """Every rung of every case that stayed with its officer happened once, and no step did anything twice."""
    kinds = {*SHARES, "auto_sign"}
    happened = Counter((row.case, row.action, row.facts.get("fence", 0)) for row in events if row.action in kinds)
    states = {(row.case, row.kind, row.clock): row.state for row in steps}
    once_each = Counter((row.case, row.action) for row in events if row.action in SHARES)
    fed_back = {row.case for row in events if row.action == "feedback"}
    for row in steps:
        if row.state == "pending" and row.kind in SHARES and row.clock == "handle":
            found.wrong.append(f"never rung: {row.key}")
    for number in sorted({row.number for row in cases} - fed_back):
        for kind in SHARES:
            found.steps += 1
            once = once_each[number, kind] == 1
            found.steps_once += once
            if not once or states.get((number, kind, "handle")) != "done":
                found.wrong.append(f"not once: {kind} of {number}")
    for (case, action, _), count in happened.items():
        if count > 1:
            found.wrong.append(f"happened {count} times: {action} of {case}")


def _pushes(found: Findings, platform: Platform, outbox: Rows) -> None:
    """Every message of the outbox was received; how many came twice, and whether each person's came in order."""
    wanted: Counter[Sending] = Counter()
    order: defaultdict[tuple[str, str, str], list[Sending]] = defaultdict(list)
    for row in outbox:
        found.reclaimed += row.fence > 1
        sending = _as_sent(row)
        if sending is not None:
            wanted[sending] += 1
        if row.state in ("pending", "dead"):
            found.unsent += 1
            found.wrong.append(f"{row.state}: push {row.key} ({row.reason})")
        if row.state in ("sent", "answered") and not row.reason and sending is not None:
            found.pushes += 1
            order[row.channel, row.user, row.lane].append(sending)
    _compare(found, platform, wanted, order)


def _as_sent(row: Row[Any]) -> Sending | None:
    body = body_from_json(row.body)
    if isinstance(body, Picture):
        return None
    if row.channel == WECOM:
        return Sending(row.channel, row.user, with_numbers(body), repeats_within(row.key))
    return Sending(row.channel, row.user, with_links(body), 0)


def _compare(
    found: Findings,
    platform: Platform,
    wanted: Counter[Sending],
    order: Mapping[tuple[str, str, str], Sequence[Sending]],
) -> None:
    got = Counter(platform.sendings)
    shown = Counter(one for place, one in enumerate(platform.sendings) if place not in platform.dropped)
    for sending, count in got.items():
        more = max(0, count - wanted[sending])
        if sending.channel == WECOM:
            found.twice_wecom += more
            found.shown_twice_wecom += max(0, shown[sending] - wanted[sending])
        else:
            found.twice_wechat += more
        if not wanted[sending]:
            found.wrong.append(f"sent and in no outbox: {sending.channel} to {sending.user}")
    first: dict[Sending, int] = {}
    for place, sending in enumerate(platform.sendings):
        first.setdefault(sending, place)
    for (channel, user, _), sendings in order.items():
        missing = [one for one in sendings if one not in first]
        found.unsent += len(missing)
        found.wrong += [f"never received: {channel} to {user}: {one.words[:40]}" for one in missing]
        places = [first[one] for one in dict.fromkeys(sendings) if one in first]
        if places != sorted(places):
            found.wrong.append(f"out of order: pushes to {user} on {channel}")
    if found.shown_twice_wecom:
        found.wrong.append(f"{found.shown_twice_wecom} messages shown twice by WeCom")
