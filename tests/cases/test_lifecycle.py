"""The life-cycle table: whole, as documented, and refusing in plain words."""

from pathlib import Path

import pytest

from cases.case import State
from cases.errors import Refusal
from cases.lifecycle import ASKING, NEW, STAGES, TRANSITIONS, allowed, possible
from cases.people import Role

DOC = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def rows(heading: str) -> list[list[str]]:
    part = DOC.read_text(encoding="utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_the_document_has_every_transition_as_the_code_has_it() -> None:
    told = [(state, action, zh, actors, after) for state, action, zh, actors, after, *_ in rows("Transitions")]
    kept = [(row.state, row.action, row.zh, ", ".join(row.actors), row.next) for row in TRANSITIONS.values()]
    assert told == kept
    assert len(kept) == 61


def test_the_document_has_every_state_as_the_code_has_it() -> None:
    kept = [[s.state, s.zh, s.citizen, s.kind, s.clock or "–"] for s in STAGES.values()]
    assert rows("States") == kept
    assert list(STAGES) == [state.value for state in State]


def test_every_transition_joins_known_states() -> None:
    for row in TRANSITIONS.values():
        assert row.state in {NEW, *STAGES}
        assert row.next in {ASKING, *STAGES}


def test_every_open_state_can_be_left() -> None:
    for stage in STAGES.values():
        if stage.kind == "open":
            assert any(row.state == stage.state and row.next != stage.state for row in TRANSITIONS.values())


def test_a_wrong_state_is_refused_with_the_state_and_what_can_be_done() -> None:
    with pytest.raises(Refusal, match=r"待受理.*不能“签收”.*现在您可以：受理"):
        allowed("submitted", "sign", Role.ACCEPTOR)


def test_a_wrong_role_is_refused_with_who_may() -> None:
    with pytest.raises(Refusal, match=r"“签收”由经办人操作，群众不能操作.*撤销"):
        allowed("dispatched", "sign", Role.CITIZEN)


def test_who_can_do_nothing_is_sent_to_a_person() -> None:
    with pytest.raises(Refusal, match="人工"):
        allowed("archived", "sign", Role.HANDLER)


def test_a_grid_worker_may_do_what_a_handler_may() -> None:
    assert allowed("dispatched", "sign", Role.GRID_WORKER).next == "in_progress"
    assert {row.action for row in possible("dispatched", Role.GRID_WORKER)} == {"sign", "ask_return"}


def test_silence_is_only_ever_archived_by_the_bot() -> None:
    assert TRANSITIONS["closed", "silent_archive"].actors == (Role.BOT,)
    assert Role.BOT not in TRANSITIONS["submitted", "reject"].actors
