"""What the reporter is told of what the office decides: questions, refusals, pauses, mediation, merging, answers."""

from collections.abc import Callable, Mapping
from datetime import datetime

from cases.record import State
from dialogs.citizen.notices import Say, answer_by, done_or_not, unit_of, yours
from dialogs.engine.messages import Choice, Reply
from dialogs.news import News
from dialogs.phrases import day, moment, sentence

DISPUTE_ROUTES = "行政裁决、仲裁或者向法院起诉"
"""Where a dispute can go that is not settled by mediation."""
REVIEW_ROUTE = "可以请上一级机关复查，或拨打 12345"
Tail = Callable[[News], str]


def asked(news: News) -> Reply:
    """The questions, and how to answer them."""
    number = news.case.number
    questions = "\n".join(f"{place}. {one}" for place, one in enumerate(news.words.splitlines(), 1))
    until = _instant(news, "until")
    limit = f"\n{until} 前没有补充，我们按已知情况继续。" if until else ""
    return Reply(f"{yours(news)}还需要您补充：\n{questions}\n请回复：补充 {number} 您的回答（也可以发照片）。{limit}")


def timed_out(news: News) -> Reply:
    """It goes on without the answer."""
    number = news.case.number
    return Reply(f"{yours(news)}没有等到您的补充，先按已知情况继续办理。随时可以再补充：补充 {number} 情况")


def rejected(news: News) -> Reply:
    """Why, what else is open, and that another acceptor may look again, once."""
    reason = str(news.event.facts.get("reason", ""))
    route = news.knowledge.rules_of(news.case).reasons.reject.get(reason, "")
    why = f"：{sentence(news.words)}" if news.words else "。"
    other = f"您可以：{sentence(route)}" if route else ""
    text = f"{yours(news)}不予受理，原因是{reason}{why}{other}"
    if news.case.overlay.review_asked:
        return Reply(f"{text}这是复核后的结果。")
    return Reply(
        f"{text}\n不同意可以申请一次复核，由另一位受理员重新看。",
        (Choice("申请复核", f"申请复核 {news.case.number}"),),
    )


def merged(news: News) -> Reply:
    """Handled with the same matter; number, notices and vote stay the reporter's own."""
    number = news.case.number
    text = f"{yours(news)}和别人反映的是同一件事，合并办理。您的编号不变，进展和结果照样告诉您，也由您自己评价。"
    return Reply(text, (Choice("不是同一件事", f"拆单 {number}"),))


def parted(news: News) -> Reply:
    """Handled by itself again."""
    return Reply(f"{yours(news)}经核对不是同一件事，已分开单独办理，编号不变。{answer_by(news)}")


def answered(news: News) -> Reply:
    """The answer; a person takes over where it does not help."""
    rate = Choice("评价", f"评价 {news.case.number}")
    return Reply(
        f"{yours(news)}{answer_tail(news)}\n解决了请评价，没有解决可以找人工。", (rate, Choice("没有解决", "人工"))
    )


def transferred(news: News) -> Reply:
    """Where it went, under which number there."""
    return Reply(f"{yours(news)}{transfer_tail(news)}对方不办的，我们接回来继续办，不用您再说一遍。")


def bounced(news: News) -> Reply:
    """It came back, and nothing is asked again."""
    return Reply(f"{yours(news)}对方退回来了，由我们继续办理，不用您再说一遍。{answer_by(news)}")


def voided(news: News) -> Reply:
    """Two people found no report in it."""
    return Reply(f"{yours(news)}经两位工作人员核对，没有要办的事项，已作废。如果不对，请回复“人工”。")


def withdrawn(news: News) -> Reply:
    """Another unit is looked for; the reporter's deadline stays."""
    return Reply(f"{yours(news)}正在重新确定承办单位，答复期限不变。{answer_by(news)}")


def taken_back(news: News) -> Reply:
    """The same; what was given as the result is none any more."""
    said = {State.FEEDBACK: "刚才告诉您的办理结果不算数，", State.SUSPENDED: "不再暂缓，"}
    over = said.get(State(news.event.before or State.IN_PROGRESS), "")
    return Reply(f"{yours(news)}{over}正在重新确定承办单位。{answer_by(news)}")


def ruled(news: News) -> Reply:
    """A leader has named the unit."""
    return Reply(f"{yours(news)}已由分管领导指定{unit_of(news)}办理。{answer_by(news)}")


def extended(news: News) -> Reply:
    """Why it takes longer, and until when."""
    return Reply(f"{yours(news)}{extension_tail(news)}")


def suspended(news: News) -> Reply:
    """Why it is put off, and until when."""
    return Reply(f"{yours(news)}{suspension_tail(news)}")


def resumed(news: News) -> Reply:
    """It goes on."""
    return Reply(f"{yours(news)}已恢复办理。{answer_by(news)}")


def to_mediation(news: News) -> Reply:
    """Both sides agreed; a mediator has it."""
    due = news.case.clock_due_at
    until = f"，{moment(due, news.knowledge)} 前告诉您结果" if due else ""
    return Reply(f"{yours(news)}双方同意调解，已请调解员调解{until}。不想调解了，随时告诉调解员。")


def mediated(news: News) -> Reply:
    """The agreement; the reporter's own word is the best check."""
    return Reply(f"{yours(news)}调解成功：{sentence(news.words)}\n办好了吗？", done_or_not(news.case.number))


def declined(news: News) -> Reply:
    """One side does not want mediation: other routes."""
    return Reply(f"{yours(news)}有一方不愿意调解，由{unit_of(news)}继续办理。您也可以走{DISPUTE_ROUTES}。")


def not_mediated(news: News) -> Reply:
    """No agreement: other routes."""
    why = f"：{sentence(news.words)}" if news.words else "。"
    return Reply(f"{yours(news)}调解没有达成一致{why}您还可以走{DISPUTE_ROUTES}。")


def upheld(news: News) -> Reply:
    """The explanation, and the route that is open still."""
    return Reply(f"{yours(news)}经两位工作人员复核，维持原处理：{sentence(news.words)}还不同意的，{REVIEW_ROUTE}。")


def parent_closed(news: News) -> Reply:
    """What it was merged into is done: a vote of the reporter's own."""
    text = f"{yours(news)}合并办理的事项已办结。请您评价，一分钟就好；觉得没办好，也请如实说。"
    return Reply(text, (Choice("评价", f"评价 {news.case.number}"),))


WORDS: Mapping[str, Say] = {
    "ask_info": asked,
    "info_timeout": timed_out,
    "reject": rejected,
    "merge": merged,
    "split": parted,
    "answer": answered,
    "transfer_out": transferred,
    "bounce": bounced,
    "void": voided,
    "withdraw": withdrawn,
    "take_back": taken_back,
    "rule": ruled,
    "approve_extend": extended,
    "suspend": suspended,
    "resume": resumed,
    "to_mediation": to_mediation,
    "mediation_done": mediated,
    "mediation_refused": declined,
    "mediation_failed": not_mediated,
    "uphold": upheld,
    "parent_closed": parent_closed,
}


def answer_tail(news: News) -> str:
    """The answer, with what it rests on."""
    return f"答复如下：{news.words}"


def transfer_tail(news: News) -> str:
    """Where it went: the words name the channel and the number there."""
    return f"已转出办理：{sentence(news.words)}"


def extension_tail(news: News) -> str:
    """Why it takes longer, and until when."""
    why = f"：{sentence(news.words)}" if news.words else "。"
    return f"需要更长时间{why}{answer_by(news)}"


def suspension_tail(news: News) -> str:
    """Why it is put off, and until when."""
    at = news.event.facts.get("until")
    back = f"，预计{day(datetime.fromisoformat(at), news.knowledge, news.now)}恢复" if at else ""
    more = sentence(news.words) if news.words else ""
    return f"因{news.event.facts.get('reason', '客观原因')}暂缓办理{back}，恢复了马上告诉您。{more}"


def _instant(news: News, fact: str) -> str:
    at = news.event.facts.get(fact)
    return moment(datetime.fromisoformat(at), news.knowledge) if at else ""
