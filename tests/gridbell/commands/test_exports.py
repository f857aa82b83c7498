"""Staff and shifts written to files and read again: nothing changes, and no cell is a formula."""

import csv

import pytest

from tests.gridbell.commands.terminal import Terminal
from tests.gridbell.county import csv_file, feature, geojson, square

PEOPLE, DUTY = "name,roles,unit,phone", "unit,name,phone,from,until"
GRID, TWIN = "990101001001001", "990101001002001"


@pytest.fixture
def county(terminal: Terminal) -> Terminal:
    """A terminal whose store has two grids of one name, a department, staff and shifts."""
    grids = [
        feature(GRID, "第一网格", square(116.0, 28.4)),
        feature(TWIN, "第一网格", square(116.1, 28.4), village="河东村"),
    ]
    terminal.typed("grids", "import", geojson(terminal.folder / "grids.geojson", grids))
    terminal.typed("units", "import", csv_file(terminal.folder / "units.csv", "code,name", "CGJ,城市管理局"))
    staff = (
        f"李梅,网格员;核查员,{GRID},13800000001",
        "李梅,经办人,城市管理局,13800000001",
        f"李梅,网格员,{TWIN},13800000002",
        "王海,分管领导,青石镇,",
        "'=1+1,管理员,云溪县,0791-1234567",
    )
    terminal.typed("people", "import", csv_file(terminal.folder / "people.csv", PEOPLE, *staff))
    shifts = (
        "城市管理局,李梅,,2026-03-05 08:00,2026-03-05 18:00",
        f"{GRID},李梅,13800000001,2026-03-05 18:00,2026-03-06 08:00",
        "青石镇,王海,,2026-03-05 00:00,2026-03-05 24:00",
    )
    terminal.typed("duty", "import", csv_file(terminal.folder / "duty.csv", DUTY, *shifts))
    return terminal


@pytest.mark.parametrize(("what", "told"), [("people", "4 人，5 行"), ("duty", "3 班")])
def test_what_is_exported_and_imported_again_changes_nothing(county: Terminal, what: str, told: str) -> None:
    file, before = county.folder / f"{what}-out.csv", county.rows()
    assert county.typed(what, "export", file) == f"已导出到 {file}：{told}。\n"
    (first, *_) = county.typed(what, "import", file).splitlines()
    number = told.partition(" ")[0]
    assert first == f"已导入 {file.name}：新增 0，修改 0，未变 {number}。"
    assert county.rows() == before


def test_the_file_is_as_spreadsheets_want_it_and_holds_no_formula(county: Terminal) -> None:
    file = county.folder / "out.csv"
    county.typed("people", "export", file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfname,roles,unit,phone\r\n")
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1:] == [
        ["李梅", "网格员;核查员", f"\t{GRID}", "13800000001"],
        ["李梅", "经办人", "城市管理局", "13800000001"],
        ["李梅", "网格员", f"\t{TWIN}", "13800000002"],
        ["王海", "分管领导", "青石镇", ""],
        ["'=1+1", "管理员", "云溪县", "\t07911234567"],
    ]


def test_a_file_that_is_there_is_not_written_over(county: Terminal) -> None:
    file = csv_file(county.folder / "mine.csv", "mine")
    for what in ("people", "duty"):
        result = county.type(what, "export", file)
        assert result.exit_code == 1
        assert "文件已经存在。请换一个文件名，或先把它移走。" in result.stderr
    assert file.read_text() == "mine\n"


def test_a_dry_run_of_shifts_says_what_it_would_do_and_changes_no_row(county: Terminal) -> None:
    before = county.rows()
    file = csv_file(county.folder / "more.csv", DUTY, "城市管理局,李梅,,2026-03-05 09:00,2026-03-05 12:00")
    told = county.typed("duty", "import", file, "--dry-run").splitlines()
    assert told == [
        "试运行 more.csv：新增 1，修改 0，未变 0。没有写入任何内容。",
        "  新增：城市管理局 李梅 03-05 09:00",
        "  注意：城市管理局：以文件里的日期为准，删去文件里没有的 1 班。",
    ]
    assert county.rows() == before
    county.typed("duty", "import", file)
    assert len(county.rows()["shifts"]) == len(before["shifts"]) == 3


def test_a_bad_row_of_shifts_is_named_and_nothing_is_written(county: Terminal) -> None:
    before = county.rows()
    rows = ("城市管理局,李梅,,2026-03-09 09:00,2026-03-09 12:00", "城市管理局,王海,,2026-03-09 09:00,2026-03-09 12:00")
    result = county.type("duty", "import", csv_file(county.folder / "bad.csv", DUTY, *rows))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[1] == "  1. 第 3 行：王海在城市管理局没有岗位。请改正单位，或先添加岗位。"
    assert county.rows() == before
