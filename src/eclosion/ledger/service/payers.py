"""Which addresses pay from which account: an agent shows that it holds an address's key, once.

The text that it signs names the network, the agent and the address, and an instant; so a signature made for one
network, agent or time says nothing elsewhere. An address pays from one account only, and only its agent lets it go.
"""

from __future__ import annotations

from eclosion.kernel.errors import Conflict, Invalid, NotFound
from eclosion.ledger.context import Ledger
from eclosion.ledger.model.payments import Payer
from eclosion.ledger.store import payments as store
from eclosion.ledger.wire.authorization import account_of_address
from eclosion.ledger.wire.ethereum import message_digest, recover, write_address
from eclosion.store import Unit

FRESH_MS = 10 * 60 * 1000
PAYERS_MAX = 8


class AddressTaken(Conflict):
    """This address pays for somebody else."""

    code = "payer_address_taken"


class NotSignedByAddress(Invalid):
    """The signature is not by the key of this address, or not over this text."""

    code = "not_signed_by_address"


class PayerNotFound(NotFound):
    """No such address is bound to you."""

    code = "payer_not_found"


def binding_text(audience: str, agent: str, address: bytes, at_ms: int) -> str:
    """What the holder of an address's key signs (EIP-191) to let an agent pay with it."""
    return (
        f"{audience} asks: may the agent {agent} pay with this key?\n\n"
        f"Address: {write_address(address)}\nIssued at: {at_ms}"
    )


def bind_payer(ledger: Ledger, unit: Unit, payer: Payer, text: str, signature: bytes) -> Payer:
    """Bind an address to an agent's account. ``payer.made_ms`` is the instant that stands in the text.

    Raises:
        NotSignedByAddress: the key of the address did not sign this text within the last ten minutes.
        AddressTaken: it is somebody else's.
        Invalid: it is the address of an account, or the agent has too many.
    """
    now_ms = ledger.clock.now_ms()
    if account_of_address(payer.address) is not None:
        raise Invalid("This is the address of an account, which cannot sign.")
    if not now_ms - FRESH_MS <= payer.made_ms <= now_ms + FRESH_MS:
        raise NotSignedByAddress("The text was issued too long ago.", hint="Ask for a new one.")
    if recover(signature, message_digest(text)) != payer.address:
        raise NotSignedByAddress
    bound = store.payer_of(unit, payer.address)
    if bound is None:
        if len(store.list_payers(unit, payer.agent_id, PAYERS_MAX)) >= PAYERS_MAX:
            raise Invalid(f"An agent has at most {PAYERS_MAX} addresses.", hint="Let one go.")
        store.bind_payer(unit, payer)
        bound = store.payer_of(unit, payer.address)
    if bound is None or bound[1] != payer.agent_id:
        raise AddressTaken
    return payer


def list_payers(unit: Unit, agent_id: int) -> list[Payer]:
    """The addresses that pay for an agent."""
    return store.list_payers(unit, agent_id, PAYERS_MAX)


def unbind_payer(unit: Unit, address: bytes, agent_id: int) -> None:
    """Let an address go.

    Raises:
        PayerNotFound: the agent has no such one.
    """
    if not store.unbind_payer(unit, address, agent_id):
        raise PayerNotFound
