"""A belfry: the bell over a real store, in a very small county, with somebody who writes down what it tells."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from cases.bench import Problem
from cases.case import Case
from cases.desk import CaseDesk
from cases.events import Event
from cases.people import Person
from cases.places import Place
from cases.triage.place import GridMap
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Outgoing, Reply
from dialogs.engine.ports import Store, Work
from scheduler.due import BATCH, Bell
from storage.store import SqlStore
from tests.cases.county import GRID, LAMP, REPORTER, RULES, STAFF, TUESDAY, UNITS


class Deaf(Exception):
    """The teller's bug."""


class Belfry:
    """Cases, a bell, and a teller who may fail for some of the cases."""

    def __init__(self, store: SqlStore, knowledge: Knowledge) -> None:
        self.store, self.knowledge = store, knowledge
        self.poisoned: set[str] = set()
        self.failures = Counter[str]()
        self.fails_once: set[str] = set()
        self.faults: list[tuple[str, str]] = []
        self.batches: list[int] = []
        self.hears_faults = True
        self.bell = self.another()

    @classmethod
    async def built(cls, store: SqlStore) -> "Belfry":
        """With units and staff moved in."""
        async with store.work() as work:
            await work.people.put_units(UNITS)
            for name, posts in STAFF.items():
                await work.people.add(Person(0, name, posts))
            units = await work.people.units()
            await work.commit()
        return cls(store, Knowledge(RULES, GridMap(units, [])))

    def another(self, store: Store | None = None, *, batch: int = BATCH, at_once: int = 1) -> Bell:
        """The bell of one more node, over the same store unless another is given."""
        over = store or self.store
        return Bell(over, lambda: self.knowledge, self.tell, self.on_fault, batch=batch, at_once=at_once)

    async def report(self, count: int = 1) -> list[str]:
        """So many lamps are reported on Tuesday at nine; their numbers."""
        numbers: list[str] = []
        async with self.store.work() as work:
            desk = CaseDesk(work, RULES, TUESDAY, address=REPORTER, person=None, units=self.knowledge.units)
            for _ in range(count):
                case = await desk.submit(Problem(LAMP, Place(GRID, "村口"), "村口的灯不亮"))
                numbers.append(case.number)
            await work.commit()
        return numbers

    async def told(self) -> list[str]:
        """The keys of what was put into the outbox, in order."""
        found: list[str] = []
        while claimed := await self.store.pushes.claim(TUESDAY, limit=100, lease=30.0):
            for push in claimed:
                found.append(push.key)
                assert await self.store.pushes.sent(push, "", TUESDAY)
        return found

    async def actions(self, number: str) -> list[str]:
        """What happened to that case since it was reported."""
        async with self.store.work(readonly=True) as work:
            events = await work.cases.timeline(number)
        return [event.action for event in events if event.at > TUESDAY]

    async def next_at(self) -> datetime | None:
        """When the next step is due."""
        async with self.store.work(readonly=True) as work:
            return await work.due_steps.next_at()

    async def tell(self, work: Work, knowledge: Knowledge, news: Sequence[tuple[Case, Event]], now: datetime) -> None:
        """One message an event; raises Deaf for the cases it can't tell of."""
        self.batches.append(len(news))
        for case, event in news:
            key = f"{event.action}:{case.number}:{event.facts.get('share', '')}"
            await work.outbox.put([Outgoing(key, REPORTER, Reply(event.action))])
            if case.number in self.poisoned | self.fails_once:
                self.fails_once.discard(case.number)
                self.failures[case.number] += 1
                raise Deaf("李婶 13800000000")

    async def on_fault(self, key: str, kind: str) -> None:
        """Write the fault down."""
        if not self.hears_faults:
            raise Deaf("nobody there")
        self.faults.append((key, kind))
