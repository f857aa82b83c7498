"""How closely a case is watched, and which rung of the ladder brings that about."""

from enum import IntEnum


class Supervision(IntEnum):
    """How closely a case is watched; it never goes down by itself."""

    NONE = 0
    REMIND = 1
    YELLOW = 2
    RED = 3
    LISTED = 4


BY_RUNG = {
    "remind": Supervision.REMIND,
    "warn": Supervision.YELLOW,
    "red_card": Supervision.RED,
    "listed": Supervision.LISTED,
}
