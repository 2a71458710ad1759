"""A sandbox as a drop-in for a unit of systemd (systemd.exec(5)).

Namespaces and mounting stay allowed, so that the agent's own sandbox can start in it.
"""

from __future__ import annotations

from eclosion.audit.sandboxing.shape import SECRET_VARIABLES, Shape

_HARDENED = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectProc=invisible
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @mount
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=
AmbientCapabilities=
UMask=0077
InaccessiblePaths=-/run/docker.sock -/run/podman -/run/containerd -/run/dbus/system_bus_socket
"""


def systemd_drop_in(shape: Shape) -> str:
    """The text for ``SERVICE.d/eclosion.conf``."""
    usual = shape.home.startswith("/home/") or shape.home == "/root"
    lines = ["ProtectHome=tmpfs" if usual else f"TemporaryFileSystem={_quoted(shape.home)}"]
    lines += [f"BindReadOnlyPaths=-{_quoted(path)}" for path in shape.tools]
    lines += [f"BindPaths={_quoted(shape.project)}"]
    lines += [f"BindPaths=-{_quoted(path)}" for path in shape.own]
    lines += [f"InaccessiblePaths=-{_quoted(path)}" for path in shape.hidden]
    lines += [f"WorkingDirectory={_plain(shape.project)}"]
    lines += [f"UnsetEnvironment={' '.join(SECRET_VARIABLES)}"]
    return (
        f"# A sandbox for {shape.program}: its own folder, one project and the system's programs.\n"
        "# Written by `eclosion audit sandbox`. Put it beside the unit that runs the agent, as\n"
        "# /etc/systemd/system/SERVICE.service.d/eclosion.conf, then: systemctl daemon-reload.\n"
        "[Service]\n" + "\n".join(lines) + "\n" + _HARDENED
    )


def _plain(path: str) -> str:
    """For a setting that takes one path and no quotes."""
    return path.replace("%", "%%")


def _quoted(path: str) -> str:
    """A path among others: specifiers and line ends cannot begin anything of their own."""
    plain = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace(":", "\\:")
    plain = "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in plain)
    return f'"{plain}"' if any(one in plain for one in " \\\"'") else plain
