"""One message on its way, with those who wait for its answer."""

import asyncio
from dataclasses import dataclass, field

from bot.channel import StoreAway
from dialogs.engine.messages import Incoming, Reply


class GivenUp(TimeoutError):
    """The person was told to send the message again, so nothing of it may be kept. To the turn it is as if the store
    were away."""


@dataclass(eq=False)
class Visit:
    """One message on its way: who waits for its answer, and whether that was already taken into account.

    All deliveries of a message share the visit. Once `decided`, whoever waits goes on waiting: the commit is short.
    If nobody waited by then it is `late`: the reply goes by the outbox. Until then it can be given up.
    """

    incoming: Incoming
    answer: asyncio.Future[Reply] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    waiting: int = 0
    decided: bool = False
    late: bool = False
    crashes: int = 0
    fault: str = ""

    async def answered(self, until: float) -> bool:
        """Wait for its answer, at most until that instant of the loop's clock; whether it is there."""
        if not self.answer.done():
            loop = asyncio.get_running_loop()
            waiter = loop.create_future()

            def wake(*_: object) -> None:
                if not waiter.done():
                    waiter.set_result(None)

            timer = loop.call_at(until, wake)
            self.answer.add_done_callback(wake)
            try:
                await waiter
            finally:
                timer.cancel()
                self.answer.remove_done_callback(wake)
        return self.answer.done()

    @property
    def given_up(self) -> bool:
        """Whether it has its answer although its turn is not over."""
        return self.answer.done()

    def decide(self) -> None:
        """Look whether somebody waits, just before the commit. Raises GivenUp."""
        if self.given_up:
            raise GivenUp
        self.decided, self.late = True, self.waiting == 0

    def reopen(self) -> None:
        """What was decided was not kept: it will be decided again."""
        self.decided = self.late = False

    def fail(self, fault: str) -> None:
        """Tell everybody who waits, and will, that it is not kept."""
        if not self.answer.done():
            self.answer.set_exception(StoreAway(fault))
            self.answer.exception()  # looked at, so that nobody is told of it if nobody waits any more
