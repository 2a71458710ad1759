"""Settings files as they would be after some changes, before anything is written.

What always holds: a draft begins with what stands on the disk and is changed in steps, each of which can be taken back.
Nothing is written here.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field, replace
from typing import Any

from eclosion.audit.inventory import merged
from eclosion.audit.mending.editing import said
from eclosion.audit.mending.tree import CannotEdit, Edit, applied
from eclosion.audit.model import Agent, Layer, Setting
from eclosion.audit.reading import SETTINGS_BYTES_MAX


@dataclass(slots=True)
class Draft:
    """One file.

    Attributes:
        path: which, links resolved.
        form: ``json``, ``toml``, ``yaml`` or ``env``.
        before: its text; None if it is to be made.
        text: its text after the steps.
        steps: what was changed, one after the other; places are those of the text before each step.
        rules: for the sake of which.
    """

    path: str
    form: str
    before: str | None
    text: str = ""
    steps: list[tuple[Edit, ...]] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    def change(self, edits: tuple[Edit, ...], rule: str) -> None:
        """Take a step."""
        self.text = applied(self.text, edits)
        self.steps.append(edits)
        if rule not in self.rules:
            self.rules.append(rule)

    @property
    def content(self) -> dict[str, Any]:
        """What it says now."""
        return said(self.text, self.form)


class Drafts:
    """The drafts of a machine, one for each file however many agents read it."""

    def __init__(self) -> None:
        self._by_path: dict[str, Draft] = {}

    def of(self, path: str, layer: Layer) -> Draft:
        """The draft of a settings file, which may not be there yet.

        Raises:
            CannotEdit: it cannot be read, or is no file of its own.
        """
        real = os.path.realpath(path)
        if real not in self._by_path:
            before = _text(real)
            self._by_path[real] = Draft(real, layer.format, before, before or "")
        return self._by_path[real]

    def mark(self) -> dict[str, tuple[str, int, int]]:
        """How the drafts are now, for ``rewind``."""
        return {
            path: (one.text, len(one.steps), len(one.rules)) for path, one in self._by_path.items()
        }

    def rewind(self, mark: dict[str, tuple[str, int, int]]) -> None:
        """Take back what was changed since."""
        for path, draft in self._by_path.items():
            text, steps, rules = mark.get(path, (draft.before or "", 0, 0))
            draft.text = text
            del draft.steps[steps:], draft.rules[rules:]

    def changed(self) -> list[Draft]:
        """Those with changes, in the order of their paths."""
        return sorted(
            (one for one in self._by_path.values() if one.steps), key=lambda one: one.path
        )

    def agent(self, agent: Agent) -> Agent:
        """An agent as its settings are in the drafts."""
        settings = [self._setting(one) for one in agent.settings]
        known = {os.path.realpath(one.path) for one in settings}
        for draft in self._by_path.values():
            if draft.before is None and draft.steps and draft.path not in known:
                layer = _layer_of(agent, draft.path)
                if layer is not None:
                    settings.append(Setting(draft.path, layer, draft.content))
        places = {layer: number for number, layer in enumerate(agent.kind.layers)}
        settings.sort(key=lambda one: places[one.layer])
        effective: dict[str, Any] = {}
        for one in settings:
            content = {one.layer.under: one.content} if one.layer.under else one.content
            effective = merged(effective, content, lists_add=agent.kind.lists_add)
        return replace(agent, settings=tuple(settings), effective=effective)

    def _setting(self, setting: Setting) -> Setting:
        draft = self._by_path.get(os.path.realpath(setting.path))
        return replace(setting, content=draft.content) if draft and draft.steps else setting


def _layer_of(agent: Agent, path: str) -> Layer | None:
    """The layer of a file that is yet to be made: by the end of its path."""
    for layer in agent.kind.layers:
        if layer.path.startswith("~/") and path.endswith(layer.path[1:]):
            return layer
    return None


def _text(path: str) -> str | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise CannotEdit(f"it cannot be opened: {problem.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise CannotEdit("it is no regular file")
        if found.st_nlink > 1:
            raise CannotEdit("it has a second name (a hard link), which would keep the old text")
        raw = file.read(SETTINGS_BYTES_MAX + 1)
    if len(raw) > SETTINGS_BYTES_MAX:
        raise CannotEdit("it is too large")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise CannotEdit("it is no UTF-8") from None
