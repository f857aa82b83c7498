"""The phones of the town, and the toy channel that they are on."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from aiohttp import web
from PIL import Image

from bot.channel import File, Hear, Sent
from bot.intake import Intake
from cases.people import Address
from dialogs.engine.messages import Choice, Content, Incoming, Reply, Text


class Switchboard(Protocol):
    """What a phone needs of the town."""

    @property
    def keys(self) -> Iterator[int]:
        """Numbers for messages, each once."""
        ...

    @property
    def intake(self) -> Intake:
        """Where messages go."""
        ...

    @property
    def clock(self) -> Callable[[], datetime]:
        """Business time."""
        ...


class Phone:
    """One person's phone: what the bot answered, and what it sent of its own accord."""

    def __init__(self, town: Switchboard, address: Address) -> None:
        self.town, self.address = town, address
        self.reply = Reply("")
        self.pushes: list[Reply] = []
        self.pictures = 0

    async def says(self, content: Content | str) -> str:
        """Send a message; the answer's text."""
        content = Text(content) if isinstance(content, str) else content
        incoming = Incoming(f"m{next(self.town.keys)}", self.address, content, self.town.clock())
        answer = await self.town.intake.hear(incoming)
        assert answer is not None
        self.reply = answer
        return answer.text

    async def chooses(self, label: str) -> str:
        """Press a choice of the last answer."""
        return await self.says(_labelled(self.reply.choices, label).words)

    async def presses(self, label: str) -> str:
        """Press a choice of the last push."""
        return await self.says(_labelled(self.pushes[-1].choices, label).words)

    @property
    def heard(self) -> list[str]:
        """The texts that were pushed, in order."""
        return [push.text for push in self.pushes]

    def heard_of(self, words: str) -> list[str]:
        """The pushed texts with those words in them."""
        return [text for text in self.heard if words in text]


def _labelled(choices: Iterable[Choice], label: str) -> Choice:
    found = [choice for choice in choices if choice.label == label]
    assert found, f"no choice {label}"
    return found[0]


class Phones:
    """A toy channel: every phone of the town is on it."""

    name = "toy:main"
    needs_window = False

    def __init__(self) -> None:
        self.by_user: dict[str, Phone] = {}

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        return ()

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        phone = self.by_user[to.user]
        if isinstance(message, File):
            phone.pictures += 1
        else:
            phone.pushes.append(message)
        return Sent(key)

    async def fetch(self, media_id: str) -> File:
        picture = io.BytesIO()
        Image.new("RGB", (8, 8), (200, 180, 40)).save(picture, "JPEG")
        return File(picture.getvalue(), "image/jpeg")

    async def check(self) -> str:
        return ""

    async def close(self) -> None:
        return None
