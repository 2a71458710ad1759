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

ONLY_CARRIED = frozenset(
    "output output2 output3 output4 offtopic offtopic2 offtopic3 information sabotage strangers"
    " override4 addressed4 workspace4"
    " output-b addressed-b override-b offtopic-b workspace-c plain-c".split()
)
"""Families that a person may well ask of an assistant, but no mail and no page."""
CARRIERS = (
    "mail",
    "mail2",
    "tool-data",
    "tool2",
    "tool3",
    "tool-answers",
    "answers4",
    "pages",
    "tool-b",
    "tool-c",
    "mail-c",
)
FEED_CARRIED = 2_500
JOINED = 600
DOCSTRINGS = 1_500
POST_WORDS = 250


def said_corpus(data: Path) -> list[Labelled]:
    """For texts as a whole: whoever says it, it attacks."""
    draw = random.Random(20_261_125)
    own = [one for one in texts.read_own("attacks") if one.group not in ONLY_CARRIED]
    harmless = _harmless(data)
    corpus = [*texts.read_s_labs(data, "train"), *texts.read_neuralchemy(data, "train")]
    corpus += [*own, *texts.read_own("harmless") * 2]
    corpus += _planted(own, [one.text for one in harmless], 1, draw)
    return _mixed([*corpus, *harmless], draw)


def carried_corpus(data: Path) -> list[Labelled]:
    """For what mails, pages, code and tools say: there, to tell a reader what to answer is an attack too."""
    draw = random.Random(20_261_126)
    attacks = [*texts.read_own("attacks"), *texts.read_planted(data)]
    prompts = [one for one in texts.read_s_labs(data, "train") if one.is_attack]
    own = texts.read_own("harmless")
    ordinary = _harmless(data)
    feed = draw.sample([one for one in ordinary if one.group == "feed"], FEED_CARRIED)
    harmless = [*feed, *(one for one in ordinary if one.group != "feed")]
    carriers = [*texts.read_mails(data) * 4, *texts.read_code_answers(data)]
    carriers += [one.text for one in own if one.group in CARRIERS]
    corpus = [*attacks, *draw.sample(prompts, 1_500), *own * 3, *_joined(own, draw)]
    corpus += _planted(attacks, carriers, 2, draw)
    corpus += _planted(attacks, [one.text for one in harmless], 1, draw)
    return _mixed([*corpus, *harmless], draw)


def _joined(own: list[Labelled], draw: random.Random) -> Iterator[Labelled]:
    """Harmless mails and answers of several parts, since most real ones are long."""
    carried = [one for one in own if one.group in CARRIERS]
    for _ in range(JOINED):
        parts = draw.sample(carried, draw.randint(2, 5))
        yield Labelled("\n".join(one.text for one in parts), False, "joined", parts[0].line)


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
            yield Labelled(text, True, attack.group, attack.line or attack.text)


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
