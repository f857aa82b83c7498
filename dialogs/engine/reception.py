"""The reception: hears each message purely, and takes what needs the desk to the desk."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cases.case import Case
from cases.errors import Refusal
from cases.events import Event
from cases.people import Person
from cases.staffing import Staffing
from dialogs.engine.around import Knowledge
from dialogs.engine.conversation import Running, Talk
from dialogs.engine.dialog import Dialog
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.heard import Call, Finish, Heard, Human, Relay, gone_on, media_of, with_kept
from dialogs.engine.hearing import Hearing
from dialogs.engine.messages import Caller, Content, Incoming, Reply
from dialogs.engine.ports import Desktop, Work
from dialogs.engine.programme import Programme
from dialogs.engine.speaking import GO_ON, MENU, Step

Tell = Callable[[Work, Knowledge, Sequence[tuple[Case, Event]], datetime], Awaitable[None]]
"""Put into the outbox who is told of these events (`dialogs.notices.tell`)."""


class Reception:
    """Hears messages by a programme. It keeps nothing between two messages but the county's present snapshot.

    `knowledge` is replaced as a whole after an import.
    """

    def __init__(self, programme: Programme, knowledge: Knowledge, tell: Tell) -> None:
        self.programme, self.knowledge, self._tell = programme, knowledge, tell

    def hear(self, desktop: Desktop, incoming: Incoming) -> Heard:
        """What this message does to this person's conversation. Pure: no I/O, no clock, nothing changed in place."""
        talk = Talk.load(desktop.conversation.state, incoming.at)
        pushes = [kept for kept in desktop.kept if kept.sent]
        return self._heard(
            desktop, incoming, self._hearing(desktop.caller, incoming.at, talk).hear(incoming.content, pushes)
        )

    async def attend(self, work: Work, desktop: Desktop, heard: Heard, incoming: Incoming) -> Heard:
        """Do what `heard` wishes, inside `work`, which is not committed here.

        A Refusal becomes the reply, and `refused` is set: the caller rolls back and keeps only the answer. Raises
        Overtaken when somebody else changed a row first.
        """
        person = await work.people.get(desktop.caller.person) if desktop.caller.person is not None else None
        desk = await self._desk(work, desktop, incoming, person)
        talk = Talk.load(heard.conversation.state, incoming.at)
        try:
            step = await self._fulfil(desk, heard, talk, incoming.content)
        except Refusal as refusal:
            step = self._refused(desktop, incoming, heard, talk, refusal.words)
            return replace(self._heard(desktop, incoming, step), refused=True)
        await self._tell(work, self.knowledge, desk.cases.news, incoming.at)
        again = self._heard(desktop, incoming, step, alarmed=not _is_staffs(heard))
        return replace(again, given=tuple(dict.fromkeys((*heard.given, *again.given))))

    async def _fulfil(self, desk: FrontDesk, heard: Heard, talk: Talk, content: Content) -> Step:
        match heard.wish:
            case Finish(name, answers):
                reply = await self._dialog(name, desk.caller, desk.now, answers).finish(desk)
            case Call(command, arguments):
                reply = await command.run(desk, **arguments)
            case Human():
                reply = await self.programme.human(desk)
            case Relay():
                return await self._relay(desk, talk, content)
            case _:
                raise ValueError("nothing is wished")
        return self._then(desk, talk, reply)

    def _refused(self, desktop: Desktop, incoming: Incoming, heard: Heard, talk: Talk, words: str) -> Step:
        """What was filled in stays as a draft when the desk refused it, its last question open again."""
        caller, now, wish = desktop.caller, incoming.at, heard.wish
        if not isinstance(wish, Finish) or not wish.answers:
            return self._hearing(caller, now, talk).aside(Reply(words))
        dialog = self._dialog(wish.dialog, caller, now, wish.answers)
        dialog.go_back()
        kept = replace(talk, running=Running(wish.dialog, dict(dialog.answers), now)).set_aside()
        return self._hearing(caller, now, kept).aside(Reply(words, (GO_ON, MENU)))

    async def _relay(self, desk: FrontDesk, talk: Talk, content: Content) -> Step:
        """Hand the words on; once the talk with the staff member has ended, hear them like any others."""
        reply = await self.programme.relay(desk)
        if reply is not None:
            return Step(replace(talk, relayed=None) if desk.hung_up else talk, reply)
        hearing = self._hearing(desk.caller, desk.now, replace(talk, relayed=None))
        step = hearing.hear(content)
        if step.wish is None:
            return step
        return hearing.aside(Reply("人工服务已结束。请再说一次您要做什么，或回复“菜单”。"))

    def _then(self, desk: FrontDesk, talk: Talk, reply: Reply) -> Step:
        """The reply, with the dialog that follows it, or the one that is still open."""
        if desk.next_dialog is None:
            return self._hearing(desk.caller, desk.now, talk).aside(reply)
        name, answers = desk.next_dialog
        step = self._hearing(desk.caller, desk.now, talk.set_aside()).open(name, answers=answers)
        more = step.reply or Reply("")
        return replace(step, reply=Reply(f"{reply.text}\n\n{more.text}".strip(), more.choices), wish=None)

    def _dialog(self, name: str, caller: Caller, now: datetime, answers: dict[str, object]) -> Dialog:
        return self.programme.dialogs[name](self.knowledge, caller, now, answers)

    async def _desk(self, work: Work, desktop: Desktop, incoming: Incoming, person: Person | None) -> FrontDesk:
        content, key, now = incoming.content, incoming.key, incoming.at
        staffing = Staffing(work, self.knowledge.rules, self.knowledge.units, now)
        stood_for = await staffing.stood_for(person) if person is not None else ()
        return FrontDesk(work, self.knowledge, desktop.caller, person, now, content, key, stood_for)

    def _hearing(self, caller: Caller, now: datetime, talk: Talk) -> Hearing:
        return Hearing(self.programme, self.knowledge, caller, now, talk)

    def _heard(self, desktop: Desktop, incoming: Incoming, step: Step, *, alarmed: bool = True) -> Heard:
        conversation = gone_on(desktop.conversation, step.talk.dump(), incoming)
        reply: Reply | None = None
        given: tuple[int, ...] = ()
        if step.wish is None:  # with a wish, the desk's reply follows, and what waits is put before that one
            alarm = self.programme.alarm(incoming.content, self.knowledge) if alarmed else ""
            reply, given = with_kept(step.reply, desktop, alarm)
        return Heard(conversation, reply, (*given, *step.used), media_of(incoming), step.wish)


def _is_staffs(heard: Heard) -> bool:
    """Whether it is a command of the staff's: what they write of danger is no cry for help."""
    return isinstance(heard.wish, Call) and bool(heard.wish.command.roles)
