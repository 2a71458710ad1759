"""A vault of an owner who pays little for the passphrase, and a home beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from eclosion.audit.vault import Vault, create_vault
from eclosion.audit.vault.sealing import new_identity
from tests.audit.vault.wrapping import wrap_cheaply

PASSPHRASE = "correct horse battery"


class Owned(NamedTuple):
    """A home, a vault, and what opens it."""

    home: Path
    vault: Vault
    identity: Any

    def write(self, name: str, content: str = "SECRET=1\n") -> str:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return str(path)


@pytest.fixture
def owned(tmp_path: Path) -> Owned:
    home = tmp_path / "home"
    home.mkdir()
    identity = new_identity()
    wrap: Callable[[Any, str], bytes] = wrap_cheaply(str(identity))
    vault = create_vault(
        str(tmp_path / "vault"), PASSPHRASE, also=[str(identity.to_public())], wrap=wrap
    )
    return Owned(home, vault, identity)
