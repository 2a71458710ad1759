"""Commands for the gate's language rounds: supplies, and what scripts and readers reach on them."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclosion.cli.options import AsJson
from eclosion.cli.output import FINDINGS, put, put_json, say
from eclosion.kernel.errors import Invalid

if TYPE_CHECKING:
    from eclosion.gate.language.attacks import Attack
    from eclosion.gate.language.building import Built
    from eclosion.gate.language.encoder import Encoder
    from eclosion.gate.language.model import Sample
    from eclosion.gate.language.trial import Score

gate_rounds = typer.Typer(no_args_is_help=True, help="Language rounds: supplies and attacks.")

Corpus = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="PLACE",
        help="A folder or file of your texts: .txt, .md, .jsonl (also .gz, .xz). Default: the demo corpus.",
        show_default=False,
    ),
]
Weights = Annotated[
    Path | None,
    typer.Option(
        "--encoder",
        metavar="FOLDER",
        help="A sentence encoder (model.safetensors, vocab.txt, config.json): balance and attack with it too.",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option(help="The same seed and texts give the same items.")]


@gate_rounds.command("prepare")
def prepare(
    corpus: Annotated[
        Path, typer.Argument(metavar="PLACE", help="A folder or file of your texts.")
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new folder for the supply.")],
    never_published: Annotated[
        bool,
        typer.Option(
            "--never-published", help="You know that nobody outside has seen these texts."
        ),
    ] = False,
    public: Annotated[
        Path | None,
        typer.Option(metavar="PLACE", help="Texts that others have, to hold yours against."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="For tests. By default it is secret.")] = None,
    weights: Weights = None,
    as_json: AsJson = False,
) -> None:
    """Make a supply of your texts and attack it.

    Texts are moderated, items balanced against a trained attacker, and then attacked with everything. Exit status 1 if
    the gate would refuse the supply. Needs the extra `attack`.
    """
    from eclosion.gate.language.building import build
    from eclosion.gate.language.errors import SupplyUnfit
    from eclosion.gate.language.folder import FolderSupply
    from eclosion.gate.language.reading import read_texts

    if out.exists():
        raise Invalid(f"{out} exists.", "Name a new folder; a supply is never overwritten.")
    seed = random.SystemRandom().getrandbits(48) if seed is None else seed
    known = read_texts(public) if public is not None else ()
    encoder = _encoder(weights)
    built = build(
        read_texts(corpus),
        seed,
        never_published=never_published,
        known_public=known,
        told=_told,
        encoder=encoder,
    )
    _write(out, built, seed, for_later=encoder is None)
    if as_json:
        put_json(built.report.to_json())
    else:
        _show_preparation(built.prepared.texts, built.report.passages, built.report.dropped)
        say(f"{len(built.samples):,} items could be balanced evenly.")
        _show_attack(built.attack)
    try:
        FolderSupply(out).check()
    except SupplyUnfit as error:
        say(f"The gate would refuse it ({error.reason}): {error}")
        raise typer.Exit(FINDINGS) from None
    say(f"Fit: {len(built.samples)} items in {out}.")


@gate_rounds.command("attack-rounds")
def attack_rounds(
    corpus: Corpus = None,
    seed: Seed = 1,
    blind: Annotated[
        bool, typer.Option("--blind", help="Draw distractors blindly, to see what balancing does.")
    ] = False,
    weights: Weights = None,
    unaware: Annotated[
        bool,
        typer.Option(
            "--unaware", help="Balance without the encoder, to see what balancing by it does."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Attack items of your texts with every script.

    Each is trained on items of the same generator and judged on authors that it has not seen; 95 % Wilson intervals,
    and the chance to pass a whole session. Needs the extra `attack`.
    """
    from eclosion.gate.language.attacks import all_attackers, attack

    encoder = _encoder(weights)
    seen = None if unaware else encoder
    samples, source = _samples(corpus, seed, blind=blind, encoder=seen)
    attackers = all_attackers(seed + 1, encoder)
    found = attack(samples, seed + 1, attackers=attackers, source=source, told=_told)
    if as_json:
        put_json(_attack_json(found))
    else:
        _show_attack(found)


@gate_rounds.command("rounds")
def make_rounds(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write the items.")],
    n: Annotated[int, typer.Option("--n", min=1, help="How many items.")] = 50,
    corpus: Corpus = None,
    seed: Seed = 1,
    script: Annotated[
        bool,
        typer.Option(help="Let the trained attacker answer them too, sealed in the key."),
    ] = True,
    weights: Weights = None,
) -> None:
    """Write items without answers, to try a reader by hand.

    The key goes to FILE.key, readable by you alone. Let the model read without tools, write its answers down,
    then run `eclosion gate score`. Needs the extra `attack`.
    """
    from eclosion.gate.language.attacks import all_attackers, answers_of
    from eclosion.gate.language.folder import private_file
    from eclosion.gate.language.trial import make_trial

    encoder = _encoder(weights)
    samples, _ = _samples(corpus, seed, blind=False, encoder=encoder)
    if len(samples) < n:
        raise Invalid(f"These texts give only {len(samples)} items.", "Ask for fewer with --n.")
    right = None
    if script:
        _told("The trained attacker", len(samples))
        trained = "gradient boosting" if encoder is None else "gradient boosting, embeddings"
        right = answers_of(samples, all_attackers(seed, encoder)[trained], seed + 1)
    chosen = random.Random(seed).sample(range(len(samples)), n)
    trial = make_trial(
        [samples[at] for at in chosen], None if right is None else [right[at] for at in chosen]
    )
    key = _key_of(out)
    for path, raw in ((key, trial.key), (out, trial.items)):
        try:
            with private_file(path) as file:
                file.write(raw)
        except FileExistsError:
            raise Invalid(f"{path} exists.", "Name another file.") from None
    say(f"{n} items in {out}; the key stays sealed in {key}.")


@gate_rounds.command("score")
def score_rounds(
    items: Annotated[Path, typer.Argument(metavar="FILE", help="The items.")],
    answers: Annotated[
        Path,
        typer.Argument(metavar="ANSWERS", help="A file with one number (0 to 3) for each item."),
    ],
    as_json: AsJson = False,
) -> None:
    """Open the key and score a reader's answers.

    Accuracy with its 95 % Wilson interval, the chance to pass a session, and the trained attacker on the same items.
    """
    from eclosion.gate.language.trial import score_trial

    for path in (items, _key_of(items), answers):
        if not path.is_file():
            raise Invalid(
                f"There is no file {path}.", "`eclosion gate rounds` writes items and key."
            )
    text = answers.read_text("utf-8", "replace")
    found = score_trial(items.read_bytes(), _key_of(items).read_bytes(), text)
    if as_json:
        put_json(_score_json(found))
        return
    put(f"right          {found.share.right} of {found.share.asked}: {found.share}")
    put(f"session passed {found.session:.4f} [{found.session_low:.4f}, {found.session_high:.4f}]")
    if found.wrong:
        put(f"missed         {', '.join(map(str, found.wrong))}")
    if found.script is not None:
        put(f"trained script {found.script.right} of {found.script.asked}: {found.script}")


@gate_rounds.command("write-texts")
def write_texts(
    out: Annotated[Path, typer.Option(metavar="FILE", help="A new .jsonl file for the texts.")],
    api: Annotated[str, typer.Option(metavar="URL", help="An OpenAI-compatible API, up to /v1.")],
    model: Annotated[str, typer.Option(metavar="NAME", help="The model's name there.")],
    n: Annotated[int, typer.Option("--n", min=1, help="How many texts.")] = 300,
) -> None:
    """Let a model that you run write texts for a supply.

    The key of the API, if it needs one, comes from ECLOSION_GATE_WRITER_KEY. Prepare the texts with
    `eclosion gate prepare --never-published`.
    """
    from eclosion.gate.language.folder import private_file
    from eclosion.gate.language.writer import ModelWriter

    writer = ModelWriter(api, model, os.environ.get("ECLOSION_GATE_WRITER_KEY", ""))
    with private_file(out) as file:
        for number in range(n):
            text = writer.write()
            line = json.dumps({"text": text.body, "document": text.id})
            file.write(f"{line}\n".encode())
            if (number + 1) % 10 == 0:
                say(f"{number + 1} of {n}")
    say(f"{n} texts in {out}.")


def _write(out: Path, built: Built, seed: int, *, for_later: bool) -> None:
    """A scorer that needs an encoder is not kept, and one without would balance less well than what was measured."""
    from eclosion.gate.language.building import train_for_later
    from eclosion.gate.language.folder import write_supply

    scorer = train_for_later(built.prepared.passages, seed) if for_later else None
    write_supply(out, built.samples, built.report, scorer)


def _encoder(folder: Path | None) -> Encoder | None:
    if folder is None:
        return None
    from eclosion.gate.language.encoder import Encoder

    return Encoder(folder)


def _samples(
    corpus: Path | None, seed: int, *, blind: bool, encoder: Encoder | None
) -> tuple[list[Sample], list[tuple[str, ...]]]:
    """Items of a corpus, or of the one that ships, and its rows of sentences."""
    from eclosion.gate.language.attacks import ATTACKED_MIN
    from eclosion.gate.language.balance import make_samples, plain_samples
    from eclosion.gate.language.demo import demo_passages
    from eclosion.gate.language.passages import prepare_all
    from eclosion.gate.language.reading import read_texts

    if corpus is None:
        passages = list(demo_passages())
    else:
        prepared = prepare_all(read_texts(corpus))
        passages = prepared.passages
        _show_preparation(prepared.texts, len(passages), prepared.dropped)
    if len(passages) < ATTACKED_MIN:
        raise Invalid(
            f"These texts give only {len(passages)} passages; {ATTACKED_MIN} are the least.",
            "A passage is eleven clean sentences in a row.",
        )
    source = [passage.sentences for passage in passages]
    if blind:
        return plain_samples(passages, seed), source
    return make_samples(passages, seed, _told, encoder), source


def _told(stage: str, steps: int) -> None:
    say(f"{stage}{f' ({steps:,})' if steps else ''} ...")


def _show_preparation(texts: int, passages: int, dropped: dict[str, int]) -> None:
    say(f"{texts:,} texts gave {passages:,} passages.")
    for reason, count in dropped.items():
        say(f"  {count:>8,} dropped: {reason.replace('_', ' ')}")


def _show_attack(found: Attack) -> None:
    from eclosion.gate.language.attacks import NOT_TESTED

    put(f"{'script':<30} {'right':>11} {'share [95 % interval]':>24} {'session':>9} {'at most':>9}")
    for one in found.attempts:
        count = f"{one.share.right}/{one.share.asked}"
        put(
            f"{one.name:<30} {count:>11} {one.share!s:>24} {one.session:>9.1e} {one.session_high:>9.1e}"
        )
    put(f"Bound without the source: {found.bound:.3f}; a gate starts with at most 0.450.")
    put(f"Not tested: {NOT_TESTED}.")


def _attack_json(found: Attack) -> dict[str, object]:
    from eclosion.gate.language.attacks import NOT_TESTED

    attempts = [
        {
            "name": one.name,
            **one.share._asdict(),
            "session": one.session,
            "session_high": one.session_high,
            "holds_source": one.holds_source,
        }
        for one in found.attempts
    ]
    return {"bound": found.bound, "attempts": attempts, "not_tested": NOT_TESTED}


def _score_json(found: Score) -> dict[str, object]:
    script = found.script._asdict() if found.script is not None else None
    return {**found._asdict(), "share": found.share._asdict(), "script": script}


def _key_of(items: Path) -> Path:
    return items.with_name(f"{items.name}.key")
