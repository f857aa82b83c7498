"""How a rule says no: in words for the person, with the next step."""


class Refusal(Exception):
    """A rule refused the action; nothing but the answer is kept.

    `words` is the whole sentence for the person: why, and what to do next.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Overtaken(Exception):
    """Somebody else changed the row first; the whole turn is run again from fresh rows."""
