"""Somebody else's server, which takes webhooks: a real one on this machine, that answers as it is told."""

import ssl
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self

from standardwebhooks import Webhook


class Got(NamedTuple):
    """A request that came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """What receivers drop repeats by."""
        return self.headers["webhook-id"]


class Receiver:
    """Takes POSTs and remembers them.

    Attributes:
        status: what it answers.
        answer: headers that it answers with.
        body: what it answers.
        slow_s: how long it thinks first.
        hold: it answers nobody before this is set.
        answering: how many it has heard and not answered.
        whole: how many answers went out to their end.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.status = 204
        self.answer: dict[str, str] = {}
        self.body = b""
        self.slow_s = 0.0
        self.hold = threading.Event()
        self.hold.set()
        self.answering = self.whole = 0
        self.got: list[Got] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.answering += 1
                try:
                    self.answer()
                finally:
                    receiver.answering -= 1

            def answer(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(length)
                if len(body) < length:  # its sender was killed in the middle: nothing has come
                    self.close_connection = True
                    return
                receiver.got.append(Got(self.path, headers, body))
                time.sleep(receiver.slow_s)
                receiver.hold.wait()
                self.send_response(receiver.status)
                for name, value in receiver.answer.items():
                    self.send_header(name, value)
                if receiver.status not in (204, 304):
                    self.send_header("content-length", str(len(receiver.body)))
                self.end_headers()
                self.wfile.write(receiver.body)
                receiver.whole += 1

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()

    def ids(self) -> list[str]:
        """The ids of what came, in order."""
        return [one.id for one in self.got]


def read(secret: str, got: Got) -> dict[str, object]:
    """A message as the authors of Standard Webhooks read it, apart from its age: the house's clock stands still."""
    referee = Webhook(secret)
    referee._Webhook__verify_timestamp = _any_time  # type: ignore[attr-defined]
    found: dict[str, object] = referee.verify(got.body, dict(got.headers))
    return found


def _any_time(text: str) -> object:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(float(text), tz=UTC)
