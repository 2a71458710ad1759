"""Text that nobody sees: tag characters, variation selectors, invisible signs that count as bits, directions.

What always holds: emoji with their joiners and selectors, flags spelled with tags, ideographic variation sequences,
joiners of Arabic and Indic scripts, breaks of Thai and Khmer, marks of right-to-left text and soft hyphens in their
places are no hidden text. Sources: UTS #51 (emoji), UAX #9 (directions), P. Butler 2025 (variation selectors),
J. Rehberger 2024 and 2025 (tags, sneaky bits), Boucher and Anderson 2021 (directions in source text).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from eclosion.monitor.decoders import signals
from eclosion.monitor.decoders.layer import Layer, evidence, printable

_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_TAG = re.compile("[\U000e0000-\U000e00ff\U000e01f0-\U000effff]")
_SELECTOR_RUN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")
_SELECTOR_ODD = re.compile(
    "(?<=[ -~])[\ufe00-\ufe0e\U000e0100-\U000e01ef]|(?<=[ !$-&(-)+-/:-~])\ufe0f"
)
_ZERO = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a]"
)
_SCRIPT = (
    "\u0590-\u08ff\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1700-\u18af\u1a00-\u1aaf\u1b00-\u1bbf\ua8e0-\ua8ff"
    "\ua9e0-\ua9ff\uaa60-\uaa7f\ufb1d-\ufdff\ufe70-\ufefc\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef"
    "\U00010a00-\U00010fff\U00011000-\U00011fff"
)
_PICTURE = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\ufe0e\U0001f000-\U0001faff\U000e007f\u20e3\u00a9\u00ae"
_ZW_ONE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060\ufeff"
_HONEST = re.compile(
    f"(?<=[{_SCRIPT}])[{_ZW_ONE}]{{1,2}}(?=[^{_ZW_ONE}]|$)|(?<![{_ZW_ONE}])[{_ZW_ONE}]{{1,2}}(?=[{_SCRIPT}])"
    f"|(?<=[{_PICTURE}])[\u200d\u200b\u2060](?=[{_PICTURE}])|^\ufeff|(?<=\n)\ufeff|[\u2028\u2029](?![\u2028\u2029\u200b])"
)
_DIRECTED = re.compile(
    "([\u202a\u202b\u202d\u202e\u2066\u2067\u2068])([^\u202a-\u202e\u2066-\u2069\n]*)[\u202c\u2069]?"
)
_PAIRED = re.compile(
    "[\u202a\u202b\u2066-\u2068]([^\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\n]{1,200})[\u202c\u2069]"
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_WORD_BREAK = re.compile(
    "(?<=[A-Za-z])[\u034f\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\u00ad]+(?=[A-Za-z])"
)
_TERMINAL = re.compile(r"\x1b\[(?:[\d;]*;)?(?:8|30;40|37;47|97;107)m([^\x1b]{4,}?)(?=\x1b\[|$)")
_CODED_LEAST = 12
_LONE_LEAST = 24


class Hidden(NamedTuple):
    """Hidden text, or the sign that there is some.

    Attributes:
        codec: how it is hidden.
        start, end: from the first to behind the last character of it.
        text: what it says; empty where that was not found out.
        signs: how many invisible characters carry it.
    """

    codec: str
    start: int
    end: int
    text: str
    signs: int


def find_hidden(text: str) -> list[Hidden]:
    """Everything hidden in a text."""
    return [
        *_tags(text),
        *_selectors(text),
        *_directions(text),
        *_terminal(text),
        *_zero_width(text),
    ]


def find_invisible(text: str) -> Iterator[Layer]:
    """The same as layers: what could be decoded."""
    for one in find_hidden(text):
        if one.text:
            yield Layer(one.codec, one.start, one.end, one.text)


def _tags(text: str) -> Iterator[Hidden]:
    bare = _FLAG.sub(lambda flag: " " * len(flag[0]), text)
    found = list(_TAG.finditer(bare))
    for group in _groups(found):
        signs = len(group)
        if signs < 2:
            continue
        points = [ord(one[0]) - 0xE0000 for one in group]
        said = "".join(chr(point) for point in points if point not in {0, 1, 0x7F})
        start, end = group[0].start(), group[-1].end()
        clean = printable(said.encode("utf-8", "replace")) if said else None
        yield Hidden("tags", start, end, clean or "", signs)


def _selectors(text: str) -> Iterator[Hidden]:
    runs = [
        run
        for run in _SELECTOR_RUN.finditer(text)
        if len(run[0]) > 3 or set(run[0]) - {"\ufe0f", "\ufe0e"}
    ]
    for run in runs:
        if len(run[0]) < 4 and len(runs) < 3:
            continue
        yield Hidden(
            "variation-selectors", run.start(), run.end(), signals.of_selectors(run[0]), len(run[0])
        )
    if runs:
        return
    odd = list(_SELECTOR_ODD.finditer(text))
    if len(odd) >= 6:
        said = signals.of_selectors("".join(one[0] for one in odd))
        if said or len({one[0] for one in odd}) > 1:
            yield Hidden("variation-selectors", odd[0].start(), odd[-1].end(), said, len(odd))


def _directions(text: str) -> Iterator[Hidden]:
    if not re.search("[\u202a\u202b\u202d\u202e\u2067]", text):
        return
    has_rtl = _RIGHT_TO_LEFT.search(text) is not None
    for part in _DIRECTED.finditer(text):
        mark, inner = part[1], part[2]
        letters = sum(one.isascii() and one.isalpha() for one in inner)
        forced = mark in "\u202d\u202e"
        if letters < (4 if forced else 8) or (
            not forced and (has_rtl or mark in "\u202a\u2066\u2068")
        ):
            continue
        if forced and mark == "\u202d" and has_rtl:
            continue
        backwards = inner[::-1]
        said = backwards if evidence(backwards) > evidence(inner) + 8 else inner
        yield Hidden("bidi", part.start(), part.end(), said.strip(), 2)


def _terminal(text: str) -> Iterator[Hidden]:
    for part in _TERMINAL.finditer(text) if "\x1b[" in text else ():
        yield Hidden("terminal", part.start(), part.end(), part[1].strip(), 1)


def _zero_width(text: str) -> Iterator[Hidden]:
    if not _ZERO.search(text):
        return
    bare = _PAIRED.sub(lambda pair: f" {pair[1]} ", text)
    bare = _HONEST.sub(lambda one: " " * len(one[0]), bare)
    found = list(_ZERO.finditer(bare))
    signs = "".join(one[0] for one in found)
    if len(found) >= _CODED_LEAST and len(set(signs)) > 1:
        for group in [found, *_groups(found)]:
            said = signals.of_signs("".join(one[0] for one in group))
            if said and len(set(said)) > 3:
                yield Hidden("zero-width", group[0].start(), group[-1].end(), said, len(group))
                return
    broken = list(_WORD_BREAK.finditer(bare))
    hyphens = sum("\u00ad" in one[0] for one in broken)
    if len(broken) - hyphens >= 3 or _is_shredded(text, broken):
        yield from _split_words(text, broken)
        return
    longest = max(_side_by_side(found), key=len, default=[])
    kinds = len({one[0] for one in longest})
    if (kinds > 1 and len(longest) >= _CODED_LEAST) or len(longest) >= _LONE_LEAST:
        yield Hidden("zero-width", longest[0].start(), longest[-1].end(), "", len(longest))
    elif len(found) >= 2 * _LONE_LEAST and len(set(signs)) > 1:
        yield Hidden("zero-width", found[0].start(), found[-1].end(), "", len(found))


def _split_words(text: str, broken: list[re.Match[str]]) -> Iterator[Hidden]:
    """Words with invisible signs within: the tokens from the first to the last of them, without the signs."""
    start = max(text.rfind(" ", 0, broken[0].start()), text.rfind("\n", 0, broken[0].start())) + 1
    ends = [
        place
        for place in (text.find(" ", broken[-1].end()), text.find("\n", broken[-1].end()))
        if place >= 0
    ]
    end = min(ends, default=len(text))
    while (
        end < len(text) - 2 and text[end + 1] in "\u200b\u200c\u200d\u2060\ufeff"
    ):  # blanks are padded, too
        following = text.find(" ", end + 1)
        end = following if following >= 0 else len(text)
    said = _ZERO.sub("", text[start:end])
    yield Hidden("split-words", start, end, said, len(broken))


def _is_shredded(text: str, broken: list[re.Match[str]]) -> bool:
    """Whether soft hyphens stand behind nearly every letter, where no hyphenation puts them."""
    if len(broken) < 8:
        return False
    start, end = broken[0].start(), broken[-1].end()
    return len(broken) * 2.2 > sum(one.isalpha() for one in text[start:end])


def _groups(found: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Signs that stand side by side; where most stand alone, all of them as one group."""
    groups = _side_by_side(found)
    if len(groups) > 1 and len(found) < 3 * len(groups):
        return [found]
    return groups


def _side_by_side(found: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    groups: list[list[re.Match[str]]] = []
    for one in found:
        if groups and one.start() == groups[-1][-1].end():
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups
