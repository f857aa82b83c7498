"""Structured logs on standard error, from which everything personal is kept out."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

ALLOWED = frozenset(
    {
        "account", "action", "again", "attempts", "batch", "bytes", "case", "channel", "code", "count", "crashes",
        "elapsed", "errcode", "event", "fault", "fence", "host", "job", "key", "kind", "late", "limit", "method",
        "outcome", "path", "people", "person", "port", "push", "reason", "request", "revision", "seconds", "state",
        "status", "step", "steps", "unit", "version",
    }
)  # fmt: skip
"""The fields a log line may carry besides its text: ids, counts, short codes, and a fault's places
and kinds (`trace` in cases/faults.py). All others are blanked."""

BLANK = "***"
_STANDARD = frozenset(RESERVED_ATTRS) | {"message", "asctime", "taskName"}
_VALUE_LIMIT = 200
_LIMITS = {"fault": 8_000}
"""Longer than other values: a traceback without words, of a chain of faults through the frameworks."""
_SECRETS = re.compile(
    r"(?P<phone>(?<!\d)1[3-9]\d{9}(?!\d))"
    r"|(?P<name>(?:access_token|secret|corpsecret|token|msg_signature|signature|echostr|password)=)[^&\s\"']+"
    r"|(?P<url>://[^:/@\s]*:)[^@/\s]+(?=@)"
    r"|(?P<open>(?<![\w-])o[\w-]{27}(?![\w-]))",
    re.IGNORECASE,
)


def blanked(text: str) -> str:
    """The text without phone numbers, tokens, passwords in addresses and WeChat open ids (28 signs, first an o)."""
    return _SECRETS.sub(lambda found: (found["name"] or found["url"] or "") + BLANK, text)


def _field(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    return blanked(str(value))[: _LIMITS.get(name, _VALUE_LIMIT)]


class Discretion(logging.Filter):
    """Lets every record pass, without what is personal: fields not ALLOWED are blanked, values and text are cleaned."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; always True."""
        for name in set(vars(record)) - _STANDARD:
            setattr(record, name, _field(name, getattr(record, name)) if name in ALLOWED else BLANK)
        if record.args:
            record.msg, record.args = record.getMessage(), ()
        record.msg = blanked(str(record.msg))
        return True


class DiscreetJson(JsonFormatter):
    """One JSON object a line; a traceback keeps its frames and the fault's kind, but not its words."""

    def formatException(self, ei: object) -> str:  # noqa: N802 (the standard library's name)
        """Frames and kinds only: a fault's words may quote a person's."""
        fault = ei[1] if isinstance(ei, tuple) else None
        lines: list[str] = []
        while isinstance(fault, BaseException) and len(lines) < _VALUE_LIMIT:
            lines.append(type(fault).__name__)
            trace = fault.__traceback__
            while trace is not None:
                code = trace.tb_frame.f_code
                lines.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_name}")
                trace = trace.tb_next
            fault = fault.__cause__ or fault.__context__
        return "\n".join(lines)


def discreet(stream: TextIO) -> logging.Handler:
    """A destination for log lines: JSON with UTC instants, cleaned by Discretion."""
    destination = logging.StreamHandler(stream)
    names: Mapping[str, str] = {"levelname": "level", "name": "logger"}
    destination.setFormatter(
        DiscreetJson("%(levelname)s %(name)s %(message)s", rename_fields=dict(names), timestamp=True)
    )
    destination.addFilter(Discretion())
    return destination


def start_logging(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """From now on everything is logged to `stream` (standard error unless given), and nowhere else."""
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(discreet(stream or sys.stderr))
    root.setLevel(level)
    # These tell addresses with their query (tokens) every statement or every look: warnings will do.
    for noisy in ("aiohttp.access", "alembic", "sqlalchemy.engine", "apscheduler", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
