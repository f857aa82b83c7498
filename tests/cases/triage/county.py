"""The packaged rules for a made-up county, for tests of triage."""

from zoneinfo import ZoneInfo

from cases.rules import County
from config.rulebook import load_rules

COUNTY = County("云溪县", "990101", "YX", ZoneInfo("Asia/Shanghai"), "ZHZX")
RULES = load_rules(None, COUNTY)
