"""Who there is: addresses, roles, units and staff."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a person can be written to: a channel's name (`wechat:main`) and that platform's user id."""

    channel: str
    user: str


class Role(StrEnum):
    """The roles of the business; the value is the code name, `zh` what people call it."""

    CITIZEN = "citizen"
    GRID_WORKER = "grid_worker"
    HANDLER = "handler"
    ASSISTANT = "assistant"
    MEDIATOR = "mediator"
    ACCEPTOR = "acceptor"
    DISPATCHER = "dispatcher"
    CHECKER = "checker"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMIN = "admin"
    BOT = "bot"

    @property
    def zh(self) -> str:
        """The role's Chinese name."""
        return ROLE_NAMES[self]


ROLE_NAMES = {
    Role.CITIZEN: "群众",
    Role.GRID_WORKER: "网格员",
    Role.HANDLER: "经办人",
    Role.ASSISTANT: "协办",
    Role.MEDIATOR: "调解员",
    Role.ACCEPTOR: "受理员",
    Role.DISPATCHER: "派遣员",
    Role.CHECKER: "核查员",
    Role.SUPERVISOR: "督办员",
    Role.LEADER: "分管领导",
    Role.AUDITOR: "审计",
    Role.ADMIN: "管理员",
    Role.BOT: "系统",
}


class Level(IntEnum):
    """Levels of a county, lowest first."""

    GRID = 1
    VILLAGE = 2
    TOWN = 3
    COUNTY = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit (单位): an area (grid, village, town, county) or a department (局) of town or county level.

    `code` is text: the grid code's first 15, 12, 9 or 6 digits for areas, a free short code for departments.
    """

    code: str
    name: str
    level: Level
    parent: str | None
    department: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One role within one unit (`unit` is a unit code)."""

    role: Role
    unit: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. Citizens are no Person: they are known by their address alone."""

    id: int
    name: str
    posts: tuple[Post, ...]
    phone: str | None = None
    active: bool = True

    def has(self, *roles: Role) -> bool:
        """Whether the person holds any of the roles, in whatever unit."""
        return any(post.role in roles for post in self.posts)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as the log keeps it: a role, and the person's id unless it was a citizen or the bot.

    `stead` is the id of whoever is away, in whose stead it was done; the log has it as the fact `for`.
    """

    role: Role
    person: int | None = None
    stead: int | None = field(default=None, compare=False)

    @property
    def hand(self) -> int | None:
        """In whose hands a case is that the actor takes: a substitute takes it for whom they stand in."""
        return self.person if self.stead is None else self.stead


BOT = Actor(Role.BOT)
CITIZEN = Actor(Role.CITIZEN)
