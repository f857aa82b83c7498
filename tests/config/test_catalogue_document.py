"""docs/catalogue.md lists every category with its limits, unit and emergency lines, and no other."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.rulebook import PACKAGED

DOC = Path(__file__).parent.parent.parent / "docs" / "catalogue.md"
CLOCKS = {"working": "", "continuous": "⏱ "}


def rows() -> Iterator[Mapping[str, str]]:
    """The catalogue that comes along."""
    with (PACKAGED / "catalogue.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def line(row: Mapping[str, str]) -> str:
    """The line a category has in the document."""
    hours = " / ".join(row[name] for name in ("accept_hours", "contact_hours", "handle_hours"))
    return (
        f"| {row['code']} | {row['leaf']} | {row['priority']} | {CLOCKS[row['clock']]}{hours} | {row['unit']} "
        f"| {row['emergency_lines'] or '–'} |"
    )


def test_every_category_is_in_the_document_under_its_top() -> None:
    written = [one for one in DOC.read_text(encoding="utf-8").splitlines() if one.startswith(("## ", "| 0", "| 1"))]
    expected: list[str] = []
    for row in rows():
        head = f"## {row['code'][:2]} {row['top']}"
        expected += [] if head in expected else [head]
        expected.append(line(row))
    assert written == expected
