"""docs/roles.md names every role with every action that it may take, as the code has them."""

from pathlib import Path

from cases.lifecycle import OVERLAYS, TRANSITIONS, acts
from cases.people import Role

TEXT = (Path(__file__).parents[2] / "docs" / "roles.md").read_text(encoding="utf-8").partition("\n## ")[0]
TABLE = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]
ROWS = (*TRANSITIONS.values(), *OVERLAYS.values())


def test_every_role_is_there_with_all_that_it_may_do() -> None:
    may = {role: dict.fromkeys(row.action for row in ROWS if acts(role, row)) for role in Role}
    assert TABLE[1:] == [[role, role.zh, ", ".join(may[role]) or "–"] for role in Role]


def test_every_action_is_somebodys() -> None:
    named = {action for row in TABLE[1:] for action in row[2].split(", ")}
    assert named - {"–"} == {row.action for row in ROWS}
