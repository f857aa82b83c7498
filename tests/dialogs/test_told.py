"""Every event of a case is told to somebody, or is silent on purpose."""

from cases.lifecycle import OVERLAYS, TRANSITIONS
from dialogs.admin.course import HAPPENED
from dialogs.citizen.company import CLOSING, TAILS
from dialogs.notices import AS_A_TASK, SAY, SILENT, TELL

ACTIONS = {row.action for row in (*TRANSITIONS.values(), *OVERLAYS.values())}
OF_TIME = {
    "remind", "warn", "overdue", "red_card", "listed", "daily", "check_missed", "rating_reminder", "ruling_late",
    "assist_late",
}  # fmt: skip
"""What due steps write into the log besides actions."""
BESIDE = {"propose", "decline", "goes_on", "redate", "mend"}
"""What else the log knows."""
EVENTS = ACTIONS | OF_TIME | BESIDE


def test_every_event_is_told_or_silent_on_purpose() -> None:
    told = set(TELL) | set(SAY)
    assert told | set(SILENT) == EVENTS
    assert told & set(SILENT) == set()


def test_every_silence_has_its_reason() -> None:
    assert all(SILENT.values())


def test_what_others_hear_who_wait_is_an_event() -> None:
    assert set(TAILS) <= EVENTS
    assert set(TAILS) >= CLOSING
    assert set(TELL) >= AS_A_TASK


def test_the_course_of_a_case_has_words_for_every_event() -> None:
    assert set(HAPPENED) >= EVENTS
