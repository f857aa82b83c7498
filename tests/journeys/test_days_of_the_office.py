"""A day of each of those in the office: acceptor, dispatcher, checker, leader."""

from tests.journeys.stage import PIN, Stage


async def asks(play: Stage, words: str, category: str, number: str) -> None:
    """李婶 asks what is no task for an officer: the centre looks at it first."""
    await play.says("citizen", "上报", words, category, PIN, "0", "0")
    assert f"编号 {number}" in await play.says("citizen", "确认")
    await play.says("citizen", "不答了")


async def test_an_acceptors_day(office: Stage) -> None:
    await asks(office, "老年证在哪里办？", "办事与政策咨询", "YX260303-0001")
    await office.hears("admin", "【待受理】YX260303-0001")
    assert "YX260303-0001" in await office.says("acceptor", "待办")
    await office.says("acceptor", "答复 0001 老年人优待办法 带身份证到镇民政办，当场办理")
    assert "镇民政办" in await office.hears("citizen", "镇民政办")

    await asks(office, "帮我问问那件事", "其他求助", "YX260303-0002")
    await office.says("acceptor", "要求补充 0002 是哪一件事？在哪里？")
    await office.hears("citizen", "是哪一件事")
    await office.says("citizen", "补充 0002 我家门口的路灯")
    await office.hears("admin", "我家门口的路灯")
    assert "已受理" in await office.says("acceptor", "受理 0002")

    await asks(office, "邻居三年前的官司判错了", "其他求助", "YX260303-0003")
    await office.says("acceptor", "不予受理 0003 已有生效裁决")
    assert "依法申请再审或申诉" in await office.hears("citizen", "不予受理")
    await office.says("citizen", "申请复核 0003 还没有判")
    assert "另一位受理员" in await office.says("acceptor", "受理 0003")
    assert "已受理" in await office.says("admin", "受理 0003")


async def test_a_dispatchers_day(office: Stage) -> None:
    await asks(office, "帮我问问路灯的事", "其他求助", "YX260303-0001")
    await office.says("admin", "受理 0001")
    await office.hears("dispatcher", "【待派遣】YX260303-0001")
    assert "派给" in await office.says("dispatcher", "派遣 0001 朱琳")
    await office.says("dispatcher", "撤回派遣 0001 派错了")
    assert "王海" in await office.says("dispatcher", "派遣 0001 王海")
    await office.hears("officer", "【新任务】")
    await office.says("officer", "退单 0001 不归我们，建议城市管理局")
    await office.hears("dispatcher", "【申请退单】")
    assert "继续办理" in await office.says("dispatcher", "退单 0001 不同意 就在您的网格")
    await office.hears("officer", "【不同意退单】")
    await office.says("officer", "延期 0001 1天 等电话")
    await office.hears("dispatcher", "等电话")
    assert "期限不变" in await office.says("dispatcher", "延期 0001 不同意 今天就能办")
    await office.hears("officer", "【不同意延期】")
    await office.says("officer", "改类 0001 路灯不亮与灯杆倾斜")
    await office.hears("dispatcher", "路灯不亮")
    assert "已同意" in await office.says("dispatcher", "改类 0001 同意")
    assert "路灯不亮与灯杆倾斜" in await office.says("dispatcher", "案件 0001")


async def test_a_checkers_day(office: Stage) -> None:
    await office.files()
    await office.says("officer", "签收", "反馈 0001 灯泡换好了", "0", "确认")
    asked = await office.hears("checker", "【待核查】YX260303-0001")
    assert "灯泡换好了" in asked
    assert "YX260303-0001" in await office.says("checker", "待办")
    assert "返工" in await office.says("checker", "核查 0001 不通过 晚上去看还是不亮")
    assert "晚上去看还是不亮" in await office.hears("officer", "【退回返工】")
    await office.says("officer", "反馈 0001 换了整个灯头", "0", "确认")
    await office.hears("checker", "换了整个灯头")
    assert "核查通过" in await office.says("checker", "核查 0001 通过")
    await office.hears("citizen", "请您评价")
    assert "不能“核查”" in await office.says("checker", "核查 0001 通过")


async def test_a_leaders_day(office: Stage) -> None:
    await office.files()
    await office.says("officer", "退单 0001 不归我们，建议城市管理局")
    await office.says("dispatcher", "退单 0001 同意 归市政", "派遣 0001 城市管理局")
    await office.says("department", "退单 0001 这条路是乡道，建议青石镇")
    await office.hears("mediator", "请裁定")
    assert "YX260303-0001" in await office.says("leader", "待办")
    await office.says("leader", "裁定 0001 王海 乡道由网格先处理")
    assert "不能再退单" in await office.hears("officer", "分管领导裁定")
    await office.says("officer", "签收 0001")
    assert "不能再退" in await office.says("officer", "退单 0001 还是不归我们，建议城市管理局")
    await office.says("leader", "挂账 0001 2026-04-01 等待季节或天气 雨停后施工")
    assert "4月1日" in await office.hears("citizen", "暂缓")
    assert "因等待季节或天气暂缓，预计4月1日恢复" in await office.says("citizen", "0001")
    await office.says("dispatcher", "恢复 0001 天晴了")
    await office.hears("officer", "【恢复")
    assert "已催办" in await office.says("leader", "催办 0001 抓紧")
    await office.hears("officer", "【催办】")
