"""Which requests have a price. The path is matched as the application sees it, so both agree on what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from eclosion.kernel.errors import Invalid

TIMEOUT_S = 60


class Price(NamedTuple):
    """A price. ``amount`` is in the smallest unit; ``pay_to`` an address, empty for the till's own.

    ``timeout_s`` is how long the amount stays reserved while the application works; what takes longer is not paid
    and not delivered.
    """

    amount: int
    description: str = ""
    pay_to: str = ""
    mime_type: str = ""
    timeout_s: int = TIMEOUT_S


class Prices:
    """A list of prices by method and path: ``{"GET /report": 250_000, "/tools/*": Price(1_000, "one call")}``.

    Without a method a path has its price for all of them; ``*`` at the end means all that is below.
    A HEAD costs what a GET costs.
    """

    def __init__(self, prices: Mapping[str, int | Price]) -> None:
        self._exact: dict[tuple[str, str], Price] = {}
        self._below: list[tuple[str, str, Price]] = []
        for key, value in prices.items():
            method, _, path = key.rpartition(" ")
            price = Price(value) if isinstance(value, int) else value
            if price.amount <= 0 or not path.startswith("/"):
                raise Invalid(f"{key!r} must be a path with a price above zero.")
            if path.endswith("*"):
                self._below.append((method.upper(), path[:-1], price))
            else:
                self._exact[method.upper(), path] = price
        self._below.sort(key=lambda one: -len(one[1]))

    def of(self, method: str, path: str) -> Price | None:
        """The price of a request, or None where it is free."""
        method = "GET" if method == "HEAD" else method
        for path_ in (path, path.rstrip("/") or "/"):
            found = self._exact.get((method, path_)) or self._exact.get(("", path_))
            if found is not None:
                return found
        for named, top, price in self._below:
            if named in ("", method) and (path.startswith(top) or path + "/" == top):
                return price
        return None
