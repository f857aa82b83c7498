"""The county that is tortured: one officer a grid, limits of seconds, and the settings that its nodes share."""

import asyncio
import json
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from cases.people import Address
from cases.triage.coordinates import wgs84_to_gcj02
from config.rulebook import PACKAGED
from config.settings import Settings
from gridbell.demo import COUNTY
from gridbell.demo_accounts import ACCOUNT, keep_settings
from gridbell.imports.applied import import_grids, import_people, import_units
from gridbell.opening import county_unit, opened
from storage.store import SqlStore
from tests.journeys.nodes import PROGRAM

LAMP = "0502"
HANDLE_SECONDS = 12.0
"""The limit of a lamp's case; it runs round the clock, so that its steps fall due at any hour of any day."""
SIGN_SECONDS = 3.0
SHARES = {"remind": 50, "warn": 80, "overdue": 100, "red_card": 150}
"""The ladder's rungs that a case climbs within 18 s."""
LADDER = "".join(
    f'[[ladder]]\nshare = {share}\nlight = "{light}"\naction = "{action}"\ntold = ["handler"]\n'
    for (action, share), light in zip(SHARES.items(), ("blue", "yellow", "red", "red"), strict=True)
)
CHECKERS = 4


@dataclass(frozen=True)
class Corner:
    """A grid: a spot in it as the platform's pins give it, and the WeCom user who is its officer."""

    latitude: float
    longitude: float
    officer: str


@dataclass(frozen=True)
class Ground:
    """A county in a store, and all that a process needs to serve it."""

    config: Path
    environ: Mapping[str, str]
    settings: Settings
    corners: tuple[Corner, ...]
    """One a grid."""


def rules_folder(folder: Path) -> Path:
    """The packaged rules with a lamp's limits in seconds, no quiet hours, and every rung told to the officer alone."""
    home = folder / "rules"
    shutil.copytree(PACKAGED, home)
    file = home / "rules.toml"
    text = file.read_text(encoding="utf-8")
    head, rest = text.split("[[ladder]]", 1)[0], text[text.index("[quiet]") :]
    head = head.replace("sign_hours = 2 ", f"sign_hours = {SIGN_SECONDS / 3600:.6f} ")
    rest = rest.replace("from_hour = 22", "from_hour = 0").replace("until_hour = 7", "until_hour = 0")
    file.write_text(head + LADDER + rest, encoding="utf-8")
    catalogue = home / "catalogue.csv"
    lines = [_soon(line) for line in catalogue.read_text(encoding="utf-8").splitlines()]
    catalogue.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return home


def _soon(line: str) -> str:
    fields = line.split(",")
    if fields[0] != LAMP:
        return line
    return ",".join([*fields[:4], "continuous", *fields[5:7], f"{HANDLE_SECONDS / 3600:.6f}", *fields[8:]])


async def settled(folder: Path, url: str, redis: str | None, ports: tuple[int, int]) -> Ground:
    """Make the county in the empty store at `url`; `ports` are the platforms' and the one that no node listens at."""
    config = keep_settings(folder, *ports)
    environ = {
        "GRIDBELL_STORAGE__URL": url,
        "GRIDBELL_STORAGE__MEDIA": str(folder / "media"),
        "GRIDBELL_RULES__PATH": str(rules_folder(folder)),
    }
    if redis is not None:
        environ["GRIDBELL_STORAGE__REDIS_URL"] = redis
    settings = Settings.load(config, environ)
    await _migrated(config, environ)
    async with opened(settings) as store:
        corners = await _people(store, settings, folder)
    return Ground(config, environ, settings, corners)


async def _migrated(config: Path, environ: Mapping[str, str]) -> None:
    """In a process of its own: within one, alembic can do but one migration at a time."""
    command = (*PROGRAM, "migrate", "--config", str(config))
    migrating = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environ}, stdout=DEVNULL)
    assert await migrating.wait() == 0


async def _people(store: SqlStore, settings: Settings, folder: Path) -> tuple[Corner, ...]:
    features = json.loads((COUNTY / "grids.geojson").read_text(encoding="utf-8"))["features"]
    await import_grids(store, COUNTY / "grids.geojson", county_unit(settings), _unseen, dry_run=False)
    await import_units(store, COUNTY / "units.csv", county_unit(settings), dry_run=False)
    users = {f"网格员{_numeral(n)}": f"officer-{n}" for n in range(len(features))}
    users |= {f"核查员{_numeral(n)}": f"checker-{n}" for n in range(CHECKERS)}
    posts = [f"网格员,{feature['properties']['code']}" for feature in features] + ["核查员,云溪县"] * CHECKERS
    rows = [f"{name},{post},138000{n:05}" for n, (name, post) in enumerate(zip(users, posts, strict=True))]
    people = folder / "people.csv"
    people.write_text("\n".join(["name,roles,unit,phone", *rows, ""]), encoding="utf-8")
    await import_people(store, people, _unseen, dry_run=False)
    async with store.work() as work:
        for name, user in users.items():
            for person in await work.people.named(name):
                await work.people.bind(person.id, Address(f"wecom:{ACCOUNT}", user))
        await work.commit()
    return tuple(_corner(feature["geometry"], f"officer-{n}") for n, feature in enumerate(features))


def _numeral(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in f"{number:02}")


def _corner(geometry: dict[str, Any], officer: str) -> Corner:
    spot = shape(geometry).representative_point()
    return Corner(*wgs84_to_gcj02(spot.y, spot.x), officer)


def _unseen(done: int, total: int) -> None:
    """Progress of an import that takes less than a second."""
