"""Whatever people try, and however long it takes: no illegal state, no lost event, no case that nobody owns."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
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
KINDS = {"go on": 55, "ask": 15, "act": 12, "wait": 8, "decide": 6, "report": 4}
"""What happens, and how often of a hundred times."""
NEAR, CHOICES, SEALED = 6, 60, 0.2
"""How many of the newest cases are acted on, how many ways there are to act, and how many reports are sealed."""
ENOUGH = 46
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

    def _step(self, work: Coroutine[Any, Any, None]) -> None:
        self.steps += 1
        self.ground.steps += 1
        self.ground.settle(work)

    @initialize()
    def first(self) -> None:
        self._step(self.walk.report(0, 0, 0, sealed=False))

    @rule(seed=SEED)
    def somebody_does_something(self, seed: int) -> None:
        """One rule for all of it: hypothesis leaves out some of several rules in each example."""
        dice = Random(f"{seed} {self.steps}")  # other ones at each step, since it likes the same few numbers
        [kind] = dice.choices([*KINDS], [*KINDS.values()])
        case, choice, staff = dice.randrange(NEAR), dice.randrange(CHOICES), list(self.ground.hall.staff)
        match kind:
            case "go on":
                self._step(self.walk.go_on(dice.randrange(len(staff)), case, dice.randrange(CHOICES), choice))
            case "act":
                self._step(self.walk.act(dice.choice(staff), case, dice.choice(sorted(STAFF_ACTIONS)), choice))
            case "decide":
                self._step(self.walk.act(dice.choice(staff), case, "decide", choice))
            case "ask":
                action = dice.choice(sorted(CITIZEN_ACTIONS))
                self._step(self.walk.ask(dice.randrange(len(CITIZENS)), case, action, choice))
            case "wait":
                self._step(self.walk.wait(dice.choice([0.1, 0.5, 1.0, 3.0, 9.0])))
            case "report":
                category, place = dice.randrange(len(CATEGORIES)), dice.randrange(len(PLACES))
                citizen, sealed = dice.randrange(len(CITIZENS)), dice.random() < SEALED
                self._step(self.walk.report(category, place, citizen, sealed=sealed))

    def teardown(self) -> None:
        """All of it never happened."""
        self.ground.cases += len(self.walk.numbers)
        self.ground.seen.update(event.action for log in self.walk.logs.values() for event in log)
        self.ground.sql("ROLLBACK TO morning")
        self.ground.sql("RELEASE morning")


@pytest.mark.long
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
