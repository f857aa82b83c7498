"""What the bot says: a dialog opened or gone on with, the menu, an answer aside; and the choices offered everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from dialogs.engine.answers import NotUnderstood
from dialogs.engine.around import Knowledge
from dialogs.engine.conversation import Running, Talk
from dialogs.engine.dialog import Dialog
from dialogs.engine.heard import Finish, Wish
from dialogs.engine.messages import Caller, Choice, Content, Reply, Video, Voice
from dialogs.engine.programme import Programme

GO_ON = Choice("继续填写", "继续")
ANEW = Choice("重新填写", "重新填写")
HUMAN = Choice("转人工", "人工")
MENU = Choice("菜单")
CANCEL = Choice("取消")


@dataclass(frozen=True)
class Step:
    """What came of it: the talk as it is now, with a reply or a wish; `used` are pushes whose choices were taken."""

    talk: Talk
    reply: Reply | None = None
    wish: Wish | None = None
    used: tuple[int, ...] = ()


@dataclass(frozen=True)
class Speaking:
    """What can be said to one person at one instant, whatever was heard; pure."""

    programme: Programme
    knowledge: Knowledge
    caller: Caller
    now: datetime
    talk: Talk

    def open(self, name: str, said: Sequence[Content] = (), answers: dict[str, object] | None = None) -> Step:
        """Open a dialog, with answers filled in and contents already said."""
        before, talk = "", self.talk
        if name in self.programme.notice_before and talk.seen.get("notice") != self.programme.notice_version:
            before = self.programme.notice
            talk = replace(talk, seen={**talk.seen, "notice": self.programme.notice_version})
        if any(draft.dialog == name for draft in talk.drafts):
            before = f"{before}\n上次没填完的还留着，回复“继续”可以接着填。".strip()
        talk = replace(talk, running=Running(name, answers or {}, self.now), missed=0)
        dialog = self._dialog(talk.running)
        if dialog is None:
            return self._with(replace(talk, running=None)).menu()
        for content in said:
            try:
                dialog.hear(content)
            except NotUnderstood as missed:
                before = f"{before}\n{missed.hint}".strip()
                break
        return self._with(talk)._next(dialog, before)

    def menu(self, before: str = "") -> Step:
        """The menu, with the newest draft if there is one."""
        menu = self.programme.menu(self.caller)
        text = f"{before}\n{menu.text}".strip()
        draft = next((one for one in map(self._dialog, self.talk.drafts) if one is not None), None)
        if draft is None:
            return self._offering(Reply(text, menu.choices))
        return self._offering(
            Reply(f"{text}\n您有一份没填完的“{draft.title}”。继续上次的填写？", (GO_ON, *menu.choices))
        )

    def aside(self, reply: Reply) -> Step:
        """Say it; while a dialog is open its question follows, and numbers go on meaning that question's choices."""
        dialog = self._dialog(self.talk.running)
        if dialog is None:
            return self._offering(reply)
        question = dialog.put() or Reply("")
        talk = replace(self.talk, offers=())
        return Step(talk, Reply(f"{reply.text}\n\n{question.text}".strip(), question.choices))

    def _next(self, dialog: Dialog, before: str = "") -> Step:
        name = self.talk.running.dialog if self.talk.running else ""
        talk = replace(self.talk, running=Running(name, dict(dialog.answers), self.now), offers=())
        question = dialog.put()
        if question is not None:
            return Step(talk, behind(before, question))
        return Step(replace(talk, running=None, missed=0), wish=Finish(name, dict(dialog.answers)))

    def _dialog(self, running: Running | None) -> Dialog | None:
        if running is None or running.dialog not in self.programme.dialogs:
            return None
        return self.programme.dialogs[running.dialog](self.knowledge, self.caller, self.now, running.answers)

    def _offering(self, reply: Reply) -> Step:
        return Step(self.talk.offering(reply, self.now), reply)

    def _with(self, talk: Talk) -> Self:
        return type(self)(self.programme, self.knowledge, self.caller, self.now, talk)


def put(dialog: Dialog, before: str = "", more: tuple[Choice, ...] = ()) -> Reply:
    """The open question with words before it, and more choices than its own."""
    return behind(before, dialog.put() or Reply(""), more)


def behind(before: str, question: Reply, more: tuple[Choice, ...] = ()) -> Reply:
    """The question with words before it, and more choices than its own."""
    return Reply(f"{before}\n{question.text}".strip(), (*question.choices, *more))


def unreadable(content: Content) -> str | None:
    """What to say of a kind that no question can read; None for all others."""
    match content:
        case Voice(_, None):
            return "语音没有识别出文字，请打字说明。"
        case Video():
            return "视频我看不了，请发照片或打字说明。"
        case _:
            return None
