"""`python -m tests.torture`: every ordeal with many rounds, one row of figures each; 1 when anything was lost."""

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.kit.servers import PostgresServer
from tests.torture.audit import Findings
from tests.torture.couriers import frozen_couriers
from tests.torture.migrating import migrated_at_once
from tests.torture.ordeals import KILLS, ORDEALS, Outcome, Say, undergo

COLUMNS = (
    "fault", "rounds", "acknowledged", "reports", "unanswered", "lost", "double cases", "due steps once",
    "pushes never sent", "sent twice WeCom+WeChat", "a round", "after WeCom's check", "drained s", "took s", "seed",
)  # fmt: skip
WIDTH = 200
MOST_TWICE = 0.5
"""HTTP sends too many a kill, where the machine has nothing else to do."""

Trial = Callable[[int, int, Path, Say], Awaitable[Outcome]]
"""Rounds, seed, an empty folder, and who is told how far it is."""


async def _couriers(rounds: int, seed: int, folder: Path, say: Say) -> Outcome:
    began = time.monotonic()
    say(f"couriers: {rounds} rounds")
    found, refused = await frozen_couriers(rounds, seed, folder)
    if not refused:
        found.wrong.append("no late record was refused, so the fence was not tried")
    note = f"{refused} records of a courier that came back too late were refused"
    return Outcome("courier", rounds, seed, found, 0.0, 0, 0, time.monotonic() - began, note=note)


async def _migrations(rounds: int, seed: int, folder: Path, say: Say) -> Outcome:
    began, found = time.monotonic(), Findings()
    server = await asyncio.to_thread(PostgresServer, fsync=True)
    try:
        for number in range(1, rounds + 1):
            found.wrong += await migrated_at_once(server, f"round_{number}", folder)
            say(f"migrate: {number} of {rounds}")
    finally:
        server.close()
    note = f"{len(found.wrong)} of {3 * rounds} migrations failed"
    return Outcome("migrate", rounds, seed, found, 0.0, 0, 0, time.monotonic() - began, note=note)


TRIALS: Mapping[str, tuple[Trial, int]] = {
    **{one.name: (partial(undergo, one), one.rounds) for one in ORDEALS},
    "courier": (_couriers, 30),
    "migrate": (_migrations, 50),
}
"""Each with its rounds when there are 600 kills in all."""


def main() -> int:
    """The exit code."""
    asked = _asked()
    screen, paper = Console(stderr=True), Console(width=WIDTH)
    outcomes: list[Outcome] = []
    for name in asked.only or TRIALS:
        trial, many = TRIALS[name]
        rounds = asked.rounds or max(1, many * asked.kills // KILLS)
        seed = random.randrange(10**6) if asked.seed is None else asked.seed
        with tempfile.TemporaryDirectory(prefix="gridbell-torture-") as folder, _progress(screen, name) as say:
            outcome = asyncio.run(_at_work(trial, rounds, seed, Path(folder), say))
        too_often = [f"{outcome.found.twice} sent twice"] if _sent_twice_too_often(outcome) else []
        for line in (*outcome.broken(), *too_often):
            screen.print(f"[bold red]{name}, seed {seed}[/]: {line}")
        paper.print(_table([outcome]), *filter(None, [outcome.note]))
        outcomes.append(outcome)
    if len(outcomes) > 1:
        paper.print(_table(outcomes), *[f"{one.name}: {one.note}" for one in outcomes if one.note], sep="\n")
    return int(any(outcome.broken() or _sent_twice_too_often(outcome) for outcome in outcomes))


def _sent_twice_too_often(outcome: Outcome) -> bool:
    """Of kills alone: whoever is frozen beyond the lease has all it had in hand sent again by others."""
    return outcome.name.startswith("kill") and outcome.found.twice > MOST_TWICE * outcome.rounds


@contextmanager
def _progress(screen: Console, name: str) -> Iterator[Say]:
    """A line that changes on a terminal, every tenth line elsewhere."""
    said = itertools.count(1)

    def now_and_then(words: str) -> None:
        if next(said) % 10 == 0:
            screen.print(words)

    if not screen.is_terminal:
        yield now_and_then
        return
    with screen.status(name) as status:
        yield status.update


async def _at_work(trial: Trial, rounds: int, seed: int, folder: Path, say: Say) -> Outcome:
    return await trial(rounds, seed, folder, say)


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.torture")
    asked.add_argument("--kills", type=int, default=KILLS, help="how many kills in all; the other rounds in proportion")
    asked.add_argument("--only", action="append", choices=list(TRIALS), help="only that one; may be given again")
    asked.add_argument("--rounds", type=int, help="so many rounds of each, whatever --kills says")
    asked.add_argument("--seed", type=int, help="the seed of an earlier run")
    return asked.parse_args()


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(*COLUMNS)
    for one in outcomes:
        found = one.found
        cells = (
            one.name, one.rounds, found.acknowledged, found.reports, one.unanswered, found.lost, found.double_cases,
            f"{found.steps_once}/{found.steps}", f"{found.unsent} of {found.pushes}",
            f"{found.twice_wecom} + {found.twice_wechat}", f"{found.twice / one.rounds:.2f}",
            found.shown_twice_wecom, f"{one.drained:.1f}", f"{one.took:.0f}", one.seed,
        )  # fmt: skip
        table.add_row(*map(str, cells))
    return table


if __name__ == "__main__":
    sys.exit(main())
