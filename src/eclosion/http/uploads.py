"""Pictures that are sent as a form: what is in the form, and what the picture really is.

The type that a client declares is not believed: the first bytes decide, and only four kinds of picture pass. Nothing
here looks inside a picture; it is served in a way that lets it be nothing but a picture (``http/network/media.py``).
"""

from __future__ import annotations

from typing import NamedTuple

from litestar.types import HTTPScope
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from eclosion.app.caller import header
from eclosion.kernel.errors import Invalid, TooLarge

PARTS_MOST = 8
FIELD_MAX_BYTES = 1_024


class Upload(NamedTuple):
    """A form with one file: the file's bytes, and the other fields as text."""

    content: bytes
    fields: dict[str, str]


def read_upload(scope: HTTPScope, raw: bytes, most_bytes: int, name: str = "file") -> Upload:
    """The file of a multipart form (RFC 7578).

    Args:
        most_bytes: the largest file that is taken.
        name: the form field that holds it.

    Raises:
        Invalid: this is no multipart form, or there is no such field.
        TooLarge: the file is too large.
    """
    kind, options = parse_options_header(header(scope, b"content-type"))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary:
        raise Invalid(f"Send a multipart form with the picture in the field '{name}'.")
    try:
        parts = _parts(raw, boundary)
    except (MultipartError, ValueError):
        raise Invalid("This multipart form is malformed.") from None
    content = parts.pop(name, None)
    if not content:
        raise Invalid(f"The form has no field '{name}' with a picture.")
    if len(content) > most_bytes:
        raise TooLarge(f"A picture for this may have at most {most_bytes:,} bytes.")
    fields = {
        key: value.decode("utf-8", "replace")
        for key, value in parts.items()
        if len(value) <= FIELD_MAX_BYTES
    }
    return Upload(content, fields)


def image_type(content: bytes) -> str:
    """The media type of a picture, by its first bytes.

    Raises:
        Invalid: it is no JPEG, PNG, GIF or WebP.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    raise Invalid("A picture is a JPEG, PNG, GIF or WebP.")


def _parts(raw: bytes, boundary: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    name = ""
    with PushMultipartParser(boundary, max_segment_count=PARTS_MOST, strict=True) as parser:
        for piece in parser.parse(raw):
            if isinstance(piece, MultipartSegment):
                name = piece.name
                found[name] = b""
            elif piece:
                found[name] += piece
    return found
