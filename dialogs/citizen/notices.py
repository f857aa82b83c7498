"""What the reporter is told when something happens to the case, and in which words."""

from collections.abc import Callable, Mapping

from cases.events import Event
from cases.people import Role
from dialogs.engine.messages import Choice, Reply
from dialogs.news import News
from dialogs.phrases import moment, reported, sentence, unit_name

Say = Callable[[News], Reply | None]
DONE = ("是", "是的", "对", "好了", "已办好", "办好", "修好了", "好的", "解决了", "已经好了", "弄好了")
NOT_DONE = ("没办好", "没有", "没", "还没", "还没有", "否", "不是", "没好", "没修好", "没有修好", "没解决", "还没好")
"""What people answer to 办好了吗？."""
SHOWN_PHOTOS = 1
"""Pictures that go with a result: each uses up one of the few messages a platform lets us send later."""


def accepted(news: News) -> Reply | None:
    """Only where no unit has it yet: else the dispatch says it all."""
    if news.also("dispatch"):
        return None
    return Reply(f"{yours(news)}已受理，正在分派承办单位。{answer_by(news)}")


def dispatched(news: News) -> Reply:
    """Who has it, and until when they answer."""
    return Reply(f"{yours(news)}已交{unit_of(news)}办理。{answer_by(news)}")


def progressed(news: News) -> Reply:
    """How far it is, in the officer's words."""
    return Reply(f"{yours(news)}有进展：{sentence(news.words)}")


def fed_back(news: News) -> Reply:
    """The result; the reporter's own word is the best check there is."""
    photos = f"（附照片 {len(news.photos)} 张）" if news.photos else ""
    return Reply(f"{yours(news)}已办理：{sentence(news.words)}{photos}\n办好了吗？", done_or_not(news.case.number))


def done_or_not(number: str) -> tuple[Choice, Choice]:
    """The two answers to 办好了吗？, in the many ways people say them."""
    return Choice("办好了", f"办好了 {number}", DONE), Choice("没有办好", f"没办好 {number}", NOT_DONE)


def closed(news: News) -> Reply:
    """Closed, with the one survey there is."""
    by_bot = news.event.actor.role is Role.BOT
    how = "核查期已过，按规定办结" if by_bot else "经核查已办结"
    return Reply(f"{yours(news)}{how}。请您评价，一分钟就好；觉得没办好，也请如实说。", _rating(news))


def sent_back(news: News) -> Reply:
    """The check found it wanting, so that the question whether it is done falls away."""
    return Reply(f"{yours(news)}核查后认为还没有办好，已退回{unit_of(news)}重新办理。{_again_by(news)}")


def reopened(news: News) -> Reply:
    """Done again by the same unit."""
    return Reply(f"{yours(news)}已由{unit_of(news)}重新办理。{_again_by(news)}")


def listed(news: News) -> Reply:
    """Done again, and watched from above."""
    return Reply(f"{yours(news)}已挂牌督办，由分管领导盯着，{unit_of(news)}重新办理。{_again_by(news)}")


def reminded_of_rating(news: News) -> Reply:
    """The one reminder."""
    return Reply(f"{yours(news)}已办结。方便时请评价一下，只问这一次；不评价也没有关系。", _rating(news))


def archived(news: News) -> Reply:
    """Nobody answered: archived, which is no consent."""
    return Reply(f"{yours(news)}没有收到您的评价，已归档，不算作满意。如有反复，请重新上报，或回复“人工”。")


WORDS: Mapping[str, Say] = {
    "accept": accepted,
    "dispatch": dispatched,
    "progress": progressed,
    "feedback": fed_back,
    "approve": closed,
    "return_rework": sent_back,
    "reopen": reopened,
    "list_supervise": listed,
    "rating_reminder": reminded_of_rating,
    "silent_archive": archived,
}
"""Signing, reminders and the ladder are the staff's affair; the rest the reporter did and is answered at once."""


def answered_at_once(event: Event) -> bool:
    """Whether the reporter spoke in this event, so that the direct reply tells what came of the whole turn."""
    return event.actor.role is Role.CITIZEN or event.action == "submit"


def yours(news: News) -> str:
    """What was reported, with its number."""
    return reported(news.case, news.knowledge)


def unit_of(news: News) -> str:
    """The name of the unit that has the case."""
    return unit_name(news.case.lead_unit or news.case.owner_unit, news.knowledge)


def answer_by(news: News) -> str:
    """Until when the reporter is answered; '' while no such time runs."""
    due = news.case.citizen_due_at
    return f"我们会在 {moment(due, news.knowledge)} 前答复您。" if due else ""


def _again_by(news: News) -> str:
    due = news.case.handle_due_at
    return f"我们会在 {moment(due, news.knowledge)} 前再答复您。" if due else ""


def _rating(news: News) -> tuple[Choice, ...]:
    return (Choice("评价", f"评价 {news.case.number}"),)
