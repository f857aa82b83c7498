"""The envelope keeps to every published vector, both ways, and opens nothing that was tampered with."""

import json
import struct
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WeComCrypto

from bot.envelope import BLOCK, Envelope, NotGenuine, read_xml, sign, signed

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "crypto_vectors.json").read_text(encoding="utf-8"))
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP = "wxb11529c136998cb6"
RANDOM = b"aaaabbbbccccdddd"
ENVELOPE = Envelope("pamtest", KEY, APP)


def envelope_of(vector: dict[str, Any], random: bytes = RANDOM) -> Envelope:
    account = VECTORS["accounts"][vector["account"]]
    return Envelope(account["token"], account["encoding_aes_key"], account["receiver"], lambda: random)


def encrypted(plain: bytes) -> str:
    """What somebody who knows the key could send, padded or not."""
    key = b64decode(KEY + "=")
    encryptor = Cipher(AES256(key), CBC(key[:16])).encryptor()
    return b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(plain: bytes) -> bytes:
    pad = BLOCK - len(plain) % BLOCK
    return plain + bytes([pad]) * pad


def inner(text: bytes, receiver: bytes = APP.encode(), length: int | None = None) -> bytes:
    return RANDOM + struct.pack(">I", len(text) if length is None else length) + text + receiver


@pytest.mark.parametrize("vector", VECTORS["openings"], ids=lambda vector: vector["source"])
def test_every_published_message_is_found_genuine_and_opened(vector: dict[str, Any]) -> None:
    envelope = envelope_of(vector)
    assert envelope.genuine(vector["signature"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    opened = envelope.open(vector["encrypt"])
    if "text" in vector:
        assert opened.decode() == vector["text"]
    else:
        assert vector["fields"].items() <= read_xml(opened).items()


@pytest.mark.parametrize("vector", VECTORS["openings"], ids=lambda vector: vector["source"])
def test_no_published_message_is_genuine_with_anything_changed(vector: dict[str, Any]) -> None:
    envelope = envelope_of(vector)
    right = [vector["signature"], vector["timestamp"], vector["nonce"], vector["encrypt"]]
    for place in range(len(right)):
        changed = [*right]
        changed[place] = "0" + changed[place][1:] if changed[place][0] != "0" else "1" + changed[place][1:]
        assert not envelope.genuine(*changed)


@pytest.mark.parametrize("vector", VECTORS["sealings"], ids=lambda vector: vector["source"])
def test_every_published_text_is_encrypted_to_the_same_letters(vector: dict[str, Any]) -> None:
    envelope = envelope_of(vector, vector["random"].encode())
    assert envelope.encrypt(vector["text"]) == vector["encrypt"]
    assert envelope.open(vector["encrypt"]).decode() == vector["text"]
    if "signature" in vector:
        sealed = envelope.seal(vector["text"], vector["timestamp"], vector["nonce"])
        assert (sealed.encrypt, sealed.signature) == (vector["encrypt"], vector["signature"])


@given(st.text(max_size=200))
def test_what_is_sealed_here_is_opened_by_wechatpy(text: str) -> None:
    body = ENVELOPE.seal(text, "1409659813", "nonce").xml()
    for crypto in (WeChatCrypto("pamtest", KEY, APP), WeComCrypto("pamtest", KEY, APP)):
        signature = read_xml(body.encode())["MsgSignature"]
        assert crypto.decrypt_message(body, signature, "1409659813", "nonce") == text


@given(st.text(max_size=200))
def test_what_wechatpy_seals_is_opened_here(text: str) -> None:
    fields = read_xml(WeChatCrypto("pamtest", KEY, APP).encrypt_message(text, "nonce", "1409659813").encode())
    assert ENVELOPE.genuine(fields["MsgSignature"], "1409659813", "nonce", fields["Encrypt"])
    assert ENVELOPE.open(fields["Encrypt"]).decode() == text


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert ENVELOPE.encrypt("您好") != ENVELOPE.encrypt("您好")


@given(st.binary(max_size=300))
def test_bytes_that_are_no_envelope_are_refused_and_nothing_else_happens(noise: bytes) -> None:
    with pytest.raises(NotGenuine):
        ENVELOPE.open(b64encode(noise).decode())


@given(st.text(max_size=100))
def test_words_that_are_no_envelope_are_refused_and_nothing_else_happens(noise: str) -> None:
    with pytest.raises(NotGenuine):
        ENVELOPE.open(noise)


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        (padded(inner(b"<xml/>"))[:-1] + b"\x00", "padding"),
        (padded(inner(b"<xml/>"))[:-1] + b"\x21", "padding"),
        (padded(inner(b"x" * 40))[:-2] + b"\x07\x02", "padding"),
        (padded(b"short"), "too short"),
        (padded(inner(b"<xml/>", length=2**32 - 1)), "inner length"),
        (padded(inner(b"<xml/>", receiver=b"wxanother")), "receiver"),
        (padded(inner(b"<xml/>", receiver=b"")), "receiver"),
        (padded(inner(b"<xml/>", length=5)), "receiver"),
    ],
)
def test_a_text_that_decrypts_but_is_not_well_formed_is_refused(plain: bytes, reason: str) -> None:
    with pytest.raises(NotGenuine, match=reason):
        ENVELOPE.open(encrypted(plain))


def test_a_text_of_half_a_block_is_refused_before_it_is_decrypted() -> None:
    with pytest.raises(NotGenuine, match="length"):
        ENVELOPE.open(b64encode(b"x" * 16).decode())
    with pytest.raises(NotGenuine, match="length"):
        ENVELOPE.open("")


@pytest.mark.parametrize("key", ["", "short", KEY + "=", "ü" + KEY[1:], "+" + KEY[1:]])
def test_a_key_of_another_shape_is_named_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="43 letters and digits"):
        Envelope("pamtest", key, APP)


def test_signatures_do_not_depend_on_the_order_and_take_any_words() -> None:
    assert sign("b", "a", "c") == sign("c", "b", "a")
    assert signed(sign("令牌", "1", "2"), "令牌", "1", "2")
    assert not signed("ü\udcff", "令牌", "1", "2")
