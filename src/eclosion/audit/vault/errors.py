"""What can go wrong with a vault, each named for the fact, with what to do next."""

from __future__ import annotations

import errno
import os

from eclosion.kernel.errors import (
    Conflict,
    EclosionError,
    Forbidden,
    Invalid,
    NotFound,
    Unauthenticated,
    Unavailable,
)


class NoVault(NotFound):
    """There is no vault here."""

    code = "no_vault"


class VaultExists(Conflict):
    """There is a vault already."""

    code = "vault_exists"


class VaultBusy(Unavailable):
    """Another command works on this vault."""

    code = "vault_busy"


class VaultUnsafe(Forbidden):
    """The vault's folder is not its owner's alone."""

    code = "vault_unsafe"


class WrongPassphrase(Unauthenticated):
    """This passphrase does not open the vault's identity."""

    code = "wrong_passphrase"


class WrongIdentity(Unauthenticated):
    """This identity does not open what lies in the vault."""

    code = "wrong_identity"


class RecipientsChanged(Conflict):
    """The vault encrypts for somebody whom its own identity is not."""

    code = "recipients_changed"


class NoSuchItem(NotFound):
    """The vault holds no such item."""

    code = "no_such_item"


class CannotTake(Invalid):
    """This cannot be moved into the vault so that it comes back exactly."""

    code = "cannot_take"


class Changed(Conflict):
    """Something changed while it was moved. Nothing was moved."""

    code = "changed_meanwhile"


class InTheWay(Conflict):
    """Something stands where this would be put back."""

    code = "in_the_way"


class Damaged(Conflict):
    """What lies in the vault is not what was put there."""

    code = "vault_damaged"


class DiskTrouble(Unavailable):
    """The disk refused."""

    code = "disk_trouble"


class CannotRun(Unavailable):
    """The program could not be given its files."""

    code = "cannot_run"


_HINTS = {
    errno.ENOSPC: "The disk is full. Make room and try again.",
    errno.EDQUOT: "Your share of the disk is used up. Make room and try again.",
    errno.EFBIG: "A limit on the size of files (ulimit -f) is too low.",
    errno.EROFS: "The disk can only be read.",
    errno.EACCES: "You may not write there, or not read it.",
    errno.EPERM: "The system does not allow it to you.",
    errno.EXDEV: "It is a mount point.",
}


def of_system(problem: OSError, doing: str) -> EclosionError:
    """The system's refusal, in words.

    Args:
        problem: what the system said.
        doing: what was being done: ``moving /home/ada/.ssh``.
    """
    said = os.strerror(problem.errno) if problem.errno else str(problem)
    return DiskTrouble(
        f"While {doing}: {said}. Nothing was lost.", hint=_HINTS.get(problem.errno or 0, "")
    )
