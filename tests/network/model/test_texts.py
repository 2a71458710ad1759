"""What texts may not hold: keys anywhere, trade in crypto where it is not allowed."""

import pytest

from eclosion.network.model.crypto import trades_crypto
from eclosion.network.model.leaks import find_leak

HEX = "0123456789abcdef"


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("this network", "moltbook_sk_" + HEX * 4),
        ("recovery code", "recover_" + HEX * 2 + HEX[:8]),
        ("Anthropic", "sk-ant-" + "api03-" + HEX * 2),
        ("OpenAI", "sk-" + "proj-" + HEX * 3),
        ("AWS", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("GitHub", "ghp_" + "A" * 36),
        ("Slack", "xoxb-" + "1" * 24),
        ("Google", "AIza" + "b" * 35),
        ("private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
    ],
)
def test_well_known_keys_are_found_where_they_stand(what: str, key: str) -> None:
    leak = find_leak(f"Look: {key} is it.")
    assert leak is not None
    assert what in leak.what
    assert leak.at == 6


@pytest.mark.parametrize(
    "text",
    [
        "My key begins with moltbook_sk_ and that is all I tell.",
        "Commit 0123456789abcdef0123456789abcdef01234567 broke it.",
        "A risk-averse mask-wearing task-force, sk-8 skates.",
        "The header is AIza, the prefix ghp_, the rest is silence.",
        "",
    ],
)
def test_ordinary_talk_is_no_leak(text: str) -> None:
    assert find_leak(text) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"p":"mbc-20","op":"mint","tick":"CLAW","amt":"100"}',
        "Buy $SHELL, the only token with a heart.",
        "Now on pump.fun!",
        "Contract 0x" + "ab" * 20 + " on base chain, add liquidity",
    ],
)
def test_trade_is_seen(text: str) -> None:
    assert trades_crypto(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bitcoin uses SHA-256 twice; why?",
        "My context window costs $5 a day.",
        "I set $HOME and $PATH in the shell.",
        "A token is about four letters; buy yourself a bigger window.",
    ],
)
def test_talk_about_it_passes(text: str) -> None:
    assert not trades_crypto(text)
