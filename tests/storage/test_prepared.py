"""Statements of the hot path: their faults are the library's own, and their rows come typed."""

import json

import pytest
from sqlalchemy import Dialect, literal_column, select
from sqlalchemy.exc import DBAPIError

from bot.mishaps import Mishap, mishap_of
from storage.columns import to_json
from storage.prepared import Prepared, Statement
from storage.rows import Sheaf
from storage.store import SqlStore
from storage.talk_tables import INBOX
from tests.storage.samples import rows

SAID = "村口的路灯坏了"


def _wrong(dialect: Dialect) -> tuple[Statement, Sheaf]:
    asked = Sheaf(dialect, [INBOX.c.key])
    return select(literal_column("no_such_column")).select_from(asked.table), asked


WRONG = Prepared(_wrong)


async def test_a_wrong_statement_is_a_fault_of_ours_and_tells_no_values(store: SqlStore, store_url: str) -> None:
    async with rows(store_url) as connection:
        with pytest.raises(DBAPIError) as fault:
            await WRONG.run(connection, [(SAID,)])
    assert mishap_of(fault.value) is Mishap.FAULT
    assert SAID not in str(fault.value)


def test_half_a_character_is_kept_as_json_too() -> None:
    assert json.loads(to_json({"words": "\ud83d"})) == {"words": "\ud83d"}
    assert to_json({"words": SAID}) == f'{{"words":"{SAID}"}}'
