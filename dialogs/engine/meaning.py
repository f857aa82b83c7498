"""What a number or a short word means: whatever was offered last, by the conversation or by a message of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dialogs.engine.conversation import Talk
from dialogs.engine.messages import Choice, Content, Kept, Reply, Text
from dialogs.engine.words import chosen, is_number, known, plain, typed

STAY = Choice("接着填写", "接着填")


@dataclass(frozen=True)
class Meaning:
    """What was meant, or a question which of several; `used` are pushes whose choices are taken by it."""

    content: Content
    ask: Reply | None = None
    used: tuple[int, ...] = ()


def meant(talk: Talk, content: Content, pushes: Sequence[Kept]) -> Meaning:
    """Read numbers and short words by what was offered; all else stays as it is. `pushes` are open, oldest first."""
    words = typed(content)
    if words is None:
        return Meaning(content)
    offered = chosen(words, [Choice(label, says) for label, says in talk.offers]) if talk.offers else None
    since = talk.offered_at if talk.offers else talk.running.at if talk.running else None
    pushed = [
        choice for push in pushes if _after(push, since) and (choice := chosen(words, push.body.choices)) is not None
    ]
    if talk.running is not None and not offered:
        return _in_dialog(content, words, pushed, pushes)
    if offered is not None and not pushed:
        return _said(offered, pushes)
    if len({choice.words for choice in pushed}) > 1:
        return Meaning(content, Reply("您指的是哪一件？", tuple(Choice(choice.words) for choice in pushed)))
    if pushed:
        return _said(pushed[0], pushes)
    return Meaning(content, used=_used(words, pushes))


def _in_dialog(content: Content, words: str, pushed: Sequence[Choice], pushes: Sequence[Kept]) -> Meaning:
    """A number answers the open question, unless a message of ours came after it: then we ask."""
    if not pushed or not is_number(words):
        return Meaning(content, used=_used(words, pushes))
    choices = (*(Choice(choice.words) for choice in pushed), STAY)
    return Meaning(content, Reply("您是回复刚才的通知，还是接着填写？", choices))


def _said(choice: Choice, pushes: Sequence[Kept]) -> Meaning:
    return Meaning(Text(choice.words), used=_used(choice.words, pushes))


def _used(words: str, pushes: Sequence[Kept]) -> tuple[int, ...]:
    """The pushes that offered just these words, or these with more said behind them."""
    if not pushes:
        return ()
    said = f"{plain(words)} "
    return tuple(
        push.id for push in pushes if any(said.startswith(f"{known(choice.words)} ") for choice in push.body.choices)
    )


def _after(push: Kept, since: datetime | None) -> bool:
    return since is None or push.at > since
