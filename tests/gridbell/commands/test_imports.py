"""Importing by command: what an admin reads, and what is in the database afterwards."""

from pathlib import Path

import pytest

from tests.gridbell.commands.terminal import Terminal, settle
from tests.gridbell.county import csv_file, feature, geojson, square

DEMO = Path(__file__).parents[3] / "config" / "demo"
FILES = [("grids", DEMO / "grids.geojson"), ("units", DEMO / "units.csv"), ("people", DEMO / "people.csv")]
PEOPLE = "name,roles,unit,phone"


@pytest.fixture
def county(terminal: Terminal) -> Terminal:
    """A terminal whose store has one grid and one department."""
    grids = geojson(terminal.folder / "grids.geojson", [feature("990101001001001", "第一网格", square(116.0, 28.4))])
    terminal.typed("grids", "import", grids)
    terminal.typed("units", "import", csv_file(terminal.folder / "units.csv", "code,name", "CGJ,城市管理局"))
    return terminal


def test_the_demo_county_is_imported_by_three_commands(terminal: Terminal) -> None:
    told = [terminal.typed(what, "import", file) for what, file in FILES]
    assert [words.splitlines()[0] for words in told] == [
        "已导入 grids.geojson：新增 51，修改 0，未变 0。",
        "已导入 units.csv：新增 6，修改 0，未变 0。",
        "已导入 people.csv：新增 20，修改 0，未变 0。",
    ]
    rows = terminal.rows()
    assert (len(rows["grids"]), len(rows["units"]), len(rows["people"])) == (36, 1 + 51 + 6, 20)
    again = [terminal.typed(what, "import", file) for what, file in FILES]
    assert [words.splitlines()[0].partition("：")[2] for words in again] == [
        f"新增 0，修改 0，未变 {number}。" for number in (51, 6, 20)
    ]
    assert terminal.rows() == rows


def test_a_dry_run_says_what_it_would_do_and_changes_no_row(county: Terminal) -> None:
    before = county.rows()
    files = [
        ("people", csv_file(county.folder / "p.csv", PEOPLE, "李梅,网格员,第一网格,")),
        ("units", csv_file(county.folder / "u.csv", "code,name", "MZJ,民政局")),
        ("grids", geojson(county.folder / "g.geojson", [feature("990101001001002", "二", square(116.1, 28.4))])),
    ]
    for what, file in files:
        told = county.typed(what, "import", file, "--dry-run")
        assert told.startswith(f"试运行 {file.name}：新增 1，")
        assert "没有写入任何内容" in told
    assert county.rows() == before


def test_every_bad_row_is_named_on_standard_error_and_nothing_is_written(county: Terminal) -> None:
    before = county.rows()
    rows = ("李梅,网格员,第一网格,", "王海,网格圆,第一网格,", "陈燕,网格员,第一网格,12345", ",网格员,第一网格,")
    result = county.type("people", "import", csv_file(county.folder / "p.csv", PEOPLE, *rows))
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert lines[0] == f"{county.folder / 'p.csv'} 有 3 处要改，没有写入任何内容："
    assert [line.split("：")[0].strip() for line in lines[1:]] == ["1. 第 3 行", "2. 第 4 行", "3. 第 5 行"]
    assert "是不是“网格员”？" in lines[1]
    assert county.rows() == before


def test_a_summary_of_many_names_is_cut_short(county: Terminal) -> None:
    people = [f"人员{number},网格员,第一网格," for number in range(1, 13)]
    told = county.typed("people", "import", csv_file(county.folder / "p.csv", PEOPLE, *people)).splitlines()
    assert told[1].endswith("人员7、人员8 等 12 个")


def test_grids_that_are_not_in_the_file_stay_and_are_named(county: Terminal) -> None:
    file = geojson(county.folder / "more.geojson", [feature("990101001001002", "第二网格", square(116.1, 28.4))])
    told = county.typed("grids", "import", file)
    assert "文件里没有、仍然保留：已有网格“第一网格”（990101001001001）" in told
    assert len(county.rows()["grids"]) == 2


def test_a_file_from_chinese_excel_is_read_with_a_note(county: Terminal) -> None:
    file = csv_file(county.folder / "p.csv", PEOPLE, "李梅,网格员,第一网格,13800000001", encoding="gbk")
    told = county.typed("people", "import", file)
    assert "新增：李梅" in told
    assert "注意：文件是 GBK 编码" in told


@pytest.mark.parametrize(("what", "file"), FILES)
def test_a_missing_file_is_said_plainly(county: Terminal, what: str, file: Path) -> None:
    result = county.type(what, "import", county.folder / f"no-{file.name}")
    assert result.exit_code == 1
    assert "打不开这个文件。请检查路径和权限" in result.stderr


@pytest.mark.parametrize("what", ["grids", "units", "people"])
def test_a_folder_in_place_of_a_file_is_said_plainly(county: Terminal, what: str) -> None:
    result = county.type(what, "import", county.folder)
    assert result.exit_code == 1
    assert "打不开这个文件。请检查路径和权限" in result.stderr


@pytest.mark.parametrize("what", ["grids", "units", "people"])
def test_what_cannot_be_read_is_said_in_our_words(county: Terminal, what: str) -> None:
    result = county.type(what, "import", county.folder)
    assert result.exit_code == 1
    assert "打不开这个文件。请检查路径和权限" in result.stderr


@pytest.mark.parametrize(("what", "file"), FILES)
def test_a_store_without_tables_names_the_command_that_makes_them(
    bare_terminal: Terminal, what: str, file: Path
) -> None:
    result = bare_terminal.type(what, "import", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "gridbell migrate" in result.stderr
    assert not (bare_terminal.folder / "gridbell.db").exists()


@pytest.mark.parametrize(("what", "file"), FILES[:2])
def test_a_county_without_a_code_of_its_own_takes_no_units(terminal: Terminal, what: str, file: Path) -> None:
    nameless = settle(terminal.folder)
    words = nameless.config.read_text(encoding="utf-8")
    nameless.config.write_text(words.replace('code = "990101"', ""), encoding="utf-8")
    result = nameless.type(what, "import", file)
    assert result.exit_code == 1
    assert "还没有填写本县的代码" in result.stderr
    assert not nameless.rows()["units"]


def test_a_code_stands_alone_on_standard_output_and_is_kept_only_as_a_digest(county: Terminal) -> None:
    county.typed("people", "import", csv_file(county.folder / "p.csv", PEOPLE, "李梅,网格员,第一网格,"))
    result = county.type("people", "code", "李梅")
    assert result.exit_code == 0
    assert result.stderr == ""
    code = result.stdout.strip()
    assert result.stdout == f"{code}\n"
    assert len(code) == 8
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ23456789")
    ((digest, *_),) = county.rows()["bind_codes"]
    assert code not in str(digest)


def test_a_code_for_namesakes_needs_the_unit(county: Terminal) -> None:
    rows = ("王海,网格员,第一网格,13800000001", "王海,经办人,CGJ,13800000002")
    county.typed("people", "import", csv_file(county.folder / "p.csv", PEOPLE, *rows))
    result = county.type("people", "code", "王海")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "有 2 位" in result.stderr
    assert not county.rows()["bind_codes"]
    assert len(county.typed("people", "code", "王海", "--unit", "城市管理局").strip()) == 8
