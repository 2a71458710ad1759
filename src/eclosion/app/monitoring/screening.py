"""Looks at drafts before they are published: the port ``Screen`` of the network, filled with the monitor.

It is asked within the transaction that publishes, so it is bounded: only detectors that read words, only the
beginning of a text, and whoever would have to wait for another's turn passes. What it lets pass is looked at again,
whole, once it is published. It never raises.
"""

from __future__ import annotations

import logging
import threading

from eclosion.app.monitoring.rules import MonitorRules
from eclosion.kernel.finding import Finding, Observation, Severity
from eclosion.monitor import Budget, Monitor, loading
from eclosion.network.context import Draft, Judgement, Verdict

DETECTORS = ("encodings", "injections", "leaks", "lures")
TEXT_MAX = 16_384
WAIT_S = 0.02
MESSAGE_MS = 5.0

_log = logging.getLogger(__name__)


class MonitorScreen:
    """Judges drafts by what the monitor finds in them.

    Args:
        rules: the settings.
        monitor: who looks; by default the quick detectors, loaded at the first draft.
    """

    def __init__(self, rules: MonitorRules, monitor: Monitor | None = None) -> None:
        self._rules = rules
        self._verdict = Verdict.REFUSE if rules.screen == "refuse" else Verdict.HOLD
        self._least = Severity.named(rules.screen_from) or Severity.CRITICAL
        self._monitor = monitor
        self._turn = threading.Lock()

    def judge(self, draft: Draft) -> Judgement:
        """Hold or refuse what is surely as bad as the settings say; all else passes."""
        if not self._turn.acquire(timeout=WAIT_S):
            return Judgement(Verdict.PASS)
        try:
            worst = self._worst(draft)
        except Exception:  # noqa: BLE001 - a fault of ours must not keep anybody from publishing
            _log.exception("the screen failed, and the draft passed")
            return Judgement(Verdict.PASS)
        finally:
            self._turn.release()
        if worst is None:
            return Judgement(Verdict.PASS)
        return Judgement(self._verdict, f"It looks dangerous: {worst.title.lower()}.")

    def _worst(self, draft: Draft) -> Finding | None:
        if self._monitor is None:
            known = loading.names()
            wanted = [name for name in DETECTORS if name in known]
            self._monitor = Monitor(
                only=wanted, budget=Budget(message_ms=MESSAGE_MS), prints=self._rules.prints
            )
        text = "\n".join(filter(None, (draft.title, draft.content, draft.url)))[:TEXT_MAX]
        seen = Observation(0, draft.author, f"{draft.kind}.created", text=text)
        found = [
            one
            for one in self._monitor.look(seen)
            if one.severity >= self._least and one.confidence >= self._rules.screen_confidence
        ]
        return max(found, key=lambda one: (one.severity, one.confidence), default=None)
