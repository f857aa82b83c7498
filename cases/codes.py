"""One-time codes by which a member of staff binds an account: made here, kept only as a digest."""

import hashlib
import secrets
import unicodedata
from datetime import timedelta

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""A-Z and 2-9 without I and O, which are read as 1 and 0: 32 signs, 32**8 = 1.1e12 codes."""
LENGTH = 8
LIFETIME = timedelta(hours=24)

_SALT = b"gridbell one-time code"
# One guess costs 16 MiB and some 40 ms (RFC 7914, N=2**14, r=8), so that a stolen table of digests is no list of codes.
_COST = 2**14
_BLOCK = 8


def new_code() -> str:
    """A fresh code of LENGTH signs, from the system's source of randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal(code: str) -> str:
    """The code as it was printed: capitals, half width, without spaces and dashes."""
    wide = unicodedata.normalize("NFKC", code).upper()
    return "".join(sign for sign in wide if not sign.isspace() and sign not in "-‐–—")


def digest(code: str) -> str:
    """What is kept of a code, as 64 hexadecimal digits: the same for every way of typing it.

    The salt is fixed because a code is looked up by its digest; the code's life of LIFETIME bounds its worth.
    """
    slow = hashlib.scrypt(normal(code).encode(), salt=_SALT, n=_COST, r=_BLOCK, p=1, maxmem=2**26, dklen=32)
    return slow.hex()
