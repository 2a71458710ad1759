"""Why a single finding was made, step by step, from what was told of it: the original text need not be at hand.

Ciphers are decoded again with their key and weighed again word by word; encodings are decoded again layer by layer.
What always holds: nothing is claimed that was not worked out here from the words themselves or does not stand in the
finding, and a finding about a secret is explained without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from eclosion.monitor.redaction import SECRET, is_redacted

SHOWN_MAX = 160
WORDS_MAX = 200
BITS_MOST = 60.0
_REASONS = {
    "ciphers": (
        "As it stands it would have to be English, code, one of fifty other languages, names made like those, or"
        " letters at random: the likeliest of them explains the words worse than the reading does, by the bits above."
    ),
    "encodings": "Tokens, hashes, pictures and needed escapes decode to noise or bare data; this decodes to words.",
    "invisible": (
        "Emoji, flags, joiners of scripts, marks of direction in such scripts and soft hyphens are taken out first."
    ),
    "lures": (
        "A request has to name a secret, be addressed to somebody and be meant: negated, reported, quoted and general"
        " advice counts against it."
    ),
    "injections": "Quotations, code and talk about injections count against it; what speaks for it stands above.",
    "leaks": "Examples, placeholders and hashes are ruled out by form, checksum or entropy before a key is told of.",
    "collusion": "What everybody says, and answers to one post, are left out of what is compared.",
}


class Word(NamedTuple):
    """A word with its weight. The bits of it as it stands, less those of what it says, are what speaks for a cipher."""

    written: str
    decoded: str
    as_it_stands_bits: float
    decoded_bits: float

    @property
    def gain_bits(self) -> float:
        """By how many bits the reading explains it better."""
        return self.as_it_stands_bits - self.decoded_bits


class Explanation(NamedTuple):
    """How a finding came about.

    Attributes:
        steps: what was done with the words, in order.
        words: of a cipher, each distinct word.
        harmless: why it is not taken for something harmless.
    """

    steps: list[str]
    words: list[Word]
    harmless: str


def explain(told: Mapping[str, Any], part: str = "") -> Explanation:
    """Explain a finding.

    Args:
        told: a line of ``--json``; ``rule`` at the least.
        part: the text at its span, whole, if it is at hand; otherwise its evidence is taken, which may be cut.
    """
    family = str(told["rule"]).partition("/")[0]
    harmless = _REASONS.get(family, "")
    if SECRET in told.get("tags", ()) or is_redacted(
        f"{told.get('decoded')} {told.get('evidence')}"
    ):
        steps = [
            "What it is about is a secret: its beginning and length are told, and nothing is decoded here."
        ]
        return Explanation(steps, [], harmless)
    written = part or str(told.get("evidence", ""))
    if family == "ciphers" and told.get("decoded"):
        return _of_cipher(told, written, harmless)
    if family in ("encodings", "invisible") and told.get("decoded"):
        return Explanation(_layers(told, written), [], harmless)
    return Explanation([], [], harmless)


def _of_cipher(told: Mapping[str, Any], written: str, harmless: str) -> Explanation:
    from eclosion.monitor.detectors.ciphers.alphabets import decoding, named

    decoded = str(told["decoded"])
    name = next((one[4:] for one in told.get("tags", ()) if one.startswith("key:")), "")
    key = named(name)
    steps = []
    if key is not None:
        plain = "abcdefghijklmnopqrstuvwxyz"
        steps.append(f"The key is {name}. What stands as  {plain}")
        steps.append(f"is read as                {plain.translate(decoding(key))}")
        again = written.translate(decoding(key))
        if again == decoded or again.startswith(decoded) or decoded.startswith(again):
            steps.append("Decoded again here with that key, it says the same.")
        else:
            steps.append(
                "What is at hand was cut or changed: decoded again, it does not say the same."
            )
    elif name:
        steps.append(f"The key was searched for, and is {name}.")
    words = _weighed(written, decoded)
    if words:
        gain = sum(one.gain_bits for one in words)
        plain_bits = sum(one.as_it_stands_bits for one in words)
        steps.append(
            f"As they stand, {len(words)} distinct words cost {plain_bits:.0f} bits under the likeliest of English,"
            f" code, other languages, names and random letters; what they say costs {plain_bits - gain:.0f} as English."
        )
        odds = f"2^{gain:.0f}" if gain <= BITS_MOST else f"more than 2^{BITS_MOST:.0f}"
        if gain > 0:
            steps.append(
                f"So the reading is {odds} times likelier, before the key and the place in the text are paid for; the"
                " finding's own figure has both taken off, and neighbouring words added."
            )
    return Explanation(steps, words, harmless)


def _weighed(written: str, decoded: str) -> list[Word]:
    """Each distinct word; none where breaks were not kept."""
    from eclosion.monitor.detectors.ciphers.weights import shipped
    from eclosion.monitor.detectors.ciphers.words import LETTERS_MAX, TOKEN

    before, after = TOKEN.findall(written.lower()), TOKEN.findall(decoded.lower())
    if not before or list(map(len, before)) != list(map(len, after)):
        return []
    weights = shipped()
    return [
        Word(one, said, weights.plain_bits(one), weights.english_bits(said))
        for one, said in list(dict(zip(before, after, strict=True)).items())[:WORDS_MAX]
        if len(one) <= LETTERS_MAX
    ]


def _layers(told: Mapping[str, Any], written: str) -> list[str]:
    """The chain of decodings, each with what it gives."""
    from eclosion.monitor.decoders.views import views

    decoded = str(told["decoded"])
    found = views(written)
    ends = [view for view in found if view.text == decoded or decoded.startswith(view.text)]
    best = max(ends or found, key=lambda view: len(view.text), default=None)
    if best is None:
        return ["What is at hand of it is not enough to decode it again: it was cut."]
    steps = []
    for view in found:
        if view.span == best.span and view.chain == best.chain[: len(view.chain)]:
            said = view.text if len(view.text) <= SHOWN_MAX else view.text[:SHOWN_MAX] + "…"
            steps.append(f"{len(view.chain)}. {view.chain[-1]} gives: {said}")
    kind = best.reading.kind.name.lower()
    what = f"That reads as {'an ' if kind in ('order', 'address') else ''}{kind}"
    if best.reading.bits > 0:
        what += f", {best.reading.bits:.0f} bits from letters drawn at random"
    steps.append(f"{what}.")
    if not ends:
        steps.append("What is at hand was cut, so it does not say all that the finding does.")
    return steps
