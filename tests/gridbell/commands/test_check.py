"""`gridbell check` as an admin reads it: a table, and an exit code for scripts."""

from tests.gridbell.commands.terminal import Terminal, settle
from tests.kit.servers import free_port

ACCOUNT = """
[wechat.main]
app_id = "wx-made-up"
app_secret = "very-secret-words"
token = "token-words"
api_base = "http://127.0.0.1:{port}"
"""


def test_warnings_alone_end_with_0(terminal: Terminal) -> None:
    result = terminal.type("check")
    assert result.exit_code == 0
    lines = [[cell.strip() for cell in line.split("│")[1:4]] for line in result.stdout.splitlines() if "│" in line]
    states = {what: state for what, state, _ in lines if what}
    assert (states["数据库"], states["网格"], states["渠道"]) == ("正常", "警告", "警告")


def test_an_error_ends_with_1_and_the_rest_is_still_told(bare_terminal: Terminal) -> None:
    result = bare_terminal.type("check")
    assert result.exit_code == 1
    assert "错误" in result.stdout
    assert "gridbell migrate" in result.stdout
    assert "Redis" in result.stdout


def test_an_account_whose_platform_is_away_is_a_warning_without_its_secrets(terminal: Terminal) -> None:
    result = settle(terminal.folder, ACCOUNT.format(port=free_port())).type("check")
    assert result.exit_code == 0
    assert "渠道 wechat:main" in result.stdout
    assert "取不到访问凭证（unreachable）" in result.stdout
    assert "very-secret-words" not in result.output
    assert "token-words" not in result.output
