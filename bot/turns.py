"""Turns at the store: many people's in one transaction, or one person's with the desk in its own."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from bot.mishaps import Mishap, mishap_of
from bot.texts import split_reply
from bot.visit import GivenUp, Visit
from dialogs.engine.heard import Heard
from dialogs.engine.messages import Incoming, Left, Outgoing, Reply
from dialogs.engine.ports import AFTER_LATE_REPLY, Conversation, Desktop, Replay, Store, Turn, Work

NOTHING = Reply("")
"""Heard, and there is nothing to say."""
APOLOGY = Reply(
    "抱歉，系统开小差了，这条没有办成，已经告诉管理员。之前填写的内容都还在，请稍后再发一次，或回复“菜单”重新开始。"
)
TRIES = 5
AFTER_REPLY = timedelta(seconds=1)
"""The rest of a long reply goes out this much after the message came, so as not to overtake the HTTP answer."""


class Reception(Protocol):
    """Who hears: `dialogs.engine.reception.Reception`, without the county it knows."""

    def hear(self, desktop: Desktop, incoming: Incoming) -> Heard:
        """What the message does to the conversation; pure."""
        ...

    async def attend(self, work: Work, desktop: Desktop, heard: Heard, incoming: Incoming) -> Heard:
        """Fulfil the wish inside `work` without committing; a refusal comes back as `refused`."""
        ...


class Turns:
    """Runs turns in units of work. Answers are given back only once they are committed."""

    def __init__(self, store: Store, reception: Reception, on_put: Callable[[], None] = lambda: None) -> None:
        """`on_put` is told after a commit by which something may have come into the outbox, or a file is wished for."""
        self._store, self._reception, self._on_put = store, reception, on_put

    async def together(
        self, visits: Sequence[Visit]
    ) -> tuple[dict[Visit, Reply], list[tuple[Visit, Exception | None]]]:
        """Hear visits of different people in one transaction: the replies, and who needs a turn of their own.

        With the latter comes what their hearing raised, None if they only need the desk. Raises whatever the store
        raises; then nothing of any visit was kept.
        """
        rest: list[tuple[Visit, Exception | None]] = []
        heard: list[tuple[Visit, Heard]] = []
        again: list[tuple[Visit, Replay]] = []
        async with self._store.work() as work:
            desktops = await work.conversations.desktops([visit.incoming.sender for visit in visits])
            replays = await work.inbox.heard([visit.incoming.key for visit in visits])
            for visit in visits:
                result = self._try(desktops[visit.incoming.sender], visit, replays.get(visit.incoming.key))
                if isinstance(result, Replay):
                    again.append((visit, result))
                elif isinstance(result, Heard) and result.wish is None:
                    heard.append((visit, result))
                else:
                    rest.append((visit, result if isinstance(result, Exception) else None))
            for visit, _ in (*heard, *again):
                visit.decide()
            said, put = await _keep(work, heard)
            said |= await _give_again(work, again)
            await work.commit()
        if again or put:
            self._on_put()
        return said, rest

    async def alone(self, visit: Visit) -> Reply:
        """Run one turn in its own transaction, from fresh rows up to 5 times when somebody was faster (Overtaken)."""
        for _ in range(TRIES - 1):
            try:
                return await self._once(visit)
            except Exception as error:
                if mishap_of(error) is not Mishap.OVERTAKEN:
                    raise
        return await self._once(visit)

    async def _once(self, visit: Visit) -> Reply:
        reply = await self._attended(visit)
        self._on_put()
        return reply

    async def apologise(self, visit: Visit) -> Reply:
        """Keep the message with an apology as its reply; the conversation stays as it was."""
        async with self._store.work() as work:
            desktop, replay = await _arrive(work, visit)
            if replay is None:
                replay = await _keep_one(work, visit, Heard(desktop.conversation, APOLOGY))
            await work.commit()
        self._on_put()
        return replay

    async def post(self, visit: Visit, reply: Reply) -> None:
        """The reply was kept, but those who waited have left meanwhile: it goes by the outbox."""
        async with self._store.work() as work:
            await work.inbox.post(visit.incoming, reply)
            await work.commit()
        self._on_put()

    def _try(self, desktop: Desktop, visit: Visit, replay: Replay | None) -> Heard | Replay | Exception | None:
        """Hear it unless that was done before; None for what is not heard but erased, or given up. One person's fault
        must not stop the others."""
        if visit.given_up:
            return None
        if replay is not None or isinstance(visit.incoming.content, Left):
            return replay
        try:
            return self._reception.hear(desktop, visit.incoming)
        except Exception as fault:
            return fault

    async def _attended(self, visit: Visit) -> Reply:
        incoming = visit.incoming
        visit.reopen()
        if visit.given_up:
            raise GivenUp
        async with self._store.work() as work:
            desktop, reply = await _arrive(work, visit)
            if reply is None and isinstance(incoming.content, Left):
                reply = await _erase(work, visit, desktop.conversation)
            if reply is not None:
                await work.commit()
                return reply
            heard = self._reception.hear(desktop, incoming)
            if heard.wish is not None:
                heard = await self._reception.attend(work, desktop, heard, incoming)
            if not heard.refused:
                reply = await _keep_one(work, visit, heard)
                await work.commit()
                return reply
        return await self._keep_refusal(visit, heard)

    async def _keep_refusal(self, visit: Visit, heard: Heard) -> Reply:
        """All that the desk did is rolled back by now: keep nothing but the answer."""
        async with self._store.work() as work:
            _, reply = await _arrive(work, visit)
            if reply is None:
                reply = await _keep_one(work, visit, heard)
            await work.commit()
        return reply


async def _arrive(work: Work, visit: Visit) -> tuple[Desktop, Reply | None]:
    """Take the person's turn; with the reply of old if the message was heard before."""
    incoming = visit.incoming
    desktops = await work.conversations.desktops([incoming.sender])
    replay = (await work.inbox.heard([incoming.key])).get(incoming.key)
    if replay is None:
        return desktops[incoming.sender], None
    visit.decide()
    return desktops[incoming.sender], (await _give_again(work, [(visit, replay)]))[visit]


async def _give_again(work: Work, replays: Sequence[tuple[Visit, Replay]]) -> dict[Visit, Reply]:
    """The replies of old: taken out of the outbox for those who wait, left to it where nobody does, given once."""
    waited_for = [visit.incoming.key for visit, replay in replays if replay.reply is not None and not visit.late]
    elsewhere = await work.inbox.take(waited_for)
    said: dict[Visit, Reply] = {}
    for visit, replay in replays:
        if replay.reply is not None and visit.late:
            await work.inbox.post(visit.incoming, replay.reply)
        said[visit] = NOTHING if visit.incoming.key in elsewhere else replay.reply or NOTHING
    return said


async def _erase(work: Work, visit: Visit, conversation: Conversation) -> Reply:
    """Whoever left is forgotten; only the message's key stays, so that a repetition does nothing."""
    visit.decide()
    await work.conversations.erase(visit.incoming.sender)
    await work.inbox.keep([Turn(visit.incoming, conversation, None)])
    return NOTHING


async def _keep_one(work: Work, visit: Visit, heard: Heard) -> Reply:
    visit.decide()
    said, _ = await _keep(work, [(visit, heard)])
    return said[visit]


async def _keep(work: Work, heard: Sequence[tuple[Visit, Heard]]) -> tuple[dict[Visit, Reply], bool]:
    """Keep what was heard and decided; the replies to give, and whether something came into the outbox or is to be
    fetched. The rest of a long reply goes into the outbox; it is an answer, so it passes quiet hours."""
    turns: list[Turn] = []
    more: list[Outgoing] = []
    said: dict[Visit, Reply] = {}
    for visit, one in heard:
        first, *rest = _parts(one.reply)
        incoming, something = visit.incoming, first != NOTHING
        late = visit.late and something
        turns.append(Turn(incoming, one.conversation, first if something else None, one.given, one.media, late))
        after = incoming.at + (AFTER_LATE_REPLY if visit.late else AFTER_REPLY)
        more += [
            Outgoing(f"more:{incoming.key}:{n}", incoming.sender, part, urgent=True, not_before=after, answer=True)
            for n, part in enumerate(rest, 1)
        ]
        said[visit] = first
    if turns:
        await work.inbox.keep(turns)
        await work.conversations.keep([turn.conversation for turn in turns])
    if more:
        await work.outbox.put(more)
    return said, bool(more) or any(turn.late or turn.media for turn in turns)


def _parts(reply: Reply | None) -> list[Reply]:
    if reply is None or not (reply.text or reply.choices):
        return [NOTHING]
    return split_reply(reply)
