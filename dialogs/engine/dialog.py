"""A dialog is a list of questions; which one is open follows from the answers kept, never from a counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, overload

from cases.people import Role
from dialogs.engine.answers import Answer, NoAnswer, NotUnderstood
from dialogs.engine.around import Around, Knowledge
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Caller, Content, Reply

T = TypeVar("T")
EDITED = "edited"
"""Where the old answer lies while a question is asked again; no question may have this name."""


class Unanswered(LookupError):
    """A question was read before it had an answer."""


class Ask(Generic[T]):
    """A question of a dialog. On the class it is the question, on a running dialog its answer.

    `question` is the text, or makes it from the dialog; the question applies when `only_if` says so (always, without
    one). An answer whose question no longer applies is kept but not asked for. `again` says of a kept answer that the
    question stays open, `noted` what to say when it was answered while another one was open.
    """

    def __init__(
        self,
        question: str | Callable[[Any], str],
        answer: Answer[T],
        *,
        only_if: Callable[[Any], bool] | None = None,
        again: Callable[[Any], bool] | None = None,
        noted: str | Callable[[Any], str] = "已记下。",
    ) -> None:
        self.question = question
        self.answer = answer
        self.only_if = only_if
        self.again = again
        self.noted = noted
        self.name = ""

    def __set_name__(self, owner: type[Dialog], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, dialog: None, owner: type[Dialog]) -> Ask[T]: ...
    @overload
    def __get__(self, dialog: Dialog, owner: type[Dialog]) -> T: ...
    def __get__(self, dialog: Dialog | None, owner: type[Dialog]) -> Ask[T] | T:
        if dialog is None:
            return self
        if not self.answered(dialog):
            raise Unanswered(self.name)
        return self.answer.load(dialog.answers[self.name], dialog.around)

    def applies(self, dialog: Dialog) -> bool:
        """Whether the question is asked at all; not before the answers that `only_if` looks at are there."""
        try:
            return self.only_if is None or self.only_if(dialog)
        except Unanswered:
            return False

    def answered(self, dialog: Dialog) -> bool:
        """Whether there is an answer that still counts; one that no longer loads is none."""
        if self.name not in dialog.answers:
            return False
        try:
            self.answer.load(dialog.answers[self.name], dialog.around)
        except NoAnswer:
            return False
        return self.again is None or not self.again(dialog.answers[self.name])

    def words(self, dialog: Dialog) -> str:
        """The question as it is put now."""
        return self.question if isinstance(self.question, str) else self.question(dialog)

    def note(self, dialog: Dialog) -> str:
        """What to say when it was answered unasked."""
        return self.noted if isinstance(self.noted, str) else self.noted(dialog)


class Dialog:
    """A running dialog: the answers kept so far, in the order in which they came.

    `answers` is JSON and outlives restarts and deploys: a question that is new is simply asked, an answer whose
    question is gone is ignored. `roles` empty: everybody may open it. `in_menu` False: it is not listed there.
    `takes_argument`: what follows the opening word answers the first question. `stopped` is what 取消 says; a dialog
    that says something of its own there leaves no draft.
    """

    asks: ClassVar[tuple[Ask[Any], ...]] = ()
    takes_argument: ClassVar[bool] = False
    stopped: ClassVar[str] = ""
    title: ClassVar[str] = ""
    in_menu: ClassVar[bool] = True
    opens_with: ClassVar[tuple[str, ...]] = ()
    roles: ClassVar[frozenset[Role]] = frozenset()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = tuple(value for value in vars(cls).values() if isinstance(value, Ask))
        cls.asks = tuple(ask for ask in cls.asks if ask.name not in vars(cls)) + own

    def __init__(self, knowledge: Knowledge, caller: Caller, now: datetime, answers: Mapping[str, Any]) -> None:
        self.answers: dict[str, Any] = dict(answers)
        self._found: tuple[Mapping[str, Any], Ask[Any] | None] | None = None
        self.around = Around(knowledge, caller, now, self.answers)
        edited = dict(self._edited())
        for ask in self.questions():  # a deploy may have changed what a question keeps
            for kept in (self.answers, edited):
                if ask.name in kept and not ask.answer.fits(kept[ask.name], self.around):
                    del kept[ask.name]
        if edited != self._edited():
            self.answers[EDITED] = edited

    def questions(self) -> Sequence[Ask[Any]]:
        """The questions in their order; a dialog whose questions depend on its answers makes them here."""
        return self.asks

    async def finish(self, desk: FrontDesk) -> Reply:
        """All is answered: do it, and say what came of it. Raises Refusal."""
        raise NotImplementedError

    def open_question(self) -> Ask[Any] | None:
        """The first question that applies and has no answer; None when the dialog is complete.

        It is looked for once as long as the answers are the same: a turn asks for it several times.
        """
        if self._found is None or self._found[0] != self.answers:
            opened = next((ask for ask in self.questions() if ask.applies(self) and not ask.answered(self)), None)
            self._found = dict(self.answers), opened
        return self._found[1]

    def put(self) -> Reply | None:
        """The open question as a reply; None when the dialog is complete."""
        ask = self.open_question()
        return None if ask is None else Reply(ask.words(self), ask.answer.choices(self.around))

    def hear(self, content: Content) -> Ask[Any]:
        """Keep the content as the answer to the question it answers, which is returned: the open one first, else any
        that takes it unasked. Raises NotUnderstood with the open question's hint."""
        ask = self.open_question()
        if ask is None:
            raise NotUnderstood("这项已经填完了。")
        try:
            return self._keep(ask, content)
        except NotUnderstood as hint:
            for other in self.questions():
                if other is not ask and other.applies(self) and other.answer.unasked(content, self.around):
                    return self._keep(other, content)
            raise hint from None

    def _keep(self, ask: Ask[Any], content: Content) -> Ask[Any]:
        kept = ask.answer.read(content, self.answers.get(ask.name), self.around)
        self.answers[ask.name] = kept
        if ask.answered(self) and ask.name in self._edited():
            del self.answers[EDITED]
        return ask

    def go_back(self) -> bool:
        """One step back: leave an edit as it was, undo a step of the open question, or open the one before it again.

        False at the first question.
        """
        opened = self.open_question()
        if opened is not None and opened.name in self._edited():
            self.answers |= self.answers.pop(EDITED)
            return True
        asked = [ask for ask in self.questions() if ask.applies(self)]
        names = [ask.name for ask in asked]
        end = names.index(opened.name) + 1 if opened is not None else len(names)
        return any(self._step_back(ask) for ask in asked[:end][::-1])

    def _step_back(self, ask: Ask[Any]) -> bool:
        if ask.name not in self.answers:
            return False
        kept = self.answers[ask.name]
        left = ask.answer.back(kept, self.around)
        if left is None:
            del self.answers[ask.name]
        else:
            self.answers[ask.name] = left
        return bool(left != kept)

    def edit(self, name: str) -> None:
        """Ask that question again; going back leaves its answer as it was."""
        if name in self.answers:
            self.answers[EDITED] = {name: self.answers.pop(name)}

    def _edited(self) -> Mapping[str, Any]:
        """The answer that is being changed, by name."""
        edited = self.answers.get(EDITED)
        return edited if isinstance(edited, dict) else {}
