"""Runs all figures five times, in turn with those of the last commit, and prints medians and ratios.

A module of figures has one function, `figures(ground) -> Found`, and stands in MODULES; what takes too long for that is
taken once, after the runs, by what stands in ONCE. `python -m tests.bench turns storm` takes only these.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import ModuleType

from rich.console import Console
from rich.table import Table

from tests.bench import bad_bodies, envelopes, hearings, outbox, stock, storm, turns
from tests.bench.found import Found, Measure, Rates
from tests.bench.ground import Ground, open_ground

MODULES: Mapping[str, ModuleType] = {
    "envelopes": envelopes,
    "hearings": hearings,
    "turns": turns,
    "storm": storm,
    "outbox": outbox,
    "bad_bodies": bad_bodies,
    "stock": stock,
}
"""What is run; the table has their figures in this order."""
ONCE: Mapping[str, Callable[[Ground], Found]] = {
    "turns": turns.half_finished_talks,
    "storm": storm.great,
    "stock": stock.great,
}
WHEN_ASKED = frozenset({"stock"})
"""Filling a store with a million cases takes longer than all the rest: only by name."""
FLOORS = (
    "Floors: wechatpy for envelopes; a constant answer kept the same way for turns; the bare web server that opens, "
    "reads and seals for turns by HTTP; claiming and marking the rows for due steps; the same posts with nothing kept "
    "for the outbox; good turns alone for those among bad bodies."
)
RUNS = 5
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Series:
    """What came of all runs so far, by figure."""

    rates: defaultdict[str, list[Rates]] = field(default_factory=lambda: defaultdict(list))
    measures: defaultdict[str, list[Measure]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, None] = field(default_factory=dict)

    def add(self, found: Found) -> None:
        """One more run."""
        for name, rates in found.rates.items():
            self.rates[name].append(rates)
        for name, measure in found.measures.items():
            self.measures[name].append(measure)
        self.lines |= dict.fromkeys(found.lines)


def main() -> None:
    """The table; with `--once`, one run as JSON on the ground of that port and core."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("names", nargs="*", help=f"only these of {', '.join(MODULES)}")
    asked.add_argument("--once", nargs=2, type=int, metavar=("PORT", "CORE"))
    asked.add_argument("--runs", type=int, default=RUNS)
    asked.add_argument("--alone", action="store_true", help="without the last commit beside it")
    options = asked.parse_args()
    names = options.names or [name for name in MODULES if name not in WHEN_ASKED]
    if unknown := set(names) - set(MODULES):
        asked.error(f"no such figures: {', '.join(unknown)}")
    if options.once:
        sys.stdout.write(json.dumps(measured(Ground(*options.once), names).to_json()))
        return
    here, there = Series(), Series()
    with open_ground() as ground, _last_commit(options.alone) as (revision, before):
        for _ in range(options.runs):
            here.add(_once(ground, ROOT, names))
            if before is not None:
                there.add(_once(ground, before, names))
        for name in names:
            if name in ONCE:
                here.add(ONCE[name](ground))
    _show(here, there, revision, options.runs)


def measured(ground: Ground, names: Sequence[str]) -> Found:
    """Those figures once."""
    found = Found()
    for name in names:
        found += MODULES[name].figures(ground)
    ground.close()
    return found


def _once(ground: Ground, tree: Path, names: Sequence[str]) -> Found:
    """One run in a process of its own, by the code of that tree; nothing where its bench is asked otherwise."""
    command = [sys.executable, "-m", "tests.bench", "--once", str(ground.port), str(ground.core), *names]
    others = None if tree == ROOT else subprocess.DEVNULL
    done = subprocess.run(command, cwd=tree, check=tree == ROOT, stdout=subprocess.PIPE, stderr=others, text=True)
    return Found.from_json(json.loads(done.stdout)) if done.returncode == 0 else Found()


@contextmanager
def _last_commit(left_out: bool) -> Iterator[tuple[str, Path | None]]:
    """A checkout of HEAD when something here is not committed, else of the commit before; None without one."""
    if left_out:
        yield "", None
        return
    dirty = bool(_git("status", "--porcelain"))
    revision = _git("rev-parse", "--short", "HEAD" if dirty else "HEAD~1")
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        if not revision or _git("worktree", "add", "--detach", str(tree), revision, fault="none") == "none":
            yield "", None
            return
        try:
            yield revision, tree if (tree / "tests" / "bench").exists() else None
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*words: str, fault: str = "") -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=False, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else fault


def _show(here: Series, there: Series, revision: str, runs: int) -> None:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    console.print(_rates(here.rates, there.rates, revision))
    console.print(_measures(here.measures, there.measures, revision))
    console.print(f"Medians of {runs} runs; what has no range was taken once. {FLOORS}")
    for line in here.lines:
        console.print(line)


def _rates(here: Mapping[str, list[Rates]], there: Mapping[str, list[Rates]], revision: str) -> Table:
    table = Table("figure", "a second", "floor", "of the floor", f"against {revision}" if there else "", "range")
    for name, rates in here.items():
        ours, floors = [one[0] for one in rates], [one[1] for one in rates]
        shares = [mine / floor for mine, floor in rates]
        before = f"{median(ours) / median(one[0] for one in there[name]):.2f}" if there.get(name) else ""
        spread = f"{min(ours):,.0f}–{max(ours):,.0f}" if len(ours) > 1 else ""
        table.add_row(name, f"{median(ours):,.0f}", f"{median(floors):,.0f}", f"{median(shares):.2f}", before, spread)
    return table


def _measures(here: Mapping[str, list[Measure]], there: Mapping[str, list[Measure]], revision: str) -> Table:
    table = Table("figure", "median", "unit", f"against {revision}" if there else "", "range")
    for name, found in here.items():
        ours = [number for number, _ in found]
        before = f"{median(ours) / median(one[0] for one in there[name]):.2f}" if there.get(name) else ""
        spread = f"{min(ours):,.2f}–{max(ours):,.2f}" if len(ours) > 1 else ""
        table.add_row(name, f"{median(ours):,.2f}", found[0][1], before, spread)
    return table


if __name__ == "__main__":
    main()
