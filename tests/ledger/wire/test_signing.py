"""Typed data, addresses and recovery, against published vectors."""

from typing import Any

import pytest

from eclosion.ledger.wire.authorization import (
    Coin,
    Order,
    account_of_address,
    address_of_account,
    coin_of,
    digest_of,
    domain_separator,
    is_signed_by_payer,
    sign_order,
)
from eclosion.ledger.wire.ethereum import (
    address_of_key,
    keccak256,
    message_digest,
    read_address,
    recover,
    sign,
    write_address,
)

KEY = bytes(31) + b"\x07"


def test_keccak_is_that_of_ethereum() -> None:
    assert keccak256(b"").hex().startswith("c5d2460186f7233c927e7db2dcc703c0")


@pytest.mark.parametrize(
    "written",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_addresses_are_written_as_eip_55_says(written: str) -> None:
    read = read_address(written.lower())
    assert read is not None
    assert write_address(read) == written


def test_key_of_eip_712s_example_has_its_address() -> None:
    # The account "cow" of EIP-712's own example.
    assert write_address(address_of_key(keccak256(b"cow"))) == (
        "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"
    )


def test_domain_of_usdc_on_base_is_the_published_one() -> None:
    usdc = read_address("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913")
    assert usdc is not None
    # DOMAIN_SEPARATOR() of the deployed contract.
    published = "02fa7265e7c5d81118673727957699e4d68f74cd74b7db77da710fe8a2c7834f"
    assert domain_separator(Coin(usdc, "USD Coin", "2"), 8453).hex() == published


def test_signed_message_is_recovered() -> None:
    digest = message_digest("a text of some length")
    assert recover(sign(KEY, digest), digest) == address_of_key(KEY)
    assert recover(sign(KEY, digest), message_digest("another")) != address_of_key(KEY)


def test_twin_of_a_signature_is_not_taken() -> None:
    digest = message_digest("x")
    made = sign(KEY, digest)
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high = (order - int.from_bytes(made[32:64], "big")).to_bytes(32, "big")
    assert recover(made[:32] + high + bytes([55 - made[64]]), digest) is None


@pytest.mark.parametrize("signature", [b"", bytes(65), b"\xff" * 65, bytes(64) + b"\x1b"])
def test_rubbish_is_signed_by_nobody(signature: bytes) -> None:
    assert recover(signature, bytes(32)) is None


def test_every_field_of_an_order_is_signed() -> None:
    coin = coin_of("https://one.example")
    order = Order(address_of_key(KEY), b"\x02" * 20, 5, 0, 1_000, b"\x03" * 32)
    signed = sign_order(order, coin, KEY)
    assert is_signed_by_payer(signed, coin)
    changes: dict[str, Any] = {
        "payee": b"\x04" * 20,
        "amount": 6,
        "valid_after_s": 1,
        "valid_before_s": 999,
        "nonce": b"\x05" * 32,
    }
    for name, value in changes.items():
        other = signed._replace(order=order._replace(**{name: value}))
        assert not is_signed_by_payer(other, coin), name


def test_order_for_one_network_is_worth_nothing_on_another() -> None:
    order = Order(address_of_key(KEY), b"\x02" * 20, 5, 0, 1_000, b"\x03" * 32)
    one, two = coin_of("https://one.example"), coin_of("https://two.example")
    assert not is_signed_by_payer(sign_order(order, one, KEY), two)
    assert digest_of(order, one) != digest_of(order, two)


def test_account_is_named_by_its_address() -> None:
    number = (1 << 128) - 5
    assert account_of_address(address_of_account(number)) == number
    assert account_of_address(address_of_key(KEY)) is None
