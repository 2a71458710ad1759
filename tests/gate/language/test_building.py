"""From texts to a folder that a gate accepts or refuses, and by hand from items to a score."""

import json
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from typer.testing import CliRunner

from eclosion.cli.gate_rounds import gate_rounds
from eclosion.gate.language.building import build, train_for_later, why_public
from eclosion.gate.language.demo import demo_texts
from eclosion.gate.language.errors import (
    AnswersUnreadable,
    ItemsUnreadable,
    SupplyUnfit,
    WriterFailed,
)
from eclosion.gate.language.folder import write_supply
from eclosion.gate.language.keeping import keep_scorer, read_scorer
from eclosion.gate.language.live import LiveSupply
from eclosion.gate.language.model import Passage, Sample
from eclosion.gate.language.passages import prepare_all
from eclosion.gate.language.pool import PoolTexts
from eclosion.gate.language.report import Report
from eclosion.gate.language.trial import make_trial, score_trial
from eclosion.gate.language.writer import ModelWriter
from tests.gate.language.texts import clued_texts

FIT = Report(500, 400, {}, "", 400, 0.36, ())


def test_too_few_texts_are_refused_before_anything_is_trained() -> None:
    with pytest.raises(SupplyUnfit) as refused:
        build(clued_texts(5), 1, never_published=True)
    assert refused.value.reason == "too_small"


def test_text_is_public_until_somebody_says_that_it_is_not() -> None:
    prepared = prepare_all(clued_texts(5))
    assert why_public(prepared, (), never_published=False)
    assert why_public(prepared, (), never_published=True) == ""


def test_records_of_a_site_are_public_whatever_is_said() -> None:
    texts = [text._replace(published=True) for text in clued_texts(5)]
    assert "5 records" in why_public(prepare_all(texts), (), never_published=True)


def test_known_texts_are_public_whatever_is_said() -> None:
    """The corpus that ships always counts as known."""
    mine = clued_texts(5)
    shipped = [text._replace(published=False) for text in demo_texts()[:1]]
    assert "1 passages" in why_public(prepare_all([*mine, *shipped]), (), never_published=True)
    assert "2 passages" in why_public(prepare_all(mine), mine[:2], never_published=True)


@pytest.mark.slow
def test_scorer_survives_being_written_down(tmp_path: Path, clued_passages: list[Passage]) -> None:
    """It scores as before, and a live supply starts with it. Slow: it is trained."""
    scorer = train_for_later(clued_passages[:40], 1)
    raw = keep_scorer(scorer)
    again = read_scorer(raw)
    from eclosion.gate.language.balance import pool_at
    from eclosion.gate.language.words import take_apart

    asked = pool_at([take_apart(text) for text in clued_passages[50].sentences], 5)
    assert again.score(asked.before, asked.after, asked.choices) == pytest.approx(
        scorer.score(asked.before, asked.after, asked.choices)
    )
    write_supply(tmp_path / "measured", [], FIT, scorer)
    pool = PoolTexts(tmp_path / "pool")
    for text in clued_texts(30, seed=9):
        pool.add(text)
    supply = LiveSupply.measured_in(tmp_path / "measured", "held", pool)
    supply.check()
    assert len(supply.take(8)) == 8


@pytest.mark.parametrize("raw", [b"", b"not packed", b"\x1f\x8b broken"])
def test_damaged_scorer_is_told(raw: bytes) -> None:
    with pytest.raises(ItemsUnreadable):
        read_scorer(raw)


# Trials by hand.


def test_trial_holds_no_answer_and_its_key_opens_it(balanced: list[Sample]) -> None:
    samples = balanced[:24]
    trial = make_trial(samples, [True] * 6 + [False] * 18)
    shown = json.loads(trial.items)
    assert len(shown["items"]) == 24
    assert b"truth" not in trial.items
    assert not any(sample.item.id.encode() in trial.items for sample in samples)
    assert b"truth" not in trial.key
    answers = [sample.item.truth for sample in samples]
    answers[3] = (answers[3] + 1) % 4
    found = score_trial(trial.items, trial.key, json.dumps(answers))
    assert (found.share.right, found.share.asked, found.wrong) == (23, 24, (3,))
    assert found.session > 0.98
    assert found.script is not None
    assert found.script.right == 6


@pytest.mark.parametrize("answers", ["", "0 1 2", "[" + "0," * 23 + "4]", "0 " * 25])
def test_wrong_number_of_answers_is_told(balanced: list[Sample], answers: str) -> None:
    trial = make_trial(balanced[:24])
    with pytest.raises(AnswersUnreadable):
        score_trial(trial.items, trial.key, answers)


def test_key_of_another_trial_is_refused(balanced: list[Sample]) -> None:
    one, two = make_trial(balanced[:8]), make_trial(balanced[:8])
    for items, key in ((one.items, two.key), (one.items, b"{}"), (b"[]", one.key)):
        with pytest.raises(ItemsUnreadable):
            score_trial(items, key, "0 " * 8)


# The command line.


@pytest.mark.slow
def test_rounds_and_score_on_the_command_line(tmp_path: Path) -> None:
    """With the corpus that ships. Slow: the scorers that balance it are trained."""
    out, answers = tmp_path / "items.json", tmp_path / "answers"
    run = CliRunner()
    wrote = run.invoke(gate_rounds, ["rounds", "--n", "8", "--out", str(out), "--no-script"])
    assert wrote.exit_code == 0, wrote.output
    assert (tmp_path / "items.json.key").stat().st_mode & 0o077 == 0
    answers.write_text("0 1 2 3 0 1 2 3")
    scored = run.invoke(gate_rounds, ["score", str(out), str(answers), "--json"])
    assert scored.exit_code == 0, scored.output
    assert json.loads(scored.stdout)["share"]["asked"] == 8


@pytest.mark.slow
def test_prepare_refuses_what_was_public(tmp_path: Path) -> None:
    """It makes the folder, says why a gate would not take it, and ends with 1. Slow: everything is trained."""
    corpus = tmp_path / "texts.jsonl"
    lines = [
        json.dumps({"text": t.body, "author": t.author, "upvotes": 1})
        for t in clued_texts(44, sentences=12)
    ]
    corpus.write_text("\n".join(lines))
    out = tmp_path / "supply"
    done = CliRunner().invoke(
        gate_rounds, ["prepare", str(corpus), "--out", str(out), "--never-published", "--seed", "1"]
    )
    assert done.exit_code == 1, done.output
    assert "(public)" in done.stderr
    assert "gradient boosting" in done.stdout
    report = json.loads((out / "report.json").read_text())
    assert report["public"].startswith("44 records")
    assert report["not_tested"]


# A model that writes.


class Endpoint(BaseHTTPRequestHandler):
    """Answers like an OpenAI-compatible API, with what the test put in."""

    replies: ClassVar[list[tuple[int, bytes]]] = []
    asked: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.asked.append((self.headers["Authorization"] or "", json.loads(self.rfile.read(size))))
        status, body = self.replies.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    Endpoint.replies, Endpoint.asked = [], []
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def reply(text: str) -> tuple[int, bytes]:
    return 200, json.dumps({"choices": [{"message": {"content": text}}]}).encode()


def test_model_writes_texts_that_become_items(endpoint: str) -> None:
    from eclosion.gate.language.balance import LikenessScorer

    Endpoint.replies = [reply(text.body) for text in clued_texts(8)]
    supply = LiveSupply(
        "written", ModelWriter(endpoint, "m", "k"), LikenessScorer(), FIT, random.Random(1)
    )
    supply.check()
    assert len(supply.take(4)) == 4
    key, asked = Endpoint.asked[0]
    assert key == "Bearer k"
    assert asked["model"] == "m"
    assert "{" not in asked["messages"][0]["content"]


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"no"),
        (200, b"no json"),
        (200, b"{}"),
        reply("  "),
        (200, b'"x"'),
        (200, b"0" * 600_000),
    ],
)
def test_writer_that_fails_says_so(endpoint: str, answer: tuple[int, bytes]) -> None:
    Endpoint.replies = [answer]
    with pytest.raises(WriterFailed):
        ModelWriter(endpoint, "m").write()


def test_writer_that_is_not_there_says_so() -> None:
    with pytest.raises(WriterFailed, match="did not answer"):
        ModelWriter("http://127.0.0.1:9", "m").write()


def test_writer_takes_no_files() -> None:
    with pytest.raises(WriterFailed):
        ModelWriter("file:///etc", "m")
