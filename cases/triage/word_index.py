"""Words laid out by their first sign, so that those in a sentence are found without trying each of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence


class WordIndex:
    """Made once for each list of words; empty ones are left out."""

    def __init__(self, words: Iterable[str]) -> None:
        self._order = {word: place for place, word in enumerate(dict.fromkeys(filter(None, words)))}
        beginning: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._order:
            beginning[word[0]].append(word)
        self._beginning = dict(beginning)

    def within(self, text: str) -> Sequence[str]:
        """The words that the text has, in the order of the list."""
        beginning = self._beginning
        found = [word for sign in set(text) if sign in beginning for word in beginning[sign] if word in text]
        return sorted(found, key=self._order.__getitem__) if len(found) > 1 else found
