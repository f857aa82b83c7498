"""What came of a message: the conversation as it is now, a reply, or a wish for the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dialogs.engine.command import Command
from dialogs.engine.messages import Incoming, Photo, Reply, Video, Voice
from dialogs.engine.ports import Conversation, Desktop, MediaWish


@dataclass(frozen=True)
class Finish:
    """Wish: the dialog is complete; its end needs the desk."""

    dialog: str
    answers: dict[str, object]


@dataclass(frozen=True)
class Call:
    """Wish: run a command with these arguments."""

    command: Command
    arguments: dict[str, str]


@dataclass(frozen=True)
class Human:
    """Wish: tell the person on duty that somebody wants to speak to them."""


@dataclass(frozen=True)
class Relay:
    """Wish: hand these words on to the member of staff who speaks with this person."""


Wish = Finish | Call | Human | Relay


@dataclass(frozen=True)
class Heard:
    """What came of a message: the conversation as it is now, and a reply or a wish for the desk.

    `refused`: a rule said no at the desk; only this answer and the conversation are kept, nothing the desk changed.
    """

    conversation: Conversation
    reply: Reply | None
    given: tuple[int, ...] = ()
    media: tuple[MediaWish, ...] = ()
    wish: Wish | None = None
    refused: bool = False


def with_kept(reply: Reply | None, desktop: Desktop, alarm: str) -> tuple[Reply | None, tuple[int, ...]]:
    """Put the emergency lines first, then what waited for the person, then the reply."""
    if reply is None:  # a platform shows no answer to what nobody said
        return None, ()
    waiting = [kept for kept in desktop.kept if not kept.sent]
    lines = [alarm, *(_in_words(kept.body) for kept in waiting), reply.text]
    return Reply("\n\n".join(filter(None, lines)), reply.choices), tuple(kept.id for kept in waiting)


def _in_words(body: Reply) -> str:
    """A message that waited, with its choices as words: numbers belong to the reply that follows it."""
    said = "，或".join(f"“{choice.words}”" for choice in body.choices)
    return f"{body.text}\n请回复{said}。" if said else body.text


def gone_on(before: Conversation, state: Mapping[str, Any], incoming: Incoming) -> Conversation:
    """The conversation after this message, with the allowance that it brings."""
    return Conversation(before.address, state, before.version, incoming.at, *_window(before, incoming))


def _window(before: Conversation, incoming: Incoming) -> tuple[datetime | None, int]:
    """The message's allowance, unless an older one lasts longer and has something left."""
    old = before.window_until, before.window_left
    if not incoming.window or not incoming.window[0]:
        return old
    left, seconds = incoming.window
    until = incoming.at + timedelta(seconds=seconds)
    if old[0] is not None and old[0] > until and old[1] > 0:
        return old
    return until, left


def media_of(incoming: Incoming) -> tuple[MediaWish, ...]:
    match incoming.content:
        case Photo(media_id) | Voice(media_id) | Video(media_id):
            kind = type(incoming.content).__name__.lower()
            return (MediaWish(f"{incoming.sender.channel}:{media_id}", incoming.sender.channel, media_id, kind),)
        case _:
            return ()
