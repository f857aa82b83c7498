"""The platforms' envelope: AES-256-CBC around a text, signed with SHA-1 over token, timestamp, nonce and ciphertext."""

import base64
import binascii
import hashlib
import hmac
import secrets
from xml.parsers.expat import ExpatError

import xmltodict
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # the platforms pad to 32 bytes although AES has blocks of 16
SALT = 16
PREFIX = SALT + 4


class BadEnvelope(Exception):
    """The text isn't a reply this account can have sent: wrong signature, key, receiver or shape."""


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hex."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def cdata(words: str) -> str:
    """The words as XML character data that they can't leave."""
    return "<![CDATA[" + words.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def to_xml(fields: dict[str, str | int]) -> str:
    """A flat message in the platforms' dialect: numbers bare, words as CDATA."""
    inside = "".join(
        f"<{name}>{value if isinstance(value, int) else cdata(value)}</{name}>" for name, value in fields.items()
    )
    return f"<xml>{inside}</xml>"


def from_xml(body: str) -> dict[str, object]:
    """What is inside <xml>. Raises BadEnvelope."""
    try:
        inside = xmltodict.parse(body)["xml"]
    except (ExpatError, KeyError, TypeError, ValueError) as error:
        raise BadEnvelope("not the platforms' XML") from error
    if not isinstance(inside, dict):
        raise BadEnvelope("nothing inside <xml>")
    return inside


class Envelope:
    """Seals and opens texts of one account."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        key = base64.b64decode(encoding_aes_key + "=")
        self.token = token
        self.receive_id = receive_id.encode()
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def encrypt(self, text: str, salt: bytes | None = None) -> str:
        """The ciphertext in base64; `salt` is 16 random bytes unless a test gives them."""
        words = text.encode()
        plain = (salt or secrets.token_bytes(SALT)) + len(words).to_bytes(4, "big") + words + self.receive_id
        gap = BLOCK - len(plain) % BLOCK
        pen = self._cipher.encryptor()
        return base64.b64encode(pen.update(plain + bytes([gap]) * gap) + pen.finalize()).decode()

    def decrypt(self, ciphertext: str) -> str:
        """The text inside. Raises BadEnvelope."""
        try:
            pen = self._cipher.decryptor()
            plain = pen.update(base64.b64decode(ciphertext, validate=True)) + pen.finalize()
            plain = plain[: -plain[-1]]
            end = PREFIX + int.from_bytes(plain[SALT:PREFIX], "big")
            words, receiver = plain[PREFIX:end].decode(), plain[end:]
        except (binascii.Error, ValueError, IndexError) as error:
            raise BadEnvelope("it can't be decrypted") from error
        if receiver != self.receive_id:
            raise BadEnvelope("it is meant for another account")
        return words

    def sign(self, timestamp: str, nonce: str, ciphertext: str) -> str:
        """msg_signature."""
        return signature(self.token, timestamp, nonce, ciphertext)

    def open_reply(self, body: str) -> dict[str, object]:
        """A passive reply's fields, its signature verified. Raises BadEnvelope."""
        outer = from_xml(body)
        parts = [outer.get(name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")]
        words = [part for part in parts if isinstance(part, str)]
        if len(words) < len(parts):
            raise BadEnvelope("the reply isn't encrypted and signed")
        ciphertext, given, timestamp, nonce = words
        if not hmac.compare_digest(self.sign(timestamp, nonce, ciphertext).encode(), given.encode()):
            raise BadEnvelope("the reply's signature is wrong")
        return from_xml(self.decrypt(ciphertext))
