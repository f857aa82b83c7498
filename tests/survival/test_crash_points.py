"""A process may die at any point of a turn, of a push and of a due step: another one goes on, and nobody can tell."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.survival.scenes import SCENES

ROOT = Path(__file__).parent.parent.parent
FEWEST_POINTS = 10
PUSHED = {"a text in an open window", "a picture"}


@pytest.mark.long
async def test_whoever_dies_at_any_point_loses_nothing_and_does_nothing_twice(store_url: str, tmp_path: Path) -> None:
    program = (sys.executable, "-m", "tests.survival.crashes", store_url, str(tmp_path))
    child = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    told, _ = await child.communicate()
    assert child.returncode == 0
    results = {result["scene"]: result for result in map(json.loads, told.splitlines())}
    assert list(results) == list(SCENES)
    assert {scene: result["wrong"] for scene, result in results.items() if result["wrong"]} == {}
    assert all(len(result["points"]) >= FEWEST_POINTS for result in results.values())
    assert {scene for scene, result in results.items() if result["twice"]} == PUSHED
