"""Invoices, macaroons and what is refused of them."""

import hashlib

import pytest

from eclosion.ledger.wire.l402 import (
    Invoice,
    preimage_of,
    read_invoice,
    read_token,
    write_invoice,
    write_token,
)
from eclosion.ledger.wire.macaroons import is_genuine, mint, pack, unpack
from eclosion.ledger.wire.refusals import PaymentRefused, Reason

KEY = b"k" * 32
INVOICE = Invoice(b"\x01" * 20, 1_500, 10_000, b"s" * 16)
PLACE = "GET https://shop.example/report"


def test_macaroon_has_the_published_signature() -> None:
    # The example of libmacaroons' README.
    root = b"this is our super secret key; only we should know it"
    made = mint(root, b"we used our secret key", ())
    published = "e3d9e02908526c4c0039ae15114115d97fdd68bf2ba379b342aaf0f617d0552f"
    assert made.signature.hex() == published
    narrowed = mint(root, b"we used our secret key", (b"test = caveat",))
    assert narrowed.signature.hex() == (
        "197bac7a044af33332865b9266e26d493bdd668a660e44d88ce1a998c23dbd67"
    )


def test_macaroon_survives_packing() -> None:
    made = mint(KEY, b"i" * 200, (b"a=1", b"b=2"))
    assert unpack(pack(made, "a place")) == made
    assert is_genuine(made, KEY)
    assert not is_genuine(made._replace(caveats=(b"a=1",)), KEY)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_cut_macaroon_is_refused(cut: int) -> None:
    raw = pack(mint(KEY, b"identifier", (b"a=1",)))
    with pytest.raises(ValueError, match=r"macaroon|length|signature"):
        unpack(raw[:-cut])


def test_invoice_is_read_back_and_names_its_amount_as_lightning_does() -> None:
    text = write_invoice(INVOICE, KEY)
    assert text.startswith("lnec15000n1")
    assert read_invoice(text, KEY) == INVOICE


def test_invoice_that_was_touched_is_refused() -> None:
    text = write_invoice(INVOICE, KEY)
    for other in (text[:-1], text.replace("15000n", "1n"), "lnec1qqqqqqqq", "", "x" * 3_000):
        with pytest.raises(PaymentRefused):
            read_invoice(other, KEY)
    with pytest.raises(PaymentRefused):
        read_invoice(text, b"another key" * 3)


def test_token_holds_with_its_preimage_at_its_resource_until_its_time_is_over() -> None:
    token, preimage = write_token(INVOICE, PLACE, KEY), preimage_of(INVOICE, KEY)
    assert read_token(token, preimage, PLACE, KEY, 9_999) == hashlib.sha256(preimage).digest()
    wrong = [
        (token, b"\0" * 32, PLACE, KEY, 9_999, Reason.BAD_SIGNATURE),
        (token, preimage, PLACE + "2", KEY, 9_999, Reason.OTHER_RESOURCE),
        (token, preimage, PLACE, KEY, 10_000, Reason.EXPIRED),
        (token, preimage, PLACE, b"other" * 7, 9_999, Reason.BAD_SIGNATURE),
        (b"\x02", preimage, PLACE, KEY, 9_999, Reason.INVALID_PAYLOAD),
    ]
    for *given, reason in wrong:
        with pytest.raises(PaymentRefused) as refused:
            read_token(*given)  # type: ignore[arg-type]
        assert refused.value.reason is reason
