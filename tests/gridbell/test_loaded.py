"""A command loads what it needs itself, and a node nothing that it can do without (docs/decisions/0014)."""

import json
import subprocess
import sys

import pytest

IDLE = {"PIL", "alembic", "emulator", "redis", "rich"}
LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))"


def loaded_by(*modules: str) -> set[str]:
    """What is loaded in a fresh process once these are."""
    done = subprocess.run(
        [sys.executable, "-c", f"import {', '.join(modules)}; {LOADED}"], capture_output=True, check=True, text=True
    )
    return set(json.loads(done.stdout))


def test_a_node_loads_nothing_that_it_can_do_without() -> None:
    loaded = loaded_by("gridbell.cli", "gridbell.commands.running")
    assert "gridbell.node" in loaded
    assert loaded & (IDLE | {"gridbell.demo", "gridbell.doctor", "gridbell.imports"}) == set()


def test_the_command_line_by_itself_loads_no_room() -> None:
    loaded = loaded_by("gridbell.cli")
    assert {name for name in loaded if "." not in name} & {"aiohttp", "bot", "cases", "config", "sqlalchemy"} == set()


@pytest.mark.parametrize("name", ["examining", "importing", "running", "showing", "storing"])
def test_every_command_can_be_loaded_by_itself(name: str) -> None:
    assert f"gridbell.commands.{name}" in loaded_by(f"gridbell.commands.{name}")


def test_a_redis_is_there_for_whoever_names_one() -> None:
    use = "config.addresses; config.addresses.redis_address('redis://127.0.0.1:6379/0')"
    assert "redis" in loaded_by(use)
