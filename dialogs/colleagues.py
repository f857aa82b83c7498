"""Members of staff in what is typed: whom a name or a number means, and a word to them that is no news of a case."""

from collections.abc import Callable, Iterable

from cases.errors import Refusal
from cases.people import Person
from dialogs.engine.around import Knowledge
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Outgoing, Reply
from dialogs.notices import held_until
from dialogs.phrases import unit_name

LONGEST_NAME = 30


def posts(person: Person, knowledge: Knowledge) -> str:
    """The person's roles, each with its unit."""
    return "、".join(f"{unit_name(post.unit, knowledge)}{post.role.zh}" for post in person.posts) or "还没有角色"


async def one_named(desk: FrontDesk, name: str, usage: str, may: Callable[[Person], bool]) -> Person:
    """The active person of that name, or of that number (#12), with whom the caller may do it. Raises Refusal."""
    name = name.strip()
    if not name or " " in name:
        raise Refusal(f"请这样写：{usage}")
    number = name.removeprefix("#")
    if name.startswith("#"):
        known = number.isascii() and number.isdecimal() and len(number) < LONGEST_NAME
        person = await desk.work.people.get(int(number)) if known else None
        found = [person] if person is not None and person.active else []
    else:
        found = list(await desk.work.people.named(name))
    found = [person for person in found if may(person)]
    if not found:
        raise Refusal(f"没有叫“{name[:LONGEST_NAME]}”的在岗人员，或不在您的范围内，请核对姓名。")
    if len(found) > 1:
        shown = "；".join(f"#{one.id} {posts(one, desk.knowledge)}" for one in found)
        raise Refusal(f"叫“{name}”的有几位，请写编号代替姓名，例如 #{found[0].id}。{shown}")
    return found[0]


async def tell(desk: FrontDesk, key: str, people: Iterable[int], words: str) -> None:
    """Put those words into the outbox for each of these people (ids) who can be written to, but for the caller; once a
    `key`, and not in the quiet hours."""
    own = desk.person.id if desk.person is not None else None
    ids = list(dict.fromkeys(id_ for id_ in people if id_ != own))
    addresses = await desk.work.people.addresses(ids)
    rules, now = desk.knowledge.rules, desk.now
    await desk.work.outbox.put(
        Outgoing(f"{key}:{id_}", addresses[id_][0], Reply(words), not_before=held_until(rules, now, addresses[id_][0]))
        for id_ in ids
        if addresses.get(id_)
    )
