"""Ordeals in small, for every test run: several at once, since most of their time is waiting for a lease to end."""

import asyncio
import random
from collections.abc import Mapping
from pathlib import Path

from bot.delivery import LEASE
from tests.torture.ordeals import ORDEALS, Outcome, undergo

SOON_ENOUGH = 3 * LEASE
"""Seconds until all is drained; three times what is promised, since a machine that runs tests may be slow."""


async def survived(rounds: Mapping[str, int], folder: Path) -> Mapping[str, Outcome]:
    """Go through the ordeals of those names at once; fails, with the seed, on anything that must not be."""
    by_name = {one.name: one for one in ORDEALS}
    seed = random.randrange(10**6)
    for name in rounds:
        (folder / name).mkdir()
    async with asyncio.TaskGroup() as together:
        tasks = [
            together.create_task(undergo(by_name[name], many, seed, folder / name, _unheard))
            for name, many in rounds.items()
        ]
    outcomes = [task.result() for task in tasks]
    for outcome in outcomes:
        found, words = outcome.found, f"seed {seed}: {outcome}"
        assert outcome.broken(SOON_ENOUGH) == [], words
        assert found.acknowledged > found.reports > 0, words
        assert found.steps_once == found.steps > 0, words
        assert found.pushes > 0, words
    return {outcome.name: outcome for outcome in outcomes}


def _unheard(_: str) -> None:
    """Nobody looks on while tests run."""
