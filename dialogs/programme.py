"""The programme of gridbell: all dialogs, commands and fixed words, put together for one county's rules."""

import re
from collections.abc import Sequence

from cases.rules import Rules
from cases.triage.category import suggest
from cases.triage.danger import emergency_lines
from dialogs.admin import cases as desk_cases
from dialogs.admin import handing, joining, pauses, refusals, replies, watching
from dialogs.admin.decisions import second
from dialogs.admin.dossier import case_file
from dialogs.admin.missing import REASON
from dialogs.admin.people import people
from dialogs.admin.reason import Reason
from dialogs.admin.tally import tally
from dialogs.citizen import cases, others
from dialogs.citizen.afterwards import NotDone, OnceMore, Supply, Withdraw
from dialogs.citizen.extra import ExtraQuestions
from dialogs.citizen.human import human, relay
from dialogs.citizen.rate import RateCase
from dialogs.citizen.report import ReportProblem
from dialogs.engine.around import Knowledge
from dialogs.engine.masking import BLOT
from dialogs.engine.messages import Choice, Content, Kept, Location, Photo, Reply
from dialogs.engine.programme import Entry, Programme
from dialogs.engine.words import typed
from dialogs.officer import asking, mediation, questions, signing, tasks, together, wishes
from dialogs.officer.bind import bind
from dialogs.officer.card import task
from dialogs.officer.feedback import FeedBack, feed_back
from dialogs.officer.leave import TakeLeave, end_leave, substitutes, take_leave
from dialogs.officer.roster import duty_roster, plan
from dialogs.phrases import quoted

REPORT, EXTRA, RATE = "report", "extra", "rate"
NOT_DONE, WITHDRAW, SUPPLY, ONCE_MORE, LEAVE = "not_done", "withdraw", "supply", "once_more", "leave"
CITIZEN_COMMANDS = (
    cases.status,
    cases.supplement,
    cases.cancel,
    cases.confirm,
    cases.not_done,
    cases.rate,
    others.urge,
    others.follow,
    others.unfollow,
    others.split,
    others.report_again,
    others.ask_review,
    cases.privacy_notice,
)
OFFICER_COMMANDS = (
    bind,
    tasks.my_tasks,
    task,
    signing.sign,
    signing.progress,
    feed_back,
    asking.give_back,
    asking.extend,
    asking.correct_category,
    asking.correct_place,
    questions.ask_info,
    together.hand_over,
    together.invite_assist,
    together.answer_assist,
    together.waive_assist,
    mediation.to_mediation,
    mediation.mediate,
)
OFFICER_DIALOGS = {
    "feedback": FeedBack,
    "give_back": wishes.GiveBack,
    "ask_for_time": wishes.AskForTime,
    "correct_category": wishes.CorrectCategory,
    "correct_place": wishes.CorrectPlace,
    "ask_reporter": questions.AskReporter,
    "hand_over": together.HandOver,
    "invite_help": together.InviteHelp,
    "answer_invitation": together.AnswerInvitation,
    "send_to_mediation": mediation.SendToMediation,
    "mediate": mediation.Mediate,
}
"""Opened by the command of the same business with the case's number filled in."""
DUTY_COMMANDS = (take_leave, end_leave, substitutes, duty_roster, plan)
STAFF_COMMANDS = (
    case_file,
    desk_cases.todo,
    desk_cases.accept,
    desk_cases.dispatch,
    desk_cases.check,
    second,
    refusals.reject,
    refusals.void,
    refusals.answer,
    refusals.transfer_out,
    refusals.bounce,
    joining.merge,
    handing.withdraw,
    handing.rule,
    handing.set_aside,
    pauses.suspend,
    pauses.resume,
    watching.supervise,
    watching.reopen,
    watching.uphold,
    people,
    replies.answer,
    replies.end,
    tally,
)
WISH = re.compile(r"我?[想要](?:反映|举报|投诉|报修|求助|上报)")
"""By which people announce a problem before they say what it is."""
SMALL_TALK = {
    "谢谢": "不客气！还有什么要反映的，随时告诉我。",
    "谢谢你": "不客气！还有什么要反映的，随时告诉我。",
    "谢谢您": "不客气！还有什么要反映的，随时告诉我。",
    "多谢": "不客气！",
    "感谢": "不客气！",
    "好的谢谢": "不客气！",
    "没事了": "好的，有事随时找我。",
    "好的，没事了": "好的，有事随时找我。",
    "辛苦了": "应该的，谢谢您的理解。",
    "再见": "再见，有事随时找我。",
    "拜拜": "再见，有事随时找我。",
    "好": "好的。要做什么，请回复“菜单”。",
    "好的": "好的。要做什么，请回复“菜单”。",
    "嗯": "好的。要做什么，请回复“菜单”。",
    "你是谁": "我是网格铃，帮您把身边的问题转给网格员和有关部门，并一直跟到办好。",
    "你是机器人吗": "是的，我是自动服务，记下的事都有专人办理。想找人说话，请回复“人工”。",
}


def programme(rules: Rules) -> Programme:
    """The bot of that county."""
    commands = (*CITIZEN_COMMANDS, *OFFICER_COMMANDS, *DUTY_COMMANDS, *STAFF_COMMANDS)
    return Programme(
        welcome=f"您好，这里是{rules.county.name}网格服务。身边有什么问题，直接说出来，或发照片、定位。",
        dialogs={
            REPORT: ReportProblem,
            EXTRA: ExtraQuestions,
            RATE: RateCase,
            NOT_DONE: NotDone,
            WITHDRAW: Withdraw,
            SUPPLY: Supply,
            ONCE_MORE: OnceMore,
            **OFFICER_DIALOGS,
            REASON: Reason,
            LEAVE: TakeLeave,
        },
        commands={command.name: command for command in commands},
        entries=(
            Entry("我的任务", tasks.my_tasks.name, tasks.my_tasks.roles),
            Entry("反馈结果", feed_back.name, feed_back.roles),
            Entry("待办", desk_cases.todo.name, desk_cases.todo.roles),
            Entry("查进度", cases.status.name),
            Entry("找人工", "人工"),
        ),
        asked_by_number=(case_file.name, cases.status.name),
        small_talk=SMALL_TALK,
        begins=begins,
        instead=instead,
        alarm=alarm,
        notice=rules.privacy_notice,
        notice_version=rules.privacy_version,
        notice_before=frozenset({REPORT}),
        human=human,
        relay=relay,
    )


def begins(content: Content, knowledge: Knowledge) -> str | None:
    """A photo, a pin, or words that speak of a problem begin a report without any opening word."""
    if isinstance(content, Photo | Location):
        return REPORT
    words = (typed(content) or "").replace(BLOT, "")
    meant = WISH.search(words) or emergency_lines(words, knowledge.rules) or suggest(words, knowledge.rules, 1)
    return REPORT if meant else None


def instead(content: Content, pushes: Sequence[Kept]) -> Reply | None:
    """While 办好了吗？ is open, words that would begin a report may be the answer to it: then we ask."""
    words = typed(content)
    offered = [choice for push in pushes for choice in push.body.choices if choice.says.startswith(cases.not_done.name)]
    asked = {choice.says: choice for choice in offered}.values()
    if not words or not asked:
        return None
    said = quoted(words, 20)
    old = tuple(Choice(f"{one.label}（{one.says.split()[-1]}）", f"{one.says} {words}") for one in asked)
    return Reply(f"{said}说的是哪一件？", (*old, Choice("新的问题", f"{ReportProblem.opens_with[0]} {words}")))


def alarm(content: Content, knowledge: Knowledge) -> str:
    """What must be read before anything else: emergency lines for danger words, and that an ID number was taken out."""
    words = typed(content) or ""
    lines = emergency_lines(words, knowledge.rules)
    danger = f"如有危险，请先拨打 {'、'.join(lines)}，并离开危险处！" if lines else ""
    secret = "您发的身份证号已隐去，请不要发送身份证号。" if BLOT in words else ""
    return "\n".join(filter(None, [danger, secret]))
