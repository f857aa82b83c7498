"""The words that the life cycle gives for its actions are words that this bot hears."""

from cases.lifecycle import OVERLAYS, SAID, SAID_BY_CITIZENS, SEE, TRANSITIONS
from cases.people import Role
from dialogs.admin.steps import BUTTONS, FIRST
from dialogs.programme import programme
from tests.kit.town import RULES

PROGRAMME = programme(RULES)
ROWS = (*TRANSITIONS.values(), *OVERLAYS.values())
HEARD = {name: command.roles for name, command in PROGRAMME.commands.items()} | {
    words: dialog.roles for dialog in PROGRAMME.dialogs.values() for words in dialog.opens_with
}
"""Every opening word, with the roles that may say it (none: everybody)."""
OUTSIDE = frozenset({Role.CITIZEN, Role.BOT})
ROWS = (*TRANSITIONS.values(), *OVERLAYS.values())


def test_what_staff_are_told_to_say_is_heard_from_a_role_that_may() -> None:
    for action, words in SAID.items():
        able = {role for row in ROWS if row.action == action for role in row.actors}
        assert not HEARD[words] or HEARD[words] & able, action


def test_what_citizens_are_told_to_say_is_heard_from_everybody() -> None:
    for action, words in SAID_BY_CITIZENS.items():
        assert not HEARD[words], action
        assert any(Role.CITIZEN in row.actors for row in ROWS if row.action == action), action
    assert "查询" in SEE
    assert "查询" in HEARD


def test_an_action_that_has_a_command_of_its_name_is_told_of() -> None:
    named = {row.action for row in ROWS if row.zh in HEARD and set(row.actors) - OUTSIDE}
    assert named <= set(SAID)


def test_what_is_offered_to_be_pressed_takes_an_action_of_the_life_cycle() -> None:
    assert set(BUTTONS) <= {row.action for row in ROWS}
    for state, actions in FIRST.items():
        assert all((state, action) in TRANSITIONS and action in BUTTONS for action in actions)
