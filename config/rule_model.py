"""The shape of rules.toml: names, types and bounds of every rule."""

import re
from datetime import time, timedelta
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from cases.rules import Flow, Limits, Reasons, Rung
from config.table import Table

PERIOD = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
Hours = Annotated[float, Field(gt=0, le=8784)]
Share = Annotated[float, Field(gt=0, le=1)]
Code = Annotated[str, Field(min_length=1)]
REJECT = {
    "不属于本级职责": "向有权处理的部门反映，或拨打 12345",
    "已进入诉讼、仲裁或复议": "在原程序中提出",
    "已有生效裁决": "依法申请再审或申诉",
    "信访事项正在办理或已终结": "信访部门",
    "没有具体事项或无法核实": "补充时间、地点后重新上报",
}
"""The lists for rules that have none, as versions written before there was one."""
SUSPEND = ["等待季节或天气", "等待立项或资金", "等待鉴定、检测或审批", "权属争议待处理", "其他客观原因"]
CHANNELS = ["110", "119", "12315", "12333", "法院", "信访"]


def _period(text: object) -> object:
    found = PERIOD.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("请写成“08:00-12:00”这样。")
    first, second, third, fourth = map(int, found.groups())
    try:
        opens, closes = time(first, second), time(third, fourth)
    except ValueError:
        raise ValueError("没有这个钟点，请写 00:00 到 23:59。") from None
    if opens >= closes:
        raise ValueError("结束要晚于开始。")
    return opens, closes


class WorkingTime(Table):
    """When people work."""

    periods: list[Annotated[tuple[time, time], BeforeValidator(_period)]] = Field(min_length=1)

    @field_validator("periods")
    @classmethod
    def in_order(cls, periods: list[tuple[time, time]]) -> list[tuple[time, time]]:
        """Periods follow one another."""
        if any(later[0] <= earlier[1] for earlier, later in pairwise(periods)):
            raise ValueError("各时段请按先后写，且不要重叠或相连。")
        return periods


class LimitTable(Table):
    """Limits in the units their names say."""

    sign_hours: Hours
    sign_share: Share
    sign_urgent_minutes: Hours
    dispatch_hours: Hours
    dispatch_urgent_minutes: Hours
    check_hours: Hours
    review_hours: Hours
    reopen_hours: Hours
    reopen_minor_hours: Hours
    rating_days: Hours
    rating_reminder_days: Hours
    rework_floor: Share
    check_by_bot_never: list[Literal["P1", "P2", "P3", "P4"]]
    info_hours: Hours = 48
    return_hours: Hours = 8
    return_urgent_minutes: Hours = 60
    mediation_days: Hours = 30
    suspension_days: Hours = 366
    extensions: int = Field(default=2, ge=0, le=10)
    assist_share: Share = 0.5
    urge_hours: Hours = 24
    again_days: Hours = 90

    def limits(self) -> Limits:
        """The same as spans of time."""
        return Limits(
            sign=timedelta(hours=self.sign_hours),
            sign_share=self.sign_share,
            sign_urgent=timedelta(minutes=self.sign_urgent_minutes),
            dispatch=timedelta(hours=self.dispatch_hours),
            dispatch_urgent=timedelta(minutes=self.dispatch_urgent_minutes),
            check=timedelta(hours=self.check_hours),
            review=timedelta(hours=self.review_hours),
            reopen=timedelta(hours=self.reopen_hours),
            reopen_minor=timedelta(hours=self.reopen_minor_hours),
            rating=timedelta(days=self.rating_days),
            rating_reminder=timedelta(days=self.rating_reminder_days),
            rework_floor=self.rework_floor,
            check_by_bot_never=tuple(self.check_by_bot_never),
            info=timedelta(hours=self.info_hours),
            return_ruling=timedelta(hours=self.return_hours),
            return_ruling_urgent=timedelta(minutes=self.return_urgent_minutes),
            mediation=timedelta(days=self.mediation_days),
            suspension=timedelta(days=self.suspension_days),
            extensions=self.extensions,
            assist_share=self.assist_share,
            urge=timedelta(hours=self.urge_hours),
            again=timedelta(days=self.again_days),
        )


class FlowTable(Table):
    """Which cases run direct, and who leads."""

    default: Literal["direct", "centre"]
    centre: list[Code]
    centre_tops: list[Code]
    centre_sensitivities: list[Literal["reporter", "party", "minor", "health"]]
    department_leads: list[Code]

    def flow(self) -> Flow:
        """The same as sets."""
        return Flow(
            default=self.default,
            centre=frozenset(self.centre),
            centre_tops=frozenset(self.centre_tops),
            centre_sensitivities=frozenset(self.centre_sensitivities),
            department_leads=frozenset(self.department_leads),
        )


class RungTable(Table):
    """One rung of the ladder; `share` in per cent of the limit."""

    share: int = Field(gt=0, le=1000)
    light: Literal["blue", "yellow", "red"]
    action: Literal["remind", "warn", "overdue", "red_card", "listed"]
    told: list[
        Literal["handler", "unit_duty", "unit_leader", "next_level", "supervisor", "county_leader", "duty_room"]
    ] = Field(min_length=1)
    up: int = Field(default=0, ge=0, le=3)
    priorities: list[Literal["P1", "P2", "P3", "P4"]] = Field(default=[])

    def rung(self) -> Rung:
        """The same as a rung."""
        return Rung(self.share, self.light, self.action, tuple(self.told), self.up, tuple(self.priorities))


class Quiet(Table):
    """Local hours between which only P1 is sent."""

    from_hour: int = Field(ge=0, le=23)
    until_hour: int = Field(ge=0, le=23)


class Refused(Table):
    """Words that no category may carry."""

    forbidden: list[Code] = Field(min_length=1)


class Privacy(Table):
    """The notice shown before the first report; `{county}` in it becomes the county's name."""

    version: Code
    notice: str = Field(min_length=20)


class ReasonTable(Table):
    """The fixed lists of reasons; a reason of refusal has the route that is open instead."""

    reject: dict[Code, Code] = Field(default=REJECT, min_length=1)
    suspend: list[Code] = Field(default=SUSPEND, min_length=1)
    channels: list[Code] = Field(default=CHANNELS, min_length=1)

    def reasons(self) -> Reasons:
        """The same, not to be changed."""
        return Reasons(dict(self.reject), tuple(self.suspend), tuple(self.channels))


class RuleFile(Table):
    """The whole of rules.toml."""

    working_time: WorkingTime
    limits: LimitTable
    flow: FlowTable
    ladder: list[RungTable] = Field(min_length=1)
    quiet: Quiet
    danger: dict[Code, Code]
    catalogue: Refused
    privacy: Privacy
    reasons: ReasonTable = ReasonTable()
