"""Makes the tables of the cipher detector from text that may be passed on; one command, the same result each time.

    python -m eclosion.monitor.training.ciphers --data FOLDER

FOLDER holds what it learns from, nothing of which is shipped (see docs/monitor/ciphers.md for where each comes from):

- ``moltbook/*.jsonl.xz``: agents' posts and comments (CC BY 4.0)
- ``text/NAME/*``: English prose, a folder a source; ``words/*``: lists of English words, one a line
- ``po/LANGUAGE/*``: gettext catalogues and text in other languages (a language's name up to ``_`` counts)
- ``code/NAME/*``: source code

It writes the ``.bin.xz`` files beside the detector. A word's frequency is the weighted mean over sources, so that a
long manual does not drown what agents say.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eclosion.monitor.detectors.ciphers import tables

SOURCES = {
    "moltbook": 0.50,
    "prompts": 0.14,
    "fortunes": 0.14,
    "chat": 0.05,
    "docs_django": 0.08,
    "docs_python": 0.09,
}
ENGLISH_WORDS_MAX = 60_000
PAIRS_MAX = 60_000
LANGUAGE_LETTERS_MIN = 8_000
_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]+(?![A-Za-z0-9_])")
_URL = re.compile(r"https?://\S+|www\.\S+|<[^>]{1,200}>|%\(\w+\)s|\{\w*\}|%[sd]")
_IDENTIFIER = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MSGSTR = re.compile(r'^(?:msgstr(?:\[\d\])? )?"(.*)"$')

Counts = Counter[str]


def main() -> None:
    """Read the folder, write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="what to learn from")
    parser.add_argument("--to", type=Path, default=tables.FOLDER, help="where to write")
    given = parser.parse_args()
    english = {name: _tokens(_english(given.data, name)) for name in SOURCES}
    words = _english_words(english, _listed(given.data / "words"))
    code = _code_parts(given.data / "code")
    languages = dict(_languages(given.data / "po"))
    known = _known(words, english, code, languages, _listed(given.data / "words"))
    made = {
        tables.LETTERS_FILE: _letter_grams(english).tobytes(),
        tables.SPACED_FILE: _spaced_grams(english).tobytes(),
        tables.CHARS_FILE: _char_models(words, code, languages).tobytes(),
        tables.PAIRS_FILE: _pairs(english, words),
        tables.WORDS_FILE: _word_file(words, known),
    }
    for name, body in made.items():
        (given.to / name).write_bytes(lzma.compress(body, preset=9 | lzma.PRESET_EXTREME))


def _english(data: Path, name: str) -> Iterator[str]:
    if name == "moltbook":
        for path in sorted((data / name).glob("*.jsonl.xz")):
            with lzma.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    yield f"{row.get('title') or ''}\n{row.get('content') or ''}"
        return
    for path in sorted((data / "text" / name).iterdir()):
        yield path.read_text("utf-8", "replace")


def _tokens(texts: Iterable[str]) -> list[list[str]]:
    """Each stretch of a sentence as its words in lower case."""
    stretches = []
    for text in texts:
        for line in re.split(r"[\n.!?:;|]+", _URL.sub(" ", text)):
            words = [word.lower() for word in _WORD.findall(line)]
            if words:
                stretches.append(words)
    return stretches


def _listed(folder: Path) -> set[str]:
    words: set[str] = set()
    for path in sorted(folder.iterdir()):
        text = path.read_text("utf-8", "replace").lower()
        words.update(re.findall(r"^[a-z]+$", text.replace("'s", ""), re.MULTILINE))
    return {word for word in words if len(word) > 1 or word in "ai"}


def _english_words(english: dict[str, list[list[str]]], listed: set[str]) -> dict[str, float]:
    """Each English word's probability; a word that no list has must stand often in two sources, or very often."""
    shares: dict[str, float] = {}
    sources: Counts = Counter()
    times: Counts = Counter()
    for name, weight in SOURCES.items():
        counts = Counter(word for words in english[name] for word in words)
        total = counts.total()
        for word, count in counts.items():
            shares[word] = shares.get(word, 0.0) + weight * count / total
            sources[word] += 1
            times[word] += count
    keep = {
        word: share
        for word, share in shares.items()
        if (word in listed and times[word] >= 2)
        or (sources[word] >= 2 and times[word] >= 6)
        or times[word] >= 25
    }
    first = sorted(keep, key=lambda word: (-keep[word], word))[:ENGLISH_WORDS_MAX]
    total_share = sum(keep[word] for word in first) / 0.98
    floor = 2.0**-21
    words = {word: max(keep[word] / total_share, floor) for word in first}
    # What is in the list and was never read shares the rest.
    for word in listed:
        words.setdefault(word, 2.0**-22)
    return words


def _code_parts(folder: Path) -> Counts:
    counts: Counts = Counter()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_text("utf-8", "replace")
            counts.update(part.lower() for part in _IDENTIFIER.findall(text))
    return counts


def folded(text: str) -> str:
    """The text in lower case with its accents taken off (NFKD)."""
    text = text.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("đ", "d")
    text = text.replace("\u0131", "i").replace("æ", "ae").replace("œ", "oe")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _languages(folder: Path) -> Iterator[tuple[str, Counts]]:
    """Languages in Latin script with enough text, each with its words' counts."""
    merged: dict[str, Counts] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = (
            path.parent.name.partition("_")[0]
            if not path.parent.name.startswith("chat_")
            else (path.parent.name)
        )
        if name == "en":
            continue
        text = path.read_text("utf-8", "replace")
        if path.suffix == ".po":
            text = "\n".join(_translated(text))
        found = re.findall(r"[^\W\d_]+", folded(_URL.sub(" ", text)))
        latin = [word for word in found if word.isascii()]
        if len(latin) * 2 > len(found):
            merged.setdefault(name, Counter()).update(latin)
    for name, counts in sorted(merged.items()):
        if sum(len(word) * count for word, count in counts.items()) >= LANGUAGE_LETTERS_MIN:
            yield name, counts


def _translated(text: str) -> Iterator[str]:
    """What stands in a catalogue's ``msgstr``."""
    inside = False
    for line in text.splitlines():
        if line.startswith("msgstr"):
            inside = True
        elif not line.startswith('"'):
            inside = False
        if inside and (match := _MSGSTR.match(line)):
            yield match[1].replace("\\n", " ").replace("&", "")


def _known(
    words: dict[str, float],
    english: dict[str, list[list[str]]],
    code: Counts,
    languages: dict[str, Counts],
    listed: set[str],
) -> set[str]:
    """Words that are no cipher as they stand, though no English: of code, of other languages, of agents."""
    known = {word for word, count in code.items() if count >= 12 and 2 <= len(word) <= 24}
    for counts in languages.values():
        known |= {word for word, count in counts.items() if count >= 3 and 2 <= len(word) <= 24}
    for name, stretches in english.items():
        counts = Counter(word for words in stretches for word in words)
        least = 3 if name == "moltbook" else 5
        known |= {word for word, count in counts.items() if count >= least and len(word) <= 24}
    return (known | listed) - words.keys()


def _word_file(words: dict[str, float], known: set[str]) -> bytes:
    """All words in order, one a line, and each one's bits in eighths as a byte; 255: known, but no English."""
    every = sorted(words.keys() | known)
    bits = bytes(
        min(254, round(-np.log2(words[word]) * tables.WORD_STEPS)) if word in words else 255
        for word in every
    )
    text = "\n".join(every).encode("ascii")
    return len(text).to_bytes(4, "big") + text + bits


def _weights(english: dict[str, list[list[str]]]) -> Iterator[tuple[list[list[str]], float]]:
    """Each source's stretches, and what one letter of it counts for."""
    for name, share in SOURCES.items():
        letters = sum(len(word) for words in english[name] for word in words)
        yield english[name], share * 5e6 / letters


def _codes(text: str) -> npt.NDArray[np.int64]:
    return np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - 97


def _letter_grams(english: dict[str, list[list[str]]]) -> npt.NDArray[np.uint8]:
    """Bits of four letters in a row, word breaks left out; shape 26x26x26x26."""
    counts = np.zeros(26**4)
    for stretches, weight in _weights(english):
        letters = _codes("".join("".join(words) for words in stretches))
        index = ((letters[:-3] * 26 + letters[1:-2]) * 26 + letters[2:-1]) * 26 + letters[3:]
        counts += weight * np.bincount(index, minlength=26**4)
    return _conditional(counts.reshape(26, 26, 26, 26))


def _spaced_grams(english: dict[str, list[list[str]]]) -> npt.NDArray[np.uint8]:
    """Likewise with a blank (26) between words; shape 27x27x27x27."""
    counts = np.zeros(27**4)
    for stretches, weight in _weights(english):
        text = "  ".join(" ".join(words) for words in stretches).replace(" ", "{")
        codes = _codes(text)
        index = ((codes[:-3] * 27 + codes[1:-2]) * 27 + codes[2:-1]) * 27 + codes[3:]
        counts += weight * np.bincount(index, minlength=27**4)
    return _conditional(counts.reshape(27, 27, 27, 27))


def _conditional(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Bits of the last symbol given those before, smoothed by shorter contexts (Witten and Bell 1991)."""
    size = counts.shape[-1]
    shorter = counts
    orders = [shorter]
    while shorter.ndim > 1:
        shorter = shorter.sum(axis=0)
        orders.append(shorter)
    share = np.full(size, 1.0 / size)
    for order in reversed(orders):
        total = order.sum(axis=-1, keepdims=True)
        kinds = (order > 0).sum(axis=-1, keepdims=True) + 1.0
        share = (order + kinds * share) / (total + kinds)
    bits = -np.log2(share) * tables.GRAM_STEPS
    steps: npt.NDArray[np.uint8] = np.clip(np.rint(bits), 0, 255).astype(np.uint8)
    return steps


def _char_models(
    words: dict[str, float], code: Counts, languages: dict[str, Counts]
) -> npt.NDArray[np.uint8]:
    """Bits of a letter (26: the end) given the two before, for English, code and each language; shape Nx27x27x27."""
    models = [
        _char_model({word: 1.0 + max(0.0, 22 + np.log2(p)) ** 1.5 for word, p in words.items()}),
        _char_model({word: count**0.5 for word, count in code.items() if word not in words}),
    ]
    models += [
        _char_model({word: count**0.75 for word, count in counts.items()})
        for counts in languages.values()
    ]
    return np.stack(models)


def _char_model(weights: dict[str, float]) -> npt.NDArray[np.uint8]:
    counts = np.zeros((27, 27, 27))
    for word, weight in weights.items():
        codes = [26, 26, *(ord(letter) - 97 for letter in word), 26]
        for first, second, third in zip(codes, codes[1:], codes[2:], strict=False):
            counts[first, second, third] += weight
    return _conditional(counts)


def _pairs(english: dict[str, list[list[str]]], words: dict[str, float]) -> bytes:
    """The pairs of words that say most beyond their words: hashes in order, then each one's gain in bits."""
    shares: dict[tuple[str, str], float] = {}
    for stretches, weight in _weights(english):
        for stretch in stretches:
            for pair in itertools.pairwise(stretch):
                shares[pair] = shares.get(pair, 0.0) + weight
    total = sum(shares.values())
    gains = {}
    for (first, second), share in shares.items():
        if share < 2.0 or first not in words or second not in words:
            continue
        joint = (share - 1.0) / total
        gain = np.log2(joint / (words[first] * words[second]))
        if gain > 1.0:
            gains[tables.pair_hash(first, second)] = (gain, joint * gain)
    best = sorted(gains, key=lambda pair: (-gains[pair][1], pair))[:PAIRS_MAX]
    best.sort()
    steps = [min(255, round(gains[pair][0] * tables.PAIR_STEPS)) for pair in best]
    return np.array(best, "<u4").tobytes() + bytes(steps)


if __name__ == "__main__":
    main()
