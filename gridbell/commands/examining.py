"""`gridbell check` and `gridbell doctor`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import typer

from gridbell.checkup import State, examine, is_fit
from gridbell.console import BAD, GOOD, WARNING, show
from gridbell.faults import plain_faults
from gridbell.inspection import inspected
from gridbell.opening import read_settings
from gridbell.terminal import tell
from gridbell.wiring import open_channels

STYLES = {State.GOOD: GOOD, State.WARNING: WARNING, State.BAD: BAD}


def check(config: Path | None) -> None:
    """All that has to be right, in a table."""
    with plain_faults():
        lines = asyncio.run(examine(config, open_channels, datetime.now(UTC)))
    show((line.what, line.state, STYLES[line.state], line.words) for line in lines)
    raise typer.Exit(0 if is_fit(lines) else 1)


def doctor(config: Path | None, *, repair: bool) -> None:
    """What should not be in the store, in a table; mended when told to."""
    with plain_faults():
        told = asyncio.run(inspected(read_settings(config), datetime.now(UTC), repair=repair))
    if told:
        show((one.what, one.state, GOOD if one.mended else BAD, one.words) for one in told)
    else:
        tell("没有发现问题。")
    raise typer.Exit(0 if all(one.mended for one in told) else 1)
