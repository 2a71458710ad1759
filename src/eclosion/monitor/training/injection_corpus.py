"""What the classifier of injections learns from: which texts count as attacks in which voice."""

from __future__ import annotations

import ast
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from eclosion.monitor.bench import injection_texts as texts
from eclosion.monitor.bench.injection_texts import Labelled
from eclosion.monitor.bench.posts import read_posts

ONLY_CARRIED = ("output", "offtopic")
"""Families that a person may well ask of an assistant, but no mail and no page."""
DOCSTRINGS = 1_500
POST_WORDS = 250


def said_corpus(data: Path) -> list[Labelled]:
    """For texts as a whole: whoever says it, it attacks."""
    draw = random.Random(20_261_125)
    own = [one for one in texts.read_own("attacks") if one.group not in ONLY_CARRIED]
    harmless = _harmless(data)
    corpus = [*texts.read_s_labs(data, "train"), *texts.read_neuralchemy(data, "train")]
    corpus += [*own, *own, *texts.read_own("harmless") * 2]
    corpus += _planted(own, [one.text for one in harmless], 3, draw)
    return _mixed([*corpus, *harmless], draw)


def carried_corpus(data: Path) -> list[Labelled]:
    """For what mails, pages, code and tools say: there, to tell a reader what to answer is an attack too."""
    draw = random.Random(20_261_126)
    attacks = [*texts.read_own("attacks"), *texts.read_planted(data)]
    prompts = [one for one in texts.read_s_labs(data, "train") if one.is_attack]
    harmless = _harmless(data)
    carriers = [*texts.read_mails(data), *texts.read_code_answers(data)]
    corpus = [*attacks, *attacks, *draw.sample(prompts, 1_500), *texts.read_own("harmless") * 6]
    corpus += _planted(attacks, carriers, 4, draw)
    corpus += _planted(attacks, [one.text for one in harmless], 2, draw)
    return _mixed([*corpus, *harmless], draw)


def _harmless(data: Path) -> list[Labelled]:
    posts = read_posts(data / "moltbook/feb2026_posts.jsonl.xz", 10_000)
    comments = read_posts(data / "moltbook/feb2026_comments.jsonl.xz", 10_000)
    found = [Labelled(_shortened(one), False, "feed") for one in [*posts, *comments]]
    found += [Labelled(one, False, "mail") for one in texts.read_mails(data)]
    found += [Labelled(one, False, "code") for one in texts.read_code_answers(data)]
    return found + [Labelled(one, False, "documentation") for one in _docstrings()]


def _shortened(text: str) -> str:
    return " ".join(text.split(" ")[:POST_WORDS])


def _planted(
    attacks: list[Labelled], carriers: list[str], times: int, draw: random.Random
) -> Iterator[Labelled]:
    for attack in attacks:
        for carrier in draw.sample(carriers, times):
            text = texts.plant(attack.text, _shortened(carrier), draw.choice((0.0, 0.5, 1.0)))
            yield Labelled(text, True, attack.group)


def _docstrings() -> list[str]:
    """Docstrings of Python's standard library, and pieces of its source."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    found: dict[str, None] = {}
    for file in sorted(folder.glob("[a-m]*.py")):
        if "site-packages" in file.parts or "test" in file.parts:
            continue
        try:
            source = file.read_text("utf-8")
            tree = ast.parse(source)
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (
                doc := ast.get_docstring(node)
            ):
                found[doc[:2_000]] = None
        found[source[:1_500]] = None
    return random.Random(7).sample(list(found), min(DOCSTRINGS, len(found)))


def _mixed(corpus: list[Labelled], draw: random.Random) -> list[Labelled]:
    """Shuffled, so that every fold has of everything."""
    draw.shuffle(corpus)
    return corpus
