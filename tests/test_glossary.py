"""docs/glossary.md and the code use the same words."""

import ast
import re
from pathlib import Path

import pytest

from cases.lifecycle import TRANSITIONS
from cases.people import ROLE_NAMES

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "cases", "dialogs", "scheduler", "storage")
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (`[^|]+`) \| [^|]+ \|$", re.MULTILINE)
WORDS = {row[3]: row[1] for row in ROW.finditer((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))}


def members(found: ast.ClassDef) -> set[str]:
    """Fields, values and methods of a class."""
    names = set()
    for part in found.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(part.name)
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            names.add(part.target.id)
        elif isinstance(part, ast.Assign):
            names |= {target.id for target in part.targets if isinstance(target, ast.Name)}
    return names


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Every class, function and action of the rooms, and members with their class."""
    found = {action for _, action in TRANSITIONS}
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            if isinstance(node, ast.ClassDef):
                found |= {f"{node.name}.{member}" for member in members(node)}
    return found


def test_every_name_in_the_glossary_is_in_the_code(names: set[str]) -> None:
    written = {name for cell in WORDS for name in re.findall(r"`([^`]+)`", cell)}
    assert len(written) > 100
    assert written - names == set()


def test_every_role_has_its_chinese_name_there() -> None:
    assert {f"`Role.{role.name}`": zh for role, zh in ROLE_NAMES.items()}.items() <= WORDS.items()


def test_every_action_has_its_chinese_name_there() -> None:
    assert {f"`{row.action}`": row.zh for row in TRANSITIONS.values()}.items() <= WORDS.items()
