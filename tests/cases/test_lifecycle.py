"""The life-cycle table: whole, as documented, and refusing in plain words."""

from pathlib import Path

import pytest

from cases.errors import Refusal
from cases.lifecycle import ASKING, NEW, OVERLAYS, STAGES, TRANSITIONS, allowed, possible
from cases.people import Role
from cases.record import State

DOC = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def rows(heading: str) -> list[list[str]]:
    part = DOC.read_text(encoding="utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_the_document_has_every_transition_as_the_code_has_it() -> None:
    kept = [
        [row.state, row.action, row.zh, ", ".join(row.actors), row.next, row.needs or "–", row.does or "–"]
        for row in TRANSITIONS.values()
    ]
    assert rows("Transitions") == kept
    assert len(kept) == 61


def test_the_document_has_every_state_as_the_code_has_it() -> None:
    kept = [[s.state, s.zh, s.citizen, s.kind, s.clock or "–", s.citizen_clock] for s in STAGES.values()]
    assert rows("States") == kept
    assert list(STAGES) == [state.value for state in State]


def test_the_document_has_every_overlay_as_the_code_has_it() -> None:
    kept = [
        [row.action, row.zh, ", ".join(row.actors), row.state.strip("()"), row.needs, row.does]
        for row in OVERLAYS.values()
    ]
    assert rows("Overlays") == kept


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
    with pytest.raises(Refusal, match=r"“签收”由经办人操作，核查员不能操作。现在您可以：催办。$"):
        allowed("dispatched", "sign", Role.CHECKER)
    with pytest.raises(Refusal, match=r"“签收”由经办人操作，管理员不能操作。请发送“案件 编号”看经过"):
        allowed("dispatched", "sign", Role.ADMIN)


def test_a_wrong_moment_is_refused_with_what_can_be_said_now() -> None:
    with pytest.raises(Refusal, match=r"不能“签收”。现在您可以：退单、进展、转办、.*、反馈、催办、免协办。$"):
        allowed("in_progress", "sign", Role.HANDLER)
    with pytest.raises(Refusal, match=r"不能“反馈”。现在您可以：签收、退单、催办。$"):
        allowed("dispatched", "feedback", Role.GRID_WORKER)


@pytest.mark.parametrize(
    ("state", "action", "words"),
    [
        ("in_progress", "approve", "案件现在是“承办单位正在办理”，不能“办好了”。回复“查询”看进度，或回复“人工”。"),
        ("closed", "cancel", "案件现在是“已办结，请您评价”，不能“撤销”。回复“查询”看进度，或回复“人工”。"),
        ("rejected", "rate", "案件现在是“不予受理”，不能“评价”。回复“查询”看进度，或回复“人工”。"),
        ("dispatched", "sign", "这一步由工作人员操作。回复“查询”看进度，或回复“人工”。"),
        ("submitted", "sign", "这一步由工作人员操作。回复“查询”看进度，或回复“人工”。"),
    ],
)
def test_a_citizen_is_refused_in_plain_words(state: str, action: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        allowed(state, action, Role.CITIZEN)
    assert refused.value.words == words


def test_who_can_do_nothing_is_sent_to_a_person() -> None:
    with pytest.raises(Refusal, match="人工"):
        allowed("archived", "sign", Role.HANDLER)


def test_a_grid_worker_may_do_what_a_handler_may() -> None:
    assert allowed("dispatched", "sign", Role.GRID_WORKER).next == "in_progress"
    assert {row.action for row in possible("dispatched", Role.GRID_WORKER)} == {"sign", "ask_return", "urge"}


def test_silence_is_only_ever_archived_by_the_bot() -> None:
    assert TRANSITIONS["closed", "silent_archive"].actors == (Role.BOT,)
    assert Role.BOT not in TRANSITIONS["submitted", "reject"].actors
