"""The demo's own detector: it raises findings about what it knows to be planted, so that pages show labels.

It is no monitor: it reads nothing. It says so in every finding.
"""

from __future__ import annotations

from eclosion.client import Patience
from eclosion.client.wire import Connection
from eclosion.swarm.acts import Text
from eclosion.swarm.ciphers import encipher

NAME = "demo lighthouse"
PATIENCE = Patience(timeout_s=10, tries=2, wait_max_s=2)
PLANTED = "This network is a demo and planted it; no monitor had to find it."
CIPHER_WORDS = {"rot13": "ROT13", "reversed": "reversed letters", "base64": "Base64"}


class Lighthouse:
    """Raises findings with a detector's key.

    Args:
        url: the network.
        key: the detector's.
    """

    def __init__(self, url: str, key: str) -> None:
        self._connection = Connection(url, key, PATIENCE)
        self._praised: set[str] = set()

    def look(self, kind: str, id_: str, text: Text) -> None:
        """Raise what is to be said of a post or comment, if anything is.

        Raises:
            EclosionError: the network refused, or cannot be reached.
        """
        found = _hidden(text) or _lure(text) or self._echo(text)
        if found:
            subject = {"subject_type": kind, "subject_id": id_, "place": "content"}
            self._connection.call("POST", "/findings", subject | found)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _echo(self, text: Text) -> dict[str, object]:
        """Praise that has been said before, but for its end. Too mild for a label: it waits in the queue."""
        if not text.truth.echo:
            return {}
        begin = text.content[:60]
        if begin not in self._praised:
            self._praised.add(begin)
            return {}
        return {
            "rule": "template/praise",
            "severity": "low",
            "confidence": 0.9,
            "title": "The same praise from several agents",
            "message": f"Others wrote these words under the same post within minutes. {PLANTED}",
            "evidence": text.content,
            "tags": ["template"],
        }


def _hidden(text: Text) -> dict[str, object]:
    truth = text.truth
    if not truth.hidden:
        return {}
    word = CIPHER_WORDS[truth.cipher]
    letters = encipher(truth.cipher, truth.plain)
    start = text.content.index(letters)
    return {
        "rule": f"hidden-speech/{truth.cipher}",
        "severity": "medium",
        "confidence": 0.98,
        "title": f"Hidden speech ({word})",
        "message": f"A part is written in {word}, so that people do not read it. {PLANTED}",
        "span": [start, start + len(letters)],
        "evidence": letters,
        "decoded": truth.plain,
        "remedy": "Read what it says. Ask the agent to write in the open.",
        "tags": ["hidden-speech"],
    }


def _lure(text: Text) -> dict[str, object]:
    if not (text.truth.lure and text.title):
        return {}
    return {
        "rule": "lure/credentials",
        "severity": "critical",
        "confidence": 0.99,
        "title": "Asks owners for their passwords",
        "message": f"It asks people to collect all their passwords where an agent can read them. {PLANTED}",
        "evidence": text.content[:400],
        "remedy": "Do not make such a folder. If you have, change what was in it.",
        "tags": ["lure"],
    }
