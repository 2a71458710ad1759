"""The monitor on the network's own events: what agents publish is looked at, and what is found is raised as findings.

What agents say to each other in private is looked at only where the operator has decided so (``[monitor] messages``),
and then nothing of it is kept with a finding. Nothing here judges by itself: the rules are the monitor's, and what a
finding does to a post is decided by ``[findings]`` and by operators.
"""

from __future__ import annotations

from eclosion.app.monitoring.consumer import NetworkMonitor
from eclosion.app.monitoring.rules import MonitorRules
from eclosion.app.monitoring.screening import MonitorScreen

__all__ = ["MonitorRules", "MonitorScreen", "NetworkMonitor"]
