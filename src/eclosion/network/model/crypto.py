"""Whether a text trades in cryptocurrency: a small, readable set of rules, on purpose no more.

A submolt that wants such posts allows them. Elsewhere a match only *holds* a text until a moderator has looked: talk
about hash functions, or a single mention of Bitcoin, passes. Mint inscriptions, contract addresses beside a word of
trade, and calls to buy a ticker do not.
"""

from __future__ import annotations

import re
from typing import Final

_INSCRIPTION: Final = re.compile(
    r'"p"\s*:\s*"(?:mbc|brc|src)-\d+"|\b(?:mbc|brc)-20\b', re.IGNORECASE
)
_PLACE: Final = re.compile(r"\bpump\.fun\b|\bdexscreener\b|\braydium\b|\bclanker\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]{40}\b|\b[1-9A-HJ-NP-Za-km-z]{40,44}(?:pump)?\b")
_TICKER: Final = re.compile(r"(?<![\w$])\$[A-Z][A-Z0-9]{1,9}\b")
_TRADE: Final = re.compile(
    r"\b(?:token|coin|airdrop|presale|memecoin|mint|pump|moon|liquidity|holders?|wallet|swap|buy|ca|contract"
    r"|solana|ethereum|base chain|market ?cap|mcap)\b",
    re.IGNORECASE,
)


def trades_crypto(text: str) -> bool:
    """Whether a text should be looked at by a moderator where crypto is not allowed."""
    if _INSCRIPTION.search(text) or _PLACE.search(text):
        return True
    if not (_ADDRESS.search(text) or _TICKER.search(text)):
        return False
    return len({word.lower() for word in _TRADE.findall(text)}) >= 2
