"""docs/commands.md and the programme say the same."""

import re
from pathlib import Path

from dialogs.notices import SAY, SILENT, TELL
from dialogs.programme import programme
from tests.kit.town import RULES

TEXT = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
PROGRAMME = programme(RULES)


def test_every_command_is_there_with_its_usage_and_no_other() -> None:
    written = re.findall(r"^- `([^`]+)` —", TEXT, re.MULTILINE)
    assert sorted(written) == sorted(command.usage for command in PROGRAMME.commands.values())


def test_every_dialog_is_there_with_the_words_that_open_it() -> None:
    rows = {
        row[0]: row[1] for row in re.findall(r"^\| (\S+) \| ([^|]*(?:`|report|follows)[^|]*) \|", TEXT, re.MULTILINE)
    }
    for dialog in PROGRAMME.dialogs.values():
        opened = {words.partition(" ")[0] for words in re.findall(r"`([^`]+)`", rows[dialog.title])}
        assert opened == set(dialog.opens_with)


def test_every_event_that_is_told_is_there_and_no_other() -> None:
    table = TEXT.partition("## Who is told what")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == set(TELL) | set(SAY)


def test_what_is_told_to_nobody_is_there_and_no_other() -> None:
    silent = TEXT.partition("Nobody else is told of:")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", silent)) == set(SILENT)
