"""The overlay of a case as JSON, without what has its usual value; most cases have `{}`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.types import TypeDecorator

from cases.overlay import Assist, Overlay, Proposal, Secrecy
from cases.record import NOTHING
from storage.columns import JSON_TEXT


def _seconds(value: timedelta) -> float:
    return value.total_seconds()


def _length(kept: float) -> timedelta:
    return timedelta(seconds=kept)


def _assist(kept: Mapping[str, Any]) -> Assist:
    answered = kept["answered_at"]
    return Assist(
        kept["unit"],
        datetime.fromisoformat(kept["asked_at"]),
        datetime.fromisoformat(kept["due_at"]),
        None if answered is None else datetime.fromisoformat(answered),
        kept["waived"],
    )


def _proposal(kept: Mapping[str, Any]) -> Proposal:
    return Proposal(kept["seq"], kept["action"], kept["by"], datetime.fromisoformat(kept["at"]), kept["facts"])


def _plain(value: Any) -> Any:
    """Instants in what JSON knows."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


Way = tuple[Callable[[Any], Any], Callable[[Any], Any]]
INSTANT: Way = (datetime.isoformat, datetime.fromisoformat)
LENGTH: Way = (_seconds, _length)
WAYS: Mapping[str, Way] = {
    **dict.fromkeys(("resume_at", "citizen_from", "ruling_due_at", "urged_at"), INSTANT),
    **dict.fromkeys(("used", "set_by", "citizen_time", "extended"), LENGTH),
    **dict.fromkeys(("returned_by", "about_units", "about_people", "rejected_by"), (list, tuple)),
    "secrecy": (str, Secrecy),
    "assists": (lambda all_: [_plain(asdict(one)) for one in all_], lambda kept: tuple(map(_assist, kept))),
    "proposals": (lambda all_: [_plain(asdict(one)) for one in all_], lambda kept: tuple(map(_proposal, kept))),
}
"""How what JSON doesn't know is written and read back, by field."""
USUAL = {field.name: getattr(NOTHING, field.name) for field in fields(Overlay)}


def dumped(overlay: Overlay) -> dict[str, Any]:
    """As JSON, leaving out what is usual."""
    if overlay is NOTHING:
        return {}
    unusual = {name: value for name in USUAL if (value := getattr(overlay, name)) != USUAL[name]}
    return {name: WAYS[name][0](value) if name in WAYS else value for name, value in unusual.items()}


def loaded(kept: Mapping[str, Any] | None) -> Overlay:
    """Read it back; what this version does not know is left."""
    if not kept:
        return NOTHING
    known = {name: value for name, value in kept.items() if name in USUAL}
    return Overlay(**{name: WAYS[name][1](value) if name in WAYS else value for name, value in known.items()})


class OverlayJson(TypeDecorator[Overlay]):
    """An overlay, kept as JSON."""

    impl = JSON_TEXT
    cache_ok = True

    def process_bind_param(self, value: Overlay | None, dialect: Dialect) -> Any:
        """Towards the store."""
        return dumped(value or NOTHING)

    def process_result_value(self, value: Any, dialect: Dialect) -> Overlay:
        """Back from the store; rows written before there was an overlay have none."""
        return loaded(value)
