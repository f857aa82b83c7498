"""Wake-ups: nodes tell each other at once what each would find by itself within seconds. Losing one costs only time."""

from collections.abc import Callable, Collection
from typing import Protocol

OnTopic = Callable[[str], None]


class Wakeups(Protocol):
    """Says and hears topics: names of bodies of work, and nothing of people."""

    def say(self, topic: str) -> None:
        """Tell all nodes, without waiting for it."""
        ...

    async def listen(self, topics: Collection[str], on_topic: OnTopic) -> None:
        """Hear until cancelled. Whenever the connection is new all topics are heard: something may have been missed."""
        ...
