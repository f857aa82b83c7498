"""The programme of gridbell: all dialogs, commands and fixed words, put together for one county's rules."""

from cases.rules import Rules
from cases.triage.category import suggest
from cases.triage.danger import emergency_lines
from dialogs.admin import cases as desk_cases
from dialogs.admin import replies
from dialogs.admin.dossier import case_file
from dialogs.admin.people import people
from dialogs.admin.tally import tally
from dialogs.citizen import cases
from dialogs.citizen.extra import ExtraQuestions
from dialogs.citizen.human import human, relay
from dialogs.citizen.rate import RateCase
from dialogs.citizen.report import ReportProblem
from dialogs.engine.answers import typed
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Content, Location, Photo
from dialogs.engine.programme import Entry, Programme
from dialogs.officer import tasks
from dialogs.officer.bind import bind
from dialogs.officer.feedback import FeedBack

REPORT, EXTRA, RATE, FEEDBACK = "report", "extra", "rate", "feedback"
CITIZEN_COMMANDS = (cases.status, cases.supplement, cases.cancel, cases.confirm, cases.not_done, cases.privacy_notice)
OFFICER_COMMANDS = (bind, tasks.my_tasks, tasks.sign, tasks.progress)
STAFF_COMMANDS = (
    case_file,
    desk_cases.todo,
    desk_cases.accept,
    desk_cases.dispatch,
    desk_cases.check,
    people,
    replies.answer,
    replies.end,
    tally,
)
SMALL_TALK = {
    "谢谢": "不客气！还有什么要反映的，随时告诉我。",
    "谢谢你": "不客气！还有什么要反映的，随时告诉我。",
    "谢谢您": "不客气！还有什么要反映的，随时告诉我。",
    "多谢": "不客气！",
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
    commands = (*CITIZEN_COMMANDS, *OFFICER_COMMANDS, *STAFF_COMMANDS)
    return Programme(
        welcome=f"您好，这里是{rules.county.name}网格服务。身边有什么问题，直接说出来，或发照片、定位。",
        dialogs={REPORT: ReportProblem, EXTRA: ExtraQuestions, RATE: RateCase, FEEDBACK: FeedBack},
        commands={command.name: command for command in commands},
        entries=(
            Entry("我的任务", tasks.my_tasks.name, tasks.my_tasks.roles),
            Entry("待办", desk_cases.todo.name, desk_cases.todo.roles),
            Entry("查进度", cases.status.name),
            Entry("找人工", "人工"),
        ),
        asked_by_number=cases.status.name,
        small_talk=SMALL_TALK,
        begins=begins,
        alarm=alarm,
        notice=rules.privacy_notice.format(county=rules.county.name).strip(),
        notice_version=rules.privacy_version,
        notice_before=frozenset({REPORT}),
        human=human,
        relay=relay,
    )


def begins(content: Content, knowledge: Knowledge) -> str | None:
    """A photo, a pin, or words that speak of a problem begin a report without any opening word."""
    if isinstance(content, Photo | Location):
        return REPORT
    words = typed(content)
    if words and (emergency_lines(words, knowledge.rules) or suggest(words, knowledge.rules, 1)):
        return REPORT
    return None


def alarm(content: Content, knowledge: Knowledge) -> str:
    """The emergency lines for danger words, to be read before anything else."""
    lines = emergency_lines(typed(content) or "", knowledge.rules)
    return f"如有危险，请先拨打 {'、'.join(lines)}，并离开危险处！" if lines else ""
