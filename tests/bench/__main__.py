"""Runs all figures five times, in turn with those of the last commit, and prints medians and ratios."""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.bench.figures import Rates, measure
from tests.kit.servers import PostgresServer

RUNS = 5
ROOT = Path(__file__).parent.parent.parent
Series = Mapping[str, list[Rates]]


def main() -> None:
    """`python -m tests.bench` for the table; with two databases and a folder, one run as JSON."""
    if len(sys.argv) > 1:
        first, second, folder = sys.argv[1:]
        sys.stdout.write(json.dumps(measure((first, second), Path(folder))))
        return
    server = PostgresServer(fsync=True)
    try:
        with _last_commit() as (revision, before):
            here: defaultdict[str, list[Rates]] = defaultdict(list)
            there: defaultdict[str, list[Rates]] = defaultdict(list)
            for run in range(RUNS):
                for tree, series in ((ROOT, here), (before, there)):
                    if tree is not None:
                        for name, rates in _once(server, tree, f"{run}_{len(series)}_{tree is ROOT}").items():
                            series[name].append(rates)
        _show(here, there, revision)
    finally:
        server.close()


def _once(server: PostgresServer, tree: Path, tag: str) -> Mapping[str, Rates]:
    """One run in a process of its own, by the code of that tree."""
    urls = [server.create(f"bench_{tag}_{number}") for number in (1, 2)]
    command = [sys.executable, "-m", "tests.bench", *urls, tempfile.mkdtemp(prefix="gridbell-bench-")]
    done = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)
    found: dict[str, Rates] = json.loads(done.stdout)
    return found


@contextmanager
def _last_commit() -> Iterator[tuple[str, Path | None]]:
    """A checkout of HEAD when something here is not committed, else of the commit before; None without one."""
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


def _show(here: Series, there: Series, revision: str) -> None:
    table = Table("figure", "a second", "floor", "of the floor", f"against {revision}" if there else "", "range")
    for name, rates in here.items():
        ours, floors = [one[0] for one in rates], [one[1] for one in rates]
        shares = [mine / floor for mine, floor in rates]
        before = f"{median(ours) / median(one[0] for one in there[name]):.2f}" if there.get(name) else ""
        spread = f"{min(ours):,.0f}–{max(ours):,.0f}"
        table.add_row(name, f"{median(ours):,.0f}", f"{median(floors):,.0f}", f"{median(shares):.2f}", before, spread)
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"Medians of {RUNS} runs. Floors: wechatpy for envelopes; a constant answer kept the same way for turns; "
        "claiming and marking the rows for due steps."
    )


if __name__ == "__main__":
    main()
