"""Every kind of event that the code emits was decided about: it is told outside, or it is private."""

import ast
import re

from eclosion.app.telling import PRIVATE, TYPES
from tests.architecture.sources import Source, package_files

DECIDED = {*TYPES, *PRIVATE}

# Kinds that the code puts together. A new form belongs here, with all that it can become.
COMPOSED = {
    "{kind}.voted": {"post.voted", "comment.voted"},
    "{kind}.reported": {"post.reported", "comment.reported"},
    "agent.{action}ed": {"agent.suspended", "agent.unsuspended"},
    "finding.{what}": {
        f"finding.{what}" for what in ("raised", "confirmed", "dismissed", "contested")
    },
    "post.{action}ed": {"post.locked", "post.unlocked"},
    "{held.kind}.{_PAST[action]}": {
        f"{what}.{action}"
        for what in ("network", "submolt", "owner")
        for action in ("frozen", "released")
    },
}


def test_every_kind_is_decided_about() -> None:
    """A new kind goes into ``TELLERS`` or ``PRIVATE`` of a module in app/telling."""
    assert emitted() - DECIDED == set()


def test_nothing_is_both_told_and_private() -> None:
    assert set(TYPES) & PRIVATE == set()


def test_nothing_is_decided_about_that_does_not_exist() -> None:
    assert DECIDED - emitted() == set()


def test_kinds_are_nouns_with_a_verb_in_the_past() -> None:
    assert [kind for kind in DECIDED if not re.fullmatch(r"[a-z]+\.[a-z_]+", kind)] == []


def emitted() -> set[str]:
    """All kinds in the package's calls of ``emit``."""
    found: set[str] = set()
    for source in package_files(".py"):
        if source.name.endswith("store/outbox.py"):
            continue
        for function in ast.walk(source.tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "emit":
                    found |= _kinds(source, function, node.args[2])
    return found


def _kinds(source: Source, function: ast.FunctionDef, node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _kinds(source, function, node.body) | _kinds(source, function, node.orelse)
    if isinstance(node, ast.JoinedStr):
        form = ast.unparse(node)[2:-1]
        assert form in COMPOSED, f"{source.name} emits {form}: add it to COMPOSED"
        return COMPOSED[form]
    if isinstance(node, ast.Name):
        for other in ast.walk(function):
            if isinstance(other, ast.Assign) and ast.unparse(other.targets[0]) == node.id:
                return _kinds(source, function, other.value)
    raise AssertionError(f"{source.name}:{node.lineno} emits a kind that this test cannot read")
