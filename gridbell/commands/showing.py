"""`gridbell demo`."""

from pathlib import Path

import typer

from gridbell.demo import main
from gridbell.faults import plain_faults
from gridbell.listening import CannotListen


def demo(*, reset: bool, port: int, folder: Path) -> None:
    """The product on one's own machine."""
    with plain_faults(CannotListen):
        raise typer.Exit(main(reset=reset, port=port, folder=folder))
