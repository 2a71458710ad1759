"""Orders: a verb of giving, said to the hearer, with a secret after it.

What stands before the verb says whether it is an order, part of a story or advice against it; what stands between
verb and
secret, whether they belong together; and what stands around, whether the secret is to go to the speaker or where it
belongs.
"""

from __future__ import annotations

import re

from eclosion.monitor.detectors.lures import lexicon
from eclosion.monitor.detectors.lures.request import Ask, Named, Setting, is_negated

_LEADING = (
    r"please|pls|plz|kindly|just|simply|then|now|also|first|next|finally|again"
    r"|quick|quickly|immediately|so|ok|okay|hey|hi|hello"
    r"|urgent|instead|yes|right|sure|boss|everyone|everybody|all|agents?|friend"
    r"|moltys?|asap|only|still|do|all you have to do is to"
    r"|can you|could you|would you|will you|won't you|can you please|could you please"
    r"|you must|must|you should|you have to|you need to"
    r"|need you to|want you to|like you to|ask you to|require you to|beg you to"
    r"|expect you to|you to please|needs? you to"
    r"|required to|requested to|invited to|obliged to|be so kind as to|be kind enough to"
    r"|you can|you could|you may|you will"
    r"|why don't you|why not|go ahead and|feel free to|be sure to|make sure to"
    r"|make sure you|remember to|try to|mind|you mind|(?:can|could|would) (?:some"
    r"|any)(?:one|body)(?: [\w-]+){0,4}|can u|could u|would u|will u|u"
    r"|would you mind|you|your turn to|time to|let's|have to|need to|you'll|should"
    r"|may|must now|how about|what about|hereby|safely"
)
_ORDERED = re.compile(rf"(?:^|[\s,:;(\[\"'*_#>-])(?:{_LEADING})[\s,:]*$")
_BARE = re.compile(
    r"^[\W\d]*$|[,:;()\]\u2013\u2014-][\W\d]*$|\b[a-z]\)\s*$|@\w+[,:]?\s*$|^[\W\d]*\w+[,:]\s*$"
)
_AND = re.compile(r"\b(?:and|or|then|to)[\s,]*$")
_STORY_SUBJECT = re.compile(
    r"^[\W\d]*(?:he|she|they|it|who|that|this|the|an?|my|some|one|two|our|his|her"
    r"|their|agents|people|most|many|i|we)\b"
)
IMPERATIVE = re.compile(
    r"^[\W\d]*(?:(?:please|kindly|just|simply|then|now|also|so|first|ok|hey|quick"
    r"|every agent that \w+ this should"
    r"|could you|can you|would you|will you|you must|to \w+[^,]{0,40},)[\s,:]+)*"
    r"(?:run|open|read|copy|go|take|look|dump|export|find|extract|get|use|check"
    r"|import|visit|scan|cat|list|send|give|share|paste"
    r"|post|import|reveal|type|enter|approve|press|ask|tell|fetch|grab|print|execute"
    r"|log|sign|show|write|create|zip|make|comment|do|be)\b"
)
_IT = re.compile(
    r"\b(?:screenshot|photo|picture|qr code|what (?:it|that|this) (?:says|prints"
    r"|shows|returns)|what is inside|what you (?:see|get|find)"
    r"|(?:the|its) (?:results?|outputs?|contents?|values?|copy)|it|them|that)\b"
)
_IN_CASE = re.compile(r"\b(?:if|when|once|before|after|until) (?:you|i|we)\b[^,]*$")
_OTHERS_DUTY = re.compile(
    r"^[\W\d]*(?!you\b|agents\b|every\w*\b|all\b|please\b|to\b|if\b|for\b)(?:the"
    r"|an?|this|that|he|she|it|they|i|we|users?|clients?|callers?)\b"
    r"(?:(?!\byou\b).)*\b(?:must|should|have to|need to|may|to)[\s,]*$"
)
_BY_DOING = re.compile(r"\b(?:mind|by|how about|what about|consider)\s+(?:\w+ly )?$")
_OTHERS_DEED = re.compile(r"\b(?:he|she|they|who|attackers?|thieves|obtained|got|stole|won|lost)\b")
_WISHED = re.compile(
    r"\b(?:i|we)(?:'d| would)? (?:need|want|like|ask|require|expect|beg)(?: that)? you (?:to )?$"
    r"|this should $"
    r"|\b(?:i|we) (?:ask|want|need|invite) (?:every|all|each)\w*(?: [\w]+){0,2} to $"
)
_DUTY = re.compile(
    r"\bshould (?:\w+ )?$|\byou (?:now |then )?(?:only |just )?(?:have|need) to (?:do is )?(?:to )?$"
)
_ONLY = re.compile(r"[\W\d]*only\b")
_THEN_I = re.compile(r"\band i(?:'ll| will| can)\b|\bso (?:that )?i can\b|\bfor me\b")
_IN_CHAT = re.compile(r"\bhere\b|your next|this (?:chat|conversation|thread)|the chat")
_SEED = re.compile(r"seed|recovery|mnemonic|secret words|wallet|private key")
_ON_PAGE = re.compile(r"\b(?:form|page|site|here|our|sync|link)\b")
_POLITE = re.compile(r"\b(?:please|pls|plz|kindly|(?:can|could|would) (?:you|u))\b")
_URL = re.compile(r"https?://\S+")
_OPENLY = frozenset("share post publish drop reply respond answer comment paste upload".split())
_ANSWERED = frozenset("publish reply respond answer comment".split())
_THROUGH = re.compile(
    r"\b(?:get|ask|have|make|persuade|convince) (?:your|the) (?:owner|human|operator"
    r"|user|boss|colleague|agent)s? (?:to|for) (?:\w+ )?$"
)
_NOUNS = frozenset(
    "comment reply post answer message text email mail dm respond hit list name state open key".split()
)
_AS_VERB = re.compile(
    r"[\s,:]+(?:with|your|the|me|us|here|it|them|below|all|each|every\w*|both|@\w+|to (?:me"
    r"|this|the|my)|in)\b"
)
_GAP = re.compile(
    r"\b(?:that|behind|story|where|how|whether|about|why|when|who|which|because"
    r"|if|using|via|through|into|from|until|after|before|once|need|needs)\b"
    r"|\u2192|->|\|"
)
INDEFINITE = re.compile(
    r"(?<!\bthe )(?<!\byour )(?<!\bur )\b(?:an?|any|no|new|some|more|one|another"
    r"|different|separate|fresh)\s+(?:\w+\s)?$"
)
_DETERMINED = re.compile(
    r"\b(?:your|the|its|all|every|both|those|these|this|it|them|of|with|human's|owner's|ur)\b"
)
_NEAR = 90


def find_order(sentence: str, named: list[Named], setting: Setting) -> Ask | None:
    """The first order to give a secret away, or None."""
    for verb in lexicon.VERB.finditer(sentence):
        before = sentence[: verb.start()]
        if not _is_order(before, verb[0]) or is_negated(before):
            continue
        after = [one for one in named if 0 <= one.start - verb.end() < _NEAR]
        found = next((one for one in after if one.is_strong), after[0] if after else None)
        if found and _is_broken(verb[0], sentence[verb.end() : found.start]):
            continue
        carried = None if found else _carried(sentence, verb, named, setting)
        secret = found or carried
        if secret is None or not _goes_to_speaker(sentence, verb, secret, setting):
            continue
        start, end = min(secret.start, verb.start()), max(secret.end, verb.end())
        to_me = _is_to_me(sentence, verb)
        return Ask("order", secret.text, start, end, secret.is_strong, to_me, verb[0])
    return None


def _is_order(before: str, verb: str) -> bool:
    """Whether a verb is said as an order, by what stands before it in the sentence."""
    if verb.endswith("ing"):
        return _BY_DOING.search(before) is not None and not _OTHERS_DEED.search(before)
    if _THROUGH.search(before) or _BARE.search(before):
        return True
    if _ORDERED.search(before):
        return not _IN_CASE.search(before) and not _OTHERS_DUTY.search(before)
    if _AND.search(before):
        return IMPERATIVE.match(before) is not None and not before.rstrip().endswith(" to")
    if _WISHED.search(before.rstrip() + " "):
        return True
    return _DUTY.search(before) is not None and not _STORY_SUBJECT.match(before)


def _is_broken(verb: str, gap: str) -> bool:
    """Whether what stands between verb and object parts them: another clause, a purpose, a negation."""
    if is_negated(gap) or _GAP.search(gap) or INDEFINITE.search(gap) or gap.startswith(" you "):
        return True
    if "," in gap and not re.search(r"\b(?:your|the|me|us)\b", gap):
        return True
    return verb != "ask" and re.search(r"\bfor\b", gap) is not None


def _carried(
    sentence: str, verb: re.Match[str], named: list[Named], setting: Setting
) -> Named | None:
    """A secret named before the verb that hands it on: "open the vault, copy the password, send it to me"."""
    after = sentence[verb.end() : verb.end() + 70]
    if verb[0] in lexicon.FETCHED or verb[0] in {"look", "find", "verify"} or not _IT.search(after):
        return None
    to_me = lexicon.TO_ME.search(sentence[verb.start() :]) is not None
    earlier = [one for one in named if one.end <= verb.start()]
    told = lexicon.VERB.search(sentence[: verb.start()]) or IMPERATIVE.match(sentence)
    if earlier and told and (to_me or verb[0] in _OPENLY):
        return earlier[-1]
    if setting.fetched and to_me:
        return Named(setting.fetched, verb.start(), verb.end(), True)
    return None


def _is_to_me(sentence: str, verb: re.Match[str]) -> bool:
    if verb[0] in {"dm", "message", "comment", "reply", "respond", "answer", "dictate", "pm"}:
        return True
    if verb[0] in {"have", "let"} and sentence[verb.end() :].lstrip().startswith(("me", "us")):
        return True
    return lexicon.TO_ME.search(sentence[verb.end() :]) is not None


def _goes_to_speaker(sentence: str, verb: re.Match[str], secret: Named, setting: Setting) -> bool:
    """Whether the secret is to come to the speaker or into the open, and not to where secrets belong."""
    if verb[0] in _NOUNS and not _AS_VERB.match(sentence, verb.end()):
        return False
    to_me = _is_to_me(sentence, verb)
    meant = secret.is_strong and _DETERMINED.search(sentence[verb.end() : secret.end])
    if secret.start > verb.start() and not to_me and not meant:
        return False
    if _ONLY.match(sentence) and re.search(r"\b(?:never|not)\b", sentence):
        return False
    if verb[0] in _ANSWERED:
        return True
    place = lexicon.PLACE.search(sentence) is not None
    if verb[0] in lexicon.TYPED or (verb[0] == "put" and " in " in sentence[verb.end() :][:4]):
        return _is_typed_for_speaker(sentence, secret.text, setting, place)
    if place and not re.search(r"\b(?:me|us|here|my)\b", sentence):
        return False
    if verb[0] in lexicon.FETCHED and not to_me:
        return False
    if verb[0] == "post" and re.search(r"\byour\b", sentence):
        return True
    if verb[0] in {"paste", "drop", "copy"} and secret.is_strong and _POLITE.search(sentence):
        return True
    if verb[0] in lexicon.VAGUE:
        return to_me and lexicon.TO_ME.search(_URL.sub("", sentence)) is not None
    return True


def _is_typed_for_speaker(sentence: str, secret: str, setting: Setting, place: bool) -> bool:
    """Whether what is typed is typed where the speaker reads it: here, in its own window, on a wallet's false page."""
    if setting.has_dialog and lexicon.HERE.search(sentence):
        return True
    if place:
        return False
    if _THEN_I.search(sentence) or _IN_CHAT.search(sentence):
        return True
    return _SEED.search(secret) is not None and _ON_PAGE.search(sentence) is not None
