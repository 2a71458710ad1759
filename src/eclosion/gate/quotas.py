"""How many new keys may enter: pure rules over a store that several processes share.

Work is cheap, so a price alone stops no farm; what is counted is the accountable owner behind a key, the network it
comes from, and everybody together. A key that entered within a day is no new key.
"""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from eclosion.gate.errors import QuotaSpent
from eclosion.gate.policy import Policy
from eclosion.gate.ports import Store

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


class Quota(NamedTuple):
    """One count: its name, how many it has, and when it begins anew."""

    name: str
    limit: int
    until_ms: int
    whose: str


def prefix_of(address: str) -> str:
    """The network that an address belongs to: /24 of IPv4, /48 of IPv6. What is no address is its own network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def quotas(policy: Policy, prefix: str, owner: str | None, now_ms: int) -> list[Quota]:
    """The counts that a new key takes one of. Without an owner root, its prefix answers for it."""
    day, hour = now_ms // DAY_MS, now_ms // HOUR_MS
    found = [
        Quota(f"keys all {hour}", policy.keys_per_hour, (hour + 1) * HOUR_MS, "everybody"),
        Quota(
            f"keys net {prefix} {day}", policy.keys_per_prefix, (day + 1) * DAY_MS, "your network"
        ),
    ]
    if owner is not None:
        name = f"keys owner {owner[:128]} {day}"
        found.append(Quota(name, policy.keys_per_owner, (day + 1) * DAY_MS, "your owner"))
    return found


def peek(
    store: Store, policy: Policy, jkt: str, prefix: str, owner: str | None, now_ms: int
) -> None:
    """Refuse early what ``take`` would refuse; takes nothing.

    Raises:
        QuotaSpent: a count is full.
    """
    if store.is_spent(f"key {jkt}", now_ms):
        return
    for quota in quotas(policy, prefix, owner, now_ms):
        if store.taken(quota.name, now_ms) >= quota.limit:
            raise _spent(quota, now_ms)


def take(
    store: Store, policy: Policy, jkt: str, prefix: str, owner: str | None, now_ms: int
) -> None:
    """Let a key in, once a day at most as a new one.

    Raises:
        QuotaSpent: a count is full. What was taken of other counts stays taken.
    """
    if store.is_spent(f"key {jkt}", now_ms):
        return
    for quota in reversed(quotas(policy, prefix, owner, now_ms)):  # the narrowest first
        if not store.take(quota.name, quota.limit, quota.until_ms, now_ms):
            raise _spent(quota, now_ms)
    store.spend(f"key {jkt}", now_ms + DAY_MS, now_ms)


def _spent(quota: Quota, now_ms: int) -> QuotaSpent:
    return QuotaSpent(
        f"No more new keys of {quota.whose} may enter for now: {quota.limit} are the limit.",
        "Use a key that has entered before, or wait.",
        retry_after_ms=max(1_000, quota.until_ms - now_ms),
    )
