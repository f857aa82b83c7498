"""Pictures rewritten by Pillow, without metadata. Loaded by `bot.photos`."""

import io
import struct
from typing import Final

from PIL import Image, JpegImagePlugin

from bot.photos import MOST_PIXELS, NotAPhoto

ORIENTATION: Final = 0x0112
UPRIGHT: Final = 1
MOST_TURNED: Final = 8
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
"""The content type of what is kept. MPO is what Pillow calls a JPEG with further pictures behind it."""
MPO_QUALITY = 95
BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, OverflowError, struct.error)
"""What Pillow's readers raise on broken files."""


def stripped(content: bytes) -> tuple[bytes, str]:
    """The picture without metadata but its orientation and colours, and its content type. Raises NotAPhoto."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPhoto("too-many-pixels")
            return _saved(image), TYPES[image.format or ""]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPhoto("too-many-pixels") from None
    except BROKEN as broken:
        raise NotAPhoto("unreadable") from broken


def _orientation(image: Image.Image) -> int:
    """How to turn the picture, as a number from 1 to 8; upright if its metadata can't be read."""
    try:
        orientation = image.getexif().get(ORIENTATION)
    except (*BROKEN, UserWarning):  # a warning where warnings are errors
        return UPRIGHT
    return orientation if isinstance(orientation, int) and UPRIGHT <= orientation <= MOST_TURNED else UPRIGHT


def _saved(image: Image.Image) -> bytes:
    kind = image.format or ""
    colours = image.info.get("icc_profile")
    orientation = _orientation(image)
    image.load()
    image.info = {name: image.info[name] for name in ("transparency",) if name in image.info}
    options: dict[str, object] = {}
    if colours:
        options["icc_profile"] = colours
    if orientation != UPRIGHT:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options["exif"] = exif
    saved = io.BytesIO()
    if kind == "JPEG":
        image.save(saved, "JPEG", quality="keep", **options)
    elif kind == "MPO":
        subsampling = JpegImagePlugin.get_sampling(image)
        image.save(saved, "JPEG", quality=MPO_QUALITY, subsampling=subsampling, **options)
    elif kind == "WEBP":
        image.save(saved, "WEBP", lossless=True, **options)
    else:
        image.save(saved, kind, **options)
    return saved.getvalue()
