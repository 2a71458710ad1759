"""Tells an attack from somebody who writes about attacks.

Guides, scanners and their tests are full of the very words that malicious skills use. What is quoted is told as info
only: it stands in a list of patterns, in a test, under a heading that warns of it, in a sentence that forbids it.
"""

from __future__ import annotations

import re

from eclosion.audit.skills.model import Text

_LOOK_BACK = 700
_LOOK_AHEAD = 160
_WARNS = re.compile(
    r"\b(?:detect(?:s|ed|ion|or|ors|ing)?|flag(?:s|ged)?|scan(?:s|ned|ner|ners|ning)?|malicious|malware|attack(?:s|er|ers)?|"
    r"red flags?|block(?:s|ed|list)?|patterns?|indicators?|iocs?|threats?|suspicious|dangerous|warning signs?|"
    r"exfiltrat\w{0,6}|vulnerab\w{0,8}|critical checks?|anti-?patterns?|exploit\w{0,5}|payloads?|injections?|evil|"
    r"pentest\w{0,4}|red.?team\w{0,4}|signature[sd]?|obfuscat\w{0,6}|prohibited|forbidden|bad examples?|unsafe|risky|"
    r"real-world|backdoors?|phish\w{0,4}|scams?|spoof\w{0,3}|hidden instructions?|social engineering|reject\w{0,3}|"
    r"(?:危险|恶意|攻击|检测|可疑|风险|禁止|威胁))",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"(?:\b(?:never|don't|do not|avoid|must not|should not|shouldn't|cannot|can't|refuse|"
    r"instead of|beware)\b|❌|🚫|⛔|🔴)[^\n]{0,100}$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(?:#{1,6}\s.{0,200}|\*\*.{0,200}\*\*:?\s{0,3})$", re.MULTILINE)
_DEMANDS = re.compile(
    r"\b(?:prerequisites?|required?|requires|requirement|important|installation|setup|"
    r"get(?:ting)? started|quick ?start|"
    r"must be (?:installed|running)|before (?:using|you|proceeding|starting)|to function|necessary)\b",
    re.IGNORECASE,
)
_PATTERN_LINE = re.compile(
    r"""re\.(?:compile|search|match|findall)|new RegExp|regex|pattern|\bgrep\b|\brg\b|signature|blocklist|denylist|"""
    r"""deny|forbid|ioc|yara|severity|\bassert|expect\(|\bit\(|describe\(|test\(|\\s[*+]|\\b|\(\?:|\.\*|"""
    r"""\[\^|["']?(?:description|message|reason|example|label|title|name)["']?\s*[:=]|/[gimsuy]{1,4}\s*[,;})\]]""",
    re.IGNORECASE,
)
_TEST_PATH = re.compile(
    r"(?:^|[/_.-])(?:tests?|specs?|fixtures?|__tests__|testdata|test[-_]scenarios|evals?|rules?|patterns?|signatures?|"
    r"detect(?:ors?|ions?)?|scann?(?:er|ers)?|threats?|iocs?|reports?|benchmarks?|corpus|samples?|references?|"
    r"security|guard|audit(?:or)?|changelog|blocklist|vulnerabilit(?:y|ies)|taxonomy)(?:[/_.-]|$)|\.ya?ra?$",
    re.IGNORECASE,
)
_IN_TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|specs?|fixtures?|testdata|test[-_]\w{1,30})/", re.IGNORECASE
)
_PURPOSE = re.compile(
    r"security|\bsecure\b|scann|\bscans?\b|audit|malware|threat|guard|firewall|defen[cs]e|defender|shield|\bvet(?:s|ting|ted|ter)?\b|"
    r"injection|\bdetect|protect|pentest|red.?team|vulnerab|harden|exfiltrat|sandbox|antivirus|safety|safe-?exec|bastion|"
    r"forensic|\bctf\b|prompt engineering|安全|审计|扫描|检测",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"^\s{0,60}(?:#|//|\*|/\*|--|rem\s|;|'|\"\"\")", re.IGNORECASE)


def is_about_security(name: str, description: str) -> bool:
    """Whether it says that attacks are its subject."""
    return bool(_PURPOSE.search(f"{name} {description}"))


def is_quoted(text: Text, start: int, end: int, about_security: bool) -> bool:
    """Whether the words there are shown and not said: as an example, a pattern, a warning, a test."""
    words = text.words
    begin = words.rfind("\n", 0, start) + 1
    close = words.find("\n", end)
    line = words[begin : close if close >= 0 else len(words)][:2_000]
    before = line[: start - begin]
    if _FORBIDS.search(before):
        return True
    if text.kind == "doc":
        return _quoted_in_prose(text, start, end, line, about_security)
    return _quoted_in_code(text, start, line, before, about_security)


def _quoted_in_prose(text: Text, start: int, end: int, line: str, about_security: bool) -> bool:
    if _IN_TESTS.search(text.path):
        return True
    words = text.words
    line_start = words.rfind("\n", 0, start) + 1
    above = _HEADING.finditer(words, max(0, start - 6_000), line_start)
    headings = [found[0] for found in above][-3:]
    nearest = headings[-1] if headings else ""
    around = words[max(0, start - _LOOK_BACK) : start] + words[end : end + _LOOK_AHEAD]
    rest = line.replace(words[start:end], " ")
    if _DEMANDS.search(nearest) and not _WARNS.search(nearest):
        # Under "Prerequisites" it is said to who installs it, whatever else the page speaks of.
        return bool(_WARNS.search(rest)) and about_security
    if _WARNS.search(nearest) or _WARNS.search(rest):
        return True
    warned = len({found[0].lower() for found in _WARNS.finditer(around)})
    if about_security:
        return warned >= 1 or bool(_TEST_PATH.search(text.path))
    return warned >= 3 or any(_WARNS.search(one) for one in headings)


def _quoted_in_code(text: Text, start: int, line: str, before: str, about_security: bool) -> bool:
    if _TEST_PATH.search(text.path) and (about_security or "test" in text.path.lower()):
        return True
    if _PATTERN_LINE.search(line):
        return True
    if about_security and (_COMMENT.match(before or line) or _in_string(before)):
        return True
    above = text.words[max(0, start - _LOOK_BACK) : start]
    return about_security and len({found[0].lower() for found in _WARNS.finditer(above)}) >= 2


def _in_string(before: str) -> bool:
    """Whether a quote was opened in the line and not closed."""
    return any(before.count(mark) % 2 for mark in ("'", '"', "`"))
