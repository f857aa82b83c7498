"""The people of the office with their phones, and cases brought as far as a test needs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cases.desk import CaseDesk
from cases.people import Role
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Text
from dialogs.notices import tell
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, GRID, LIGHTS, TOWN, Town, reports

ASKS = ("想问问怎么办老年证", "其他求助")
"""A report that an acceptor looks at first."""
CONSULTS = ("老年证要带什么材料", "办事与政策咨询")
"""One that may be answered at once."""


@dataclass(frozen=True)
class Office:
    """Everybody of whom the tests speak, each with a phone."""

    town: Town
    li: Phone
    wu: Phone
    """Accepts, in the duty room."""
    yuan: Phone
    """Accepts too."""
    zheng: Phone
    """Dispatches, in the duty room."""
    he: Phone
    """Leads the town."""
    xu: Phone
    """Supervises, in the county."""
    chen: Phone
    """Checks, in the town."""
    wang: Phone
    """The officer of the first grid."""
    sun: Phone
    """Handles what the department gets."""

    async def waits(self, words: str = ASKS[0], category: str = ASKS[1]) -> str:
        """A case that is not accepted yet."""
        return await reports(self.li, words, category)

    async def accepted(self) -> str:
        """One that is to be dispatched."""
        number = await self.waits()
        await self.wu.says(f"受理 {number}")
        return number

    async def handed(self) -> str:
        """One that the grid's officer is to sign for."""
        return await reports(self.li)

    async def signed(self) -> str:
        """One that the grid's officer has in work."""
        number = await self.handed()
        await self.wang.says(f"签收 {number}")
        return number

    async def fed_back(self) -> str:
        """One that is to be checked."""
        number = await self.signed()
        for said in (f"反馈 {number} 换了灯泡，晚上亮了", "0", "确认"):
            await self.wang.says(said)
        return number


async def open_office(town: Town) -> Office:
    """All of them at their desks."""
    return Office(
        town,
        li=town.citizen("李"),
        wu=await town.officer("吴静", (Role.ACCEPTOR, DUTY)),
        yuan=await town.officer("袁敏", (Role.ACCEPTOR, DUTY)),
        zheng=await town.officer("郑强", (Role.DISPATCHER, DUTY)),
        he=await town.officer("何志远", (Role.LEADER, TOWN)),
        xu=await town.officer("徐林", (Role.SUPERVISOR, CO)),
        chen=await town.officer("陈静", (Role.CHECKER, TOWN)),
        wang=await town.officer("王海", (Role.GRID_WORKER, GRID)),
        sun=await town.officer("孙立", (Role.HANDLER, LIGHTS)),
    )


@asynccontextmanager
async def at_front_desk(town: Town, phone: Phone) -> AsyncIterator[FrontDesk]:
    """The front desk of whoever has that phone, for one turn, which is told and kept."""
    knowledge, now = town.knowledge, town.clock()
    async with town.store.work() as work:
        caller = (await work.conversations.desktops([phone.address]))[phone.address].caller
        person = await work.people.get(caller.person) if caller.person is not None else None
        desk = FrontDesk(work, knowledge, caller, person, now, Text(""), f"t{next(town.keys)}")
        yield desk
        await tell(work, knowledge, desk.cases.news, now)
        await work.commit()


@asynccontextmanager
async def at_desk(town: Town, phone: Phone) -> AsyncIterator[CaseDesk]:
    """The same, for what is done with cases."""
    async with at_front_desk(town, phone) as desk:
        yield desk.cases


def offered(phone: Phone) -> list[str]:
    """What the choices of the last answer say."""
    return [choice.words for choice in phone.reply.choices]


def pushed(phone: Phone) -> list[str]:
    """What the choices of the last push say."""
    return [choice.words for choice in phone.pushes[-1].choices]
