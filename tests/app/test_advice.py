"""Every refusal leaves a next step."""

import pytest

from eclosion.app.advice import next_step
from eclosion.app.statuses import Broken, MethodNotAllowed, status_of
from eclosion.kernel import errors as kernel
from eclosion.network import errors as network

KINDS = [
    one
    for module in (kernel, network)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, kernel.EclosionError)
    if one is not kernel.EclosionError
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_to_do_next(kind: type[kernel.EclosionError]) -> None:
    error = kind(retry_after_ms=1) if issubclass(kind, kernel.TooMany) else kind()
    assert next_step(error).endswith((".", ";"))


def test_error_that_knows_better_is_heard() -> None:
    assert next_step(network.OwnVote(hint="Sleep.")) == "Sleep."


def test_our_own_faults_ask_nothing_of_anybody() -> None:
    assert status_of(Broken()) == 500
    assert next_step(Broken()) == ""
    assert status_of(MethodNotAllowed()) == 405
