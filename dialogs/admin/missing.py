"""What a command still lacks: its words are asked for in a dialog, a word of a fixed list is offered as choices."""

from collections.abc import Iterable

from dialogs.engine.command import CaseNumber
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Choice, Reply
from dialogs.phrases import line

REASON = "reason"
"""The name of the dialog that asks for them."""


async def ask_words(desk: FrontDesk, step: str, case: CaseNumber, *actions: str, **more: str | bool) -> Reply:
    """Ask for the words without which `step` can't be done; it is taken with them and `more`.

    Raises Refusal before anything is asked in vain: where the person may take none of the actions now.
    """
    found = await desk.cases.ready(case, *actions)
    desk.follow_up(REASON, {"step": step, "arguments": {"case": found.number, **more}})
    return Reply(f"案件 {line(found, desk.knowledge)}。")


def offer(question: str, says: str, words: Iterable[str], after: str = "") -> Reply:
    """The question with one choice a word, each saying the command up to there with it, and what was said `after`."""
    return Reply(question, tuple(Choice(word, f"{says} {word} {after}".strip()) for word in words))


def which(word: str, what: str, question: str) -> str:
    """The question, with what is wrong about the word that was given, if one was."""
    return f"没有“{word[:20]}”这个{what}。{question}" if word else question
