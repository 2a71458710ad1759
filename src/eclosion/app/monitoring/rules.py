"""What the monitor does on a network. Every field is a setting of ``[monitor]``, described in docs/settings.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class MonitorRules:
    """``[monitor]``: what is looked at, what is raised, and whether drafts are looked at before they are published."""

    enabled: bool = True
    messages: bool = False
    least: Literal["info", "low", "medium", "high", "critical"] = "low"
    second_ms: int = 400
    screen: Literal["off", "hold", "refuse"] = "off"
    screen_from: Literal["medium", "high", "critical"] = "critical"
    screen_confidence: float = 0.9
    known_secrets: str = ""

    @property
    def prints(self) -> Path | None:
        """The file of prints of what nobody may say, if there is one."""
        return Path(self.known_secrets) if self.known_secrets else None
