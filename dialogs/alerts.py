"""Word to the county's admins when the bot itself has trouble."""

from collections.abc import Sequence

from cases.people import Role
from dialogs.engine.messages import Outgoing, Reply
from dialogs.engine.ports import Lapsed, Work

ALERT = "alert:"
NAMED = 10
"""Cases named in one alert."""


def is_alert(key: str) -> bool:
    """Whether the message of that key is such a word itself: that it did not arrive is told to nobody, or telling
    would go on for ever."""
    return key.startswith(ALERT)


async def tell_admins(work: Work, key: str, words: str, *, urgent: bool = True) -> None:
    """Put a notice to every admin with an address into the outbox; the same `key` is told once."""
    admins = await work.people.any_holding(Role.ADMIN)
    addresses = await work.people.addresses([admin.id for admin in admins])
    reply = Reply(words)
    await work.outbox.put(
        [
            Outgoing(f"{ALERT}{key}:{admin.id}", addresses[admin.id][0], reply, urgent=urgent)
            for admin in admins
            if addresses.get(admin.id)
        ]
    )


async def tell_of_lapsed(work: Work, lapsed: Sequence[Lapsed]) -> None:
    """One notice, which can wait until morning, on all that could not be handed over in time."""
    gone = [one for one in lapsed if not is_alert(one.key)]
    if not gone:
        return
    cases = list(dict.fromkeys(one.case for one in gone if one.case))
    words = f"有 {len(gone)} 条消息到期仍未送达（对方一直没有再发消息，或账号一直不通），不再发送。"
    if cases:
        more = f" 等 {len(cases)} 件" if len(cases) > NAMED else ""
        words += f"涉及案件 {'、'.join(cases[:NAMED])}{more}，请改用电话联系。"
    await tell_admins(work, f"lapsed:{gone[0].id}", words, urgent=False)
