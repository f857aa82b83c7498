"""A day of each of those outside the office: citizen, grid officer, department handler, assistant, mediator."""

from tests.journeys.stage import PIN, Stage

NUMBER = "YX260303-0001"


async def quarrels(play: Stage) -> None:
    """李婶 tells of the leak upstairs, which the grid's officer gets."""
    await play.says("citizen", "上报", "楼上漏水，两家吵了半个月", "邻里纠纷", PIN, "0", "0")
    assert f"编号 {NUMBER}" in await play.says("citizen", "确认")
    await play.says("citizen", "不答了")
    await play.hears("officer", "【新任务】")


async def test_a_citizens_day(play: Stage) -> None:
    await play.files()
    await play.says("officer", "签收", "要求补充 灯杆上有编号吗？")
    assert "灯杆上有编号吗" in await play.hears("citizen", "灯杆上有编号吗")
    assert "还需要您补充" in await play.says("citizen", "查询 0001")
    assert "补充已收到" in await play.says("citizen", "补充 有，12 号杆")
    await play.hears("officer", "12 号杆")
    assert "已催办" in await play.says("citizen", "催办 孩子晚上怕黑")
    await play.hears("officer", "孩子晚上怕黑")
    await play.says("officer", "进展 0001 下午来换灯泡")
    await play.hears("citizen", "下午来换灯泡")
    await play.says("officer", "反馈 0001 灯泡换好了", "0", "确认")
    await play.hears("citizen", "办好了吗")
    assert "重新办理" in await play.says("citizen", "没办好 0001 闪个不停")
    await play.says("officer", "反馈 0001 换了整个灯头", "0", "确认")
    await play.hears("citizen", "换了整个灯头")
    await play.says("citizen", "办好了 0001", "很好", "已解决")
    assert "已归档" in await play.says("citizen", "谢谢")
    assert "编号不变" in await play.says("citizen", "再次反映 0001 又灭了")
    await play.hears("admin", "【再次反映】")
    assert "正在复核" in await play.says("citizen", "0001")


async def test_a_grid_officers_day(office: Stage) -> None:
    assert "没有要办的任务" in await office.says("officer", "我的任务")
    await office.says("citizen", "上报", "村口的路灯不亮了", "1", PIN, {"photo": "不亮的路灯"}, "0", "0")
    await office.says("citizen", "确认", "不答了")
    card = await office.hears("officer", "【新任务】")
    for words in (NUMBER, "村口的路灯不亮了", "照片 1 张", "apis.map.qq.com", "还剩 2 个工作日", "退单"):
        assert words in card
    assert "签收" in await office.says("officer", "我的任务")
    assert "已签收" in await office.says("officer", "1")
    assert "您已在" in await office.says("officer", "签收 0001")
    assert "已请城市管理局协办" in await office.says("officer", "协办", "城市管理局", "派升降车")
    await office.says("department", "协办反馈 车已经派了")
    await office.hears("officer", "车已经派了")
    assert "已反馈" in await office.says(
        "officer", "反馈 0001", "灯泡换好了，亮了", {"photo": "修好的路灯"}, "0", "确认"
    )
    await office.hears("citizen", "灯泡换好了")
    await office.says("officer", "上报", "刘大爷家门口井盖破了", "井盖缺失移位破损", PIN, "0")
    assert "群众电话：13900001111" in await office.says("officer", "替群众上报", "13900001111")
    assert "已替群众上报，编号 YX260303-0002" in await office.says("officer", "确认")
    await office.hears("officer", "YX260303-0002")
    assert "等派遣员决定" in await office.says("officer", "退单 0002 井盖是市政的，建议城市管理局")
    await office.hears("dispatcher", "【申请退单】")


async def test_a_department_handlers_day(office: Stage) -> None:
    await office.files()
    await office.says("officer", "退单 0001 灯杆归市政，建议城市管理局")
    await office.hears("dispatcher", "建议由城市管理局办理")
    await office.says("dispatcher", "退单 0001 同意 确实归市政", "派遣 0001 城市管理局")
    await office.hears("department", f"【新任务】{NUMBER}")
    assert f"签收 {NUMBER}" in await office.says("department", "我的任务")
    assert "已签收" in await office.says("department", "1")
    await office.says("department", "延期")
    assert "已申请把" in await office.says("department", "1", "等配件或材料")
    await office.hears("dispatcher", "等配件或材料")
    await office.says("dispatcher", "延期 0001 同意")
    assert "3月6日" in await office.hears("department", "【同意延期】")
    await office.says("department", "进展 0001 配件明天到")
    await office.hears("citizen", "配件明天到")
    await office.says("department", "反馈 0001 换了灯头，亮了", {"photo": "修好的路灯"}, "0")
    assert "已反馈" in await office.says("department", "确认")
    await office.says("admin", "核查 0001 通过")
    await office.hears("department", "【办结】")


async def test_an_assistants_day(play: Stage) -> None:
    await play.files()
    await play.says("officer", "签收", "协办 0001 城市管理局 派升降车")
    invited = await play.hears("department", "【协办】")
    for words in (NUMBER, "桥头第一网格主办", "派升降车", "前答复"):
        assert words in invited
    tasks = await play.says("department", "我的任务")
    assert "您有 1 件协办：" in tasks
    assert "协办反馈" in tasks
    assert "apis.map.qq.com" in await play.says("department", "任务 0001")
    assert "协办办得怎样" in await play.says("department", "协办反馈 0001")
    assert "协办任务完成" in await play.says("department", "升降车上午到过，灯已换")
    await play.hears("officer", "升降车上午到过")
    assert "没有要办的任务" in await play.says("department", "我的任务")
    assert "已在" in await play.says("department", "协办反馈 0001 又去看了一次")


async def test_a_mediators_day(office: Stage) -> None:
    await quarrels(office)
    await office.says("officer", "签收", "转调解", "双方都同意")
    assert "交给调解员赵德福" in await office.says("officer", "赵德福")
    asked = await office.hears("mediator", "【请您调解】")
    assert "楼上漏水" in asked
    assert "正在调解" in await office.says("citizen", "0001")
    assert "您有 1 件调解：" in await office.says("mediator", "我的任务")
    assert "达成了什么协议" in await office.says("mediator", "调解 0001", "成功")
    assert "协议已记下" in await office.says("mediator", "楼上三天内修防水，赔五百元")
    assert "赔五百元" in await office.hears("citizen", "调解成功")
    await office.hears("checker", "调解成功")
    await office.says("citizen", "办好了 0001", "很好", "已解决")
    assert "已归档" in await office.says("citizen", "谢谢赵书记")
