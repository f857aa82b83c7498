"""Word to the county's admins when the bot itself has trouble."""

from cases.people import Role
from dialogs.engine.messages import Outgoing, Reply
from dialogs.engine.ports import Work


async def tell_admins(work: Work, key: str, words: str) -> None:
    """Put a notice to every admin with an address into the outbox; the same `key` is told once."""
    admins = await work.people.any_holding(Role.ADMIN)
    addresses = await work.people.addresses([admin.id for admin in admins])
    reply = Reply(words)
    await work.outbox.put(
        [
            Outgoing(f"alert:{key}:{admin.id}", addresses[admin.id][0], reply, urgent=True)
            for admin in admins
            if addresses.get(admin.id)
        ]
    )
