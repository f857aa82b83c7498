"""One report goes all the way round, over HTTP, signed and encrypted, on both stores."""

from tests.journeys.stage import PIN, Stage


async def test_from_the_first_word_to_the_rating(play: Stage) -> None:
    assert "哪一类" in await play.says("citizen", "门口的路灯不亮了")
    assert "在哪里" in await play.says("citizen", "1")
    assert "照片" in await play.says("citizen", PIN)
    assert "收到 1 张照片" in await play.says("citizen", {"photo": "不亮的路灯"})
    assert "回电号码" in await play.says("citizen", "0")
    assert (await play.says("citizen", "0")).split("\n<a")[0].endswith("确认提交吗？")
    answer = await play.says("citizen", "确认")
    assert "编号 YX260303-0001" in answer
    assert "一盏还是一片" in answer
    assert "照常办理" in await play.says("citizen", "不答了")

    task = await play.hears("officer", "【新任务】YX260303-0001")
    assert "门口的路灯不亮了" in task
    assert "李" not in task
    await play.hears("officer", "image")
    assert "已签收" in await play.says("officer", "1")
    assert "告诉群众" in await play.says("officer", "进展 0001 正在换灯泡")
    await play.hears("citizen", "正在换灯泡")
    await play.says("officer", "反馈 0001", "灯泡已经换好，试过亮了", {"photo": "修好的路灯"}, "0")
    assert "已反馈" in await play.says("officer", "确认")

    assert "办好了吗" in await play.hears("citizen", "灯泡已经换好")
    await play.hears("citizen", "image")
    await play.hears("admin", "【待核查】")
    assert "满意吗" in await play.says("citizen", "1")
    assert "解决了吗" in await play.says("citizen", "很好")
    await play.says("citizen", "1")
    assert "已归档" in await play.says("citizen", "谢谢")
    await play.hears("officer", "已归档")
    course = await play.says("citizen", "0001")
    for words in ("您上报了", "已分派承办单位", "承办人已签收", "正在换灯泡", "核查通过", "案件归档"):
        assert words in course


async def test_time_brings_reminder_warning_and_escalation(play: Stage) -> None:
    number = await play.files()
    assert f"3月3日 11:00 视为签收 {number}" in await play.clock("next")
    for rang, told in (("提醒", "50%"), ("警示", "80%"), ("超期，上报一级", "已上报村（社区）"), ("红牌督办", "150%")):
        assert f"{rang} {number}" in await play.clock("next")
        assert number in await play.hears("officer", told)
    assert number in await play.hears("admin", "红牌督办")
    assert f"挂牌督办 {number}" in await play.clock("next")
    assert f"每日督办 {number}" in await play.clock("next")


async def test_the_hours_pass_through_every_limit_on_the_way(play: Stage) -> None:
    await play.files()
    assert "没有到期" in await play.clock("hour")
    rang = await play.clock("day")
    assert "视为签收" in rang
    assert "提醒" in rang


async def test_not_done_goes_back_and_a_bad_rating_opens_the_case_again(play: Stage) -> None:
    await play.files()
    await play.says("officer", "签收 0001", "反馈 0001 已经修好了", "0", "确认")
    await play.hears("citizen", "办好了吗")
    assert "请承办单位重新办理" in await play.says("citizen", "没办好 0001 还是不亮")
    assert "还是不亮" in await play.hears("officer", "返工")
    await play.says("officer", "反馈 0001 换了新的灯泡", "0", "确认")
    await play.hears("citizen", "换了新的灯泡")
    await play.says("citizen", "办好了 0001", "很差", "未解决")
    assert "重新办理" in await play.says("citizen", "又灭了")
    assert "很差" in await play.hears("officer", "【重办】")


async def test_the_centre_accepts_dispatches_and_checks(play: Stage) -> None:
    await play.says(
        "citizen", "上报", "想问一下办事窗口几点开门", "都不是，选大类", "其他", "1", "青石镇桥头村", "说不清是哪个"
    )
    await play.says("citizen", "0", "0")
    assert "编号 YX260303-0001" in await play.says("citizen", "确认")
    await play.hears("admin", "YX260303-0001")
    assert "受理" in await play.says("admin", "受理 0001")
    assert "王海" in await play.says("admin", "派遣 0001 王海")
    await play.hears("officer", "【新任务】")
    await play.says("officer", "签收 0001", "反馈 0001 已电话答复窗口时间", "0", "确认")
    await play.hears("admin", "【待核查】")
    assert "通过" in await play.says("admin", "核查 0001 通过")
    assert "评价" in await play.hears("citizen", "已办结")


async def test_a_person_is_called_and_words_go_both_ways(play: Stage) -> None:
    assert "已转人工（R1）" in await play.says("citizen", "人工")
    await play.hears("admin", "R1")
    await play.says("admin", "回复 R1 您好，请讲")
    await play.hears("citizen", "您好，请讲")
    assert "已转给" in await play.says("citizen", "我想问低保怎么办")
    await play.hears("admin", "低保")
    await play.says("admin", "结束 R1")
    await play.hears("citizen", "已结束")


async def test_what_no_window_lets_through_is_put_before_the_next_reply(play: Stage) -> None:
    await play.files()
    for _ in range(3):
        await play.clock("day")
    await play.says("officer", "反馈 0001 已经修好了", "0", "确认")
    await play.clock("hour")
    assert "已经修好了" in await play.says("citizen", "你好")


async def test_other_peoples_case_numbers_tell_a_citizen_nothing(play: Stage) -> None:
    await play.files()
    unknown = await play.says("admin", "查询 9999")
    others = await play.says("admin", "查询 0001")
    assert unknown.replace("9999", "0001") == others
