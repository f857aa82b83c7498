"""A long message as the several that it takes: each is kept, sent, counted and tried again by itself."""

from collections.abc import Sequence
from dataclasses import replace

from bot.texts import split_reply
from dialogs.engine.deliveries import DETOUR
from dialogs.engine.messages import Outgoing, Picture, Reply

PART = "#"
SHORT = 400
"""Characters that any platform carries in one message."""
AROUND = 8
"""More than a choice has around its label, and the way to choose has for each."""


def parts_of(message: Outgoing) -> Sequence[Outgoing]:
    """The message itself if a platform can carry it whole, else its parts in order, the first under its own key."""
    if isinstance(message.body, Picture) or _is_short(message.body):
        return (message,)
    bodies = [part for part in split_reply(message.body) if part.text or part.choices]
    if len(bodies) <= 1:
        return (message,)
    keys = [message.key, *(f"{message.key}{PART}{number}" for number in range(2, len(bodies) + 1))]
    return [replace(message, key=key, body=body) for key, body in zip(keys, bodies, strict=True)]


def _is_short(reply: Reply) -> bool:
    """Whether it fits for sure, without looking closer: no sign takes more than four bytes."""
    return len(reply.text) + sum(len(choice.label) + AROUND for choice in reply.choices) <= SHORT


def whole_key(key: str) -> str:
    """The key of the message that this one is a part of, or goes another way for, or its own."""
    return key.partition(PART)[0].rstrip(DETOUR)
