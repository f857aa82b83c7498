"""Random actions of random people over many cases, and what must be true of each case after every one of them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cases.bench import Problem
from cases.case import Case
from cases.desk import CaseDesk
from cases.errors import Refusal
from cases.events import Event
from cases.lifecycle import ASKING, GROUPS, OVERLAYS, STAGES, TRANSITIONS, acts
from cases.overlay import Secrecy
from cases.people import BOT, Address, Role
from cases.places import Place
from cases.supervision import Supervision
from tests.cases.county import (
    CO,
    CONSULT,
    DUTY,
    EMPTY_GRID,
    GAS,
    GRID,
    LAMP,
    LIGHTS,
    OTHER,
    PIPE,
    QUARREL,
    SECRET,
    SIGN,
    TOWN,
    TREE,
    VILLAGE,
    Hall,
)  # fmt: skip

CATEGORIES = (LAMP, GAS, SECRET, OTHER, PIPE, TREE, SIGN, QUARREL, CONSULT)
PLACES = (GRID, EMPTY_GRID, VILLAGE)
CITIZENS = tuple(Address("wechat:main", f"citizen{number}") for number in range(6))
MORE_STAFF: Mapping[str, Sequence[tuple[Role, str]]] = {
    "郑": ((Role.ACCEPTOR, CO), (Role.DISPATCHER, CO)),
    "冯": ((Role.CHECKER, CO), (Role.SUPERVISOR, CO)),
    "陈": ((Role.HANDLER, LIGHTS), (Role.ASSISTANT, LIGHTS)),
    "褚": ((Role.MEDIATOR, TOWN),),
    "卫": ((Role.HANDLER, DUTY),),
    "蒋": ((Role.GRID_WORKER, EMPTY_GRID),),
    "沈": ((Role.LEADER, CO), (Role.LEADER, TOWN)),
    "韩": ((Role.AUDITOR, CO), (Role.ADMIN, CO)),
    "杨": ((Role.ASSISTANT, TOWN), (Role.HANDLER, TOWN)),
}
CLOCKS: Mapping[str, frozenset[str]] = {
    "submitted": frozenset({"accept"}),
    "need_info": frozenset({"accept", "dispatch", "handle"}),
    "accepted": frozenset({"dispatch"}),
    "dispatched": frozenset({"handle"}),
    "in_progress": frozenset({"handle"}),
    "return_review": frozenset({"handle"}),
    "suspended": frozenset({"handle"}),
    "mediating": frozenset({"mediate"}),
    "feedback": frozenset({"check"}),
    "closed": frozenset({"rate"}),
    "reopen_review": frozenset({"review"}),
}
"""What may run in each state; in all others nothing does."""
PAUSED = frozenset({"need_info", "suspended"})
NOTES = frozenset({
    "remind", "warn", "overdue", "red_card", "listed", "daily", "check_missed", "rating_reminder", "goes_on", "propose",
    "decline", "ruling_late", "assist_late",
})  # fmt: skip
"""Events that move nothing and are rows of no table."""
TWO = frozenset({"void", "uphold"})
TRIES = 4
SELDOM = 5
"""One in so many goes takes also what lasts."""
LASTING = frozenset({
    "urge", "supervise", "set_aside", "void", "reject", "transfer_out", "merge", "correct_place", "correct_category",
    "hand_over", "suspend", "withdraw", "ask_info", "invite_assist",
})  # fmt: skip
"""What can be done nearly always, and what ends a case: seldom done, or few cases would ever go far."""

Do = Callable[[CaseDesk, str, int], Awaitable[Case]]
"""Take an action with the case of that number; the last argument chooses among what may be said."""
WORDS = ("已经去看过了", "配件要从外地调", "")
UNITS_NAMED = ("城市管理局", "东村", "东村二格", "值班室", "没有的单位")
NAMES = ("王", "孙", "陈", "蒋", "褚", "卫", "没有的人")
STAFF_ACTIONS: Mapping[str, Do] = {
    "accept": lambda desk, number, _: desk.accept(number),
    "ask_info": lambda desk, number, n: desk.ask_info(number, ["在几楼？", "几天了？"][: n % 3]),
    "reject": lambda desk, number, n: desk.reject(number, ("不属于本级职责", "没有这个理由")[n % 2], WORDS[n % 3]),
    "merge": lambda desk, number, n: desk.merge(number, f"QC260303-{n % 12 + 1:04}"),
    "answer": lambda desk, number, n: desk.answer(number, WORDS[n % 3], "办事指南 3"),
    "transfer_out": lambda desk, number, n: desk.transfer_out(number, ("12315", "12300")[n % 2], "T100"),
    "bounce": lambda desk, number, n: desk.bounce(number, WORDS[n % 3]),
    "void": lambda desk, number, n: desk.void(number, WORDS[n % 3]),
    "split": lambda desk, number, _: desk.split(number),
    "dispatch": lambda desk, number, n: desk.dispatch(number, (*UNITS_NAMED, *NAMES)[n % 12]),
    "withdraw": lambda desk, number, _: desk.withdraw(number, "派错了"),
    "sign": lambda desk, number, _: desk.sign(number),
    "ask_return": lambda desk, number, n: desk.ask_return(number, WORDS[n % 3], (*UNITS_NAMED, "")[n % 6]),
    "grant_return": lambda desk, number, n: desk.grant_return(number, WORDS[n % 3]),
    "refuse_return": lambda desk, number, n: desk.refuse_return(number, WORDS[n % 3]),
    "rule": lambda desk, number, n: desk.rule(number, (*UNITS_NAMED, *NAMES)[n % 12], "就由你们办"),
    "progress": lambda desk, number, n: desk.progress(number, WORDS[n % 2]),
    "hand_over": lambda desk, number, n: desk.hand_over(number, NAMES[n % 7]),
    "invite_assist": lambda desk, number, n: desk.invite_assist(number, UNITS_NAMED[n % 5]),
    "answer_assist": lambda desk, number, n: desk.answer_assist(number, WORDS[n % 3]),
    "waive_assist": lambda desk, number, n: desk.waive_assist(number, UNITS_NAMED[n % 5]),
    "ask_extend": lambda desk, number, n: desk.ask_extend(number, n % 4, WORDS[n % 3]),
    "approve_extend": lambda desk, number, _: desk.approve_extend(number),
    "refuse_extend": lambda desk, number, _: desk.refuse_extend(number),
    "suspend": lambda desk, number, n: desk.suspend(
        number, (desk.now + timedelta(days=n % 40)).date(), ("等待季节或天气", "不想办")[n % 5 == 0]
    ),
    "resume": lambda desk, number, _: desk.resume(number),
    "to_mediation": lambda desk, number, n: desk.to_mediation(number, NAMES[n % 7], WORDS[n % 3]),
    "mediation_done": lambda desk, number, n: desk.mediation_done(number, WORDS[n % 3]),
    "mediation_refused": lambda desk, number, _: desk.mediation_refused(number, "一方不来"),
    "mediation_failed": lambda desk, number, n: desk.mediation_failed(number, WORDS[n % 3]),
    "feedback": lambda desk, number, n: desk.feedback(number, WORDS[n % 3]),
    "approve": lambda desk, number, _: desk.approve(number),
    "return_rework": lambda desk, number, n: desk.return_rework(number, WORDS[n % 3]),
    "reopen": lambda desk, number, n: desk.reopen(number, "", (*UNITS_NAMED, *NAMES)[n % 12]),
    "uphold": lambda desk, number, n: desk.uphold(number, WORDS[n % 3]),
    "list_supervise": lambda desk, number, _: desk.list_supervise(number, "反复没有办好"),
    "supervise": lambda desk, number, n: desk.supervise(number, list(Supervision)[n % 5], WORDS[n % 3]),
    "correct_category": lambda desk, number, n: desk.correct_category(number, CATEGORIES[n % len(CATEGORIES)]),
    "correct_place": lambda desk, number, n: desk.correct_place(number, UNITS_NAMED[n % 5]),
    "set_aside": lambda desk, number, n: (
        desk.set_aside(number, (*UNITS_NAMED, *NAMES)[n % 12]) if n % 8 == 0 else _no()
    ),
    "urge": lambda desk, number, _: desk.urge(number),
    "decide": lambda desk, number, n: desk.decide(number, n % 3 > 0),
}
CITIZEN_ACTIONS: Mapping[str, Do] = {
    "supplement": lambda desk, number, n: desk.supplement(number, WORDS[n % 2]),
    "cancel": lambda desk, number, n: desk.cancel(number) if n % 6 == 0 else _no(),
    "confirm": lambda desk, number, _: desk.confirm(number),
    "not_done": lambda desk, number, n: desk.not_done(number, WORDS[n % 3]),
    "rate": lambda desk, number, n: desk.rate(number, n % 5 + 1, ("solved", "partly", "unsolved")[n % 3]),
    "report_again": lambda desk, number, n: desk.report_again(number, WORDS[n % 3]),
    "ask_review": lambda desk, number, n: desk.ask_review(number, WORDS[n % 3]),
    "split": lambda desk, number, _: desk.split(number),
    "urge": lambda desk, number, _: desk.urge(number),
    "follow": lambda desk, number, _: desk.follow(number),
    "unfollow": lambda desk, number, _: desk.unfollow(number),
}


async def _no() -> Case:
    raise Refusal("这次不做。")


@dataclass
class Walk:
    """A county in which anything may be tried; `taken` counts what was done, by action, and `refused` what was not."""

    hall: Hall
    numbers: list[str] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    logs: dict[str, list[Event]] = field(default_factory=dict)
    supervision: dict[str, Supervision] = field(default_factory=dict)

    async def report(self, category: int, place: int, citizen: int, *, sealed: bool) -> None:
        """A citizen files a report."""
        desk = self.hall.citizen(CITIZENS[citizen])
        secrecy = Secrecy.SEALED if sealed else None
        problem = Problem(CATEGORIES[category], Place(PLACES[place], "村口"), "村口的灯不亮", secrecy=secrecy)
        case = await desk.submit(problem)
        assert case.number not in self.numbers
        self.numbers.append(case.number)
        await self._happened(desk.news)

    async def act(self, name: str, case: int, action: str, choice: int) -> None:
        """A member of staff tries that action."""
        await self._try(self.hall.desk(name), self._number(case), action, STAFF_ACTIONS[action], choice)

    async def go_on(self, first: int, case: int, action: int, choice: int) -> None:
        """The first of the staff, from that place on, of whom the desk says that they may move the case, does so."""
        number = self._number(case)
        found = await self.hall.fresh(number)
        names = list(self.hall.staff)
        for name in (*names[first:], *names[:first]):
            desk = self.hall.desk(name)
            able = [one for one in await desk.possible(found) if one in STAFF_ACTIONS]
            able = [one for one in able if one not in LASTING or choice % SELDOM == 0]
            if able:
                for turn in range(TRIES):  # what may be done can still be said wrongly
                    chosen = able[(action + turn) % len(able)]
                    if await self._try(desk, number, chosen, STAFF_ACTIONS[chosen], choice + turn):
                        return
                return

    async def ask(self, citizen: int, case: int, action: str, choice: int) -> None:
        """A citizen tries that action."""
        number = self._number(case)
        reporter = (await self.hall.fresh(number)).reporter.address
        address = reporter if choice % 2 and reporter is not None else CITIZENS[citizen]
        await self._try(self.hall.citizen(address), number, action, CITIZEN_ACTIONS[action], choice)

    async def wait(self, hours: float) -> None:
        """Time passes, and what falls due happens."""
        await self._happened(await self.hall.until(self.hall.now + timedelta(hours=hours)))

    async def _try(self, desk: CaseDesk, number: str, action: str, do: Do, choice: int) -> bool:
        """Whether it was done."""
        before, refused = await self.hall.fresh(number), ""
        try:
            await do(desk, number, choice)
        except Refusal as refusal:
            refused = refusal.words
        if refused:
            assert refused.endswith(("。", "！", "？")), refused
            assert not desk.news
            assert await self.hall.fresh(number) == before
            self.refused[action] += 1
            return False
        self.taken[action] += 1
        await self._happened(desk.news)
        return True

    def _number(self, case: int) -> str:
        return self.numbers[-1 - case % len(self.numbers)]

    async def _happened(self, news: Sequence[tuple[Case, Event]]) -> None:
        for case, event in news:
            self._is_legal(event)
            self.logs.setdefault(case.number, []).append(event)
        for number in {case.number for case, _ in news}:
            await self._is_sound(number)

    def _is_legal(self, event: Event) -> None:
        """A row of the life cycle, or of what lies over it, by a role that may."""
        if event.action in NOTES or (event.action == "hand_over" and event.actor == BOT):  # of who must not have it
            assert event.before == event.after, event
            return
        row = TRANSITIONS.get((event.before or "-", event.action))
        if row is None:
            row = OVERLAYS[event.action]
            assert event.before in GROUPS[row.state], event
            assert event.after == (event.before if row.next == "(same)" else row.next), event
        elif row.next != ASKING:
            assert event.after == row.next, event
        assert acts(event.actor.role, row), event
        if event.action in TWO or (event.action == "reject" and event.before == "accepted"):
            assert event.facts["proposed_by"] != event.actor.person, event

    async def _is_sound(self, number: str) -> None:
        hall = self.hall
        case, timeline = await hall.fresh(number), await hall.work.cases.timeline(number)
        log = self.logs[number]
        assert [(one.seq, one.action, one.after) for one in timeline] == [
            (place, one.action, one.after) for place, one in enumerate(log, 1)
        ], number
        assert case.events_count == len(log)
        assert case.state.value == log[-1].after
        assert case.lead_unit is None or case.lead_unit not in case.overlay.about_units, case
        self._clocks_are_right(case)
        assert (case.ended_at is not None) == (STAGES[case.state.value].kind == "end"), case
        if case.is_open:
            assert hall.units.get(case.owner_unit) is not None, case
            assert await hall.pending(number), case
        self._was_checked_by_another(case, log)
        self._keeps_supervision(case, log)

    def _clocks_are_right(self, case: Case) -> None:
        running = CLOCKS.get(case.state.value, frozenset({""}))
        assert case.clock in running, (case.state, case.clock)
        assert case.is_paused == (case.state.value in PAUSED), case
        citizens = STAGES[case.state.value].citizen_clock
        if case.state.value == "suspended":
            assert case.citizen_due_at is None or case.citizen_due_at <= self.hall.now
        if citizens == "run":
            assert case.citizen_due_at is not None, case

    def _was_checked_by_another(self, case: Case, log: Sequence[Event]) -> None:
        last = log[-1]
        if last.action == "approve" and last.actor.person is not None:
            assert last.actor.person != case.handler
            worked = {one.actor.person for one in log if one.action in ("sign", "progress", "feedback")}
            assert last.actor.person not in worked

    def _keeps_supervision(self, case: Case, log: Sequence[Event]) -> None:
        before = self.supervision.get(case.number, Supervision.NONE)
        if case.supervision < before:
            assert log[-1].action == "supervise", log[-1]
        self.supervision[case.number] = case.supervision
