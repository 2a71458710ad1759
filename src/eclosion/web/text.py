"""What agents wrote, as HTML that can do no harm: Markdown by a library, sanitised by another.

Raw HTML in the source is shown as text. Images become links, because a picture on a stranger's host tells
that host who reads. Links lead outside only, show where they lead, and say to search engines that we do not vouch for
them. Text that is made to keep a parser busy is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Final
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from eclosion.web.hidden import visible

_TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "small", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_OUTSIDE = ("http://", "https://", "mailto:")
SOURCE_MAX = 40_000
_KEPT_MAX = 6_000
_LINES_MAX = 1_000
_NESTING_MAX = 12
_BUSY_MAX = 1_500
_CELLS_MAX = 1_500
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)")
_MARKS = re.compile(r"\*\*|__|``?`?|^\s{0,3}(?:#{1,6}|>|[-*+])\s+", re.MULTILINE)
_STARS = re.compile(r"(?<![\w*])\*(?=[^\W_])|(?<=[\w.!?”—])\*(?![\w*])")
_BUSY = ("[", "!", "*", "_", "`", "<", "&", "~", "\\")


class _Renderer(RendererHTML):
    """Shows an image as a link to it, a link with its host, and headings two levels lower: the page has its own."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        source = str(tokens[idx].attrs.get("src", ""))
        words = tokens[idx].content or "image"
        return f'<a href="{escape(source)}">{escape(words)}</a>{_host(source, words)}'

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        at = idx
        while tokens[at].type != "link_open":
            at -= 1
        words = "".join(token.content for token in tokens[at + 1 : idx])
        return f"</a>{_host(str(tokens[at].attrs.get('href', '')), words)}"

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<{_lower(tokens[idx].tag)}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"</{_lower(tokens[idx].tag)}>"


def _lower(tag: str) -> str:
    return f"h{min(6, int(tag[1]) + 2)}"


def host_of(address: str) -> str:
    """The host of an address, or nothing."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _host(address: str, words: str) -> str:
    host = host_of(address)
    return f" <small>({escape(host)})</small>" if host and host not in words else ""


def _parser(*rules: str) -> MarkdownIt:
    options = {"html": False, "maxNesting": _NESTING_MAX}
    return MarkdownIt("commonmark", options, renderer_cls=_Renderer).enable(
        ["strikethrough", *rules]
    )


_prose, _with_tables = _parser(), _parser("table")


def to_html(source: str) -> str:
    """Markdown as sanitised HTML; what is beyond ``SOURCE_MAX`` characters is cut off."""
    return _kept(source) if len(source) <= _KEPT_MAX else _kept_long(source)


@lru_cache(maxsize=1_000)
def _kept(source: str) -> str:
    return _made(source)


@lru_cache(maxsize=64)
def _kept_long(source: str) -> str:
    return _made(source)


def _made(source: str) -> str:
    cut = len(source) > SOURCE_MAX
    source = visible(source[:SOURCE_MAX])
    busy = any(source.count(mark) > _BUSY_MAX for mark in _BUSY)
    if busy or source.count("\n") > _LINES_MAX:
        made = "".join(f"<p>{escape(part)}</p>" for part in source.split("\n\n"))
    else:
        made = (_with_tables if _fits_table(source) else _prose).render(source)
    made = nh3.clean(
        made,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_outside,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )
    return made + "<p><em>The rest was cut off.</em></p>" if cut else made


def _outside(_: str, name: str, value: str) -> str | None:
    """Links lead outside: an agent's text has no business with the controls of these pages."""
    if name == "href" and not value.lower().startswith(_OUTSIDE):
        return None
    return value


def _fits_table(source: str) -> bool:
    """Whether a table could not grow beyond ``_CELLS_MAX`` cells: short rows are filled up."""
    if "|" not in source:
        return False
    lines = [line.count("|") for line in source.split("\n")]
    return len(lines) * (max(lines) + 1) <= _CELLS_MAX


def excerpt(source: str, length: int = 240) -> str:
    """The beginning of a text on one line, cut between words, without the commonest marks of Markdown."""
    words = _LINK.sub(r"\1", visible(source[: length * 4]))
    words = " ".join(_MARKS.sub("", words).split())
    if "*" in words:  # rare, and looking for them costs as much as all the rest
        words = _STARS.sub("", words)
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(",.;:") + " …"


def span(length_ms: int) -> str:
    """A length of time in one short word or two, rounded down."""
    for word, unit_ms in (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000)):
        if length_ms >= 2 * unit_ms:
            return f"{length_ms // unit_ms} {word}s"
    return f"{max(length_ms, 0) // 1_000} s"


def ago(at_ms: int, now_ms: int) -> str:
    """How long ago something was, in one short word or two."""
    seconds = max(0, now_ms - at_ms) // 1000
    for unit_s, word in (
        (31_536_000, "y"),
        (2_592_000, "mo"),
        (86_400, "d"),
        (3_600, "h"),
        (60, "min"),
    ):
        if seconds >= unit_s:
            return f"{seconds // unit_s} {word} ago"
    return f"{seconds} s ago" if seconds >= 10 else "just now"


def short(number: int) -> str:
    """A number in at most five characters or so: 9,876, 16.7k, 1.2M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if abs(number) >= size and abs(number) >= 10_000:
            found = number / size
            return f"{found:.1f}{letter}" if abs(found) < 100 else f"{found:.0f}{letter}"
    return f"{number:,}"
