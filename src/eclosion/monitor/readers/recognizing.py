"""Which form a record has: asked of each form in turn, the one that read the last record first.

So nothing has to be said of a file before it is read, a file may hold several forms, and one that is still empty can be
followed. What no form knows is walked for its strings.
"""

from __future__ import annotations

from typing import Any, Protocol

from eclosion.kernel.errors import Invalid
from eclosion.monitor.readers.chats import Chat, LangChain
from eclosion.monitor.readers.networks import Eclosion, Moltbook
from eclosion.monitor.readers.sessions import ClaudeCode, Codex, OpenClaw
from eclosion.monitor.readers.shapeless import Shapeless
from eclosion.monitor.readers.telemetry import Telemetry
from eclosion.monitor.readers.where import Where
from eclosion.monitor.sighting import Item


class Form(Protocol):
    """A form of records; one object reads one source, and may remember what came before."""

    name: str

    def take(self, record: dict[str, Any], where: Where) -> list[Item] | None:
        """What a record says; None if it is of another form."""
        ...


FORMS: tuple[type[Any], ...] = (
    *(ClaudeCode, OpenClaw, Codex, Eclosion, Telemetry, Chat, LangChain, Moltbook),
)
TEXT_FORMS = ("csv", "text")
FORM_NAMES = ("auto", *(one.name for one in FORMS), Shapeless.name, *TEXT_FORMS)


def check_form(name: str) -> str:
    """A form's name.

    Raises:
        Invalid: there is no such form.
    """
    if name not in FORM_NAMES:
        raise Invalid(f"There is no format {name!r}.", f"There are {', '.join(FORM_NAMES)}.")
    return name


class Recognizer:
    """Reads the JSON records of one source.

    Args:
        source: its name; OpenClaw's tells the agent.
        form: the form to read it as; ``auto`` finds out.
    """

    def __init__(self, source: str, form: str = "auto") -> None:
        kinds = FORMS if form == "auto" else [one for one in FORMS if one.name == form]
        self._forms: list[Form] = [kind(source) for kind in kinds]
        self._rest = Shapeless(source)
        self.seen: dict[str, int] = {}

    def read(self, value: Any, where: Where) -> list[Item]:
        """What a decoded record says."""
        if isinstance(value, list):
            items: list[Item] = []
            for number, one in enumerate(value):
                inner = where._replace(base=f"{where.base}/{number}")
                items += (
                    self._rest.take(one, inner) if isinstance(one, list) else self.read(one, inner)
                )
            return items
        if isinstance(value, dict):
            try:
                return self._known(value, where)
            except RecursionError:
                return [
                    where.trouble("It is nested too deeply to be read by its form."),
                    *self._rest.take(value, where),
                ]
        return self._rest.take(value, where)

    def _known(self, value: dict[str, Any], where: Where) -> list[Item]:
        for number, form in enumerate(self._forms):
            found = form.take(value, where)
            if found is not None:
                if number:
                    self._forms.insert(0, self._forms.pop(number))
                self.seen[form.name] = self.seen.get(form.name, 0) + 1
                return found
        self.seen[self._rest.name] = self.seen.get(self._rest.name, 0) + 1
        return self._rest.take(value, where)
