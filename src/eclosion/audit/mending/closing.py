"""One agent's changes: its checks closed, its own sandbox made to stand.

What always holds: what would not help is not done, and told instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from eclosion.audit.conditions import all_hold, speaks_of
from eclosion.audit.doors import starters, unsafe_words
from eclosion.audit.inventory import Machine, place_of
from eclosion.audit.mending.drafting import Draft, Drafts
from eclosion.audit.mending.editing import removing, setting
from eclosion.audit.mending.hiding import hidden_names, written_as
from eclosion.audit.mending.modes import ModeChange
from eclosion.audit.mending.tree import CannotEdit, Edit, Way
from eclosion.audit.mending.ways import new_way, value_at, ways_to
from eclosion.audit.model import Agent, Check, Condition, Layer, Mend, Wall
from eclosion.audit.patterns import fits
from eclosion.audit.reach import Identity
from eclosion.audit.reaching import Reach

ROUNDS_MAX = 4
"""A fix may open another question (a sandbox that is on may be left), which is closed in the next round."""
TEXT = "text"
"""The form of a file that is no settings file: a script, a unit."""
STRONGER = "a stronger settings file says otherwise"


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that stays.

    Attributes:
        rule: its id.
        place: the file; empty where there is no one file.
        why: what hinders, for people.
    """

    rule: str
    place: str
    why: str


@dataclass(slots=True)
class Plan:
    """What would be done.

    Attributes:
        home: whose.
        drafts: settings files with their changes.
        modes: files whose mode would change.
        left: what stays open.
        warnings: what has to be there for the changes to work, for people.
    """

    home: str
    drafts: list[Draft] = field(default_factory=list)
    modes: list[ModeChange] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.drafts and not self.modes


class Closing:
    """The changes for one agent.

    Args:
        plan: where it is told.
        drafts: the files as they would be.
        agent: as it was found.
        machine: where.
        programs: where programs are looked for, as in PATH.
    """

    def __init__(
        self, plan: Plan, drafts: Drafts, agent: Agent, machine: Machine, programs: str | None
    ) -> None:
        self._plan, self._drafts, self._found = plan, drafts, agent
        self._machine, self._programs = machine, programs
        self._refused: dict[str, str] = {}

    def close_checks(self) -> None:
        """Change what its checks speak of, until none that can be closed speaks."""
        refused: dict[str, str] = {}
        for _ in range(ROUNDS_MAX):
            able = [one for one in self._speaking() if one.fix and one.id not in refused]
            if not able:
                break
            for check in able:
                if all_hold(check.when, self._agent.effective) and (why := self._close(check)):
                    refused[check.id] = why
        self._refused = refused

    def tell_left(self) -> None:
        """Say what stays, and what has to be there for the rest to work."""
        for check in self._speaking():
            owner = f"only its owner can tell what to write. {check.remedy}"
            place = self._found.settings[-1].path if self._found.settings else ""
            self._leave(check.id, self._refused.get(check.id) or owner, place)
        for wall in self._found.kind.walls:
            before, now = self._found.effective, self._agent.effective
            if all_hold(wall.on, now) and not all_hold(wall.on, before):
                self._warn(wall)

    def close_starts(self) -> None:
        """Take the words that switch its questions off from the lines that start it."""
        rule = f"{self._found.kind.id}/started-without-questions"
        for path in starters(self._machine):
            try:
                draft = self._drafts.of(path, Layer(path, TEXT, "user"))
                while span := next(unsafe_words(draft.text, self._found), None):
                    draft.change((Edit(span.start, span.end, ""),), rule)
            except CannotEdit:
                continue  # no text, or not one's own: nothing was said of it either

    def raise_wall(self, paths: Sequence[str], identity: Identity) -> None:
        """Make the agent's own sandbox stand, and hide from it what it can open."""
        rule = f"{self._found.kind.id}/own-sandbox"
        wall = next((one for one in self._found.kind.walls if one.fix), None)
        if wall is None:
            self._leave(rule, f"{self._found.kind.name} has no sandbox of its own that would do")
            return
        mark = self._drafts.mark()
        try:
            for mend in wall.fix:
                self._mend(mend, (), {}, rule)
            for name in hidden_names(paths, self._machine.home):
                for key, written in wall.hides:
                    self._hide(wall, key, written_as(written, name), rule)
        except CannotEdit as problem:
            self._drafts.rewind(mark)
            self._leave(rule, str(problem))
            return
        if not all_hold((*wall.on, *wall.holds), self._agent.effective):
            self._leave(rule, STRONGER)
            return
        reach = Reach(self._agent, identity, self._machine.home)
        for path in paths:
            if reach.route(path).hold.is_open:
                self._leave(rule, "its sandbox shows it still", path)

    @property
    def _agent(self) -> Agent:
        return self._drafts.agent(self._found)

    def _speaking(self) -> list[Check]:
        agent = self._agent
        checks = agent.kind.checks if agent.settings else ()
        return [one for one in checks if all_hold(one.when, agent.effective)]

    def _leave(self, rule: str, why: str, place: str = "") -> None:
        self._plan.left.append(Left(rule, place, why))

    def _warn(self, wall: Wall) -> None:
        if self._machine.system != "linux" or not wall.needs:
            return
        if not any(shutil.which(one, path=self._programs) for one in wall.needs):
            self._plan.warnings.append(
                f"{self._found.kind.name} needs {' or '.join(wall.needs)} for its sandbox, and it is not installed "
                "here: until it is, it will refuse to run commands."
            )

    def _close(self, check: Check) -> str:
        """Make one check's changes; why they could not be made, or would not help."""
        mark = self._drafts.mark()
        try:
            for mend in check.fix:
                self._mend(mend, check.when, check.fixed, check.id)
        except CannotEdit as problem:
            self._drafts.rewind(mark)
            return str(problem)
        if all_hold(check.when, self._agent.effective):
            self._drafts.rewind(mark)
            return STRONGER
        return ""

    def _mend(
        self, mend: Mend, when: Sequence[Condition], example: dict[str, Any], rule: str
    ) -> None:
        """Change it wherever it stands; write it into the user's own file if it stands nowhere."""
        condition = next((one for one in when if one.key == mend.key), None)
        standing = False
        for one in self._agent.settings:
            draft = self._drafts.of(one.path, one.layer)
            key = _below(mend.key, one.layer)
            if key is None or one.trouble:
                continue
            ways = list(ways_to(draft.content, key))
            standing = standing or bool(ways)
            for way in reversed(ways):  # from behind, so that numbers of items stay true
                _change(draft, way, mend, condition, rule)
        if mend.action == "set" and not standing and "*" not in mend.key.split("."):
            draft, way = self._target(mend, example)
            draft.change(setting(draft.text, draft.form, way, mend.value), rule)

    def _hide(self, wall: Wall, key: str, name: str, rule: str) -> None:
        """Add a path to what the wall hides."""
        draft, way = self._target(Mend(key, "set"), {})
        listed = value_at(draft.content, way)
        if wall.denied_by:
            if not isinstance(listed, dict) or listed.get(name) not in wall.denied_by:
                said = setting(draft.text, draft.form, (*way, name), wall.denied_by[0])
                draft.change(said, rule)
        elif listed is None:
            draft.change(setting(draft.text, draft.form, way, [name]), rule)
        elif isinstance(listed, list) and name not in listed:
            draft.change(setting(draft.text, draft.form, (*way, len(listed)), name), rule)

    def _target(self, mend: Mend, example: dict[str, Any]) -> tuple[Draft, Way]:
        """The user's file into which a new setting goes, and the way in it."""
        layers = [one for one in self._found.kind.layers if one.scope == "user"]
        inside = [one for one in layers if one.under and _below(mend.key, one) is not None]
        able = inside or [one for one in layers if not one.under]
        able = [one for one in able if os.path.basename(one.path) == mend.file or not mend.file]
        placed = [
            (path, one) for one in able for path in place_of(self._machine, self._found.kind, one)
        ]
        there = [(path, one) for path, one in placed if os.path.exists(path)]
        ready = [pair for pair in placed if os.path.isdir(os.path.dirname(pair[0]))]
        if not there and not ready:
            raise CannotEdit("there is no settings file to write it into")
        path, layer = there[-1] if there else ready[0]
        under = layer.under
        way = new_way(mend.key, example)
        return self._drafts.of(path, layer), way[1:] if under and way[0] == under else way


def _change(draft: Draft, way: Way, mend: Mend, condition: Condition | None, rule: str) -> None:
    """Change what stands at one place, if the condition speaks of it."""
    value = value_at(draft.content, way)
    if mend.action == "take":
        _take(draft, way, mend, condition, rule)
    elif condition is not None and not speaks_of(condition, value):
        return
    elif mend.action == "drop":
        draft.change(removing(draft.text, draft.form, way), rule)
    elif value != mend.value or type(value) is not type(mend.value):
        draft.change(setting(draft.text, draft.form, way, mend.value), rule)


def _take(draft: Draft, way: Way, mend: Mend, condition: Condition | None, rule: str) -> None:
    """Take items from a list, from behind."""
    listed = value_at(draft.content, way)
    if not isinstance(listed, list):
        raise CannotEdit("no list stands where one is needed")
    for number in reversed(range(len(listed))):
        one = listed[number]
        if mend.value is not None:
            wanted = isinstance(one, str) and any(fits(one, pattern) for pattern in mend.value)
        else:
            wanted = condition is not None and speaks_of(condition, one)
        if wanted:
            draft.change(removing(draft.text, draft.form, (*way, number)), rule)
            if number and listed[number - 1] in mend.before:
                draft.change(removing(draft.text, draft.form, (*way, number - 1)), rule)


def _below(key: str, layer: Layer) -> str | None:
    """A key as it is called within a layer's file; None if it does not stand there."""
    if not layer.under:
        return key
    head, _, rest = key.partition(".")
    return rest if head == layer.under and rest else None


def listed_rules(drafts: Iterable[Draft]) -> list[str]:
    """The rules for whose sake some files would change, each once."""
    return sorted({rule for one in drafts for rule in one.rules})
