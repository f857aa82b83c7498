"""Commands: a first word and typed arguments, declared as the parameters of a function."""

import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NewType

from cases.errors import Refusal
from cases.people import Role
from dialogs.engine.answers import too_long
from dialogs.engine.messages import Reply
from dialogs.engine.words import even, parted

CaseNumber = NewType("CaseNumber", str)
"""A whole case number or its last digits (three or more)."""

Words = NewType("Words", str)
"""All the rest of the line."""

NO_NUMBER, NO_WORDS = CaseNumber(""), Words("")
"""Arguments that may be left out."""

MOST_WORDS = 500
"""Characters of the rest of a line: it goes into messages, of which a platform lets only a few through."""
ATTACHED = re.compile(r"[A-Za-z]{0,6}\d")
CASE_NUMBER = re.compile(r"[A-Za-z]{1,6}\d{6}-\d{4,}|\d{3,}")
MEANT_AS_NUMBER = re.compile(r"[A-Za-z]{0,6}\d{3}|(?!\d{1,2}$)[!-~]+$")
"""Right or wrong: what begins like a number, or has not one Chinese sign; one or two digits are no case's."""


@dataclass(frozen=True)
class Parameter:
    """One argument of a command: what people call it, its kind, and whether it may be left out."""

    name: str
    kind: object
    optional: bool


@dataclass(frozen=True)
class Command:
    """A staff command. `roles` empty: anybody may say it. `usage` is what 帮助 shows."""

    name: str
    usage: str
    about: str
    roles: frozenset[Role]
    run: Callable[..., Awaitable[Reply]]
    parameters: tuple[Parameter, ...]
    first: tuple[str, ...] = ()

    def attached(self, rest: str) -> bool:
        """Whether what follows the name without a blank is its first argument: digits, or one of `first`."""
        return bool(ATTACHED.match(rest)) or even(rest).startswith(self.first or ("\0",))

    def read(self, rest: str) -> dict[str, str]:
        """The arguments in what follows the command's name. Raises Refusal with the usage when they do not fit."""
        found: dict[str, str] = {}
        for parameter in self.parameters:
            word, after = parted(rest)
            if parameter.kind is Words:
                word, after = rest.strip(), ""
            if parameter.optional and (not word or self._is_left_out(parameter, word)):
                continue
            if not word:
                raise Refusal(f"还缺一项。请这样写：{self.usage}")
            found[parameter.name] = self._argument(parameter, word)
            rest = after
        if rest.strip():
            raise Refusal(f"多了“{rest.strip()[:20]}”。请这样写：{self.usage}")
        return found

    def _is_left_out(self, parameter: Parameter, word: str) -> bool:
        """Whether the word is no number at all, where the rest of the line may follow without one."""
        takes_more = parameter.kind is CaseNumber and self.parameters[-1].kind is Words
        return takes_more and not MEANT_AS_NUMBER.match(even(word))

    def _argument(self, parameter: Parameter, word: str) -> str:
        if parameter.kind is Words:
            if len(word) > MOST_WORDS:
                raise Refusal(too_long(word, MOST_WORDS))
            return word
        word = even(word)
        if parameter.kind is not CaseNumber:
            return word
        if not CASE_NUMBER.fullmatch(word):
            raise Refusal(f"“{word[:20]}”不像案件编号。请这样写：{self.usage}")
        return word.upper()


def command(
    name: str, *, usage: str, about: str, roles: frozenset[Role] = frozenset(), first: tuple[str, ...] = ()
) -> Callable[[Callable[..., Awaitable[Reply]]], Command]:
    """Declare a command; the function's parameters after the desk are its arguments, in order.

    An argument is `CaseNumber`, `str` (one word) or `Words` (the rest of the line); one with a default may be left out.
    `first` are first arguments that people write without a blank before them.
    Raises TypeError at import for any other kind.
    """

    def declare(run: Callable[..., Awaitable[Reply]]) -> Command:
        kinds: Mapping[str, Any] = typing.get_type_hints(run)
        parameters = []
        for parameter in list(inspect.signature(run).parameters.values())[1:]:
            kind = kinds[parameter.name]
            if kind not in (CaseNumber, Words, str):
                raise TypeError(f"{run.__name__}: {parameter.name} must be CaseNumber, Words or str")
            optional = parameter.default is not inspect.Parameter.empty
            parameters.append(Parameter(parameter.name, kind, optional))
        return Command(name, usage, about, roles, run, tuple(parameters), first)

    return declare
