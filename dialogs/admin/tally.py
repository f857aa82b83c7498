"""统计：今日、本周的案件数和各项比率，只看自己范围内的，样本不足不算比率。"""

from cases.lifecycle import STAGES
from cases.ports import Tally
from dialogs.admin.dossier import ACTIVE
from dialogs.engine.command import command
from dialogs.engine.front_desk import FrontDesk
from dialogs.engine.messages import Reply
from dialogs.phrases import moment

PERIODS = {"今日": "today", "今天": "today", "本周": "week", "这周": "week"}
ENOUGH = 10
"""No rate is given of fewer."""


@command("统计", usage="统计 今日|本周", about="您范围内的数量和比率", roles=ACTIVE, first=tuple(PERIODS))
async def tally(desk: FrontDesk, period: str = "今日") -> Reply:
    """Volumes by the date of the event, rates with what they were counted of. Raises Refusal."""
    counts = await desk.cases.tally(PERIODS.get(period, period))
    name = "本周" if PERIODS.get(period) == "week" else "今日"
    head = f"{name}统计（到 {moment(desk.now, desk.knowledge)}，只含您范围内的案件）"
    return Reply("\n".join([head, *volumes(counts), *rates(counts)]))


def volumes(counts: Tally) -> list[str]:
    """How much there was."""
    lines = [
        f"上报 {counts.submitted} 件，派遣 {counts.dispatched} 件，办结 {counts.closed} 件",
        f"超期未办 {counts.overdue_open} 件，返工 {counts.reworked} 件，重办 {counts.reopened} 件",
    ]
    states = "，".join(f"{STAGES[state].zh} {number}" for state, number in counts.by_state.items() if state in STAGES)
    return [*lines, f"上报的案件现在：{states}"] if states else lines


def rates(counts: Tally) -> list[str]:
    """How well it went; what is open past its limit counts as due, not as done."""
    due = counts.closed + counts.overdue_open
    return [
        f"按时签收率：{rate(counts.signed_in_time, counts.dispatched)}",
        f"按期办结率：{rate(counts.closed_in_time, due)}",
        f"返工率：{rate(counts.reworked, due)}",
        f"重办率：{rate(counts.reopened, counts.closed)}",
        f"解决率：{rate(counts.solved, counts.rated)}",
        f"满意率：{rate(counts.satisfied, counts.rated)}",
    ]


def rate(part: int, whole: int) -> str:
    """A share in per cent with its n; without enough cases only the n."""
    if whole < ENOUGH:
        return f"样本不足（n={whole}）"
    return f"{part / whole:.1%}（{part}/{whole}）"
