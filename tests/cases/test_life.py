"""Whatever people try, and however long it takes: no illegal state, no lost event, no case that nobody owns."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.cases.county import TUESDAY, Hall, open_hall
from tests.cases.walk import CATEGORIES, CITIZEN_ACTIONS, CITIZENS, MORE_STAFF, PLACES, STAFF_ACTIONS, Walk

STEPS, EXAMPLES = 250, 90
WANTED = 20_000
"""Steps in all; hypothesis takes fewer than STEPS in some of the examples."""
SEED = st.integers(0, 2**32 - 1)
"""Chooses evenly among people, cases, actions and words, where hypothesis alone would dwell on the first of them."""
NEAR, CHOICES, SEALED, CROWDED = 6, 60, 0.2, 0.8
"""How many of the newest cases are acted on, how many ways there are to act, and how many reports are sealed, or not
made after all."""
ENOUGH = 40
"""Kinds of actions and other events that such a run sees at least; each is tried by itself in test_ways and
test_overlays."""


@dataclass
class Ground:
    """A county in a loop of its own thread, and what was done in it in all."""

    hall: Hall
    loop: asyncio.AbstractEventLoop
    steps: int = 0
    cases: int = 0
    seen: set[str] = field(default_factory=set)

    def settle(self, work: Coroutine[Any, Any, Any]) -> None:
        """Wait until that is done."""
        done: Future[Any] = asyncio.run_coroutine_threadsafe(work, self.loop)
        done.result()

    def sql(self, statement: str) -> None:
        """Have the database do that."""
        self.settle(self.hall.connection.exec_driver_sql(statement))


class Life(RuleBasedStateMachine):
    """One county from a morning in March on, which is forgotten in the end."""

    ground: ClassVar[Ground]

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.walk = Walk(self.ground.hall)
        self.ground.hall.now = TUESDAY
        self.ground.sql("SAVEPOINT morning")

    def _dice(self, seed: int) -> Random:
        """Other ones at each step, since hypothesis likes the same few numbers."""
        return Random(f"{seed} {self.steps}")

    def _step(self, work: Coroutine[Any, Any, None]) -> None:
        self.steps += 1
        self.ground.steps += 1
        self.ground.settle(work)

    @initialize()
    def first(self) -> None:
        self._step(self.walk.report(0, 0, 0, sealed=False))

    @rule(seed=SEED)
    def report(self, seed: int) -> None:
        dice = self._dice(seed)
        if dice.random() < CROWDED:  # fewer cases, so that each goes further
            self.go_on(seed)
            return
        category, place = dice.randrange(len(CATEGORIES)), dice.randrange(len(PLACES))
        self._step(self.walk.report(category, place, dice.randrange(len(CITIZENS)), sealed=dice.random() < SEALED))

    @rule(seed=SEED)
    def act(self, seed: int) -> None:
        dice = self._dice(seed)
        name, action = dice.choice(list(self.ground.hall.staff)), dice.choice(sorted(STAFF_ACTIONS))
        self._step(self.walk.act(name, dice.randrange(NEAR), action, dice.randrange(CHOICES)))

    @rule(seed=SEED)
    def go_on(self, seed: int) -> None:
        dice = self._dice(seed)
        first = dice.randrange(len(self.ground.hall.staff))
        self._step(self.walk.go_on(first, dice.randrange(NEAR), dice.randrange(CHOICES), dice.randrange(CHOICES)))

    @rule(seed=SEED)
    def go_further(self, seed: int) -> None:
        self.go_on(seed)

    @rule(seed=SEED)
    def go_far(self, seed: int) -> None:
        self.go_on(seed)

    @rule(seed=SEED)
    def decide(self, seed: int) -> None:
        dice = self._dice(seed)
        name = dice.choice(list(self.ground.hall.staff))
        self._step(self.walk.act(name, dice.randrange(NEAR), "decide", dice.randrange(CHOICES)))

    @rule(seed=SEED)
    def ask(self, seed: int) -> None:
        dice = self._dice(seed)
        citizen, action = dice.randrange(len(CITIZENS)), dice.choice(sorted(CITIZEN_ACTIONS))
        self._step(self.walk.ask(citizen, dice.randrange(NEAR), action, dice.randrange(CHOICES)))

    @rule(hours=st.sampled_from([0.1, 0.5, 1.0, 3.0, 9.0]))
    def wait(self, hours: float) -> None:
        self._step(self.walk.wait(hours))

    def teardown(self) -> None:
        """All of it never happened."""
        self.ground.cases += len(self.walk.numbers)
        self.ground.seen.update(event.action for log in self.walk.logs.values() for event in log)
        self.ground.sql("ROLLBACK TO morning")
        self.ground.sql("RELEASE morning")


async def test_random_people_doing_random_things_never_break_a_case(tmp_path: Path) -> None:
    hall = await open_hall(tmp_path)
    for name, posts in MORE_STAFF.items():
        await hall.hire(name, *posts)
    Life.ground = Ground(hall, asyncio.get_running_loop())
    rounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Life, settings=rounds)
    await hall.connection.close()
    await hall.engine.dispose()
    assert Life.ground.steps >= WANTED
    assert len(Life.ground.seen) >= ENOUGH
