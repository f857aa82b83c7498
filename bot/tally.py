"""How often each key was met lately, in bounded memory."""

from collections import OrderedDict

MOST_KEYS = 10_000


class Tally:
    """Counts keys; of this process, and only those met last."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._most = most
        self._counts: OrderedDict[str, int] = OrderedDict()

    def add(self, key: str) -> int:
        """Count it once more; how often it was met by now."""
        count = self._counts[key] = self._counts.pop(key, 0) + 1
        if len(self._counts) > self._most:
            self._counts.popitem(last=False)
        return count

    def __contains__(self, key: object) -> bool:
        return key in self._counts
