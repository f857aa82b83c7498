"""How far a message of several parts has gone out, so that another try does not repeat its beginning."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

MOST_KEYS = 10_000


class Delivered:
    """Parts sent, by the message's key; of this process, and only of messages that stopped half-way."""

    def __init__(self) -> None:
        self._parts: OrderedDict[str, int] = OrderedDict()

    def rest(self, key: str, parts: Sequence[T]) -> Iterator[T]:
        """The parts that have not gone out yet; asking for the next one says that the last one did."""
        for number in range(self._parts.get(key, 0), len(parts)):
            yield parts[number]
            self._parts[key] = number + 1
            if len(self._parts) > MOST_KEYS:
                self._parts.popitem(last=False)
        self._parts.pop(key, None)
