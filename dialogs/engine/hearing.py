"""How one message is heard: a talk and a content in, a talk and a reply or a wish out; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cases.errors import Refusal
from dialogs.engine.answers import NotUnderstood, chosen, typed
from dialogs.engine.around import Knowledge
from dialogs.engine.conversation import Running, Talk
from dialogs.engine.dialog import Dialog
from dialogs.engine.heard import Call, Finish, Human, Relay, Wish
from dialogs.engine.messages import Caller, Choice, Content, Joined, Kept, Other, Pressed, Reply, Text
from dialogs.engine.programme import Programme

MISSED_BEFORE_OFFERING = 2
GO_ON = Choice("继续填写", "继续")
ANEW = Choice("重新填写", "重新填写")
HUMAN = Choice("转人工", "人工")
MENU = Choice("菜单")
CANCEL = Choice("取消")
LONE_NUMBER = re.compile(r"[A-Za-z]{1,6}\d{6}-\d{4,}|\d{4,10}")
WELCOMING = frozenset({"你好", "您好", "在吗", "hi", "hello", "嗨"})


@dataclass(frozen=True)
class Step:
    """What came of it: the talk as it is now, with a reply or a wish; `used` are pushes whose choices were taken."""

    talk: Talk
    reply: Reply | None = None
    wish: Wish | None = None
    used: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hearing:
    """One message being heard."""

    programme: Programme
    knowledge: Knowledge
    caller: Caller
    now: datetime
    talk: Talk

    def hear(self, content: Content, pushes: Sequence[Kept] = ()) -> Step:
        """Hear the content; `pushes` are sent messages whose choices are open."""
        match content:
            case Joined():
                return self.menu(self.talk)
            case Other(_, quiet=True):
                return Step(self.talk)
            case Other():
                reply = Reply("这种消息我还看不懂，请改用文字、照片或定位告诉我。", (MENU, HUMAN))
                return self._offering(self.talk, reply)
            case Pressed(key):
                content = Text(key)
        meant, used = self._meant(content, pushes)
        if isinstance(meant, Reply):
            return self._offering(self.talk, meant)
        return replace(self._step(meant), used=used)

    def open(self, name: str, said: Sequence[Content] = (), answers: dict[str, object] | None = None) -> Step:
        """Open a dialog, with answers filled in and contents already said."""
        before = ""
        talk = self.talk
        if name in self.programme.notice_before and talk.seen.get("notice") != self.programme.notice_version:
            before = self.programme.notice
            talk = replace(talk, seen={**talk.seen, "notice": self.programme.notice_version})
        talk = replace(talk, running=Running(name, answers or {}, self.now), offers=(), missed=0)
        dialog = self._dialog(talk.running)
        if dialog is None:
            return self.menu(replace(talk, running=None))
        for content in said:
            try:
                dialog.hear(content)
            except NotUnderstood as missed:
                before = f"{before}\n{missed.hint}".strip()
                break
        return self._next(talk, dialog, before)

    def menu(self, talk: Talk, before: str = "") -> Step:
        """The menu, with the draft if there is one."""
        menu = self.programme.menu(self.caller)
        draft = self._dialog(talk.draft)
        text = f"{before}\n{menu.text}".strip()
        if draft is None:
            return self._offering(talk, Reply(text, menu.choices))
        return self._offering(
            talk, Reply(f"{text}\n您有一份没填完的“{draft.title}”。继续上次的填写？", (GO_ON, *menu.choices))
        )

    def _meant(self, content: Content, pushes: Sequence[Kept]) -> tuple[Content | Reply, tuple[int, ...]]:
        """A number means what was offered last; while no question is open, failing that, what a push offered."""
        words = typed(content)
        if words is None:
            return content, ()
        choice = chosen(words, [Choice(label, says) for label, says in self.talk.offers])
        if choice is not None:
            return Text(choice.words), ()
        if self.talk.running is not None or self.talk.offers:
            return content, ()
        found = [(push, choice) for push in pushes if (choice := chosen(words, push.body.choices))]
        if len(found) > 1:
            return Reply("您指的是哪一件？", tuple(Choice(choice.words) for _, choice in found)), ()
        return (Text(found[0][1].words), (found[0][0].id,)) if found else (content, ())

    def _step(self, content: Content) -> Step:
        words = typed(content) or ""
        return (
            self._everywhere(words)
            or self._with_draft(words)
            or self._called(words)
            or self._answer(content)
            or self._named(words)
            or self._by_number(words)
            or self._relayed()
            or self._begin_with(content)
            or self._lost(words)
        )

    def _everywhere(self, words: str) -> Step | None:
        match words:
            case "菜单":
                return self.menu(self.talk.set_aside())
            case "帮助" | "help":
                return Step(self.talk, Reply(self.programme.help(self.caller), (MENU,)))
            case "取消":
                return self._cancel()
            case "返回":
                return self._back()
            case "人工" | "转人工":
                return Step(replace(self.talk, relayed=True), wish=Human())
            case _:
                return None

    def _with_draft(self, words: str) -> Step | None:
        draft = self.talk.draft
        if draft is None or self.talk.running is not None or draft.dialog not in self.programme.dialogs:
            return None
        if words == GO_ON.words:
            talk = replace(self.talk, running=draft, draft=None, offers=())
            dialog = self._dialog(draft)
            return None if dialog is None else self._next(talk, dialog, "好的，接着上次的填。")
        if words == ANEW.words:
            return replace(self, talk=replace(self.talk, draft=None)).open(draft.dialog)
        return None

    def _called(self, words: str) -> Step | None:
        called = self.programme.called_by(words, self.caller)
        if called is None:
            return None
        try:
            return Step(self.talk, wish=Call(called[0], called[0].read(called[1])))
        except Refusal as refusal:
            return Step(self.talk, Reply(refusal.words))

    def _answer(self, content: Content) -> Step | None:
        """The running dialog's hearing. Words that open a dialog do so only if they answer no question here."""
        dialog = self._dialog(self.talk.running)
        if dialog is None:
            return None
        try:
            dialog.hear(content)
        except NotUnderstood as missed:
            if self.programme.opened_by(typed(content) or "", self.caller):
                return None
            talk = replace(self.talk, missed=self.talk.missed + 1, offers=())
            if talk.missed < MISSED_BEFORE_OFFERING:
                return Step(talk, _put(dialog, missed.hint))
            return self._offering(talk, _put(dialog, missed.hint, (HUMAN, CANCEL)))
        return self._next(replace(self.talk, missed=0), dialog)

    def _named(self, words: str) -> Step | None:
        opened = self.programme.opened_by(words, self.caller)
        if opened is None:
            return None
        name, said = opened
        talk = self.talk.set_aside()
        if talk.draft is not None and talk.draft.dialog == name and not said:
            return self._offering(talk, Reply("继续上次的填写？", (GO_ON, ANEW)))
        return replace(self, talk=talk).open(name, said)

    def _by_number(self, words: str) -> Step | None:
        """A lone case number, or four or more digits of one, asks how that case stands."""
        command = self.programme.commands.get(self.programme.asked_by_number)
        if command is None or self.talk.running is not None or not LONE_NUMBER.fullmatch(words):
            return None
        return Step(self.talk, wish=Call(command, {"case": words.upper()}))

    def _relayed(self) -> Step | None:
        return Step(self.talk, wish=Relay()) if self.talk.relayed else None

    def _begin_with(self, content: Content) -> Step | None:
        name = self.programme.begins(content, self.knowledge)
        if name is None or self.talk.running is not None:
            return None
        return replace(self, talk=self.talk.set_aside()).open(name, [content])

    def _lost(self, words: str) -> Step:
        plain = words.lower().rstrip("。.！!~～？?")
        if plain in WELCOMING:
            return self.menu(replace(self.talk, missed=0))
        friendly = self.programme.small_talk.get(plain)
        if friendly is not None:
            return self._offering(self.talk, Reply(friendly, (MENU,)))
        step = self.menu(replace(self.talk, missed=self.talk.missed + 1), "抱歉，我没看懂。")
        if step.reply is None or step.talk.missed < MISSED_BEFORE_OFFERING:
            return step
        return self._offering(step.talk, Reply(step.reply.text, (*step.reply.choices, HUMAN)))

    def _cancel(self) -> Step:
        if self.talk.running is None:
            return self._offering(self.talk, Reply("现在没有正在填写的内容。要做什么，请回复“菜单”。", (MENU,)))
        reply = Reply("好的，已停下，没有提交。24 小时内回复“继续”可以接着填。", (GO_ON, MENU))
        return self._offering(self.talk.set_aside(), reply)

    def _back(self) -> Step:
        dialog = self._dialog(self.talk.running)
        if dialog is None:
            return self._offering(self.talk, Reply("已经在最外面了。要做什么，请回复“菜单”。", (MENU,)))
        if not dialog.go_back():
            return Step(self.talk, _put(dialog, "已经是第一个问题了。"))
        return self._next(self.talk, dialog)

    def _next(self, talk: Talk, dialog: Dialog, before: str = "") -> Step:
        name = talk.running.dialog if talk.running else ""
        talk = replace(talk, running=Running(name, dict(dialog.answers), self.now), offers=())
        if dialog.open_question() is not None:
            return Step(talk, _put(dialog, before))
        return Step(replace(talk, running=None, missed=0), wish=Finish(name, dict(dialog.answers)))

    def _dialog(self, running: Running | None) -> Dialog | None:
        if running is None or running.dialog not in self.programme.dialogs:
            return None
        return self.programme.dialogs[running.dialog](self.knowledge, self.caller, self.now, running.answers)

    @staticmethod
    def _offering(talk: Talk, reply: Reply) -> Step:
        return Step(replace(talk, offers=tuple((choice.label, choice.says) for choice in reply.choices)), reply)


def _put(dialog: Dialog, before: str = "", more: tuple[Choice, ...] = ()) -> Reply:
    question = dialog.put() or Reply("")
    return Reply(f"{before}\n{question.text}".strip(), (*question.choices, *more))
