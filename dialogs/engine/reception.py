"""The reception hears each message: pure, from (conversation, content) to (conversation, a reply or a wish)."""

from dataclasses import dataclass, replace
from datetime import datetime

from cases.errors import Refusal
from dialogs.engine.answers import NotUnderstood, chosen, typed
from dialogs.engine.conversation import Running, Talk
from dialogs.engine.dialog import Dialog
from dialogs.engine.heard import Call, Finish, Heard, Human, Wish, media_of, with_kept, with_window
from dialogs.engine.messages import (
    Caller,
    Choice,
    Content,
    Incoming,
    Joined,
    Other,
    Pressed,
    Reply,
    Text,
)
from dialogs.engine.ports import Desktop
from dialogs.engine.programme import Programme

MISSED_BEFORE_OFFERING = 2
GO_ON = Choice("继续填写", "继续")
ANEW = Choice("重新填写", "重新填写")
HUMAN = Choice("转人工", "人工")
MENU = Choice("菜单")
CANCEL = Choice("取消")


@dataclass(frozen=True)
class Step:
    """One step of hearing: the talk as it is now, with a reply or a wish."""

    talk: Talk
    reply: Reply | None = None
    wish: Wish | None = None


class Reception:
    """Hears messages by a programme. It keeps nothing between two messages."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme

    def hear(self, desktop: Desktop, incoming: Incoming) -> Heard:
        """What this message does to this person's conversation. Pure: no I/O, no clock, nothing changed in place."""
        content, caller, now = incoming.content, desktop.caller, incoming.at
        talk = Talk.load(desktop.conversation.state, now)
        step = self._step(talk, self._meant(talk, desktop, content), caller, now)
        reply, given = with_kept(step.reply, desktop, self.programme.alarm(content))
        return Heard(
            conversation=with_window(replace(desktop.conversation, state=step.talk.dump(), changed_at=now), incoming),
            reply=reply,
            given=given,
            media=media_of(incoming),
            wish=step.wish,
        )

    def _meant(self, talk: Talk, desktop: Desktop, content: Content) -> Content:
        """A number means what was offered last; while no question is open, failing that, what a push offered."""
        words = typed(content)
        if words is None:
            return content
        offered = [Choice(label, says) for label, says in talk.offers]
        if not offered and talk.running is None:
            offered = [choice for kept in desktop.kept if kept.sent for choice in kept.body.choices]
        choice = chosen(words, offered)
        return Text(choice.words) if choice else content

    def _step(self, talk: Talk, content: Content, caller: Caller, now: datetime) -> Step:
        match content:
            case Joined():
                return self._menu(talk, caller)
            case Other(_, quiet=True):
                return Step(talk)
            case Other():
                return Step(talk, Reply("这种消息我还看不懂，请改用文字、照片或定位告诉我。", (MENU, HUMAN)))
            case Pressed(key):
                content = Text(key)
        words = typed(content) or ""
        return (
            self._everywhere(talk, words, caller, now)
            or self._with_draft(talk, words, now)
            or self._called(talk, words, caller)
            or self._answer(talk, content, caller, now)
            or self._named(talk, words, caller, now)
            or self._begin_with(talk, content, now)
            or self._lost(talk, caller, words)
        )

    def _everywhere(self, talk: Talk, words: str, caller: Caller, now: datetime) -> Step | None:
        match words:
            case "菜单":
                return self._menu(talk.set_aside(), caller)
            case "帮助" | "help":
                return Step(talk, Reply(self.programme.help(caller)))
            case "取消":
                return self._cancel(talk)
            case "返回":
                return self._back(talk, now)
            case "人工" | "转人工":
                return Step(talk, wish=Human())
            case _:
                return None

    def _with_draft(self, talk: Talk, words: str, now: datetime) -> Step | None:
        if talk.draft is None or talk.running is not None or talk.draft.dialog not in self.programme.dialogs:
            return None
        if words == GO_ON.words:
            return self._resume(talk, now)
        if words == ANEW.words:
            return self._open(replace(talk, draft=None), talk.draft.dialog, now)
        return None

    def _menu(self, talk: Talk, caller: Caller) -> Step:
        menu = self.programme.menu(caller)
        if talk.draft is not None and talk.draft.dialog in self.programme.dialogs:
            title = (
                self.programme.dialogs[talk.draft.dialog].title if talk.draft.dialog in self.programme.dialogs else ""
            )
            menu = Reply(f"{menu.text}\n您有一份没填完的“{title}”，可以继续。", (*menu.choices, GO_ON))
        return Step(_offering(talk, menu), menu)

    def _cancel(self, talk: Talk) -> Step:
        if talk.running is None:
            return Step(talk, Reply("现在没有正在填写的内容。要做什么，请回复“菜单”。", (MENU,)))
        reply = Reply("好的，已停下，没有提交。24 小时内回复“继续”可以接着填。", (GO_ON, MENU))
        return Step(_offering(talk.set_aside(), reply), reply)

    def _back(self, talk: Talk, now: datetime) -> Step:
        dialog = self._running(talk)
        if dialog is None:
            return Step(talk, Reply("已经在最外面了。要做什么，请回复“菜单”。", (MENU,)))
        if not dialog.go_back():
            return Step(talk, _put(dialog, "已经是第一个问题了。"))
        return Step(self._at(talk, dialog, now), _put(dialog))

    def _resume(self, talk: Talk, now: datetime) -> Step | None:
        talk = replace(talk, running=talk.draft, draft=None, offers=())
        dialog = self._running(talk)
        return None if dialog is None else self._next(talk, dialog, now, "好的，接着上次的填。")

    def _called(self, talk: Talk, words: str, caller: Caller) -> Step | None:
        called = self.programme.called_by(words, caller)
        if called is None:
            return None
        try:
            return Step(talk, wish=Call(called[0], called[0].read(called[1])))
        except Refusal as refusal:
            return Step(talk, Reply(refusal.words))

    def _named(self, talk: Talk, words: str, caller: Caller, now: datetime) -> Step | None:
        name = self.programme.opened_by(words, caller)
        if name is None:
            return None
        talk = talk.set_aside()
        if talk.draft is not None and talk.draft.dialog == name:
            reply = Reply("继续上次的填写？", (GO_ON, ANEW))
            return Step(_offering(talk, reply), reply)
        return self._open(talk, name, now)

    def _open(self, talk: Talk, name: str, now: datetime, content: Content | None = None) -> Step:
        dialog = self.programme.dialogs[name]()
        before = ""
        if name in self.programme.notice_before and talk.seen.get("notice") != self.programme.notice_version:
            before = self.programme.notice
            talk = replace(talk, seen={**talk.seen, "notice": self.programme.notice_version})
        talk = replace(talk, running=Running(name, {}, now), offers=(), missed=0)
        if content is not None:
            try:
                dialog.hear(content)
            except NotUnderstood as missed:
                before = f"{before}\n{missed.hint}".strip()
        return self._next(talk, dialog, now, before)

    def _answer(self, talk: Talk, content: Content, caller: Caller, now: datetime) -> Step | None:
        """The running dialog's hearing. Words that open a dialog do so only if they answer no question here."""
        dialog = self._running(talk)
        if dialog is None:
            return None
        try:
            dialog.hear(content)
        except NotUnderstood as missed:
            if self.programme.opened_by(typed(content) or "", caller):
                return None
            talk = replace(talk, missed=talk.missed + 1, offers=())
            if talk.missed < MISSED_BEFORE_OFFERING:
                return Step(talk, _put(dialog, missed.hint))
            reply = _put(dialog, missed.hint, (HUMAN, CANCEL))
            return Step(_offering(talk, reply), reply)
        return self._next(replace(talk, missed=0), dialog, now)

    def _next(self, talk: Talk, dialog: Dialog, now: datetime, before: str = "") -> Step:
        talk = self._at(talk, dialog, now)
        if dialog.open_question() is not None:
            return Step(talk, _put(dialog, before))
        name = talk.running.dialog if talk.running else ""
        return Step(replace(talk, running=None, missed=0), wish=Finish(name, dict(dialog.answers)))

    def _begin_with(self, talk: Talk, content: Content, now: datetime) -> Step | None:
        name = self.programme.begins(content)
        return None if name is None else self._open(talk, name, now, content)

    def _lost(self, talk: Talk, caller: Caller, words: str) -> Step:
        friendly = self.programme.small_talk.get(words.rstrip("。.！!~～"))
        if friendly is not None:
            return Step(talk, Reply(friendly, (MENU,)))
        talk = replace(talk, missed=talk.missed + 1)
        menu = self.programme.menu(caller)
        choices = (*menu.choices, HUMAN) if talk.missed >= MISSED_BEFORE_OFFERING else menu.choices
        reply = Reply("抱歉，我没看懂。您可以这样做：", choices)
        return Step(_offering(talk, reply), reply)

    def _running(self, talk: Talk) -> Dialog | None:
        if talk.running is None or talk.running.dialog not in self.programme.dialogs:
            return None
        return self.programme.dialogs[talk.running.dialog](talk.running.answers)

    def _at(self, talk: Talk, dialog: Dialog, now: datetime) -> Talk:
        if talk.running is None:
            return talk
        return replace(talk, running=Running(talk.running.dialog, dict(dialog.answers), now), offers=())


def _put(dialog: Dialog, before: str = "", more: tuple[Choice, ...] = ()) -> Reply:
    question = dialog.put() or Reply("")
    return Reply(f"{before}\n{question.text}".strip(), (*question.choices, *more))


def _offering(talk: Talk, reply: Reply) -> Talk:
    return replace(talk, offers=tuple((choice.label, choice.says) for choice in reply.choices))
