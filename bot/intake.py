"""The intake: every message is heard once, in order, and kept before it is answered."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace

from bot.channel import StoreAway
from bot.mishaps import Mishap, mishap_of
from bot.tally import Tally
from bot.turns import NOTHING, Reception, Turns
from bot.visit import Visit
from cases.faults import trace
from cases.people import Address
from dialogs.engine.masking import mask
from dialogs.engine.messages import Incoming, Reply
from dialogs.engine.ports import Store

log = logging.getLogger(__name__)

DEADLINE = 4.5
"""Seconds within which a reply can go back in the HTTP answer: platforms hang up after 5."""
GRACE = 0.3
"""Seconds more while it is being committed: that is short, and was begun for those who wait."""
BATCH = 256
"""Most people in one transaction: measured, more gains nothing and makes the slowest wait."""
AT_ONCE = 8
"""Turns at the desk at the same time; SQLite has one writer and wants 1."""
BATCHES = 2
"""Transactions of many people at the same time: while the store works on one, the other is heard."""
ENOUGH = 16
"""So many must wait before another transaction is begun beside one: a small one costs nearly as much as a big one."""
CRASHES = 2
"""So often a turn may crash before the person is told."""

OnPut = Callable[[], None]
"""Told when a turn is committed that may have put something into the outbox, or wishes for a file."""
OnFault = Callable[[str, str], Awaitable[None]]
"""Told the message's key and the kind of fault, once the message is set aside."""


class Intake:
    """Hears messages of many people at once, several people's in one transaction, each person's one after another."""

    def __init__(
        self,
        store: Store,
        reception: Reception,
        *,
        on_fault: OnFault,
        on_put: OnPut = lambda: None,
        deadline: float = DEADLINE,
        grace: float = GRACE,
        batch: int = BATCH,
        at_once: int = AT_ONCE,
    ) -> None:
        """`deadline` and `grace` in seconds; `batch` people in a transaction; `at_once` turns in their own."""
        self._turns = Turns(store, reception, on_put)
        self._on_fault = on_fault
        self._deadline, self._grace, self._batch = deadline, grace, batch
        self._places = asyncio.Semaphore(at_once)
        self._most_batches = min(at_once, BATCHES)
        self._visits: dict[str, Visit] = {}
        self._kept = Tally()
        self._queues: dict[Address, deque[Visit]] = {}
        self._ready: deque[Visit] = deque()
        self._batches = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def hear(self, incoming: Incoming) -> Reply | None:
        """Hear one delivery of a message; the same message again, even at the same time, gets the same reply.

        None: not in time; the turn goes on, and its reply goes by the outbox or answers the next delivery. A reply
        without text and choices: there is nothing to say. Raises StoreAway when the message could not be kept; also
        when it is not kept by the deadline of the `last` delivery: then it is given up.
        """
        until = asyncio.get_running_loop().time() + self._deadline
        under_way = self._visits.get(incoming.key)
        if under_way is not None and under_way.late and not await self._is_answered(under_way, until):
            self._out_of_time(under_way, incoming)
            return None
        visit = self._visits.get(incoming.key) or self._enter(incoming)  # a late one is kept by now
        visit.waiting += 1
        try:
            if await self._is_answered(visit, until):
                return visit.answer.result()
        finally:
            visit.waiting -= 1
        self._out_of_time(visit, incoming)
        return None

    async def _is_answered(self, visit: Visit, until: float) -> bool:
        """Wait until that instant of the loop's clock, and a moment longer while it is being committed."""
        return await visit.answered(until) or (visit.decided and await visit.answered(until + self._grace))

    def _out_of_time(self, visit: Visit, incoming: Incoming) -> None:
        """After the last delivery nobody asks again: what is not kept by then is given up, so that the person can
        safely send it again. Raises StoreAway then."""
        if not incoming.last or incoming.key in self._kept:
            return
        if not visit.decided:
            visit.fail("given up")
        raise StoreAway("not in time")

    async def drain(self) -> None:
        """Come back when every turn under way or waiting has ended. The channels take no more messages by then."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _enter(self, incoming: Incoming) -> Visit:
        """Queue a message behind the same person's earlier ones. ID numbers end here."""
        masked = mask(incoming.content)
        visit = Visit(incoming if masked is incoming.content else replace(incoming, content=masked))
        self._visits[incoming.key] = visit
        queue = self._queues.setdefault(incoming.sender, deque())
        queue.append(visit)
        if len(queue) == 1:
            self._make_ready(visit)
        return visit

    def _make_ready(self, visit: Visit) -> None:
        self._ready.append(visit)
        if self._should_not_wait_for(self._batches):
            self._batches += 1
            self._begin(self._run_batches())

    def _should_not_wait_for(self, batches: int) -> bool:
        """Whether what is ready gets a transaction beside so many."""
        return batches == 0 or (batches < self._most_batches and len(self._ready) >= ENOUGH)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run_batches(self) -> None:
        """Take all that waits, again and again: what comes during one transaction shares the next."""
        try:
            while self._ready and self._should_not_wait_for(self._batches - 1):
                await asyncio.sleep(0)  # those who came in the same breath share the first one too
                await self._run_batch([self._ready.popleft() for _ in range(min(len(self._ready), self._batch))])
        finally:
            self._batches -= 1

    async def _run_batch(self, visits: Sequence[Visit]) -> None:
        if not visits:  # a batch beside this one was quicker
            return
        try:
            said, rest = await self._turns.together(visits)
        except Exception as error:
            self._batch_failed(visits, error)
            return
        for visit, reply in said.items():
            self._leave(visit, reply)
        for visit, fault in rest:
            if fault is not None:
                self._crashed(visit, fault)
            self._begin(self._run_alone(visit))

    def _batch_failed(self, visits: Sequence[Visit], error: Exception) -> None:
        """Nothing of it was kept. If somebody was faster, or one turn has a fault, everybody else goes on singly."""
        mishap = mishap_of(error)
        for visit in visits:
            visit.reopen()
            if mishap is Mishap.AWAY:
                self._not_kept(visit, error)
                continue
            if mishap is Mishap.FAULT:
                self._crashed(visit, error)
            self._begin(self._run_alone(visit))

    async def _run_alone(self, visit: Visit) -> None:
        async with self._places:
            while visit.crashes < CRASHES:
                try:
                    self._leave(visit, await self._turns.alone(visit))
                    return
                except Exception as error:
                    if mishap_of(error) is not Mishap.FAULT:
                        self._not_kept(visit, error)
                        return
                    self._crashed(visit, error)
            await self._set_aside(visit)

    async def _set_aside(self, visit: Visit) -> None:
        """It crashed as often as it may: the person gets an apology, an admin hears of it."""
        try:
            self._leave(visit, await self._turns.apologise(visit))
        except Exception as error:
            self._not_kept(visit, error)
            return
        try:
            await self._on_fault(visit.incoming.key, visit.fault)
        except Exception as error:
            log.error("the fault could not be told", extra={"key": visit.incoming.key, "fault": trace(error)})

    def _crashed(self, visit: Visit, error: Exception) -> None:
        visit.crashes += 1
        visit.fault = type(error).__name__
        log.error("a turn crashed", extra={"key": visit.incoming.key, "crashes": visit.crashes, "fault": trace(error)})

    def _not_kept(self, visit: Visit, error: Exception) -> None:
        log.error("a message could not be kept", extra={"key": visit.incoming.key, "fault": trace(error)})
        visit.fail(type(error).__name__)
        self._next(visit)

    def _leave(self, visit: Visit, reply: Reply) -> None:
        """It is kept. If all who waited for it have left since, the reply goes by the outbox after all."""
        self._kept.add(visit.incoming.key)
        if visit.waiting or visit.late or reply == NOTHING:
            visit.answer.set_result(reply)
            self._next(visit)
        else:
            visit.late = True
            self._begin(self._post(visit, reply))

    async def _post(self, visit: Visit, reply: Reply) -> None:
        try:
            await self._turns.post(visit, reply)
        except Exception as error:
            log.error("a reply reached nobody", extra={"key": visit.incoming.key, "fault": trace(error)})
        visit.answer.set_result(reply)
        self._next(visit)

    def _next(self, visit: Visit) -> None:
        """The visit is over; the same person's next message is ready."""
        del self._visits[visit.incoming.key]
        queue = self._queues[visit.incoming.sender]
        queue.popleft()
        if queue:
            self._make_ready(queue[0])
        else:
            del self._queues[visit.incoming.sender]
