"""What a bot can do: its dialogs, its commands and its fixed words, as one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cases.people import Role
from dialogs.engine.command import Command
from dialogs.engine.dialog import Dialog
from dialogs.engine.messages import Caller, Choice, Content, Reply


@dataclass(frozen=True)
class Programme:
    """All that the bot can do.

    `begins` opens a dialog on words that no name opens (a photo, a pin, a complaint typed straight away): it returns
    the dialog's name or None. `first` are lines put before a dialog's first question (the privacy notice), by dialog
    name and version. `alarm` gives lines to put before anything else (emergency numbers for danger words).
    """

    welcome: str
    dialogs: Mapping[str, type[Dialog]]
    commands: Mapping[str, Command] = field(default_factory=dict)
    small_talk: Mapping[str, str] = field(default_factory=dict)
    begins: Callable[[Content], str | None] = lambda _: None
    alarm: Callable[[Content], str] = lambda _: ""
    notice: str = ""
    notice_version: str = ""
    notice_before: frozenset[str] = frozenset()

    def menu(self, caller: Caller) -> Reply:
        """The menu for this caller."""
        choices = tuple(Choice(dialog.title, dialog.opens_with[0]) for dialog in self.offered(caller))
        return Reply(self.welcome, choices)

    def offered(self, caller: Caller) -> Sequence[type[Dialog]]:
        """The dialogs this caller may open from the menu."""
        return [
            dialog for dialog in self.dialogs.values() if dialog.opens_with and permitted(dialog.roles, caller.roles)
        ]

    def opened_by(self, words: str, caller: Caller) -> str | None:
        """The name of the dialog that these words open for this caller."""
        offered = self.offered(caller)
        return next(
            (name for name, dialog in self.dialogs.items() if dialog in offered and words in dialog.opens_with), None
        )

    def called_by(self, words: str, caller: Caller) -> tuple[Command, str] | None:
        """The command these words call and what follows its name. A command that is not the caller's is not there."""
        name, _, rest = words.partition(" ")
        command = self.commands.get(name)
        if command is None or not permitted(command.roles, caller.roles):
            return None
        return command, rest

    def help(self, caller: Caller) -> str:
        """What this caller may say."""
        lines = [
            f"{command.usage}：{command.about}"
            for command in self.commands.values()
            if permitted(command.roles, caller.roles)
        ]
        return "\n".join(["随时可以说：菜单、返回、取消、人工、帮助。", *lines])


def permitted(roles: frozenset[Role], held: frozenset[str]) -> bool:
    """Whether one who holds those roles may do what is meant for `roles` (empty: everybody)."""
    return not roles or any(role.value in held for role in roles)
