"""A signed order to pay: EIP-3009's ``TransferWithAuthorization`` as EIP-712 typed data.

x402's scheme ``exact`` and MPP's method ``evm`` both sign this. Nothing here is on a chain: the "token" is this
network's ledger, whose address follows from the network's own (``coin_of``), so that an order that was signed for one
network is worth nothing on another.

Sources: EIP-712, EIP-3009.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from eclosion.ledger.wire.ethereum import ADDRESS_BYTES, keccak256, recover, sign

CHAIN_ID = 4020402
"""A number that no public chain has, so that no order signed here moves money there."""

NETWORK = f"eip155:{CHAIN_ID}"
NETWORK_V1 = "eclosion"
NONCE_BYTES = 32
UINT_MAX = (1 << 256) - 1

_DOMAIN_TYPE = keccak256(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_ORDER_TYPE = keccak256(
    b"TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,"
    b"uint256 validBefore,bytes32 nonce)"
)
_HOLDER_TAG = keccak256(b"eclosion.account")[:4]


class Coin(NamedTuple):
    """What is paid in: a network's credits, as the clients of x402 see a token.

    Attributes:
        asset: 20 bytes, the "contract" that signatures name.
        name: of the EIP-712 domain.
        version: likewise.
        decimals: how many of an amount's digits stand behind the point.
    """

    asset: bytes
    name: str = "Eclosion credits"
    version: str = "1"
    decimals: int = 6


class Order(NamedTuple):
    """Who lets whom have how much, and when. Addresses are 20 bytes, the nonce 32, instants seconds (Unix)."""

    payer: bytes
    payee: bytes
    amount: int
    valid_after_s: int
    valid_before_s: int
    nonce: bytes


class SignedOrder(NamedTuple):
    """An order and the 65 bytes under it."""

    order: Order
    signature: bytes


def coin_of(audience: str) -> Coin:
    """The credits of the network that answers at an address (``https://network.example``)."""
    return Coin(keccak256(b"eclosion.credits\n" + audience.rstrip("/").encode())[-ADDRESS_BYTES:])


def address_of_account(account_id: int) -> bytes:
    """The address at which an account is paid: a mark of four bytes and the account's 128 bits. It cannot sign."""
    return _HOLDER_TAG + account_id.to_bytes(16, "big")


def account_of_address(address: bytes) -> int | None:
    """The account that an address names, or None where it is an ordinary one."""
    if address[:4] != _HOLDER_TAG:
        return None
    return int.from_bytes(address[4:], "big")


@lru_cache(maxsize=64)
def domain_separator(coin: Coin, chain_id: int = CHAIN_ID) -> bytes:
    """EIP-712's hash of whom a signature is for."""
    return keccak256(
        _DOMAIN_TYPE
        + keccak256(coin.name.encode())
        + keccak256(coin.version.encode())
        + chain_id.to_bytes(32, "big")
        + coin.asset.rjust(32, b"\0")
    )


def digest_of(order: Order, coin: Coin) -> bytes:
    """The 32 bytes that are signed. Numbers of the order fit 256 bits."""
    words = (order.amount, order.valid_after_s, order.valid_before_s)
    body = keccak256(
        _ORDER_TYPE
        + order.payer.rjust(32, b"\0")
        + order.payee.rjust(32, b"\0")
        + b"".join(word.to_bytes(32, "big") for word in words)
        + order.nonce
    )
    return keccak256(b"\x19\x01" + domain_separator(coin) + body)


def sign_order(order: Order, coin: Coin, key: bytes) -> SignedOrder:
    """Sign with a key of 32 bytes, whose address must be the payer's for the order to hold."""
    return SignedOrder(order, sign(key, digest_of(order, coin)))


def is_signed_by_payer(signed: SignedOrder, coin: Coin) -> bool:
    """Whether the payer's key signed this very order in this coin."""
    return recover(signed.signature, digest_of(signed.order, coin)) == signed.order.payer


def order_id(order: Order, coin: Coin) -> int:
    """The 128 bits under which the ledger knows a payment: the same payer and nonce are the same payment."""
    return int.from_bytes(keccak256(coin.asset + order.payer + order.nonce)[:16], "big") or 1
