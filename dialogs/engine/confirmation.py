"""The end of a dialog: 确认, or the number of what is to be said again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogs.engine.answers import NoAnswer, NotUnderstood, Whole
from dialogs.engine.around import Around
from dialogs.engine.dialog import Ask, Dialog
from dialogs.engine.messages import Choice, Content
from dialogs.engine.words import NO, YES, chosen, plain, typed


@dataclass(frozen=True)
class ConfirmOrEdit(Whole[bool]):
    """Kept as True; `edits` are labels with the names of the answers they change."""

    edits: Mapping[str, str] = field(default_factory=dict)

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """确认 first, then one edit each."""
        return (Choice("确认"), *(Choice(label) for label in self.edits))

    def read(self, content: Content, before: Any, around: Around) -> bool | str:
        """True, or the name of the answer to change. Raises NotUnderstood."""
        words = plain(typed(content) or "")
        choice = chosen(words, self.choices(around))
        if choice is not None and choice.label in self.edits:
            return self.edits[choice.label]
        if choice is not None or words in YES:
            return True
        if words in NO:
            raise NotUnderstood("好的，先不提交。要改哪一项？回复它的数字；都不要了请回复“取消”。")
        raise NotUnderstood("回复 1 或“确认”提交；要改哪一项就回复它的数字；不想提交请回复“取消”。")

    def load(self, kept: Any, around: Around) -> bool:
        """True. Raises NoAnswer for anything else."""
        if kept is not True:
            raise NoAnswer(kept)
        return True


class Confirmed(Dialog):
    """A dialog whose last question, `confirmed`, is a ConfirmOrEdit."""

    def hear(self, content: Content) -> Ask[Any]:
        """As every dialog; an edit asks again what it names."""
        ask = super().hear(content)
        edit = self.answers.get("confirmed")
        if isinstance(edit, str):
            del self.answers["confirmed"]
            self.edit(edit)
        return ask
