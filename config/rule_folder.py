"""The folder of a county's own rules: which files it may hold, and what is wrong with the names of those it holds."""

from difflib import get_close_matches
from pathlib import Path

from config.problems import Problem

CATALOGUE, KEYWORDS, RULES, CALENDAR = "catalogue.csv", "keywords.csv", "rules.toml", "calendar"
KNOWN = (RULES, CATALOGUE, KEYWORDS, CALENDAR)
ALIKE = 0.75
YEAR_HINT = f"年份的日历请放进 {CALENDAR} 文件夹，例如 {CALENDAR}/2027.json。"


def misnamed(folder: Path) -> list[Problem]:
    """What keeps the folder's files from being read: none of them is known, or one is spelt almost like one it lacks.

    Other files (notes, copies of a rule file beside it) are nobody's business.
    """
    names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    lacking = [name for name in KNOWN if name not in names]
    problems = [
        Problem(str(folder / name), 0, "不认识这个文件名，里面的规则不会生效。", f"请改名为 {meant}。")
        for name in names
        if name not in KNOWN and (meant := _meant(name, lacking))
    ]
    problems += [
        Problem(str(folder / name), 0, "年份的日历不在这里读。", YEAR_HINT)
        for name in names
        if name.endswith(".json") and name[:4].isdecimal()
    ]
    if not problems and len(lacking) == len(KNOWN):
        found = f"只有 {'、'.join(names[: len(KNOWN)])}" if names else "是空的"
        what = f"里面没有规则文件（{found}）。"
        problems.append(Problem(str(folder), 0, what, f"请放入 {'、'.join(KNOWN)} 之一，或改正 [rules] path。"))
    return problems


def _meant(name: str, lacking: list[str]) -> str:
    close = get_close_matches(name.lower(), lacking, n=1, cutoff=ALIKE)
    return close[0] if close else ""
