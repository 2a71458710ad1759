"""What a sandbox for an agent keeps in reach, and what it hides."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from eclosion.audit.inventory import Machine, place_of
from eclosion.audit.model import Agent

TOOL_FOLDERS = (
    ".local/bin .local/lib .local/pipx .local/share/pipx .local/share/claude .local/share/uv .nvm .npm-global .volta "
    ".bun .deno .cargo/bin .rustup .pyenv .asdf .sdkman .gitconfig .config/git"
).split()
"""Below a home: programs and what they cannot do without. Shown for reading only, without what is sensitive in them."""
SYSTEM_FOLDERS = ("/usr", "/opt", "/etc", "/nix", "/gnu", "/snap")
LINKED_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SECRET_VARIABLES = (
    "SSH_AUTH_SOCK SSH_AGENT_PID GPG_AGENT_INFO DBUS_SESSION_BUS_ADDRESS DOCKER_HOST KUBECONFIG AWS_ACCESS_KEY_ID "
    "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE GOOGLE_APPLICATION_CREDENTIALS AZURE_CLIENT_SECRET "
    "GITHUB_TOKEN GH_TOKEN GITLAB_TOKEN NPM_TOKEN PYPI_TOKEN VAULT_TOKEN DATABASE_URL PGPASSWORD TMUX"
).split()
"""Variables by which a program reaches what its files do not show."""


class Shape(NamedTuple):
    """What a sandbox shows. All paths are absolute, with links resolved.

    Attributes:
        agent: whose, by the id of its kind.
        program: what it runs.
        home: whose home is hidden.
        project: the folder in which it works; it may write there.
        own: the agent's own files and folders; it may write there.
        tools: shown for reading only.
        hidden: sensitive files in what is shown; the agent's own are not among them.
    """

    agent: str
    program: str
    home: str
    project: str
    own: tuple[str, ...]
    tools: tuple[str, ...]
    hidden: tuple[str, ...]


def shape_for(machine: Machine, agent: Agent, project: str, sensitive: Iterable[str]) -> Shape:
    """The shape for an agent.

    Args:
        machine: where.
        agent: who, as it was found.
        project: where it is to work.
        sensitive: files that no agent should read.
    """
    home = os.path.realpath(machine.home)
    own = tuple(_outermost(one for one in _own(machine, agent) if _is_below(one, home)))
    tools = tuple(
        _outermost(
            path
            for one in TOOL_FOLDERS
            if os.path.lexists(path := os.path.realpath(os.path.join(home, one)))
            and not any(_is_below(path, kept) or path == kept for kept in own)
        )
    )
    work = os.path.realpath(project)
    shown = (work, *tools)
    hidden = sorted(
        {
            path
            for one in sensitive
            if any(_is_below(path := os.path.realpath(one), top) for top in shown)
            and not any(path == top or _is_below(path, top) for top in own)
        }
    )
    program = (agent.kind.programs or (agent.kind.id,))[0]
    return Shape(agent.kind.id, program, home, work, own, tools, tuple(hidden))


def _own(machine: Machine, agent: Agent) -> Iterator[str]:
    """The agent's folders: what it is known by, and the folders of its settings."""
    for path in agent.signs:
        yield os.path.realpath(path)
    for layer in agent.kind.layers:
        if layer.scope == "user":
            for path in place_of(machine, agent.kind, layer):
                if os.path.exists(path):
                    yield os.path.realpath(path)


def _outermost(paths: Iterable[str]) -> Iterator[str]:
    """Without those that lie in others."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not _is_below(path, kept[-1]):
            kept.append(path)
            yield path


def _is_below(path: str, top: str) -> bool:
    return path.startswith(top.rstrip("/") + "/")
