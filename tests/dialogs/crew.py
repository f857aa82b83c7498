"""The staff that many tests of officers begin with."""

from cases.people import Role
from tests.kit.phones import Phone
from tests.kit.town import CO, DUTY, GRID, LIGHTS, TOWN, VILLAGE, Town

DISPUTE = "邻里纠纷"


async def wang_of(town: Town) -> Phone:
    """The officer of the first grid."""
    return await town.officer("王海", (Role.GRID_WORKER, GRID))


async def wu_of(town: Town) -> Phone:
    """The dispatcher and acceptor of the duty room."""
    return await town.officer("吴静", (Role.DISPATCHER, DUTY), (Role.ACCEPTOR, DUTY))


async def han_of(town: Town) -> Phone:
    """A handler of the department, who also answers when it is asked to help."""
    return await town.officer("韩磊", (Role.HANDLER, LIGHTS), (Role.ASSISTANT, LIGHTS))


async def zhao_of(town: Town) -> Phone:
    """The village's mediator."""
    return await town.officer("赵德福", (Role.MEDIATOR, VILLAGE))


async def yang_of(town: Town) -> Phone:
    """The leader of the town."""
    return await town.officer("杨帆", (Role.LEADER, TOWN))


async def he_of(town: Town) -> Phone:
    """The leader of the county, who is no checker."""
    return await town.officer("何志远", (Role.LEADER, CO))
