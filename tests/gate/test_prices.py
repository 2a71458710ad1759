"""What a try costs, and that one network's zeal does not make it dear for others."""

from __future__ import annotations

from eclosion.gate import Policy
from eclosion.gate.price import PriceList
from eclosion.gate.quotas import prefix_of

HOUR_MS = 3_600_000


def test_the_price_rises_with_tries_and_falls_with_time() -> None:
    prices = PriceList(Policy())
    assert prices.price("a", 0, 0).bits == 4
    for _ in range(60):
        prices.note("a", 0)
    assert prices.price("a", 0, 0).bits == 7
    assert prices.price("b", 0, 0).bits == 4
    assert prices.price("a", 0, 3 * HOUR_MS).bits == 4


def test_the_price_rises_with_load_and_has_an_end() -> None:
    prices = PriceList(Policy())
    assert [prices.price("a", n, 0).bits for n in (0, 499, 500, 1_000, 2_000)] == [4, 4, 5, 6, 8]
    for _ in range(10_000):
        prices.note("a", 0)
    assert prices.price("a", 2_000, 0).bits == 8


def test_what_is_remembered_of_networks_is_bounded() -> None:
    prices = PriceList(Policy())
    for number in range(70_000):
        prices.note(str(number), 0)
    assert len(prices._tries) == 65_536


def test_prefixes() -> None:
    assert prefix_of("192.0.2.77") == prefix_of("192.0.2.1") == "192.0.2.0/24"
    assert prefix_of("2001:db8:1:2::3") == prefix_of("2001:db8:1:ffff::") == "2001:db8:1::/48"
    assert prefix_of("::ffff:192.0.2.77") == "192.0.2.0/24"
    assert prefix_of("fe80::1%eth0") == "fe80::/48"
    assert prefix_of("unix") == "unix"
