"""docs/architecture.md names only what is there, and leaves no room out."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOC = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = ("bot", "cases", "config", "dialogs", "emulator", "gridbell", "scheduler", "storage")
QUOTED = re.findall(r"`([^`\n]+)`", DOC)
FILES = sorted({word for word in QUOTED if re.fullmatch(r"[\w/]+\.py", word)})
NAMES = sorted({word for word in QUOTED if re.fullmatch(r"[A-Za-z_]\w*(\.\w+)?", word)} - {"api_base"})


@pytest.fixture(scope="module")
def defined() -> set[str]:
    """Every class and function of the rooms, and methods with their class."""
    found: set[str] = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            if isinstance(node, ast.ClassDef):
                methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
                found |= {f"{node.name}.{method.name}" for method in methods}
    return found


@pytest.mark.parametrize("file", FILES)
def test_every_file_it_names_is_there(file: str) -> None:
    assert (ROOT / file).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_every_name_it_uses_is_in_the_code(name: str, defined: set[str]) -> None:
    assert name in defined


def test_every_room_is_described() -> None:
    assert {room for room in ROOMS if f"| `{room}/` |" in DOC} == set(ROOMS)
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"} == set(ROOMS)
