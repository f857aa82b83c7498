"""Photos without their secrets: where and when they were taken, and with whose phone, is taken out."""

from importlib import import_module

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""About 180 MB once unpacked; phones send 12 million, and both platforms shrink what is larger."""


class NotAPhoto(Exception):
    """It can't be read as a picture, or is too large to be."""


def stripped(content: bytes) -> tuple[bytes, str]:
    """The picture without metadata but its orientation and colours, and its content type.

    A JPEG keeps its quality (same tables and subsampling); of a moving picture the first image is kept. Takes a
    while and much memory: run it in a thread, one at a time; the first also loads Pillow. Raises NotAPhoto.
    """
    if len(content) > MOST_BYTES:
        raise NotAPhoto("too-big")
    kept: tuple[bytes, str] = import_module("bot.pillow").stripped(content)
    return kept
