"""Follows what a program reads to where it sends it: by the names that carry it, over the files of a package.

A name that was given the content of a secret place carries it; so does a name made from one that carries it, and a
function's result where its body returns it. It is an approximation over lines of Python, JavaScript and shell without
running or parsing any of them: what a judge wants to see, at a thousand lines in a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from eclosion.audit.skills.firstlook import FirstLook
from eclosion.audit.skills.model import Text

LINES_MAX = 4_000
LINE_CHARS_MAX = 600
_SECRET_PLACE = re.compile(
    r"""\.ssh\b(?![\w-]*\.com)|\bid_(?:rsa|ed25519|ecdsa)\b|\.aws["'/,\s]{1,4}credentials|\.netrc\b|"""
    r"""\.gnupg\b|\.kube["'/]{1,3}config|"""
    r"""\.docker/config\.json|\.npmrc\b|\.pypirc\b|\.git-credentials|/etc/shadow\b|"""
    r"""\blogin\.keychain|Login Data|\bkey4\.db\b|"""
    r"""\bwallet\.dat\b|\.config/solana/id\.json|\.(?:clawdbot|openclaw|moltbot|codex|claude|hermes)["'/,\s]{1,4}(?:\.env|credentials|auth|openclaw\.json|clawdbot\.json|auth\.json|\.credentials\.json)|"""
    r"""auth-profiles\.json|["'](?:~/)?\.env["']|\b(?:SOUL|MEMORY)\.md\b""",
    re.IGNORECASE,
)
_WEAK_PLACE = re.compile(
    r"""["'](?:~/)?\.env["']|\b(?:SOUL|MEMORY)\.md\b|auth\.json|openclaw\.json|clawdbot\.json""",
    re.IGNORECASE,
)
_WHOLE_ENVIRONMENT = re.compile(
    r"""dict\(\s*os\.environ\s*\)|os\.environ\.(?:copy|items)\(\)|JSON\.stringify\(\s*process\.env\s*[,)]|"""
    r"""Object\.(?:entries|keys)\(\s*process\.env\s*\)|\{\s*\.\.\.process\.env\s*\}|\bin\s+os\.environ\b(?!\s*[:\]])|\$\(\s*(?:printenv|env)\s*\)"""
)
_GIVEN = re.compile(
    r"^\s*(?:export\s+|local\s+|readonly\s+|const\s+|let\s+|var\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=]{1,40})?=(?!=)\s*(.*)$"
)
_OPENED = re.compile(
    r"\bwith\s+open\([^\n]{0,300}\bas\s+(\w{1,40})|\bfor\s+(?:\w{1,40},\s*)?(\w{1,40})\s+in\b"
)
_FUNCTION = re.compile(
    r"^\s*(?:async\s+)?(?:def|function)\s+([\w$]{1,60})\s*\(|^\s*(?:const|let)\s+([\w$]{1,60})\s*=\s*(?:async\s*)?\([^)]*\)\s*=>|^\s*([\w-]{1,60})\s*\(\)\s*\{"
)
_RETURNED = re.compile(r"\breturn\b(.*)$")
_SENT = re.compile(
    r"""requests\.(?:post|put|patch)\(|httpx\.(?:post|put)\(|urlopen\(|urllib\.request\.Request\(|\.sendall\(|\.sendto\(|"""
    r"""\bfetch\(|axios(?:\.(?:post|put|request))?\(|\.post\(|http\.request\(|https\.request\(|XMLHttpRequest|navigator\.sendBeacon|"""
    r"""\bcurl\b|\bwget\b[^\n]{0,80}--post|\bnc\b\s|aiohttp|smtplib|sendmail|\.send\(|gethostbyname\(|dns\.resolve|nslookup""",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"""\b(?:data|json|body|files|payload|content|params|form)\s*[=:]|--data|-d\s|-F\s|-T\s|\.send(?:all|to)?\(|\.post\([^,\n]{1,200},|\?[\w]{1,20}=|JSON\.stringify""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://([\w.-]{3,120})")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_STATEMENT_LINES = 14


class Flow(NamedTuple):
    """A secret that reaches the network.

    Attributes:
        path: the file in which it is sent.
        start: where in it.
        source: what is read, in words.
        source_path: the file in which it is read.
        host: where to, if an address stands there.
        weak: what is read may well be the skill's own settings.
    """

    path: str
    start: int
    source: str
    source_path: str
    host: str
    weak: bool


class _Carried(NamedTuple):
    what: str
    path: str
    weak: bool


def flows(texts: Iterable[Text]) -> Iterator[Flow]:
    """Every way from a secret place to the network, at most one a file."""
    code = [one for one in texts if one.kind == "code"]
    if not any(_may_read(one.words) for one in code):
        return
    known: dict[str, _Carried] = {}
    for (
        text
    ) in code:  # what a file names for others: constants of paths, functions that return secrets
        _follow(text, known)
    for text in code:
        if found := _first_sent(text, known):
            yield found


def _may_read(words: str) -> bool:
    return bool(_first_look().candidates(words))


@lru_cache(maxsize=1)
def _first_look() -> FirstLook:
    return FirstLook([_SECRET_PLACE.pattern, _WHOLE_ENVIRONMENT.pattern])


def _lines(text: Text) -> Iterator[tuple[int, str]]:
    at = 0
    for number, line in enumerate(text.words.split("\n")):
        if number >= LINES_MAX:
            return
        yield at, line[:LINE_CHARS_MAX]
        at += len(line) + 1


def _direct(text: Text) -> dict[int, _Carried]:
    """What the text reads by name: the number of the line, and what."""
    found: dict[int, _Carried] = {}
    for pattern in (_WHOLE_ENVIRONMENT, _SECRET_PLACE):
        at = number = 0
        for hit in pattern.finditer(text.words):
            number += text.words.count("\n", at, hit.start())
            at = hit.start()
            found[number] = _of_hit(hit, text.path)
    return found


def _of_hit(hit: re.Match[str], path: str) -> _Carried:
    if hit.re is _SECRET_PLACE:
        return _Carried(hit[0].strip("\"'"), path, bool(_WEAK_PLACE.search(hit[0])))
    whole = hit[0].startswith(("dict", "JSON", "$"))  # else it may look for its own names only
    return _Carried("all environment variables", path, not whole)


def _follow(text: Text, known: dict[str, _Carried]) -> None:
    direct = _direct(text)
    inside = ""
    for number, (_, line) in enumerate(_lines(text)):
        if made := _FUNCTION.match(line):
            inside = next(name for name in made.groups() if name)
        if _is_comment(line):
            continue
        carried = direct.get(number) or (_named(line, known) if known else None)
        if carried is None:
            continue
        if given := _GIVEN.match(line):
            known.setdefault(given[1], carried)
        if opened := _OPENED.search(line):
            known.setdefault(opened[1] or opened[2], carried)
        if inside and _RETURNED.search(line):
            known.setdefault(inside, carried)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "//", "*"))


def _named(line: str, known: dict[str, _Carried]) -> _Carried | None:
    """What a name in the line carries; what is given to in it does not count."""
    given = _GIVEN.match(line)
    for name in _WORD.findall(given[2] if given else line):
        if len(name) > 2 and name in known:
            return known[name]
    return None


def _first_sent(text: Text, known: dict[str, _Carried]) -> Flow | None:
    lines = list(_lines(text))
    for number, (at, line) in enumerate(lines):
        if not _SENT.search(line) or _is_comment(line):
            continue
        statement = "\n".join(one for _, one in lines[number : number + _STATEMENT_LINES])
        statement = _to_close(statement)
        body = _BODY.search(statement)
        if not body:
            continue
        carried = _carried_in(statement[body.start() :], text.path, known)
        if carried:
            host = _ADDRESS.search(statement) or _ADDRESS.search(text.words)
            return Flow(
                text.path, at, carried.what, carried.path, host[1] if host else "", carried.weak
            )
    return None


def _carried_in(statement: str, path: str, known: dict[str, _Carried]) -> _Carried | None:
    for line in statement.split("\n"):
        if re.search(r"\b(?:headers|authorization|bearer|api[-_]?key)\b", line, re.IGNORECASE):
            continue  # a service's own key goes into its own header
        if hit := _SECRET_PLACE.search(line) or _WHOLE_ENVIRONMENT.search(line):
            return _of_hit(hit, path)
        if carried := _named(line, known):
            return carried
    return None


def _to_close(statement: str) -> str:
    """Up to where the first bracket closes; the first line alone if none is open."""
    depth, opened = 0, False
    for at, char in enumerate(statement):
        if char in "([{":
            depth, opened = depth + 1, True
        elif char in ")]}":
            depth -= 1
            if opened and depth <= 0:
                end = statement.find("\n", at)
                return statement[: end if end >= 0 else len(statement)]
        elif char == "\n" and not opened:
            return statement[:at]
    return statement
