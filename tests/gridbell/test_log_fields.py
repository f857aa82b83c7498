"""Every field that the code logs is one that the log lets through: a blanked fault helps nobody."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

from cases.faults import trace
from gridbell.logs import ALLOWED, discreet

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "cases", "config", "dialogs", "emulator", "gridbell", "scheduler", "storage")


def fields(path: Path) -> Iterator[str]:
    """The keys of what that module hands over as `extra=`, also by a name or a function of its own."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    made: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            made.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.FunctionDef):
            returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
            made.setdefault(node.name, []).extend(returned)
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            for handed in (one.value for one in node.keywords if one.arg == "extra"):
                yield from keys(handed, made)


def keys(handed: ast.expr, made: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The keys of the dictionaries of which an expression is put together."""
    match handed:
        case ast.Dict():
            for key, value in zip(handed.keys, handed.values, strict=True):
                yield from [str(key.value)] if isinstance(key, ast.Constant) else keys(value, made)
        case ast.BinOp():
            yield from keys(handed.left, made)
            yield from keys(handed.right, made)
        case ast.Call():
            yield from keys(handed.func, made)
        case ast.Name() if handed.id in made:
            for value in made[handed.id]:
                yield from keys(value, made)
        case _:
            raise AssertionError(f"which fields are these? {ast.dump(handed)}")


def test_every_field_that_is_logged_is_allowed() -> None:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    used = {field for path in paths for field in fields(path)}
    assert {"fault", "crashes", "people", "elapsed", "push"} <= used
    assert used - ALLOWED == set()


def test_a_fault_is_told_with_all_its_places_and_none_of_its_words() -> None:
    stream, log = io.StringIO(), logging.Logger("gridbell.test")  # noqa: LOG001 (outside the tree)
    log.addHandler(discreet(stream))

    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        else:
            raise ValueError("李婶说路灯坏了")

    try:
        deep(20)
    except ValueError as error:
        log.error("a turn crashed", extra={"fault": trace(error), "people": [1, 2]})
    told = json.loads(stream.getvalue())
    assert told["fault"].count(" in deep") == 21
    assert told["fault"].endswith("ValueError")
    assert told["people"] == "[1, 2]"
    assert "李婶" not in stream.getvalue()


def test_a_fault_without_end_is_cut() -> None:
    stream, log = io.StringIO(), logging.Logger("gridbell.test")  # noqa: LOG001 (outside the tree)
    log.addHandler(discreet(stream))
    log.error("a turn crashed", extra={"fault": "x" * 20_000})
    assert len(json.loads(stream.getvalue())["fault"]) == 8_000
