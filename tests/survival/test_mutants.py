"""Without a guard its tests fail; with it they pass."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.survival.mutants import MUTANTS, Mutant

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("bot", "cases", "config", "dialogs", "emulator", "gridbell", "scheduler", "storage", "tests")
FAILED, BROKEN = re.compile(r"\b\d+ failed\b"), re.compile(r"\b\d+ errors?\b")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program and its tests."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def change(tree: Path, mutant: Mutant) -> None:
    """Take the guard away. It must stand where `mutants.py` says: a guard that has moved needs its mutant moved too."""
    for name, guarded, unguarded in mutant.changes:
        file = tree / name
        words = file.read_text(encoding="utf-8")
        assert words.count(guarded) == 1, f"{mutant.name}: the guard has moved from {name}"
        file.write_text(words.replace(guarded, unguarded), encoding="utf-8")


async def run(tree: Path, tests: Iterable[str], *options: str) -> tuple[int, str]:
    """Run these tests of that tree, by itself; exit code and what was said."""
    program = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *options, *tests)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    child = await asyncio.create_subprocess_exec(
        *program,
        cwd=tree,
        env={**environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    return child.returncode or 0, said.decode()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
async def test_without_its_guard_each_of_its_tests_fails(tree: Path, mutant: Mutant) -> None:
    change(tree, mutant)
    for test in mutant.tests:
        code, said = await run(tree, [test], "-x")
        sums = said.rstrip().rpartition("\n")[2]
        assert code == 1, said
        assert FAILED.search(sums), said
        assert not BROKEN.search(sums), said
