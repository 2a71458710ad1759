"""The vault: files that no agent should read, moved into age encryption and brought back exactly.

What always holds: at every moment a moved file is whole either where it was or in the vault, whatever ends the
process; no plaintext is left behind; no passphrase is taken from a command line or written anywhere.
It knows nothing of findings: what to move is the owner's choice.
"""

from eclosion.audit.vault.moving import Added, add
from eclosion.audit.vault.place import Vault, create_vault, default_path, open_vault
from eclosion.audit.vault.recovering import Recovered, recover
from eclosion.audit.vault.restoring import restore, show

__all__ = [
    "Added",
    "Recovered",
    "Vault",
    "add",
    "create_vault",
    "default_path",
    "open_vault",
    "recover",
    "restore",
    "show",
]
