"""A place as an answer: a pin, words that name a town, village or grid, an address, or three short menus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.people import Level, Unit
from cases.places import Pin, Place
from dialogs.engine.answers import NoAnswer, NotUnderstood, too_long
from dialogs.engine.around import Around
from dialogs.engine.messages import Choice, Content, Location
from dialogs.engine.words import chosen, plain, typed

LEVELS = {Level.COUNTY: "哪个乡镇（街道）", Level.TOWN: "哪个村（社区）", Level.VILLAGE: "哪个网格"}
SHORTEST_ADDRESS = 4
LONGEST_WORDS = 200
NO_ADDRESS = ("不知道", "我不知道", "不清楚", "说不清", "说不清楚", "不晓得", "忘记了", "不记得了")
UNSURE = Choice("说不清是哪个", also=NO_ADDRESS)
MOST_NAMED = 6


def where(report: Any) -> str:
    """The question, by what is known already."""
    kept = report.answers.get("place")
    if not kept:
        return "在哪里？请发送定位，或输入乡镇、村、网格，也可以回复数字选择。"
    if kept.get("among"):
        return f"“{kept['said'][:20]}”有几处，是哪一处？"
    unit = report.around.knowledge.units[kept["unit"]]
    if unit.level is Level.COUNTY:
        return f"地址记下了。在{LEVELS[unit.level]}？也可以发送定位。"
    return f"{unit.name}的{LEVELS.get(unit.level, '哪里')}？也可以发送定位。"


@dataclass(frozen=True)
class InOneGrid:
    """A place in the county.

    Kept as {"unit", "path": names chosen, "said": words typed, "pin": [latitude, longitude, crs, source] | None,
    "whole": whether that is all}; while `whole` is false the next level below `unit` is asked for, or, with "among",
    which of these units is meant.
    """

    def choices(self, around: Around) -> tuple[Choice, ...]:
        """The units that may be meant, or those below what is known so far."""
        kept, units = _kept(around), around.knowledge.units
        if kept.get("among"):
            return tuple(Choice(_path(units[code], around)) for code in kept["among"])
        below = tuple(Choice(unit.name) for unit in _below(around))
        return (*below, *((UNSURE,) if _is_narrowed(around) else ()))

    def read(self, content: Content, before: Any, around: Around) -> dict[str, Any]:
        """The place, or what it is narrowed to. Raises NotUnderstood for a pin outside the county, and for words that
        name nothing and are no address."""
        if isinstance(content, Location):
            return _pinned(content, around)
        words = typed(content)
        if not words:
            raise NotUnderstood("请发送定位，或输入乡镇、村、网格的名字。")
        if len(words) > LONGEST_WORDS:
            raise NotUnderstood(too_long(words, LONGEST_WORDS))
        return _chosen(words, around) or _named(words, around) or _address(words, around)

    def load(self, kept: Any, around: Around) -> Place:
        """The place. Raises NoAnswer while a smaller unit is asked for, or when the unit is gone."""
        if not self.fits(kept, around) or not kept["whole"]:
            raise NoAnswer(kept)
        pin = kept["pin"]
        return Place(kept["unit"], _words(kept, around), Pin(*pin) if pin else None)

    def fits(self, kept: Any, around: Around) -> bool:
        """Of known units."""
        units = around.knowledge.units
        match kept:
            case {"unit": str(unit), "path": str(), "said": str(), "pin": pin, "whole": bool()}:
                among = kept.get("among", [])
                known = isinstance(among, list) and all(isinstance(code, str) and units.get(code) for code in among)
                return known and units.get(unit) is not None and (pin is None or _is_pin(pin))
        return False

    def back(self, kept: Any, around: Around) -> Any:
        """One level up while a level is asked for; nothing stays of the whole."""
        unit = around.knowledge.units.get(kept["unit"])
        above = around.knowledge.units.get(unit.parent) if unit else None
        if kept["whole"] or kept.get("among") or above is None or not kept["path"]:
            return None
        path = kept["path"].removesuffix(unit.name if unit else "")
        return {**kept, "unit": above.code, "path": path} if path or kept["said"] else None

    def unasked(self, content: Content, around: Around) -> bool:
        """A pin is a place, whenever it comes."""
        return isinstance(content, Location)


def _is_pin(kept: Any) -> bool:
    match kept:
        case [float() | int(), float() | int(), "gcj02" | "wgs84", str()]:
            return True
    return False


def _kept(around: Around) -> dict[str, Any]:
    kept = around.answers.get("place")
    return dict(kept) if isinstance(kept, dict) else {}


def _is_narrowed(around: Around) -> bool:
    """Whether a town or village is known, so that its people can be sent."""
    kept = _kept(around)
    unit = around.knowledge.units.get(kept.get("unit"))
    return not kept.get("whole") and unit is not None and unit.level < Level.COUNTY


def _below(around: Around) -> Sequence[Unit]:
    kept = _kept(around)
    code = kept.get("unit") if kept and not kept.get("whole") else None
    return around.knowledge.units.under(code or around.knowledge.rules.county.code)


def _chosen(words: str, around: Around) -> dict[str, Any] | None:
    """What was offered: one of several units, one below, or that nobody knows it better."""
    kept, units = _kept(around), around.knowledge.units
    if kept.get("among"):
        choice = chosen(words, [Choice(_path(units[code], around)) for code in kept["among"]])
        found = next((code for code in kept["among"] if choice and choice.label == _path(units[code], around)), None)
        return _at(units[found], "", str(kept["said"]), around) if found else None
    below = _below(around)
    choice = chosen(words, [*(Choice(unit.name) for unit in below), UNSURE])
    if choice == UNSURE and _is_narrowed(around):
        return {**kept, "whole": True}
    unit = next((one for one in below if choice and choice.label == one.name), None)
    if unit is None:
        return None
    partial = kept if not kept.get("whole") else {}
    return _at(unit, f"{partial.get('path', '')}{unit.name}", partial.get("said", ""), around)


def _named(words: str, around: Around) -> dict[str, Any] | None:
    """The unit that the words name, or the question which of several."""
    named = around.knowledge.places.named(words)
    said = _together(words, around)
    if len(named) == 1:
        return _at(named[0], "", said, around)
    if not named:
        return None
    codes = [unit.code for unit in named[:MOST_NAMED]]
    county = around.knowledge.rules.county.code
    return {"unit": county, "path": "", "said": said, "pin": None, "whole": False, "among": codes}


def _together(words: str, around: Around) -> str:
    """The words with the address that was told before and waits for a place."""
    kept = _kept(around)
    before = "" if kept.get("whole", True) else str(kept["said"])
    if words in before or before in words:
        return max(before, words, key=len)
    both = f"{before}{words}" if around.knowledge.places.named(before) else f"{words}{before}"
    return both if len(both) <= LONGEST_WORDS else words


def _address(words: str, around: Around) -> dict[str, Any]:
    """Words that name no unit are kept as the address; which town it is in is asked next."""
    kept, said = _kept(around), plain(words)
    if kept or len(words) < SHORTEST_ADDRESS or said in NO_ADDRESS or said.isdecimal():
        raise NotUnderstood("没有找到这个地方。请发送定位，或从下面选择乡镇、村、网格。")
    county = around.knowledge.rules.county.code
    return {"unit": county, "path": "", "said": words, "pin": None, "whole": False}


def _pinned(content: Location, around: Around) -> dict[str, Any]:
    pin = content.pin
    unit = around.knowledge.places.find(pin)
    if unit is None:
        county = around.knowledge.rules.county.name
        raise NotUnderstood(f"这个位置不在{county}范围内。请重新发送定位，或从下面选择乡镇、村、网格。")
    said = _together(content.label, around) or _kept(around).get("said") or f"{_path(unit, around)}附近"
    point = [pin.latitude, pin.longitude, pin.crs, pin.source]
    return {"unit": unit.code, "path": "", "said": said[:LONGEST_WORDS], "pin": point, "whole": True}


def _at(unit: Unit, path: str, said: str, around: Around) -> dict[str, Any]:
    whole = not around.knowledge.units.under(unit.code)
    return {"unit": unit.code, "path": path, "said": said, "pin": None, "whole": whole}


def _words(kept: Any, around: Around) -> str:
    """The place for people: names that were chosen before an address, or behind words that name a place themselves."""
    path, said = kept["path"], kept["said"]
    if not said or not path or not around.knowledge.places.named(said):
        return f"{path}{said}"
    return f"{said}（{path}）"


def _path(unit: Unit, around: Around) -> str:
    """The unit's name with those above it, the county's left out."""
    chain = [one for one in around.knowledge.units.chain(unit.code) if one.level < Level.COUNTY or one is unit]
    return "".join(one.name for one in reversed(chain))
