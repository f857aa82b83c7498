"""Files and functions stay small enough to be read in one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "cases", "config", "dialogs", "emulator", "gridbell", "scheduler", "storage", "tests")
FILE_LIMIT = 400
FUNCTION_LIMIT = 50
USUAL_FILE = 250
USUAL_FUNCTION = 25
USUAL_SHARE = 0.95


def sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def functions() -> Iterator[tuple[str, int]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", length


def test_no_file_is_longer_than_the_limit() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > FILE_LIMIT} == {}
    assert sum(length <= USUAL_FILE for length in lengths.values()) >= USUAL_SHARE * len(lengths)


def test_no_function_is_longer_than_the_limit() -> None:
    found = dict(functions())
    assert {name: length for name, length in found.items() if length > FUNCTION_LIMIT} == {}
    assert sum(length <= USUAL_FUNCTION for length in found.values()) >= USUAL_SHARE * len(found)
