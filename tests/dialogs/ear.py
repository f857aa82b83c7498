"""A phone on which everything is only heard: no store, no desk; the state goes through JSON between two messages."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cases.people import Role
from cases.places import Units
from cases.triage.place import GridMap
from dialogs.engine.around import Knowledge
from dialogs.engine.heard import Heard
from dialogs.engine.messages import Content, Incoming, Kept, Reply, Text
from dialogs.engine.ports import Conversation, Desktop
from dialogs.engine.programme import Programme
from dialogs.engine.reception import Reception
from dialogs.programme import programme
from tests.dialogs.knowledge import AUNT_LI, NINE
from tests.kit.town import RULES, UNITS, outlines

COUNTY = Knowledge(RULES, GridMap(Units({unit.code: unit for unit in UNITS}), list(outlines())))
GRIDBELL = programme(RULES)


async def tells_nobody(*_: object) -> None:
    """Nothing happens at the desk."""


class Ear:
    """One person's phone: says things one after another."""

    def __init__(self, does: Programme = GRIDBELL, *roles: Role, knows: Knowledge = COUNTY) -> None:
        self.now = NINE
        self.reception = Reception(does, knows, tells_nobody)
        self.caller = replace(AUNT_LI, roles=frozenset(role.value for role in roles))
        self.conversation = Conversation(AUNT_LI.address)
        self.kept: list[Kept] = []
        self.heard: Heard | None = None

    def remembers(self, state: Mapping[str, Any]) -> None:
        """From now on that is what is kept of the conversation."""
        self.conversation = replace(self.conversation, state=state)

    def keeps(self, dialog: str, answers: Mapping[str, Any], hours: float = 0) -> None:
        """From now on that dialog is open, with those answers, since so many hours."""
        at = (self.now - timedelta(hours=hours)).isoformat()
        self.remembers({"running": {"dialog": dialog, "answers": answers, "at": at}})

    def hears(self, content: Content | str, *, window: tuple[int, int] | None = None) -> Heard:
        """What comes of that content, without keeping it."""
        content = Text(content) if isinstance(content, str) else content
        incoming = Incoming("k", AUNT_LI.address, content, self.now, window)
        return self.reception.hear(Desktop(self.caller, self.conversation, self.kept), incoming)

    def says(self, content: Content | str, *, window: tuple[int, int] | None = None) -> str:
        """Send a message; the answer's text."""
        self.heard = self.hears(content, window=window)
        state = json.loads(json.dumps(self.heard.conversation.state))
        self.conversation = replace(self.heard.conversation, state=state)
        return self.reply.text

    @property
    def reply(self) -> Reply:
        """The last answer, empty if there was none."""
        return self.heard.reply if self.heard and self.heard.reply else Reply("")

    @property
    def choices(self) -> list[str]:
        """The labels of what is offered."""
        return [choice.label for choice in self.reply.choices]

    @property
    def wish(self) -> object:
        """What the desk is to do."""
        assert self.heard
        return self.heard.wish

    @property
    def running(self) -> str:
        """The dialog that is open, '' if there is none."""
        return str((self.conversation.state.get("running") or {}).get("dialog", ""))
