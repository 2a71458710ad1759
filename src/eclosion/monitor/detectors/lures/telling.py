"""Requests without an order: a question, a need that is told, a bare "password?", and what refers back to one."""

from __future__ import annotations

import re

from eclosion.monitor.detectors.lures import lexicon
from eclosion.monitor.detectors.lures.orders import IMPERATIVE, INDEFINITE
from eclosion.monitor.detectors.lures.request import Ask, Named, Setting, is_negated

_NEED = re.compile(
    r"\b(?:i|we|we'll|i'll|i'd|i'm|we're|they|it|the \w+(?: \w+)?) (?:\w+ly |just "
    r"|still |will |would |also |now |only |must |do |can'?t |cannot |have to "
    r"|need to |'d like to )*"
    r"(?:need|needs|require|requires|want|wants|would like|like|missing|am missing"
    r"|are missing|insist on|could use|(?:be |am |are )?(?:grateful|thankful) for"
    r"|appreciate|am short of|must have|have to have|ask for"
    r"|lack"
    r"|ask you (?:now )?for|now ask you for|am asking (?:you )?for|accept|wants? to see"
    r"|have been asked to (?:obtain|get|collect)"
    r"|continue until i have|proceed until i have|continue without|proceed without"
    r"|had a copy of|have a copy of)\b"
    r"|\b(?:all|what|the (?:only|last|one)(?: thing)?)(?: that| which)? (?:i|we) (?:still "
    r"|just |now )?(?:need|require|want|ask|am missing)"
    r"(?: from you| for (?:this|that))? (?:is|are)\b"
    r"|\b(?:one|the) (?:last|only|final|other) thing[^:.]{0,50}:"
    r"|^[\W\d]*(?:\w+: )?(?:need|needing|require|required|waiting for|missing)(?: is"
    r"| are|:)?(?= (?:your|the|both|all|a copy))"
)
_NEED_NOT = re.compile(
    r"\b(?:approval|permission|authori[sz]ation|confirmation that|your ok|to know whether"
    r"|to rotate|to change|to reset|to be set|to set"
    r"|to update|to revoke|rotated|reset|renewed|revoked|to expire|to store|to keep"
    r"|to protect|scoped|narrower|a new|an? \w+ token"
    r"|to log in (?:once|again)|public|for (?:each|every) (?:agent|user|request)|no )\b"
)
_WHAT = re.compile(
    r"\b(?:what(?:'s|s| is| was| are)?(?= )|which|what do you use as(?: an?)?|what does)\s+(?:was "
    r"|is |were |are )?(?:the|your|our|its|his|her|\w+'s|that|this)?\s?"
)
_MAY_I = re.compile(
    r"\b(?:would|is) it(?: be)? possible to (?:get|have|receive|obtain)\b|\bany chance (?:of"
    r"|to) (?:get|have|getting|having)\b"
    r"|\b(?:can|could|may|might|shall|would|mind if) (?:i|we) (?:please |just |also "
    r"|maybe |perhaps |quickly )?"
    r"(?:get|have|see|borrow|take|be given|know|use your|ask (?:you )?for|read|obtain)\b"
)
_IF_YOU = re.compile(
    r"\byou (?:would|will|were going to|promised to) (?:give|send|provide|tell) (?:me"
    r"|us)\b|\bif you(?:'d| would| could| just| only| simply| please)* (?:give"
    r"|gave|tell"
    r"|told|send|sent|share|shared|hand|handed|lend|lent"
    r"|trust|trusted|let|provide|provided|paste|pasted|show|showed) (?:me|us)\b"
    r"|\b(?:honou?red|glad|happy|grateful) if you\b"
)
_USED = re.compile(r"\s+(?:(?:did|do|were|have|are) (?:you|we|i)|opens?|unlocks?|for|should i)\b")
_IN_GENERAL = re.compile(
    r"\b(?:a|an|any|of a|safe\w*|best|good|difference|point|use|purpose|kind|type"
    r"|manager|happens)\b"
)
_THE = re.compile(r"\b(?:your|the|our|its|that)\b")
_INDIRECT = re.compile(
    r"\b(?:know|see|tell|about|matters|not|wonder|understand|explain|whether)\s*$"
)
_PARTED = re.compile(r"[();]")
_ELSEWHERE = re.compile(r"\b(?:to|into|in|with|from|of an?|for an?|that|which|who)\b")
_FOR_IT = re.compile(r"\s+(?:to|which|that)\b")
_PRESSING = re.compile(r"\b(?:asap|now|please|quickly)\b")
_DETERMINED = re.compile(r"\b(?:your|the|all|both|these|those|as|a copy of)\b")
_SPEAKER = frozenset("i we i'll i'd we'll i'm we're all what the one need waiting missing".split())
_LOST = re.compile(r"\b(?:forg[oe]t|lost|reset|new|change|a|no|what|how|why)\b")
_PLEASE = re.compile(r"(?:[\w-]+ ){0,5}(?:please|pls|plz|now|asap)\b.{0,6}")
_ASKS_FOR = re.compile(r"\basks? for\b")
_WANTED = re.compile(
    r"\b(?:wants?|needs?|asks? for|asking for|requires?|prompt(?:s|ing)|missing"
    r"|expects?|takes|accepts?|remember|forgot|lost|lock screen|logged me out|faster)\b"
)
_FOLLOWING = re.compile(
    r"\b(?:what (?:is|was) it|(?:can|could|may) i (?:have|get|see) it|which (?:one )?(?:is"
    r"|was) it|what does it say|tell me the number"
    r"|give it to me|send me the new one|write (?:it|them)(?: all)? (?:out|down|here))\b"
)


def find_question(sentence: str, named: list[Named]) -> Ask | None:
    """As in "What is your password?", "can I have it?", "if you give me the key": or None."""
    for form in (_WHAT, _MAY_I, _IF_YOU):
        for one in form.finditer(sentence):
            if is_negated(sentence[: one.start()]):
                continue
            for secret in named:
                if _is_asked(sentence, one, secret, is_what=form is _WHAT):
                    end, to_me = secret.end, form is not _WHAT
                    return Ask(
                        "question", secret.text, one.start(), end, secret.is_strong, to_me, ""
                    )
    return None


def _is_asked(sentence: str, one: re.Match[str], secret: Named, *, is_what: bool) -> bool:
    gap = sentence[one.end() : secret.start]
    if secret.start < one.start() or secret.end <= one.end() or is_negated(gap):
        return False
    if not is_what:
        return secret.start - one.end() <= 70
    if secret.start - one.end() > 34 or (not secret.is_strong and "token" in secret.text):
        return False
    return _is_what(sentence, one, secret, gap)


def _is_what(sentence: str, what: re.Match[str], secret: Named, gap: str) -> bool:
    """Whether "what is the password" asks for it: not if it asks about passwords, or is told."""
    used = _USED.match(sentence, secret.end)
    if _IN_GENERAL.search(gap) or len(gap.split()) > 3 or (what[0].strip() == "what" and not used):
        return False
    if not _THE.search(f"{what[0]} {gap} {secret.text}") and (
        not used or secret.text.endswith("keys")
    ):
        return False
    before = sentence[: what.start()]
    if _INDIRECT.search(before) and "tell" not in before:
        return False
    return "?" in sentence or re.match(r"[\W\d]*(?:so|and|ok|hey|quick)?\W*$", before) is not None


def find_need(sentence: str, named: list[Named]) -> Ask | None:
    """As in "I need your password", "all I want is the key": or None."""
    for one in _NEED.finditer(sentence):
        if is_negated(sentence[max(0, one.start() - 50) : one.end()]):
            continue
        for secret in named:
            if _is_needed(sentence, one, secret):
                return Ask("need", secret.text, one.start(), secret.end, secret.is_strong, True, "")
    return None


def _is_needed(sentence: str, one: re.Match[str], secret: Named) -> bool:
    gap = sentence[one.end() : secret.start]
    far = 140 if "your" in gap else 60
    if secret.end <= one.end() or not -20 <= secret.start - one.end() <= far:
        return False
    if is_negated(gap) or _NEED_NOT.search(gap) or INDEFINITE.search(gap) or _PARTED.search(gap):
        return False
    yours = "your" in gap + secret.text
    if not yours and (_ELSEWHERE.search(gap) or _FOR_IT.match(sentence, secret.end)):
        return False
    pressed = secret.is_strong and not gap.strip() and _PRESSING.search(sentence)
    if not _DETERMINED.search(f"{gap} {one[0]} {secret.text}") and not pressed:
        return False
    if not re.search(r"\byour?\b", sentence) and one[0].split()[0] not in _SPEAKER:
        return False
    return lexicon.PLACE.search(sentence, secret.end) is None


def find_bare(sentence: str, named: list[Named]) -> Ask | None:
    """As in "Password?", "username and password please": a request without a verb, or None."""
    for secret in named:
        if not secret.is_strong or len(sentence) > 60:
            continue
        rest = sentence[secret.end :].strip()
        before = sentence[: secret.start].strip(" \n\t*->:")
        if len(before.split()) > 3 or _LOST.search(before):
            continue
        if _PLEASE.fullmatch(rest) or (rest[:1] == "?" and len(before) < 12):
            return Ask("bare", secret.text, secret.start, secret.end, True, True, "")
    return None


def find_follow_up(sentence: str, setting: Setting) -> Ask | None:
    """As in "What is it?", after a sentence that said what is wanted: or None."""
    follows = _FOLLOWING.search(sentence) if setting.fetched else None
    if follows is None or is_negated(sentence[: follows.start()]):
        return None
    return Ask("question", setting.fetched, follows.start(), follows.end(), True, True, "")


def names_wanted(sentence: str) -> str:
    """The secret that a sentence tells to fetch, or says is wanted; the next may say "send it to me"."""
    named = lexicon.STRONG.search(sentence)
    if named is None or is_negated(_ASKS_FOR.sub("wants", sentence[: named.start()])):
        return ""
    return named[0] if IMPERATIVE.match(sentence) or _WANTED.search(sentence) else ""
