"""docs/configuration.md and the example file say what the settings and rules are."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from config.catalogue_file import COLUMNS
from config.rulebook import PACKAGED
from config.settings import Settings

ROOT = Path(__file__).parent.parent.parent
DOC = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "config" / "gridbell.example.toml"
ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| `(\w+(?:<NAME>\w+)?)` \|", re.MULTILINE)
SECTION = re.compile(r"^## `\[(\w+)(\.<name>)?\]`", re.MULTILINE)


def documented() -> Iterator[tuple[str, str, str]]:
    """Each setting in the document: its variable, its section and name, and its default."""
    heads = [*SECTION.finditer(DOC)]
    ends = [head.start() for head in heads[1:]] + [len(DOC)]
    for head, end in zip(heads, ends, strict=True):
        for row in ROW.finditer(DOC, head.end(), end):
            yield row[3], f"{head[1]}.{row[1]}", row[2].strip("`")


def sections() -> Iterator[tuple[str, type[BaseModel], bool]]:
    """Each section with its model, and whether it stands for several named accounts."""
    for section, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield section, kind, False
        else:
            yield section, get_args(kind)[1], True


def real() -> Iterator[tuple[str, str, str]]:
    """The same from the model."""
    for section, model, several in sections():
        for name, setting in model.model_fields.items():
            default = setting.default
            shown = "–" if default is PydanticUndefined else "none" if default is None else str(default)
            account = "__<NAME>" if several else ""
            yield f"GRIDBELL_{section.upper()}{account}__{name.upper()}", f"{section}.{name}", shown


def test_every_setting_is_documented_with_its_default_and_variable() -> None:
    assert list(documented()) == list(real())


def test_every_column_of_the_catalogue_is_documented() -> None:
    table = DOC.partition("Columns of `catalogue.csv`")[2]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert re.findall(r"`(\w+)`", "".join(first_cells)) == [*COLUMNS]


def test_every_file_of_the_rule_folder_is_documented() -> None:
    for file in PACKAGED.iterdir():
        assert f"| `{file.name}" in DOC


def test_the_example_is_a_valid_configuration() -> None:
    settings = Settings.load(EXAMPLE, {})
    assert list(settings.wechat) == ["main"]
    assert list(settings.wecom) == ["staff"]
    assert settings.county.duty_unit == "ZHZX"


def test_the_example_shows_every_setting_and_true_defaults() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    shown = {found[1]: found[0] for line in lines if (found := re.match(r"(?:# )?(\w+) = ", line))}
    defaults = {name: field.default for _, model, _ in sections() for name, field in model.model_fields.items()}
    assert set(shown) == set(defaults)
    for found in (re.match(r"# (host|port|time_zone|media) = ([^#]+)", line) for line in lines):
        assert found is None or found[2].strip().strip('"') == str(defaults[found[1]])
