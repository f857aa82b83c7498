"""Words become text and links, never markup."""

from emulator.words import segments


def test_a_reply_link_becomes_something_to_touch() -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%98%AF%26&msgmenuid=y1">确认</a>'
    assert segments(f"提交吗？\n{link}") == [
        {"text": "提交吗？\n"},
        {"text": "确认", "touch": "是&", "menuid": "y1"},
    ]


def test_a_web_link_stays_a_link() -> None:
    assert segments('<a href="https://example.org/a?b=1&amp;c=2">看</a>') == [
        {"text": "看", "url": "https://example.org/a?b=1&c=2"}
    ]


def test_other_markup_is_shown_as_it_is() -> None:
    for words in ("<script>alert(1)</script>", '<a href="javascript:alert(1)">x</a>', "<b>1 < 2</b>"):
        assert segments(words) == [{"text": words}]
