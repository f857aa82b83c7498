"""What the engine's tests know: the packaged rules and a county with one empty map."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cases.people import Address
from cases.places import Units
from cases.rules import County
from cases.triage.place import GridMap
from config.rulebook import load_rules
from dialogs.engine.around import Around, Knowledge
from dialogs.engine.messages import Caller

NINE = datetime(2026, 3, 3, 1, tzinfo=UTC)
AUNT_LI = Caller(Address("toy:main", "li"))
COUNTY = County("青川县", "990101", "QC", ZoneInfo("Asia/Shanghai"))
KNOWLEDGE = Knowledge(load_rules(None, COUNTY), GridMap(Units(), []))


def around(answers: Mapping[str, object] | None = None) -> Around:
    """The surroundings of one question on a Tuesday at nine."""
    return Around(KNOWLEDGE, AUNT_LI, NINE, answers or {})
