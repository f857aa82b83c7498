"""Reads the county's rules from their folder, checks them whole, and makes one frozen version of them."""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from cases.calendar import WorkingCalendar
from cases.catalogue import Catalogue
from cases.rules import County, Rules
from config.catalogue_file import read_catalogue, read_keywords
from config.problems import Problem, explained, listed, toml_fault, toml_lines
from config.rule_checks import checked
from config.rule_folder import CALENDAR, CATALOGUE, KEYWORDS, RULES, misnamed
from config.rule_model import RuleFile
from config.sources import Source

PACKAGED = Path(__file__).parent / "rules"
TEXTS = (RULES, CATALOGUE, KEYWORDS)
"""What a version of the rules is made of, and what is kept of it."""
VERSION_LENGTH = 12
DAY_LISTS = ("off_days", "make_up_days")


class BadData(Exception):
    """The rules cannot be used; `problems` has everything that is wrong with them, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(listed("规则文件", self.problems))


def load_rules(path: Path | None, county: County) -> Rules:
    """The rules of that folder (or of that rules.toml and its folder); None and files not there: the packaged ones.

    The packaged calendars of years that the folder does not have hold as well.
    Raises BadData naming every problem with its file and line.
    """
    folder = PACKAGED if path is None else path.parent if path.suffix == ".toml" else path
    problems = _unusable(path) if path is not None else []
    if problems:
        raise BadData(problems)
    files = {name: _at(folder, name) for name in TEXTS}
    if path is not None and path.suffix == ".toml":
        files[RULES] = path
    book = _Book.read({name: Source.of(file, own=file.parent != PACKAGED) for name, file in files.items()}, problems)
    calendars = {found.name: found for home in (PACKAGED, folder) for found in (home / CALENDAR).glob("*.json")}
    years = [days for name in sorted(calendars) if (days := _year(calendars[name], problems))]
    if book is None or problems:
        raise BadData(problems)
    return book.rules(county, _calendar(book.file, years, county))


def read_again(texts: Mapping[str, str], present: Rules) -> Rules:
    """An earlier version of the rules, from the texts that were kept of it, with the present county and holidays.

    Raises BadData where this version of the program can't read them any more.
    """
    problems: list[Problem] = []
    book = _Book.read({name: Source(name, texts.get(name), own=False) for name in TEXTS}, problems)
    if book is None or problems:
        raise BadData(problems)
    return book.rules(present.county, replace(present.calendar, periods=tuple(book.file.working_time.periods)))


@dataclass(frozen=True)
class _Book:
    """The three files of one version, read and checked."""

    texts: Mapping[str, str]
    file: RuleFile
    catalogue: Catalogue
    keywords: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, sources: Mapping[str, Source], problems: list[Problem]) -> Self | None:
        """None when rules.toml can't be read; all that is wrong is added to `problems`."""
        file = _rule_file(sources[RULES], problems)
        forbidden = _forbidden(file) if sources[CATALOGUE].own else ()
        catalogue, codes = read_catalogue(sources[CATALOGUE], forbidden, problems)
        keywords = _keywords(sources[KEYWORDS], codes, problems)
        if file is None:
            return None
        if sources[RULES].own:
            problems += checked(file, codes, sources[RULES])
        texts = {name: source.text for name, source in sources.items() if source.text is not None}
        return cls(texts, file, catalogue, keywords)

    def rules(self, county: County, calendar: WorkingCalendar) -> Rules:
        """The same as rules of that county."""
        file = self.file
        return Rules(
            version=_version(self.texts),
            county=county,
            catalogue=self.catalogue,
            calendar=calendar,
            limits=file.limits.limits(),
            flow=file.flow.flow(),
            ladder=tuple(sorted((rung.rung() for rung in file.ladder), key=lambda rung: rung.share)),
            danger_words=_danger_words(file),
            quiet_from=file.quiet.from_hour,
            quiet_until=file.quiet.until_hour,
            privacy_notice=file.privacy.notice.strip().replace("{county}", county.name),
            privacy_version=file.privacy.version,
            reasons=file.reasons.reasons(),
            keywords=self.keywords,
            texts=self.texts,
        )


def _unusable(path: Path) -> list[Problem]:
    """What is wrong with where the rules are said to be."""
    instead = "请改正 [rules] path，或删去它用自带的规则。"
    try:
        if path.is_dir():
            return misnamed(path)
        if not path.exists():
            return [Problem(str(path), 0, "没有这个文件或文件夹。", instead)]
    except OSError as refused:
        return [Problem(str(path), 0, f"打不开（{refused.strerror}）。", "请检查路径和权限。")]
    if path.suffix != ".toml":
        return [Problem(str(path), 0, "既不是文件夹，也不是 .toml 文件。", instead)]
    return []


def _at(folder: Path, name: str) -> Path:
    return folder / name if (folder / name).exists() else PACKAGED / name


def _rule_file(source: Source, problems: list[Problem]) -> RuleFile | None:
    if source.text is None:
        problems.append(Problem(source.name, 0, "打不开，或不是 UTF-8 编码。", "请另存为 UTF-8 的文本文件。"))
        return None
    try:
        return RuleFile.model_validate(tomllib.loads(source.text))
    except tomllib.TOMLDecodeError as error:
        problems.append(toml_fault(source.name, error))
    except ValidationError as error:
        problems.extend(explained(error, RuleFile, source.name, toml_lines(source.text)))
    return None


def _forbidden(file: RuleFile | None) -> list[str]:
    """Words no category may carry: the packaged ones always, and those a county adds."""
    packaged = RuleFile.model_validate(tomllib.loads((PACKAGED / RULES).read_text(encoding="utf-8")))
    return list(dict.fromkeys([*packaged.catalogue.forbidden, *(file.catalogue.forbidden if file else ())]))


def _keywords(source: Source, codes: Set[str], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """The keywords; of the packaged ones those for categories that a county's own catalogue does not have are left."""
    found = read_keywords(source, codes, problems if source.own else [])
    return {code: words for code, words in found.items() if code in codes}


def _danger_words(file: RuleFile) -> dict[str, str]:
    words = ((word.strip(), lines) for several, lines in file.danger.items() for word in several.split("|"))
    return {word: lines for word, lines in words if word}


def _year(file: Path, problems: list[Problem]) -> tuple[int, bool, frozenset[date], frozenset[date]] | None:
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        off, make_up = (frozenset(map(date.fromisoformat, written[name])) for name in DAY_LISTS)
        year, provisional = int(file.stem), written["provisional"]
    except (OSError, KeyError, TypeError, ValueError):
        instead = '请写 {"provisional": false, "off_days": ["2026-01-01"], "make_up_days": []}，文件名写年份。'
        problems.append(Problem(file.name, 0, "日历读不懂。", instead))
        return None
    if not isinstance(provisional, bool):
        problems.append(Problem(file.name, 0, "provisional 不对。", "请写 true 或 false。"))
    for day in sorted(day for day in off | make_up if day.year != year):
        problems.append(Problem(file.name, 0, f"{day} 不在 {year} 年。", "请写到那一年的文件里。"))
    for day in sorted(off & make_up):
        problems.append(Problem(file.name, 0, f"{day} 既放假又上班。", "请只留一处。"))
    return year, bool(provisional), off, make_up


def _calendar(
    file: RuleFile, years: Sequence[tuple[int, bool, frozenset[date], frozenset[date]]], county: County
) -> WorkingCalendar:
    return WorkingCalendar(
        periods=tuple(file.working_time.periods),
        zone=county.zone,
        off_days=frozenset(day for year in years for day in year[2]),
        make_up_days=frozenset(day for year in years for day in year[3]),
        known_years=frozenset(year for year, provisional, _, _ in years if not provisional),
    )


def _version(texts: Mapping[str, str]) -> str:
    """A short hash of the contents. Holidays are no part of it: a new notice re-dates open cases."""
    digest = hashlib.sha256()
    for name in TEXTS:
        digest.update(f"{name}\0{texts[name]}\0".encode())
    return digest.hexdigest()[:VERSION_LENGTH]
