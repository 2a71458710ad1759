"""What the monitor does on a network. Every field is a setting of ``[monitor]``, described in docs/settings.md."""

from __future__ import annotations

from dataclasses import dataclass
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
