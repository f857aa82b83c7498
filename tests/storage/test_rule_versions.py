"""Versions of the rules on both stores: kept once, as they were, and found again."""

import asyncio

from storage.store import SqlStore

TEXTS = {
    "rules.toml": "[limits]\nsign_hours = 2 # “时”\r\n",
    "catalogue.csv": "\ufeff0501,路灯\n",
    "keywords.csv": "",
}


async def keep(store: SqlStore, version: str, texts: dict[str, str]) -> bool:
    async with store.work() as work:
        new = await work.rule_versions.keep(version, texts)
        await work.commit()
    return new


async def test_the_texts_come_back_letter_by_letter(store: SqlStore) -> None:
    assert await keep(store, "1", TEXTS)
    assert await keep(store, "2", {})
    async with store.work(readonly=True) as work:
        assert await work.rule_versions.all() == {"1": TEXTS, "2": {}}
        assert await work.rule_versions.versions() == {"1", "2"}


async def test_a_version_that_is_kept_stays_as_it_is(store: SqlStore) -> None:
    await keep(store, "1", TEXTS)
    assert not await keep(store, "1", {"rules.toml": "another"})
    async with store.work(readonly=True) as work:
        assert (await work.rule_versions.all())["1"] == TEXTS


async def test_of_several_nodes_one_keeps_it(store: SqlStore) -> None:
    assert sorted(await asyncio.gather(*(keep(store, "1", TEXTS) for _ in range(4)))) == [False, False, False, True]
