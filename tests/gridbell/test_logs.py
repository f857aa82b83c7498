"""What a log line holds, and what it never does."""

import io
import json
import logging
from typing import Any

import pytest

from gridbell.logs import discreet

PHONE = "13800001234"
OPEN_ID = "o" + "Ab3-_" * 5 + "x-"


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(stream: io.StringIO) -> logging.Logger:
    logger = logging.Logger("gridbell.test")  # noqa: LOG001 (a logger of its own, outside the tree)
    logger.addHandler(discreet(stream))
    return logger


def line(stream: io.StringIO) -> dict[str, Any]:
    return dict(json.loads(stream.getvalue()))


def test_a_line_is_json_with_level_logger_text_and_ids(log: logging.Logger, stream: io.StringIO) -> None:
    log.warning("message set aside", extra={"case": "WG261123-0001", "attempts": 3})
    told = line(stream)
    assert (told["level"], told["logger"], told["message"]) == ("WARNING", "gridbell.test", "message set aside")
    assert (told["case"], told["attempts"]) == ("WG261123-0001", 3)
    assert told["timestamp"].endswith("+00:00")


@pytest.mark.parametrize("field", ["phone", "words", "user", "text", "token", "address", "reporter"])
def test_a_field_that_nobody_allowed_is_blanked(log: logging.Logger, stream: io.StringIO, field: str) -> None:
    log.info("heard", extra={field: "路灯坏了"})
    assert line(stream)[field] == "***"
    assert "路灯" not in stream.getvalue()


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        (f"call {PHONE} back", PHONE),
        ("GET /cgi-bin/message?access_token=AAA-bbb_9&x=1", "AAA-bbb_9"),
        ("connect postgresql://bell:pass-word@db/x", "pass-word"),
        (f"to {OPEN_ID}.", OPEN_ID),
    ],
)
def test_phones_tokens_passwords_and_open_ids_are_blanked_wherever_they_stand(
    log: logging.Logger, stream: io.StringIO, said: str, hidden: str
) -> None:
    log.info("said: %s", said, extra={"reason": said})
    assert hidden not in stream.getvalue()
    assert stream.getvalue().count("***") == 2


def test_a_traceback_names_the_fault_and_the_place_but_not_its_words(log: logging.Logger, stream: io.StringIO) -> None:
    try:
        try:
            int("李婶说路灯坏了")
        except ValueError as fault:
            raise RuntimeError("李婶") from fault
    except RuntimeError:
        log.exception("turn failed")
    told = line(stream)["exc_info"]
    assert "RuntimeError" in told
    assert "ValueError" in told
    assert "test_logs.py" in told
    assert "李婶" not in stream.getvalue()


def test_a_long_value_is_cut(log: logging.Logger, stream: io.StringIO) -> None:
    log.info("refused", extra={"reason": "x" * 10_000})
    assert len(line(stream)["reason"]) == 200
