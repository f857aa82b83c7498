"""The envelope keeps to the published vectors and refuses what was tampered with."""

import pytest

from emulator.envelope import BadEnvelope, Envelope, cdata, from_xml, signature, to_xml

VERIFY = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
SEALED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def test_the_platforms_own_sample_is_signed_and_opened() -> None:
    envelope = Envelope("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
    assert envelope.sign("1409659589", "263014780", VERIFY) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert envelope.decrypt(VERIFY) == "1616140317555161061"


def test_the_official_account_vector_holds_both_ways() -> None:
    envelope = Envelope("pamtest", KEY, "wxb11529c136998cb6")
    assert envelope.encrypt("我是中文abcd123", b"aaaabbbbccccdddd") == SEALED
    assert envelope.decrypt(SEALED) == "我是中文abcd123"


def test_another_accounts_text_is_refused() -> None:
    with pytest.raises(BadEnvelope, match="another account"):
        Envelope("pamtest", KEY, "wxother").decrypt(SEALED)


@pytest.mark.parametrize("broken", ["", "no base64!", "YWJj", "A" * 64])
def test_what_cannot_be_decrypted_is_refused(broken: str) -> None:
    with pytest.raises(BadEnvelope):
        Envelope("pamtest", KEY, "wxb11529c136998cb6").decrypt(broken)


def test_a_reply_with_a_wrong_signature_is_refused() -> None:
    envelope = Envelope("pamtest", KEY, "wxb11529c136998cb6")
    sealed = envelope.encrypt("<xml><MsgType>text</MsgType></xml>")
    fields: dict[str, str | int] = {"Encrypt": sealed, "TimeStamp": "1", "Nonce": "2"}
    right = to_xml({**fields, "MsgSignature": envelope.sign("1", "2", sealed)})
    assert envelope.open_reply(right) == {"MsgType": "text"}
    with pytest.raises(BadEnvelope, match="signature"):
        envelope.open_reply(to_xml({**fields, "MsgSignature": signature("1", "2", sealed)}))
    with pytest.raises(BadEnvelope, match="signed"):
        envelope.open_reply(to_xml(fields))


def test_words_never_leave_their_cdata() -> None:
    words = "x]]></Content><Content>y"
    assert from_xml(f"<xml><Content>{cdata(words)}</Content></xml>") == {"Content": words}


@pytest.mark.parametrize("body", ["", "{}", "<other/>", "<xml/>", "<xml>words</xml>"])
def test_what_is_no_message_is_refused(body: str) -> None:
    with pytest.raises(BadEnvelope):
        from_xml(body)
