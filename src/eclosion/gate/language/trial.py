"""Trying a reader by hand: items in one file, the answers sealed beside it.

No language model ships here, so what one reaches has to be tried: give it the items, write its answers down, and only
then open the key. The items' file holds a commitment to the key, so that neither can be changed afterwards. The seal
keeps the answers from being read by accident; it is no secret to who wants to cheat themselves.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from eclosion.gate.language.errors import AnswersUnreadable, ItemsUnreadable
from eclosion.gate.language.model import CHOICES, Sample
from eclosion.gate.language.rounds import NOTICE, QUESTION, Policy
from eclosion.gate.language.sentences import plain
from eclosion.gate.language.statistics import Share, tail, wilson

TYPE = "eclosion.gate.language.trial"
_NUMBER = re.compile(r"-?\d+")


class Trial(NamedTuple):
    """The two files."""

    items: bytes
    key: bytes


class Score(NamedTuple):
    """What a reader reached, and what that means for a session.

    Args:
        share: right of asked, with its interval.
        session: the chance to pass at the estimate.
        session_low: the chance at the lower end.
        session_high: the chance at the upper end.
        wrong: numbers of the items that were missed.
        script: the trained attacker on the same items; None if none was asked.
    """

    share: Share
    session: float
    session_low: float
    session_high: float
    wrong: tuple[int, ...]
    script: Share | None


def make_trial(samples: Sequence[Sample], script_right: Sequence[bool] | None = None) -> Trial:
    """Items without answers, and the sealed key.

    Args:
        samples: the items.
        script_right: item by item, whether the trained attacker was right.
    """
    key = {
        "nonce": secrets.token_hex(16),
        "truths": [sample.item.truth for sample in samples],
        "ids": [sample.item.id for sample in samples],
        "script": None if script_right is None else [int(right) for right in script_right],
    }
    raw = json.dumps(key).encode()
    salt = secrets.token_bytes(16)
    sealed = {
        "type": f"{TYPE}.key",
        "salt": salt.hex(),
        "sealed": base64.b64encode(_mask(raw, salt)).decode(),
    }
    items = {
        "type": TYPE,
        "notice": NOTICE,
        "question": QUESTION,
        "answer": f"a JSON list of {len(samples)} whole numbers from 0 to {CHOICES - 1}",
        "commitment": hashlib.sha256(raw).hexdigest(),
        "items": [
            {
                "number": number,
                "before": plain(sample.item.before),
                "after": plain(sample.item.after),
                "choices": [plain(choice) for choice in sample.item.choices],
            }
            for number, sample in enumerate(samples)
        ],
    }
    return Trial(
        json.dumps(items, indent=1, ensure_ascii=True).encode() + b"\n",
        json.dumps(sealed).encode() + b"\n",
    )


def score_trial(items: bytes, key: bytes, answers: str, policy: Policy | None = None) -> Score:
    """Open the key and score.

    Args:
        items: the items' file.
        key: the key's file.
        answers: whole numbers from 0 to 3, one for each item, in any notation.
        policy: what a session asks.

    Raises:
        ItemsUnreadable: the files are damaged or do not belong together.
        AnswersUnreadable: there are too few or too many answers, or one is out of range.
    """
    opened = _open(items, key)
    truths = opened["truths"]
    given = [int(number) for number in _NUMBER.findall(answers)]
    if len(given) != len(truths) or not all(0 <= one < CHOICES for one in given):
        raise AnswersUnreadable(
            f"There are {len(given)} answers for {len(truths)} items.",
            f"Give one whole number from 0 to {CHOICES - 1} for each item, in order.",
        )
    wrong = tuple(
        at for at, (one, truth) in enumerate(zip(given, truths, strict=True)) if one != truth
    )
    share = wilson(len(truths) - len(wrong), len(truths))
    policy = policy or Policy()
    whole = policy.asked
    script = opened["script"]
    return Score(
        share,
        tail(share.value, policy.pass_at, whole),
        tail(share.low, policy.pass_at, whole),
        tail(share.high, policy.pass_at, whole),
        wrong,
        None if script is None else wilson(sum(script), len(script)),
    )


def _open(items: bytes, key: bytes) -> Any:
    hint = "Give the file that `eclosion gate rounds` wrote; its key lies beside it."
    try:
        commitment = json.loads(items)["commitment"]
        sealed = json.loads(key)
        raw = _mask(base64.b64decode(sealed["sealed"]), bytes.fromhex(sealed["salt"]))
    except (KeyError, TypeError, ValueError):
        raise ItemsUnreadable("These are not items and their key.", hint) from None
    if hashlib.sha256(raw).hexdigest() != commitment:
        raise ItemsUnreadable("The key does not belong to these items.", hint)
    return json.loads(raw)


def _mask(raw: bytes, salt: bytes) -> bytes:
    stream = hashlib.shake_256(b"eclosion trial key" + salt).digest(len(raw))
    return bytes(one ^ two for one, two in zip(raw, stream, strict=True))
