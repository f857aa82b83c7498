"""What waits in the store, counted for a watchman: a few indexed queries on a connection outside of the turns' pool."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, and_, exists, func, or_, select, text, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import QueuePool

from dialogs.engine.deliveries import Pause
from storage.case_tables import DUE_STEPS
from storage.columns import UtcDateTime, is_postgres
from storage.due_steps import PENDING as STEP_PENDING
from storage.engines import Engines
from storage.leases import is_free, now_and
from storage.media import WISHED
from storage.outbox import PENDING, PICTURES, TEXTS, WAITS, is_pending
from storage.receivers import same_address
from storage.talk_tables import HELP_REQUESTS, MEDIA, OUTBOX, PAUSES

LANES = (*TEXTS, PICTURES)
STATEMENT_SECONDS = 2
"""A watchman's question may take so long; then PostgreSQL ends it."""
FIRST_IN_LINE = 50
"""So many of a lane's messages are looked at for the oldest: what is put first mostly waits longest."""
NEWEST = 50_000
"""Among so many of the newest messages those given up are counted; the table has no index for it, and needs none."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waited at one instant; ages in seconds, 0 where nothing waits.

    `pending` and `oldest_ready` are by lane (urgent, normal, picture). `drift` is how much the database's clock is
    ahead of this machine's, in seconds.
    """

    pending: Mapping[str, int]
    oldest_ready: Mapping[str, float]
    held: int
    dead: int
    steps_overdue: int
    oldest_step: float
    wished: int
    oldest_wish: float
    help_waiting: int
    pauses: Sequence[Pause]
    drift: float


class SqlBacklog:
    """Reads the backlog, and how much of the pool of connections is in use."""

    def __init__(self, engines: Engines) -> None:
        self._engine = engines.patient_readers
        self._pools = {"writers": engines.writers.pool, "readers": engines.readers.pool}

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def pools(self) -> Mapping[str, tuple[int, int]]:
        """Connections in use and how many there may be, by pool; on PostgreSQL readers and writers share one."""
        pools = {name: pool for name, pool in self._pools.items() if isinstance(pool, QueuePool)}
        return {name: (pool.checkedout(), pool.size()) for name, pool in pools.items()}

    async def read(self, now: datetime) -> Backlog:
        """What waits at `now` (business time). Raises what the database raises."""
        async with self._engine.connect() as connection:
            if is_postgres(connection.dialect):
                await connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'"))
            drift = await _drift(connection)
            pending = await _pending(connection)
            oldest = {lane: await _oldest_ready(connection, lane, now) for lane in LANES}
            overdue, step_at = await _first(connection, DUE_STEPS.c.at, STEP_PENDING, DUE_STEPS.c.at <= now)
            wished, wished_at = await _first(connection, MEDIA.c.wished_at, WISHED)
            return Backlog(
                pending=pending,
                oldest_ready=oldest,
                held=await _count(connection, WAITS, OUTBOX.c.state == "held"),
                dead=await _count(connection, *_given_up_lately(now)),
                steps_overdue=overdue,
                oldest_step=_age(step_at, now),
                wished=wished,
                oldest_wish=_age(wished_at, now),
                help_waiting=await _count(
                    connection, HELP_REQUESTS.c.state != "ended", HELP_REQUESTS.c.state == "waiting"
                ),
                pauses=await _pauses(connection, now),
                drift=drift,
            )


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since is not None else 0.0


async def _drift(connection: AsyncConnection) -> float:
    """By how much the database's clock is ahead, as seen in the middle of asking it."""
    before = datetime.now(UTC)
    theirs = (await connection.execute(select(type_coerce(now_and(connection.dialect), UtcDateTime)))).scalar_one()
    middle = before + (datetime.now(UTC) - before) / 2
    return (theirs - middle).total_seconds()


async def _pending(connection: AsyncConnection) -> Mapping[str, int]:
    counted = select(OUTBOX.c.lane, func.count()).where(PENDING).group_by(OUTBOX.c.lane)
    return dict.fromkeys(LANES, 0) | {row[0]: row[1] for row in await connection.execute(counted)}


async def _oldest_ready(connection: AsyncConnection, lane: str, now: datetime) -> float:
    """For how long the oldest message of the lane could have gone: due, unclaimed, its receiver's first."""
    before = OUTBOX.alias()
    earlier = and_(before.c.lane == lane, same_address(before, OUTBOX), before.c.id < OUTBOX.c.id)
    behind = exists().where(is_pending(before), earlier, _is_over(before.c.not_before, now))
    due = and_(_is_over(OUTBOX.c.not_before, now), _is_over(OUTBOX.c.next_at, now))
    ready = select(OUTBOX.c.put_at, OUTBOX.c.not_before, OUTBOX.c.next_at)
    ready = ready.where(PENDING, OUTBOX.c.lane == lane, due, is_free(connection.dialect, OUTBOX), ~behind)
    rows = await connection.execute(ready.order_by(OUTBOX.c.id).limit(FIRST_IN_LINE))
    since = [max(at for at in row if at is not None) for row in rows]
    return _age(min(since, default=None), now)


def _is_over(instant: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return or_(instant.is_(None), instant <= now)


def _given_up_lately(now: datetime) -> Sequence[ColumnElement[bool]]:
    newest = select(func.coalesce(func.max(OUTBOX.c.id), 0) - NEWEST).scalar_subquery()
    return (OUTBOX.c.id > newest, OUTBOX.c.state == "dead", OUTBOX.c.put_at > now - DAY)


async def _count(connection: AsyncConnection, *rules: ColumnElement[bool] | TextClause) -> int:
    return int((await connection.execute(select(func.count()).where(*rules))).scalar_one())


async def _first(
    connection: AsyncConnection, instant: ColumnElement[datetime], *rules: ColumnElement[bool]
) -> tuple[int, datetime | None]:
    """How many rows fit, and the earliest instant among them."""
    row = (await connection.execute(select(func.count(), func.min(instant)).where(*rules))).one()
    return int(row[0]), row[1]


async def _pauses(connection: AsyncConnection, now: datetime) -> Sequence[Pause]:
    rows = await connection.execute(select(PAUSES).where(PAUSES.c.until > now))
    return sorted(Pause(row.channel, row.pictures) for row in rows)
