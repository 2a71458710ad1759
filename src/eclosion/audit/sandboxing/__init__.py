"""Writes sandboxes for agents: bubblewrap, systemd, Landlock, and the agent's own.

What always holds: the agent's own folder and the project stay reachable, nothing else of the home is, and what is
sensitive within the project is hidden. What is written says what it does and runs nothing by itself.
"""

from eclosion.audit.sandboxing.bubblewrap import bubblewrap_command, bubblewrap_script
from eclosion.audit.sandboxing.landlock import landlock_roots, landlock_script
from eclosion.audit.sandboxing.native import NoNative, native_settings
from eclosion.audit.sandboxing.shape import Shape, shape_for
from eclosion.audit.sandboxing.systemd import systemd_drop_in

__all__ = [
    "NoNative",
    "Shape",
    "bubblewrap_command",
    "bubblewrap_script",
    "landlock_roots",
    "landlock_script",
    "native_settings",
    "shape_for",
    "systemd_drop_in",
]
