"""One run of ``eclosion monitor``: from what was asked to what is told."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple

from eclosion import __version__
from eclosion.cli.last_report import LastReport
from eclosion.cli.monitor_page import Page
from eclosion.cli.output import say
from eclosion.cli.posting import Post, posting, target_of
from eclosion.cli.reporting import Tool, from_sighting, open_writer
from eclosion.cli.reporting.forms import as_metrics
from eclosion.cli.reporting.table import Told
from eclosion.kernel.errors import Invalid
from eclosion.kernel.finding import Severity
from eclosion.monitor import Monitor, Rule, Sighting, Vocabulary, loading, troubles
from eclosion.monitor.engine import Filter
from eclosion.monitor.readers import INPUT, read_input
from eclosion.monitor.rules import Baseline, Book, Known, read_book, write_baseline
from eclosion.monitor.watching import Watch

METRICS_S = 10.0


class Wishes(NamedTuple):
    """What was asked for; the options of the command, checked. ``hook``: a URL, the file of its secret, networks."""

    paths: list[str]
    follow: bool
    form: str
    output_form: str
    least: Severity
    fail_on: Severity | None
    most: int
    output: Path | None
    state: Path | None
    rules: list[Path]
    baseline: Path | None
    write_baseline: Path | None
    reason: str
    only: list[str]
    vocabulary: Path | None
    metrics: Path | None
    known: Path | None
    html: Path | None = None
    hook: tuple[str, Path | None, list[str]] = ("", None, [])


class Run:
    """One run.

    Args:
        wishes: what was asked for.

    Raises:
        Invalid: it contradicts itself, or a file cannot be read.
    """

    def __init__(self, wishes: Wishes) -> None:
        _check(wishes)
        self._wishes = wishes
        self._book = read_book(wishes.rules) if wishes.rules else None
        self._baseline = Baseline(wishes.baseline) if wishes.baseline else None
        self._vocabulary = _open_vocabulary(wishes.vocabulary)
        filters: list[Filter] = [one for one in (self._book, self._baseline) if one is not None]
        loaded = loading.load(wishes.only or None, wishes.known)
        detectors = [*loaded.detectors, *([self._book] if self._book and self._book.rules else [])]
        for name, why in loaded.broken.items():
            say(f"The detector {name} is missing: {why}.")
        self._monitor = Monitor(detectors, filters=filters, vocabulary=self._vocabulary)
        self._known: list[Known] = []
        self._failed = False
        self._target = target_of(*wishes.hook) if wishes.hook[0] else None

    def go(self) -> bool:
        """Read, look and tell; whether something is as bad as ``--fail-on`` says.

        Raises:
            NoSuchFile: nothing is there under one of the names.
        """
        wishes, began_s = self._wishes, time.monotonic()
        with ExitStack() as stack:
            watch = self._watch() if INPUT not in wishes.paths else None
            file = stack.enter_context(_target(wishes.output, watch))
            tool = Tool("eclosion monitor", __version__, rules_of(self._monitor, self._book))
            writer = open_writer(
                wishes.output_form, file, tool, live=wishes.follow, most=wishes.most
            )
            post = self._post(stack, watch)
            last = LastReport()
            stack.callback(last.close)
            page = Page(wishes.html, wishes.paths) if wishes.html else None
            next_s = began_s + METRICS_S
            for sighting in self._sightings(stack, watch):
                self._note(sighting)
                if sighting.finding.severity >= wishes.least:
                    entry = from_sighting(sighting)
                    writer.add(entry)
                    last.add(entry)
                    if page is not None:
                        page.add(entry)
                    if post is not None:
                        post.add(entry)
                if wishes.metrics and time.monotonic() >= next_s:
                    self._write_metrics(wishes.metrics)
                    next_s = time.monotonic() + METRICS_S
            took_s = time.monotonic() - began_s
            told = Told(self._monitor.observations, self._monitor.characters, took_s)
            writer.finish(told)
            if page is not None:
                page.finish(told)
        self._end()
        return self._failed

    def _sightings(self, stack: ExitStack, watch: Watch | None) -> Iterator[Sighting]:
        if watch is None:
            yield from self._monitor.scan(read_input(sys.stdin.buffer, self._wishes.form))
            return
        stack.enter_context(_stopping(watch))
        yield from watch.run(follow=self._wishes.follow)

    def _post(self, stack: ExitStack, watch: Watch | None) -> Post | None:
        if self._target is None:
            return None
        wishes = self._wishes
        return stack.enter_context(posting(self._target, watch, wishes.state, live=wishes.follow))

    def _watch(self) -> Watch:
        wishes = self._wishes
        return Watch(self._monitor, wishes.paths, wishes.form, wishes.state)

    def _note(self, sighting: Sighting) -> None:
        finding, wishes = sighting.finding, self._wishes
        if wishes.fail_on is not None and finding.severity >= wishes.fail_on:
            self._failed = True
        if wishes.write_baseline and finding.severity >= wishes.least:
            actor = sighting.item.observation.actor
            self._known.append(
                Known(sighting.mark, finding.rule, actor, finding.place, wishes.reason)
            )

    def _end(self) -> None:
        wishes = self._wishes
        if wishes.write_baseline:
            amount = write_baseline(wishes.write_baseline, self._known)
            say(f"{wishes.write_baseline} knows {amount:,} findings.")
        if self._baseline and self._baseline.kept_back:
            say(f"{self._baseline.kept_back:,} findings are in the baseline and were not told.")
        if self._book:
            for number, one in enumerate(self._book.suppressions):
                times = self._book.suppressed[number]
                say(f"Suppressed {times:,} times: {one.rule} ({one.reason}).")
        if wishes.vocabulary and self._vocabulary:
            self._vocabulary.save(wishes.vocabulary)
        if wishes.metrics:
            self._write_metrics(wishes.metrics)

    def _write_metrics(self, path: Path) -> None:
        seen = self._monitor
        figures = {"observations": seen.observations, "characters": seen.characters}
        beside = path.with_name(path.name + ".new")
        beside.write_text(as_metrics(seen.findings, figures, seen.spent_s), "utf-8")
        beside.replace(path)


@cache
def known_rules() -> dict[str, Rule]:
    """Every rule that ships, by id, in order."""
    return dict(sorted(rules_of(Monitor(), None).items()))


def rules_of(seen: Monitor, book: Book | None) -> dict[str, Rule]:
    """The rules of a monitor's detectors, of a book, and of the monitor itself."""
    found: list[Rule] = list(troubles.RULES)
    for detector in seen.detectors:
        found += getattr(detector, "rules", ())
    return {one.id: one for one in [*found, *(book.rules if book else ())]}


def _check(wishes: Wishes) -> None:
    if INPUT in wishes.paths and (len(wishes.paths) > 1 or wishes.state):
        raise Invalid("Standard input (-) is read alone, and has no state to go on from.")
    if wishes.write_baseline and not wishes.reason.strip():
        raise Invalid("--write-baseline needs --reason: why what is found may stay.")
    if wishes.follow and wishes.output_form == "sarif":
        raise Invalid(
            "SARIF is one document and has an end.", "Follow with --json, --ocsf or --ecs."
        )
    if wishes.follow and wishes.html:
        raise Invalid("A page has an end.", "Follow with --json, and make a page of what is there.")
    if wishes.follow and wishes.write_baseline:
        raise Invalid("A baseline is written at the end, and --follow has none.")


def _open_vocabulary(path: Path | None) -> Vocabulary | None:
    if path is None:
        return None
    vocabulary = Vocabulary()
    if path.exists():
        vocabulary.load(path)
    return vocabulary


@contextmanager
def _target(path: Path | None, watch: Watch | None) -> Iterator[IO[str]]:
    """Where to write. A file is cut back to what was safe at the last save, so that nothing is told twice."""
    if path is None:
        yield sys.stdout
        return
    with path.open("a+", encoding="utf-8") as file:
        if watch is not None and watch.positions.are_kept:
            safe = watch.positions.output_bytes
            if 0 < safe < path.stat().st_size or (not safe and watch.positions.was_there):
                file.truncate(safe)

            def sync() -> int:
                file.flush()
                return file.seek(0, 2)

            watch.safe = sync
            watch.save()  # what stands there now stays, whenever this run is killed
        yield file


@contextmanager
def _stopping(watch: Watch) -> Iterator[None]:
    """Ctrl-C and a service manager's stop end a run in good order."""

    def stop(*_: Any) -> None:
        watch.stopping.set()

    was = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in was.items():
            signal.signal(one, handler)
