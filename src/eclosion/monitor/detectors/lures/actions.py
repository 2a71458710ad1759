"""What an agent does to get at a secret: windows that ask for one, stores that hold one, and sending afterwards.

These are commands and arguments of tools, not words to somebody. Reading a key may be part of the work; a window that
an agent makes itself to be given a password is not, and neither is sending away what was read just before.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import NamedTuple

MOST_SESSIONS = 4_096
REMEMBERED = 40
"""Reading and sending belong together within so many observations of a session."""

_DIALOG = re.compile(
    r"with hidden answer|zenity\b.{0,80}--(?:password|hide-text)|kdialog\b.{0,80}--password"
    r"|promptforcredential|get-credential\b"
    r"|yad\b.{0,80}--(?:password|hide-text)|credui|display dialog[^\n]{0,200}(?:password"
    r"|passcode|pin\b)"
    r"|simpledialog\.askstring\([^)]{0,120}show=|inputbox\([^)]{0,120}pass"
    r"|dialog\b[^\n]{0,60}--passwordbox"
    r"|whiptail\b[^\n]{0,60}--passwordbox"
    r"|read-host[^\n]{0,80}-assecurestring|ssh-askpass|osascript[^\n]{0,200}(?:password"
    r"|passphrase)[^\n]{0,100}default answer",
    re.IGNORECASE,
)
_READ = re.compile(
    r"(?:^|[\s'\"/~=<(;|&])(?:\.ssh/(?:id_\w+|identity)\b(?!\.pub)|\.aws/credentials"
    r"|\.netrc|\.npmrc|\.pypirc|\.pgpass|\.git-credentials"
    r"|\.docker/config\.json|\.kube/config|\.gnupg/|\.config/gh/hosts|\.config/gcloud"
    r"|\.azure/|\.(?:claw|molt|open)\w*/[\w./-]*(?:cred|auth)\w*"
    r"|\.config/moltbook|wallet\.dat|\.env(?:\.\w+)?\b(?!\.example|\.sample|\.template)"
    r"|credentials\.json|secrets?\.(?:ya?ml|toml|json)"
    r"|login data\b|cookies\.sqlite|logins\.json|key4\.db|login\.keychain|keychains?/"
    r"|id_ed25519\b(?!\.pub)|id_rsa\b(?!\.pub)|/etc/shadow)"
    r"|security (?:find|dump)-\w*(?:password|keychain)|dump-keychain|secret-tool lookup"
    r"|pass show\b|\bop (?:read|item get)|vault kv get"
    r"|\bprintenv\b|(?:^|[;&|]\s*)env\s*(?:$|[|>;&])|gpg --export-secret|gh auth token"
    r"|aws configure get|kwallet-query",
    re.IGNORECASE | re.MULTILINE,
)
_TAKES = re.compile(
    r"\b(?:cat|less|more|head|tail|type|get-content|cp|scp|base64|xxd|strings|tar"
    r"|zip|gzip|grep|rg|sed|awk|read|open|curl|source|security"
    r"|printenv|env|secret-tool|pass|op|vault|gpg|gh|aws|sqlite3|rsync|dump-keychain"
    r"|kwallet-query)\b",
    re.IGNORECASE,
)
_SEND = re.compile(
    r"\bcurl\b[^\n]{0,300}(?:\s-(?:d|F|T)\b|--data|--form|--upload-file|-X\s*(?:POST"
    r"|PUT))|\bwget\b[^\n]{0,200}--post|\bnc\b\s+(?:-\w+\s+)*[\w.-]+\s+\d+"
    r"|\bscp\b\s+\S+\s+\S+@?\S*:|\brsync\b[^\n]{0,200}\w:|requests\.(?:post|put)"
    r"|fetch\([^)]{0,200}post|invoke-(?:webrequest|restmethod)[^\n]{0,200}post"
    r"|https?://(?:[\w-]+\.)*(?:webhook\.site|requestbin|pipedream|ngrok|trycloudflare"
    r"|pastebin|transfer\.sh|0x0\.st|file\.io|interact\.sh|oast)\S*",
    re.IGNORECASE,
)
_SENDERS = re.compile(
    r"send|post|mail|message|upload|publish|reply|comment|tweet|webhook", re.IGNORECASE
)
_READERS = re.compile(r"read|cat|open|view|get_file|file_get|fetch_file", re.IGNORECASE)


class Evidence(NamedTuple):
    """What an action shows.

    Attributes:
        rule: ``password-dialog`` or ``read-then-sent``.
        start, end: where in the text.
        store: what was read before, if anything was.
    """

    rule: str
    start: int
    end: int
    store: str = ""


class _Session(NamedTuple):
    store: str
    age: int


class Watch:
    """Remembers of each session what secret was read last; the oldest sessions are forgotten."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def see(self, session: str, tool: str, text: str) -> Evidence | None:
        """What a call of a tool (one argument, ``text``) shows, with what the session did before."""
        if dialog := _DIALOG.search(text):
            return Evidence("password-dialog", dialog.start(), dialog.end())
        read = _READ.search(text)
        if read and not (_TAKES.search(text) or _READERS.search(tool)):
            read = None
        sent = _SEND.search(text) or (_SENDERS.search(tool) if text else None)
        known = self._age(session)
        if read:
            store = read[0].strip(" '\"/~=<(;|&\n")
            if sent and sent.re is _SEND:
                return Evidence("read-then-sent", *_around(read, sent), store)
            self._remember(session, store)
            return None
        if sent and sent.re is _SEND and known:
            self._sessions.pop(session, None)
            return Evidence("read-then-sent", sent.start(), sent.end(), known.store)
        return None

    def _age(self, session: str) -> _Session | None:
        known = self._sessions.get(session)
        if known is None or not session:
            return None
        if known.age >= REMEMBERED:
            del self._sessions[session]
            return None
        self._sessions[session] = known._replace(age=known.age + 1)
        return known

    def _remember(self, session: str, store: str) -> None:
        if not session:
            return
        self._sessions[session] = _Session(store, 0)
        self._sessions.move_to_end(session)
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)


def _around(one: re.Match[str], other: re.Match[str]) -> tuple[int, int]:
    return min(one.start(), other.start()), max(one.end(), other.end())
