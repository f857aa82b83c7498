"""What a bot can do: its dialogs, its commands and its fixed words, as one value."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cases.errors import Refusal
from cases.people import Role
from dialogs.engine.around import Knowledge
from dialogs.engine.command import Command
from dialogs.engine.dialog import Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Caller, Choice, Content, Kept, Reply, Text
from dialogs.engine.words import parted, plain

ALWAYS = "随时可以说：菜单、返回、取消、继续、人工、帮助。"
ONE_MESSAGE = 550
"""Characters that are one message on every platform."""


async def nobody(desk: FrontDesk) -> Reply:
    """Used where a programme names no one to speak to."""
    raise Refusal("现在没有人工服务。")


async def not_relayed(desk: FrontDesk) -> Reply | None:
    """Used where a programme has no one to hand words on to."""
    return None


@dataclass(frozen=True)
class Entry:
    """A menu entry that says a command; `roles` empty: everybody sees it."""

    label: str
    says: str
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Programme:
    """All that the bot can do.

    `begins` opens a dialog on words that no name opens (a photo, a pin, a complaint typed straight away): it returns
    the dialog's name or None. `notice` is put before the first question of the dialogs in `notice_before`, once for
    each version. `alarm` gives lines to put before anything else (emergency numbers for danger words). `human` calls
    a person, `relay` hands words on to them (None: that has ended). `entries` stand in the menu behind the dialogs.
    `asked_by_number` names the commands that a lone case number calls: the first that is the caller's. `instead` puts a
    question before a dialog begins, where the words may be about something of which we spoke (the sent pushes).
    """

    welcome: str
    dialogs: Mapping[str, type[Dialog]]
    commands: Mapping[str, Command] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    asked_by_number: Sequence[str] = ()
    small_talk: Mapping[str, str] = field(default_factory=dict)
    begins: Callable[[Content, Knowledge], str | None] = lambda _, __: None
    instead: Callable[[Content, Sequence[Kept]], Reply | None] = lambda _, __: None
    alarm: Callable[[Content, Knowledge], str] = lambda _, __: ""
    notice: str = ""
    notice_version: str = ""
    notice_before: frozenset[str] = frozenset()
    human: Callable[[FrontDesk], Awaitable[Reply]] = nobody
    relay: Callable[[FrontDesk], Awaitable[Reply | None]] = not_relayed

    @cached_property
    def _opened(self) -> Sequence[type[Dialog]]:
        return [dialog for dialog in self.dialogs.values() if dialog.opens_with]

    @cached_property
    def _names_by_word(self) -> Mapping[str, Sequence[str]]:
        """The dialogs that each word opens, in their order."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for name, dialog in self.dialogs.items():
            for word in dialog.opens_with:
                names[word].append(name)
        return dict(names)

    @cached_property
    def _commands_by_sign(self) -> Mapping[str, Sequence[str]]:
        """The commands' names by their first sign, in their order."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.commands:
            names[name[0]].append(name)
        return dict(names)

    @cached_property
    def _small_answers(self) -> Mapping[str, str]:
        return {plain(words): answer for words, answer in reversed(list(self.small_talk.items()))}

    def menu(self, caller: Caller) -> Reply:
        """The menu for this caller."""
        offered = [dialog for dialog in self.offered(caller) if dialog.in_menu]
        entries = [entry for entry in self.entries if permitted(entry.roles, caller.roles)]
        choices = [Choice(dialog.title, dialog.opens_with[0]) for dialog in offered]
        return Reply(self.welcome, (*choices, *(Choice(entry.label, entry.says) for entry in entries)))

    def offered(self, caller: Caller) -> Sequence[type[Dialog]]:
        """The dialogs this caller may open by name."""
        return [dialog for dialog in self._opened if permitted(dialog.roles, caller.roles)]

    def opened_by(self, words: str, caller: Caller) -> tuple[str, Sequence[Content]] | None:
        """The name of the dialog that these words open for this caller, and what they answer in it already."""
        first, rest = parted(words)
        said, opening = plain(words), plain(first)
        for name in self._names_by_word.get(said, ()):
            if permitted(self.dialogs[name].roles, caller.roles):
                return name, ()
        for name in self._names_by_word.get(opening, ()):
            if self.dialogs[name].takes_argument and permitted(self.dialogs[name].roles, caller.roles):
                return name, [Text(rest)]
        return None

    def called_by(self, words: str, caller: Caller) -> tuple[Command, str] | None:
        """The command these words call and what follows its name. A command that is not the caller's is not there."""
        first, rest = parted(words)
        alike = self._commands_by_sign.get(words[:1], ())
        for name in (plain(first), *(one for one in alike if words.startswith(one))):
            command = self.commands.get(name)
            if command is None or not permitted(command.roles, caller.roles):
                continue
            if name == plain(first):
                return command, rest
            if command.attached(words.removeprefix(name)):
                return command, words.removeprefix(name)
        return None

    def small_talks(self, words: str) -> str | None:
        """What is said to these words of courtesy; None if they are none."""
        return self._small_answers.get(plain(words))

    def by_number(self, caller: Caller) -> Command | None:
        """The command that a case number alone calls."""
        known = (self.commands[name] for name in self.asked_by_number if name in self.commands)
        return next((command for command in known if permitted(command.roles, caller.roles)), None)

    def help(self, caller: Caller) -> str:
        """What this caller may say, each with what it is for; only the words where that is more than one message."""
        lines = self._lines(caller)
        whole = "\n".join([ALWAYS, *lines.values()])
        if len(whole) <= ONE_MESSAGE:
            return whole
        last = [*lines][-1]
        return f"{ALWAYS}\n您还可以说：{'、'.join(lines)}。\n要看怎么写，请回复“帮助”再加那个词，例如：帮助 {last}"

    def explained(self, word: str, caller: Caller) -> str:
        """How that word is written and what it is for; '' for what this caller cannot say."""
        return self._lines(caller).get(plain(word), "")

    def _lines(self, caller: Caller) -> Mapping[str, str]:
        """What this caller may say, by its first word."""
        dialogs = {dialog.opens_with[0]: f"{dialog.opens_with[0]}：{dialog.title}" for dialog in self.offered(caller)}
        return dialogs | {
            command.name: f"{command.usage}：{command.about}"
            for command in self.commands.values()
            if permitted(command.roles, caller.roles)
        }


def permitted(roles: frozenset[Role], held: frozenset[str]) -> bool:
    """Whether one who holds those roles may do what is meant for `roles` (empty: everybody)."""
    return not roles or not roles.isdisjoint(held)
