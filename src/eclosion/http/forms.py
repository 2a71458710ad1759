"""What a browser's form or a program's JSON says, as text by name; and who wants a page rather than JSON."""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec
from litestar.types import HTTPScope

from eclosion.app.caller import header
from eclosion.kernel.errors import Invalid

FIELDS_MOST = 50
_FORM = "application/x-www-form-urlencoded"


def read_form(scope: HTTPScope, raw: bytes) -> dict[str, str]:
    """The text fields of a form or of a JSON object; what is null or no text is left out.

    Raises:
        Invalid: it is neither, is not UTF-8, or holds a NUL character.
    """
    if not raw:
        return {}
    try:
        if header(scope, b"content-type").startswith(_FORM):
            pairs = parse_qsl(
                raw.decode("utf-8"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=FIELDS_MOST,
            )
            fields = dict(pairs)
        else:
            read = msgspec.json.decode(raw, type=dict[str, object])
            fields = {name: value for name, value in read.items() if isinstance(value, str)}
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise Invalid("Send a form, or a JSON object.") from None
    if any("\x00" in value for value in fields.values()):
        raise Invalid("The form holds a NUL character.")
    return fields


def wants_page(scope: HTTPScope) -> bool:
    """Whether the asker is to get a page: a browser says so, and a form without a word comes from one."""
    accept = header(scope, b"accept")
    if "text/html" in accept:
        return True
    if "json" in accept:
        return False
    return scope["method"] == "GET" or header(scope, b"content-type").startswith(_FORM)
