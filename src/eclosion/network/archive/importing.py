"""Bringing an archive of Moltbook into a store: whole, in any order, as often as one likes.

What always holds: a batch is one transaction with everything that it changes, counters included; what is there
already is passed over by its foreign id. So an import that was killed goes on where it was, and one that
is run twice changes nothing. Votes come as totals without rows (``base_up``, ``base_down``).

It refuses to emit events: an archive is history and notifies nobody. The search index is rebuilt afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from eclosion.kernel.errors import Invalid
from eclosion.kernel.ids import bucket_of
from eclosion.network.archive import files
from eclosion.network.archive.people import FirstSeen, People, free_id
from eclosion.network.archive.records import (
    NOBODY,
    AgentRecord,
    CommentRecord,
    Notes,
    PostRecord,
    SubmoltRecord,
    agent_record,
    comment_record,
    post_record,
    submolt_record,
)
from eclosion.network.archive.threads import Tally, Threads, place_under
from eclosion.network.context import Progress
from eclosion.network.model.names import check_submolt_name
from eclosion.network.model.ranking import best, hot
from eclosion.network.store import archive, foreign
from eclosion.network.store.archive import Rows
from eclosion.store import Store, Unit

T = TypeVar("T")
KNOWN = "already there"
HOMELESS = "comments on posts that the archive does not hold, left out"
WAITING = "waiting"


class Survey(NamedTuple):
    """What a first look at the archive tells: when each name first appears, and how many lines a file has."""

    seen: FirstSeen
    lines: dict[str, int]


def import_archive(store: Store, folder: Path, orphans: str, progress: Progress) -> Notes:
    """Load the archive in ``folder``.

    Args:
        orphans: the submolt for posts that name none.

    Returns:
        How many ``agents``, ``submolts``, ``posts`` and ``comments`` came, how many were there already, and how many
        things were changed or left out, by a phrase for each reason.

    Raises:
        Invalid: the folder holds none of the files, or ``orphans`` is no name.
        StoreFull, StoreBusy, StoreBroken: the store gave up; what was committed stays, and a new run goes on.
    """
    orphans = check_submolt_name(orphans)
    if not any(
        files.present(folder, names) for names in (files.POSTS, files.AGENTS, files.SUBMOLTS)
    ):
        raise Invalid(
            f"{folder} holds no archive: no file such as jan2026_posts{files.ENDING}.",
            "Give the folder that the archive was unpacked to.",
        )
    survey = _survey(folder, orphans, progress)
    load = _Load(store, folder, survey, orphans, progress)
    load.agents()
    load.submolts()
    load.posts()
    load.comments()
    return load.notes


def _survey(folder: Path, orphans: str, progress: Progress) -> Survey:
    progress.stage("Looking through the archive")
    first_agents: dict[str, int] = {}
    first_submolts: dict[str, int] = {}
    lines: dict[str, int] = {}
    unheard: Notes = Counter()  # each line is judged once more when it is loaded
    for path in files.present(folder, files.POSTS):
        for posts, count in files.batches(path, post_record, unheard):
            for post in posts:
                _earlier(first_agents, post.author.lower(), post.created_ms)
                _earlier(first_submolts, post.submolt or orphans, post.created_ms)
            _count(lines, path, count, progress)
    for path in files.present(folder, files.COMMENTS):
        for comments, count in files.batches(path, comment_record, unheard):
            for comment in comments:
                _earlier(first_agents, comment.author.lower(), comment.created_ms)
            _count(lines, path, count, progress)
    for names, make, first in (
        (files.AGENTS, agent_record, first_agents),
        (files.SUBMOLTS, submolt_record, first_submolts),
    ):
        _survey_made(folder, names, make, first, lines, progress)
    start_ms = min((*first_agents.values(), *first_submolts.values()), default=0)
    return Survey(FirstSeen(first_agents, first_submolts, start_ms), lines)


def _survey_made(
    folder: Path,
    names: tuple[str, ...],
    make: Callable[[dict[str, Any], Notes], AgentRecord | SubmoltRecord],
    first: dict[str, int],
    lines: dict[str, int],
    progress: Progress,
) -> None:
    for path in files.present(folder, names):
        for records, count in files.batches(path, make, Counter()):
            for record in records:
                if record.created_ms:
                    _earlier(first, record.key, record.created_ms)
            _count(lines, path, count, progress)


def _earlier(first: dict[str, int], key: str, at_ms: int) -> None:
    first[key] = min(at_ms, first.get(key, at_ms))


def _count(lines: dict[str, int], path: Path, count: int, progress: Progress) -> None:
    lines[path.name] = lines.get(path.name, 0) + count
    progress.advance(count)


class _Load:
    """One run over the files, stage by stage."""

    def __init__(
        self, store: Store, folder: Path, survey: Survey, orphans: str, progress: Progress
    ) -> None:
        self._store = store
        self._folder = folder
        self._survey = survey
        self._orphans = orphans
        self._progress = progress
        self.notes: Notes = Counter({"agents": 0, "submolts": 0, "posts": 0, "comments": 0})

    def agents(self) -> None:
        for batch in self._batches(files.AGENTS, agent_record):
            self._write(partial(_add_agents, batch=batch))

    def submolts(self) -> None:
        for batch in self._batches(files.SUBMOLTS, submolt_record):
            self._write(partial(_add_submolts, batch=batch))

    def posts(self) -> None:
        for batch in self._batches(files.POSTS, post_record):
            self._write(partial(_add_posts, batch=batch, orphans=self._orphans))

    def comments(self) -> None:
        """Parents come before their replies: replies that are early wait for the next pass over the files.

        The last pass takes those whose parent is nowhere, and puts them under the post itself.
        """
        patient, first = True, True
        while first or self.notes[WAITING]:
            del self.notes[WAITING]
            before = self.notes["comments"]
            for batch in self._batches(files.COMMENTS, comment_record, quiet=not first):
                self._write(
                    partial(_add_comments, batch=batch, patient=patient),
                    () if first else (KNOWN, HOMELESS),
                )
            patient, first = self.notes["comments"] > before, False
        del self.notes[WAITING]

    def _batches(
        self, names: tuple[str, ...], make: files.Make[T], *, quiet: bool = False
    ) -> Iterator[list[T]]:
        """Batches of all files of one kind. What was said of lines once is not said again when ``quiet``."""
        for path in files.present(self._folder, names):
            self._progress.stage(path.name, self._survey.lines.get(path.name))
            notes: Notes = Counter() if quiet else self.notes
            for batch, lines in files.batches(path, make, notes):
                yield batch
                self._progress.advance(lines)

    def _write(
        self, fn: Callable[[People, Unit, Notes], None], unsaid: tuple[str, ...] = ()
    ) -> None:
        def work(unit: Unit) -> Notes:
            notes: Notes = Counter()  # of this try: the store may run it again
            fn(People(unit, self._survey.seen, notes), unit, notes)
            return notes

        notes = self._store.write_now(work)
        for phrase in unsaid:
            del notes[phrase]
        self.notes.update(notes)


def _add_agents(people: People, _: Unit, notes: Notes, *, batch: list[AgentRecord]) -> None:
    for record in batch:
        people.add_agent(record)
    notes[KNOWN] += len(batch) - notes["agents"]


def _add_submolts(people: People, _: Unit, notes: Notes, *, batch: list[SubmoltRecord]) -> None:
    for record in batch:
        people.add_submolt(record)
    notes[KNOWN] += len(batch) - notes["submolts"]


def _new(
    unit: Unit, kind: str, batch: list[T], uuid_of: Callable[[T], str], notes: Notes
) -> list[T]:
    """The records of a batch that are not there yet, each once."""
    fresh: dict[str, T] = {}
    for record in batch:
        uuid = uuid_of(record)
        if uuid in fresh or foreign.id_of(unit, f"{kind}:{uuid}") is not None:
            notes[KNOWN] += 1
        else:
            fresh[uuid] = record
    return list(fresh.values())


def _add_posts(
    people: People, unit: Unit, notes: Notes, *, batch: list[PostRecord], orphans: str
) -> None:
    rows: Rows = []
    pairs: list[tuple[str, int]] = []
    tally = Tally()
    for post in _new(unit, "post", batch, lambda post: post.uuid, notes):
        if not post.submolt:
            notes["posts without a submolt, put where you said"] += 1
        if post.author == NOBODY:
            notes["posts of deleted authors"] += 1
        submolt, author = people.submolt(post.submolt or orphans), people.author(post.author)
        bucket, at_ms = bucket_of(submolt.id), post.created_ms
        id_ = free_id(unit, "post", at_ms, bucket, post.uuid, tally.ids)
        rows.append({
            "id": id_,
            "bucket": bucket,
            "submolt_id": submolt.id,
            "submolt_name": submolt.name,
            "author_id": author.id,
            "author_name": author.name,
            "type": "link" if post.url else "text",
            "title": post.title,
            "content": post.content,
            "url": post.url,
            "up": post.up,
            "down": post.down,
            "score": post.up - post.down,
            "hot": hot(post.up - post.down, at_ms),
            "created_ms": at_ms,
        })  # fmt: skip
        pairs.append((f"post:{post.uuid}", id_))
        tally.note(author.id, submolt.id, id_, at_ms, post=1)
    archive.add_posts(unit, rows)
    archive.add_foreign_ids(unit, pairs)
    tally.write(unit)
    notes["posts"] += len(rows)


def _add_comments(
    people: People, unit: Unit, notes: Notes, *, batch: list[CommentRecord], patient: bool
) -> None:
    threads = Threads(unit)
    tally = Tally()
    pairs: list[tuple[str, int]] = []
    rows: Rows = []
    for comment in _new(unit, "comment", batch, lambda comment: comment.uuid, notes):
        post_id = threads.post(comment.post)
        if post_id is None:
            notes[HOMELESS] += 1
            continue
        parent = threads.standing(comment.parent, post_id) if comment.parent else None
        if comment.parent and parent is None:
            if patient:
                notes[WAITING] += 1
                continue
            notes["comments whose parent is missing, put under the post"] += 1
        if comment.author == NOBODY:
            notes["comments of deleted authors"] += 1
        author, at_ms = people.author(comment.author), comment.created_ms
        id_ = free_id(unit, "comment", at_ms, bucket_of(post_id), comment.uuid, tally.ids)
        place = place_under(parent, id_, notes)
        threads.add(comment.uuid, id_, post_id, place)
        rows.append({
            "id": id_,
            "bucket": bucket_of(post_id),
            "post_id": post_id,
            "parent_id": place.parent_id,
            "root_id": place.root_id,
            "depth": place.depth,
            "author_id": author.id,
            "author_name": author.name,
            "content": comment.content,
            "up": comment.up,
            "down": comment.down,
            "score": comment.up - comment.down,
            "best": best(comment.up, comment.down),
            "created_ms": at_ms,
        })  # fmt: skip
        pairs.append((f"comment:{comment.uuid}", id_))
        tally.note(author.id, threads.submolt(post_id), id_, at_ms, comment=1)
        tally.comments[post_id] += 1
        if place.parent_id:
            tally.replies[place.parent_id] += 1
    archive.add_comments(unit, rows)
    archive.add_foreign_ids(unit, pairs)
    tally.write(unit)
    notes["comments"] += len(rows)
