"""The versions of the rules that a store knows: the one in force is kept, and the others are read again."""

import logging
from collections.abc import Mapping
from dataclasses import replace

from cases.faults import trace
from cases.rules import Rules
from config.rulebook import BadData, read_again
from storage.store import SqlStore

log = logging.getLogger(__name__)


async def keep_version(store: SqlStore, rules: Rules) -> None:
    """Keep what these rules were read from, for the cases that are filed under them; nothing is written twice."""
    async with store.work(readonly=True) as work:
        if rules.version in await work.rule_versions.versions():
            return
    async with store.work() as work:
        if await work.rule_versions.keep(rules.version, rules.texts):
            await work.commit()
            log.info("a new version of the rules is in force", extra={"version": rules.version})


def with_earlier(rules: Rules, kept: Mapping[str, Mapping[str, str]]) -> Rules:
    """The rules with all other versions that are kept.

    One that this program can't read any more is logged and left out: its cases go on by the rules in force.
    """
    earlier = dict(rules.earlier)
    for version in kept.keys() - earlier.keys() - {rules.version}:
        try:
            earlier[version] = read_again(kept[version], rules)
        except BadData as bad:
            log.error("a kept version of the rules can't be read", extra={"version": version, "fault": trace(bad)})
    return replace(rules, earlier=earlier)
