"""`gridbell run`."""

import logging
from pathlib import Path

from gridbell.faults import plain_faults
from gridbell.listening import CannotListen
from gridbell.logs import start_logging
from gridbell.opening import read_rules, read_settings
from gridbell.wiring import run_forever


def run(config: Path | None) -> None:
    """Serve until told to stop."""
    with plain_faults(CannotListen):
        settings = read_settings(config)
        rules = read_rules(settings)
        start_logging(logging.INFO)
        run_forever(settings, rules)
