"""The rules that were ever in force, in SQL: their texts by version, for the cases that were filed under them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.case_tables import RULE_VERSIONS
from storage.columns import insert_new


class SqlRuleVersions:
    """Versions of the rules over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, version: str, texts: Mapping[str, str]) -> bool:
        """Keep the files of that version, by name; whether it is new. One that is kept is left as it is."""
        return bool(await insert_new(self._connection, RULE_VERSIONS, [{"version": version, "texts": dict(texts)}]))

    async def versions(self) -> frozenset[str]:
        """All versions there are."""
        return frozenset((await self._connection.execute(select(RULE_VERSIONS.c.version))).scalars())

    async def all(self) -> Mapping[str, Mapping[str, str]]:
        """The files of all versions, by version and name."""
        rows = await self._connection.execute(select(RULE_VERSIONS).order_by(RULE_VERSIONS.c.version))
        return {row.version: row.texts for row in rows}
