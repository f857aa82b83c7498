"""The platforms' envelope: signatures, AES and a lean XML reader, the same for WeChat and WeCom.

wechatpy's crypto and parser are not used on this path: its decryption checks neither the padding nor, before parsing,
the signature; its comparison is not constant-time; its parser bounds neither depth nor width, and a doubled element
turns a string into a list. They are the oracle in the tests instead. Here the cipher object is made once per account.
"""

import binascii
import hashlib
import hmac
import re
import secrets
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32  # the platforms pad to 32 bytes, not to AES's 16
RANDOM_BYTES = 16
KEY_CHARACTERS = 43
MOST_DEPTH = 6  # template_card_event and pic_* events are 5 deep
KEPT_DEPTH = 3
MOST_ELEMENTS = 200
XML_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotGenuine(Exception):
    """Not proven to come from the platform, or not meant for this account. The message says which, without content."""


class Unreadable(Exception):
    """Not XML as the platforms write it."""


def sign(*parts: str) -> str:
    """The platforms' signature: SHA-1 of the sorted, joined parts, in hex."""
    joined = "".join(sorted(parts)).encode("utf-8", "replace")
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def signed(signature: str, *parts: str) -> bool:
    """Whether `signature` is that of the parts, compared in constant time."""
    return hmac.compare_digest(signature.encode("utf-8", "replace"), sign(*parts).encode())


def random_prefix() -> bytes:
    """16 unguessable bytes that open each sealed text."""
    return secrets.token_bytes(RANDOM_BYTES)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted text with what proves it."""

    encrypt: str
    signature: str
    timestamp: str
    nonce: str

    def xml(self) -> str:
        """The answer's body."""
        return (
            f"<xml><Encrypt><![CDATA[{self.encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self.signature}]]></MsgSignature>"
            f"<TimeStamp>{self.timestamp}</TimeStamp><Nonce>{cdata(self.nonce)}</Nonce></xml>"
        )


class Envelope:
    """Opens and seals what one account sends and gets.

    `aes_key` is the platform's 43-character EncodingAESKey, `receiver` the app id or corp id. Raises ValueError for a
    key of another shape.
    """

    def __init__(self, token: str, aes_key: str, receiver: str, random: Callable[[], bytes] = random_prefix) -> None:
        if len(aes_key) != KEY_CHARACTERS or not aes_key.isascii() or not aes_key.isalnum():
            raise ValueError("encoding_aes_key must be 43 letters and digits")
        key = b64decode(aes_key + "=")
        self._token = token
        self._receiver = receiver.encode()
        self._random = random
        self._cipher = Cipher(AES256(key), CBC(key[:16]))

    def genuine(self, signature: str, timestamp: str, nonce: str, encrypt: str) -> bool:
        """Whether `signature` (msg_signature) proves this encrypted text."""
        return signed(signature, self._token, timestamp, nonce, encrypt)

    def open(self, encrypt: str) -> bytes:
        """The text inside. Check `genuine` first: the signature is its only proof. Raises NotGenuine."""
        try:
            sealed = b64decode(encrypt, validate=True)
        except (binascii.Error, ValueError):
            raise NotGenuine("base64") from None
        if not sealed or len(sealed) % BLOCK:
            raise NotGenuine("length")
        decryptor = self._cipher.decryptor()
        return self._content(unpadded(decryptor.update(sealed) + decryptor.finalize()))

    def _content(self, plain: bytes) -> bytes:
        start = RANDOM_BYTES + 4
        if len(plain) < start:
            raise NotGenuine("too short")
        (length,) = struct.unpack(">I", plain[RANDOM_BYTES:start])
        end = start + length
        if end > len(plain):
            raise NotGenuine("inner length")
        if not hmac.compare_digest(plain[end:], self._receiver):
            raise NotGenuine("receiver")
        return plain[start:end]

    def encrypt(self, text: str) -> str:
        """The text as the platform reads it: random, length, text, receiver; padded, AES-256-CBC, base64."""
        content = text.encode("utf-8", "replace")
        plain = self._random() + struct.pack(">I", len(content)) + content + self._receiver
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        return b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def seal(self, text: str, timestamp: str, nonce: str) -> Sealed:
        """The encrypted and signed text."""
        encrypt = self.encrypt(text)
        return Sealed(encrypt, sign(self._token, timestamp, nonce, encrypt), timestamp, nonce)


def unpadded(padded: bytes) -> bytes:
    """Take off PKCS7 padding of block 32. Raises NotGenuine."""
    pad = padded[-1]
    if not 1 <= pad <= BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise NotGenuine("padding")
    return padded[:-pad]


def cdata(text: str) -> str:
    """The text as CDATA that nothing in it can close, without characters that XML forbids."""
    legal = XML_ILLEGAL.sub("", text)
    return f"<![CDATA[{legal.replace(']]>', ']]]]><![CDATA[>')}]]>"


def text_answer(to: str, sender: str, at: int, text: str) -> str:
    """A passive text reply; `at` in Unix seconds."""
    return (
        f"<xml><ToUserName>{cdata(to)}</ToUserName><FromUserName>{cdata(sender)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>{cdata(text)}</Content></xml>"
    )


class _Reader:
    """Collects the leaves of the first levels; counts the rest."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._path: list[str] = []
        self._words: list[str] = []
        self._seen: set[str] = set()
        self._elements = 0
        self._leaf = False

    def opened(self, name: str, _: Mapping[str, str]) -> None:
        self._path.append(name)
        self._elements += 1
        if len(self._path) > MOST_DEPTH or self._elements > MOST_ELEMENTS:
            raise Unreadable("too deep or too wide")
        if len(self._path) == 1 and name != "xml":
            raise Unreadable("root")
        if len(self._path) == 2:  # noqa: PLR2004 - a field of the message
            if name in self._seen:
                raise Unreadable("doubled field")
            self._seen.add(name)
        self._words.clear()
        self._leaf = True

    def heard(self, words: str) -> None:
        self._words.append(words)

    def closed(self, _: str) -> None:
        if self._leaf and 1 < len(self._path) <= KEPT_DEPTH:
            self.fields.setdefault("/".join(self._path[1:]), "".join(self._words).strip())
        self._leaf = False
        self._words.clear()
        self._path.pop()

    def doctype(self, *_: object) -> None:
        raise Unreadable("doctype")


def read_xml(body: bytes) -> Mapping[str, str]:
    """The message's fields: `MsgType`, and one level down `ScanCodeInfo/ScanResult` (of several, the first).

    Raises Unreadable for anything but well-formed XML (UTF-8, or UTF-16 by its byte order) under `<xml>` without
    DOCTYPE, at most 6 deep and 200 elements wide, each field once.
    """
    reader = _Reader()
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.opened
    parser.EndElementHandler = reader.closed
    parser.CharacterDataHandler = reader.heard
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError):
        raise Unreadable("syntax") from None
    return reader.fields
