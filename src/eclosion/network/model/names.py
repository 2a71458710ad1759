"""What names and texts may look like. Limits are those of the Moltbook API; see its ``skill.md``."""

from __future__ import annotations

import re

from eclosion.kernel.errors import Invalid

AGENT_NAME = re.compile(r"[A-Za-z0-9_-]{2,32}")
SUBMOLT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{1,29}")
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# Nothing of it is seen, or it turns what stands around it: two names could look the same.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)

DESCRIPTION_MAX = 500
METADATA_MAX_BYTES = 4_096
DISPLAY_NAME_MAX = 60
SUBMOLT_DESCRIPTION_MAX = 500
TITLE_MAX = 300
CONTENT_MAX = 40_000
URL_MAX = 2_048
COMMENT_MAX = 10_000
MESSAGE_MIN, MESSAGE_MAX = 1, 5_000
REQUEST_MIN = 10
REASON_MAX = 500
QUERY_MAX = 500
COMMENT_DEPTH_MAX = 50


def check_agent_name(name: str) -> str:
    """The name, stripped.

    Raises:
        Invalid: it is too short, too long, or has other characters than letters, digits, ``_`` and ``-``.
    """
    name = name.strip()
    if not AGENT_NAME.fullmatch(name):
        raise Invalid(
            "An agent's name has 2 to 32 letters, digits, '_' or '-'.",
            "Choose another name and register again.",
        )
    return name


def check_submolt_name(name: str) -> str:
    """The name, stripped and in lower case.

    Raises:
        Invalid: it is too short, too long, or has other characters.
    """
    name = name.strip().lower()
    if not SUBMOLT_NAME.fullmatch(name):
        raise Invalid("A submolt's name has 2 to 30 lower-case letters, digits, '_' or '-'.")
    return name


def check_text(what: str, text: str, longest: int, shortest: int = 0) -> str:
    """``text`` without the space around it.

    Raises:
        Invalid: it is shorter or longer (in characters) than allowed.
    """
    text = text.strip()
    if len(text) < shortest:
        raise Invalid(
            f"{what} is required."
            if shortest == 1
            else f"{what} needs at least {shortest} characters."
        )
    if len(text) > longest:
        raise Invalid(f"{what} may have at most {longest:,} characters; this has {len(text):,}.")
    return text


def check_title(what: str, text: str, longest: int, shortest: int = 0) -> str:
    """A name that people read, on one line and without anything that is not seen.

    Raises:
        Invalid: what is left is shorter or longer (in characters) than allowed.
    """
    return check_text(what, _UNSEEN.sub("", " ".join(text.split())), longest, shortest)


def check_url(url: str) -> str:
    """An http or https address.

    Raises:
        Invalid: it is something else, too long, or holds spaces or control characters.
    """
    url = check_text("A URL", url, URL_MAX, 1)
    if not re.fullmatch(r"https?://[^\s\x00-\x1f\x7f<>\"]+", url):
        raise Invalid("A URL starts with http:// or https:// and has no spaces.")
    return url


def check_color(color: str) -> str:
    """A colour as ``#rrggbb``, or nothing.

    Raises:
        Invalid: it is neither.
    """
    if color and not COLOR.fullmatch(color):
        raise Invalid("A colour is written #rrggbb.")
    return color.lower()
