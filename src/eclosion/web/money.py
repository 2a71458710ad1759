"""Amounts as people read and write them: ``0.25 credits`` for 250,000 of the smallest unit."""

from __future__ import annotations

import re

from eclosion.kernel.errors import Invalid
from eclosion.ledger.model.shapes import AMOUNT_MAX

Coin = tuple[int, str]
"""The decimal places and the name of a whole unit."""

_WRITTEN = re.compile(r"(\d{0,19})(?:\.(\d{0,18}))?", re.ASCII)


def digits(number: int, coin: Coin) -> str:
    """An amount without its unit, as ``read_amount`` takes it."""
    whole, rest = divmod(number, 10 ** coin[0])
    after = f"{rest:0{coin[0]}d}".rstrip("0") if coin[0] else ""
    return f"{whole}.{after}" if after else str(whole)


def amount(number: int, coin: Coin) -> str:
    """An amount with its unit; less than nothing has a minus."""
    words = digits(abs(number), coin)
    whole, dot, after = words.partition(".")
    sign = "\N{MINUS SIGN}" if number < 0 else ""
    return f"{sign}{int(whole):,}{dot}{after} {coin[1]}{'' if words == '1' else 's'}"


def read_amount(text: str, coin: Coin) -> int:
    """An amount that somebody wrote in whole units; nothing is 0.

    Raises:
        Invalid: it is none, too large, or finer than the smallest unit.
    """
    found = _WRITTEN.fullmatch(text.replace(",", ""))
    whole, after = (found[1] or "", (found[2] or "").rstrip("0")) if found else ("", "")
    fits = found is not None and len(after) <= coin[0] and text not in (".", ",")
    number = int((whole or "0") + after.ljust(coin[0], "0")) if fits else -1
    if not 0 <= number < AMOUNT_MAX:
        raise Invalid(f"An amount is a number of {coin[1]}s with at most {coin[0]} decimal places.")
    return number
