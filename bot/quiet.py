"""Quiet hours: at night nobody's phone rings but for what is urgent."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From hour `begins` to hour `ends` (0-23) of the county's time, usually over midnight; none if they are equal."""

    zone: tzinfo
    begins: int
    ends: int

    def end(self, now: datetime) -> datetime | None:
        """When the quiet hours that `now` (aware) lies in are over, in UTC; None outside of them."""
        local = now.astimezone(self.zone)
        if not self._covers(local.hour):
            return None
        day = local.date() + timedelta(days=1 if local.hour >= self.ends else 0)
        return datetime.combine(day, time(self.ends), self.zone).astimezone(UTC)

    def _covers(self, hour: int) -> bool:
        if self.begins <= self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends
