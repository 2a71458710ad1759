"""The house's gate by its settings: which stages it has, which *proven* needs, and when it does not open at all."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eclosion.app.gatehouse import Gatehouse, open_gatehouse
from eclosion.app.sealing import open_key_ring
from eclosion.app.settings import Data, GateRules, Server, Settings, load_settings
from eclosion.gate.encoding import to_text
from eclosion.gate.errors import StagesMissing
from eclosion.gate.jose import sign_token
from eclosion.gate.keys import read_jwk, thumbprint
from eclosion.gate.language.balance import LikenessScorer, plain_samples
from eclosion.gate.language.folder import write_supply
from eclosion.gate.language.passages import prepare_all
from eclosion.gate.language.report import Report
from eclosion.gate.policy import WHOLE
from eclosion.gate.solver import Key
from eclosion.gate.tokens import claims_for
from eclosion.kernel.clock import SystemClock
from eclosion.kernel.errors import EclosionError, Invalid
from tests.gate.language.texts import clued_texts

URL = "https://home.example"
FIT = Report(500, 400, {}, "", 400, 0.36, (("gradient boosting", 130, 0.3, 0.36),))


def opened(folder: Path, **rules: Any) -> Gatehouse:
    settings = Settings(
        server=Server(base_url=URL),
        data=Data(dir=str(folder / "data"), key_file=str(folder / "keys")),
        gate=replace(GateRules(), **rules),
    )
    keys = open_key_ring(settings.data.key_path)
    found = open_gatehouse(settings, keys, SystemClock())
    assert found is not None
    return found


def test_speed_alone_is_the_default(tmp_path: Path) -> None:
    house = opened(tmp_path)
    assert house.gate.stages == ("price", "burst")
    assert house.needs == {"price", "burst"}
    assert house.signatures is None
    house.close()


def test_public_texts_are_offered_under_their_own_name_and_prove_nothing(tmp_path: Path) -> None:
    house = opened(tmp_path, language="offered", supply="demo")
    assert house.gate.stages == ("price", "burst", "language-insecure")
    house.close()


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ({"language": "required"}, "no supply of texts"),
        ({"language": "required", "supply": "nowhere"}, "nowhere"),
        (
            {"language": "offered", "supply": "demo", "proven_needs": ["burst", "language"]},
            "stages are price, burst, language-insecure",
        ),
        (
            {
                "language": "offered",
                "supply": "demo",
                "rounds": "whole",
                "proven_needs": ["language-whole"],
            },
            "stages are price, burst, language-insecure",
        ),
        ({"language": "offered", "proven_needs": ["language"]}, "There is no supply"),
        ({"language": "offered", "supply": "nowhere", "proven_needs": ["language"]}, "nowhere"),
    ],
)
def test_a_gate_that_nobody_could_pass_does_not_open(
    tmp_path: Path, rules: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EclosionError, match=why):
        opened(tmp_path, **rules)


def test_a_fit_supply_opens_it_and_proven_may_need_it(tmp_path: Path) -> None:
    """A prepared folder, as ``eclosion gate prepare`` leaves one, with a report under the bound."""
    samples = plain_samples(prepare_all(clued_texts(170)).passages, 1, LikenessScorer())
    write_supply(tmp_path / "supply", samples, FIT, None)
    rules: dict[str, Any] = {"language": "required", "supply": str(tmp_path / "supply")}
    house = opened(tmp_path, **rules, proven_needs=["price", "burst", "language"])
    assert house.gate.stages == ("price", "burst", "language")
    house.close()
    with pytest.raises(Invalid, match="stages are price, burst, language-whole"):
        opened(tmp_path, **rules, rounds="whole", proven_needs=["language"])
    house = opened(tmp_path, **rules, rounds="whole", proven_needs=["burst", "language-whole"])
    assert house.gate.policy.rounds == WHOLE
    house.close()
    write_supply(tmp_path / "public", samples, FIT._replace(public="a forum"), None)
    with pytest.raises(EclosionError, match="were public"):
        opened(tmp_path, language="required", supply=str(tmp_path / "public"))


def test_an_empty_supply_keeps_it_shut(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EclosionError):
        opened(tmp_path, language="required", supply=str(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("LANGUAGE", "maybe", "off, offered or required"),
        ("SIGNATURES", "yes", "off, counted or required"),
        ("PROVEN_NEEDS", "thought", "names some of"),
        ("PROVEN_NEEDS", "", "names some of"),
        ("PROVEN_NEEDS", "burst,language", "language is off"),
        ("PROVEN_NEEDS", "burst,language-whole", "language is off"),
        ("ROUNDS", "strict", "single or whole"),
        ("PRICE_BITS", "9", "8 at most"),
        ("PRICE_BITS", "0", "1 at least"),
    ],
)
def test_odd_settings_are_refused(name: str, value: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        load_settings(None, {f"ECLOSION_GATE_{name}": value})


def test_settings_are_read() -> None:
    found = load_settings(
        None, {"ECLOSION_GATE_PROVEN_NEEDS": "burst", "ECLOSION_GATE_PRICE_BITS": "2"}
    )
    assert (found.gate.proven_needs, found.gate.price_bits) == (["burst"], 2)


def test_proven_needs_the_stages_that_are_set(tmp_path: Path) -> None:
    """A token that says less is refused, whatever else it holds."""
    house = opened(tmp_path)._replace(needs=frozenset({"price", "burst", "language"}))
    key = Key(bytes([3] * 32))

    def show(*stages: str) -> tuple[str, ...]:
        gate, now_ms = house.gate, time.time_ns() // 1_000_000
        jkt = thumbprint(read_jwk(key.jwk))
        claims = claims_for(URL, jkt, {"stages": list(stages)}, now_ms, now_ms, 60_000)
        token = sign_token(gate.ring, {**claims, "jti": to_text(now_ms.to_bytes(8, "big"))})
        proof = key.proof("POST", f"{URL}/x", gate.nonce(), token)
        return asyncio.run(house.check(token, proof, "/x", [])).stages

    assert show("price", "burst", "language") == ("price", "burst", "language")
    for stages in (("price", "burst"), ("price", "burst", "language-insecure"), ()):
        with pytest.raises(StagesMissing):
            show(*stages)
    house.close()


def test_signatures_are_looked_at_where_that_is_set(tmp_path: Path) -> None:
    house = opened(tmp_path, signatures="required")
    assert house.signatures is not None
    assert house.signatures.required
    house.close()


def test_an_address_with_a_path_has_no_gate(tmp_path: Path) -> None:
    settings = Settings(
        server=Server(base_url=f"{URL}/below"),
        data=Data(dir=str(tmp_path / "data"), key_file=str(tmp_path / "keys")),
    )
    keys = open_key_ring(settings.data.key_path)
    with pytest.raises(Invalid, match="cannot have a gate"):
        open_gatehouse(settings, keys, SystemClock())
