"""Who watches: a line, a form, a filter; and an event that is ready to be sent."""

from __future__ import annotations

from typing import Final, Protocol

from msgspec import Struct
from msgspec.json import Encoder

from eclosion.app.telling import Filter, Told
from eclosion.kernel.errors import Invalid, TooMany, Unavailable

LINE: Final = "eclosion.line"
"""Under this name the server puts a connection's ``Line`` into the extensions of an ASGI scope."""

_encode = Encoder().encode


class Line(Protocol):
    """Where bytes for one watcher go: what is needed of an ``asyncio.Transport``."""

    def write(self, data: bytes) -> None:
        """Send, now or as soon as the other side takes it; never waits."""
        ...

    def get_write_buffer_size(self) -> int:
        """How many bytes the other side has not taken yet."""
        ...

    def is_closing(self) -> bool:
        """Whether it is over."""
        ...

    def close(self) -> None:
        """End it once everything is sent."""
        ...

    def abort(self) -> None:
        """End it now."""
        ...


class Notice(Struct, frozen=True, omit_defaults=True):
    """Something that the stream says of itself.

    ``type`` is ``stream.opened``, ``stream.position`` (all up to ``id`` has been sent), ``stream.missed`` (events after
    ``after`` are kept no more) or ``stream.ended``; ``reason`` is a stable code, ``message`` a sentence.
    """

    type: str
    id: str = ""
    after: str = ""
    reason: str = ""
    message: str = ""


class Ready:
    """An event that is told and encoded: once for all, and once in each form."""

    __slots__ = ("_forms", "position", "raw", "told")

    def __init__(self, told: Told) -> None:
        self.told = told
        self.position = told.id
        self.raw = _encode(told)
        self._forms: dict[Form, bytes] = {}

    def in_form(self, form: Form) -> bytes:
        """Its bytes in a form."""
        made = self._forms.get(form)
        if made is None:
            made = self._forms[form] = form.event(self)
        return made


class Form(Protocol):
    """How a door writes events; one object a form."""

    def event(self, ready: Ready) -> bytes:
        """One event. Some of them, one after another, are a ``body``."""
        ...

    def notice(self, notice: Notice) -> bytes:
        """A notice, also part of a body."""
        ...

    def frame(self, body: bytes) -> bytes:
        """A body as it goes over the line."""
        ...

    def end(self, reason: str) -> bytes:
        """The last bytes of a line."""
        ...


class Watcher:
    """One who watches.

    Attributes:
        line, form, wanted: where to, how, what.
        network: where it comes from.
        slot: when it gets its heartbeat.
    """

    __slots__ = ("form", "line", "network", "slot", "wanted")

    def __init__(self, line: Line, form: Form, wanted: Filter, network: str) -> None:
        self.line = line
        self.form = form
        self.wanted = wanted
        self.network = network
        self.slot = 0

    def say(self, notice: Notice) -> None:
        """Send a notice."""
        self.line.write(self.form.frame(self.form.notice(notice)))

    def end(self, notice: Notice) -> None:
        """Say why, and end the line."""
        if not self.line.is_closing():
            self.say(notice)
            self.line.write(self.form.end(notice.reason))
            self.line.close()


class WatchersFull(Unavailable):
    """As many watch as this server lets watch."""

    code = "watchers_full"


class HubClosed(Unavailable):
    """This server is going down; another, or the same one, will be there soon."""

    code = "server_stopping"


class TooManyWatchers(TooMany):
    """From your network as many watch as may."""

    code = "too_many_watchers"


class PositionInvalid(Invalid):
    """This is no position in the stream of events."""

    code = "position_invalid"
