"""The XML reader takes what the platforms write, as wechatpy reads it, and refuses bombs, towers and doubles."""

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.messages import TextMessage
from wechatpy.parser import parse_message
from wechatpy.replies import TextReply

from bot.envelope import MOST_DEPTH, MOST_ELEMENTS, Unreadable, cdata, read_xml, text_answer

LEGAL = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=("Cc", "Cs")), max_size=100)
PIECES = ("]]>", "]]", ">", "<![CDATA[", "]", "<a>", "&amp;", "\x00", "\x0b", "\ufffe", "字", "😀")
NASTY = st.lists(st.sampled_from(PIECES))


def message(inside: str) -> bytes:
    return f"<xml>{inside}</xml>".encode()


def test_fields_are_read_one_level_down_too() -> None:
    scan = "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult><![CDATA[灯杆 12]]></ScanResult></ScanCodeInfo>"
    fields = read_xml(message(f"<MsgType>event</MsgType>{scan}"))
    assert fields == {"MsgType": "event", "ScanCodeInfo/ScanType": "qrcode", "ScanCodeInfo/ScanResult": "灯杆 12"}


def test_lists_of_a_card_or_an_album_are_passed_over() -> None:
    card = "<SelectedItems><SelectedItem><OptionIds><OptionId>1</OptionId></OptionIds></SelectedItem></SelectedItems>"
    album = "<SendPicsInfo><PicList><item><PicMd5Sum>1b5f</PicMd5Sum></item><item/></PicList></SendPicsInfo>"
    assert read_xml(message(f"<MsgType>event</MsgType>{card}{album}")) == {"MsgType": "event"}


@given(LEGAL)
def test_words_are_read_as_wechatpy_reads_them(words: str) -> None:
    body = message(
        "<ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1348831860</CreateTime>"
        f"<MsgType>text</MsgType><Content>{cdata(words)}</Content><MsgId>1234567890123456</MsgId>"
    )
    theirs = parse_message(body)
    assert isinstance(theirs, TextMessage)
    assert read_xml(body)["Content"] == (theirs.content or "")


@given(NASTY)
def test_nothing_in_a_reply_can_close_its_cdata(pieces: list[str]) -> None:
    words = "".join(pieces)
    kept = words.replace("\x00", "").replace("\x0b", "").replace("\ufffe", "")
    answer = text_answer("o1", "gh_1", 1348831860, words)
    assert xmltodict.parse(answer, strip_whitespace=False)["xml"]["Content"] == (kept or None)


def test_a_reply_says_what_wechatpys_reply_says() -> None:
    theirs = TextReply(target="o1", source="gh_1", time=1348831860, content="已收到").render()
    assert xmltodict.parse(text_answer("o1", "gh_1", 1348831860, "已收到")) == xmltodict.parse(theirs)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml>&b;</xml>',
        b"<!DOCTYPE xml><xml/>",
    ],
    ids=["entity", "external", "laughs", "bare"],
)
def test_a_doctype_is_refused_whatever_it_says(body: bytes) -> None:
    with pytest.raises(Unreadable, match="doctype"):
        read_xml(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "syntax"),
        (b"{}", "syntax"),
        (b"<xml>", "syntax"),
        (b"<xml>&other;</xml>", "syntax"),
        (b"\xff<xml/>", "syntax"),
        ("<xml>灯</xml>".encode("gbk"), "syntax"),
        (b"<xml>\x00</xml>", "syntax"),
        (b"<xml/><xml/>", "syntax"),
        (b"<other/>", "root"),
        (message("<Content>a</Content><Content>b</Content>"), "doubled field"),
        (message("<MsgType/><MsgType>text</MsgType>"), "doubled field"),
        (b"<xml>" + b"<a>" * MOST_DEPTH, "too deep"),
        (message("<a>" + "<b/>" * MOST_ELEMENTS + "</a>"), "too deep or too wide"),
    ],
)
def test_what_no_platform_writes_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_xml(body)


def test_a_message_at_the_limits_is_still_read() -> None:
    deep = "<a>" * (MOST_DEPTH - 1) + "</a>" * (MOST_DEPTH - 1)
    wide = "".join(f"<f{number}/>" for number in range(MOST_ELEMENTS - MOST_DEPTH))
    assert len(read_xml(message(deep + wide))) == MOST_ELEMENTS - MOST_DEPTH


@given(st.binary(max_size=300) | st.text("<>/xmla![]&;? \"'=-", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_and_nothing_else_happens(body: bytes) -> None:
    try:
        fields = read_xml(body)
    except Unreadable:
        return
    assert all(isinstance(value, str) for value in fields.values())
