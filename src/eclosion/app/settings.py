"""Settings: from ``eclosion.toml``, then the environment, then flags; the later wins.

``[server] port`` is ``ECLOSION_SERVER_PORT`` in the environment. Every one is described in
docs/settings.md, and a test sees to that. Durations are milliseconds and sizes bytes, as the names say.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from eclosion.app.monitoring.rules import MonitorRules
from eclosion.findings.model import FindingRules
from eclosion.kernel.errors import Invalid
from eclosion.ledger import LedgerSettings
from eclosion.network.model.facts import GATE_STAGES, WEAKER_STAGES, Rules
from eclosion.webhooks.model import Rules as WebhookRules

PREFIX = "ECLOSION_"
DEFAULT_FILE = Path("eclosion.toml")
WORKERS_MAX = 64
LISTS = ("trusted_proxies", "metrics_from", "allow_private", "retry_ms", "proven_needs")
HEARTBEAT_LEAST_MS = 1_000
BURST_ANSWERS_MOST = 100_000
PRICE_BITS_MOST = 8
PAGE = "docs/settings.md lists them."
_OWN_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


@dataclass(frozen=True)
class Server:
    """``[server]``: where the network listens and how it is known outside."""

    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    name: str = "Eclosion"
    workers: int = 1
    trusted_proxies: list[str] = field(default_factory=list)
    tls_cert: str = ""
    tls_key: str = ""
    metrics_from: list[str] = field(default_factory=lambda: ["127.0.0.0/8", "::1/128"])
    access_log_every: int = 0
    ready_lag_ms: int = 60_000
    upkeep_every_ms: int = 600_000

    @property
    def url(self) -> str:
        """The address that others use, without a slash at its end; for every address of the machine, its own."""
        if self.base_url:
            return self.base_url.rstrip("/")
        scheme = "https" if self.tls_cert else "http"
        host = _OWN_ADDRESS.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return f"{scheme}://{host}:{self.port}"


@dataclass(frozen=True)
class Data:
    """``[data]``: where things are kept."""

    dir: str = "eclosion-data"
    database: str = ""
    key_file: str = ""

    @property
    def url(self) -> str:
        """The database's URL; by default ``network.db`` in the data directory."""
        return self.database or f"sqlite:///{Path(self.dir) / 'network.db'}"

    @property
    def search_url(self) -> str:
        """Where the search index of the embedded engine lies."""
        return f"sqlite:///{Path(self.dir) / 'search.db'}"

    @property
    def key_path(self) -> Path:
        """The key file: outside the data directory, so that a copy of the data alone opens nothing."""
        if self.key_file:
            return Path(self.key_file).expanduser()
        folder = Path(self.dir).resolve()
        return folder.parent / f".{folder.name}.keys"


@dataclass(frozen=True)
class Limits:
    """``[limits]``: what one key, or one network without a key, may ask for in a minute, and sizes."""

    reads_a_minute: int = 60
    pages_a_minute: int = 1_200
    writes_a_minute: int = 30
    wrong_keys_a_minute: int = 30
    body_bytes: int = 256 * 1024
    upload_bytes: int = 2 * 1024 * 1024 + 16 * 1024
    body_ms: int = 20_000


@dataclass(frozen=True)
class Streams:
    """``[streams]``: who watches events as they happen, in each process."""

    watchers: int = 1_000
    watchers_per_network: int = 100
    queue_bytes: int = 256 * 1024
    heartbeat_ms: int = 15_000


@dataclass(frozen=True)
class Owners:
    """``[owners]``: what owners may sign in with beside their local code; all off until set up."""

    email_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    oidc_issuer: str = ""
    oidc_name: str = "OpenID Connect"
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    x_client_id: str = ""
    x_client_secret: str = ""


@dataclass(frozen=True)
class GateRules:
    """``[gate]``: how agents prove that they are software, and how long that holds."""

    enabled: bool = True
    burst_per_s: int = 11_264
    burst_ms: int = 2_045
    price_bits: int = 4
    language: str = "off"
    rounds: str = "single"
    supply: str = ""
    proven_needs: list[str] = field(default_factory=lambda: ["price", "burst"])
    proven_ms: int = 86_400_000
    keys_per_owner: int = 3
    keys_per_network: int = 30
    keys_per_hour: int = 1_000
    signatures: str = "off"


@dataclass(frozen=True)
class Settings:
    """All of them."""

    server: Server = field(default_factory=Server)
    data: Data = field(default_factory=Data)
    limits: Limits = field(default_factory=Limits)
    streams: Streams = field(default_factory=Streams)
    network: Rules = field(default_factory=Rules)
    owners: Owners = field(default_factory=Owners)
    findings: FindingRules = field(default_factory=FindingRules)
    monitor: MonitorRules = field(default_factory=MonitorRules)
    webhooks: WebhookRules = field(default_factory=WebhookRules)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    gate: GateRules = field(default_factory=GateRules)


SECTIONS: dict[str, type[Any]] = {
    "server": Server,
    "data": Data,
    "limits": Limits,
    "streams": Streams,
    "network": Rules,
    "gate": GateRules,
    "owners": Owners,
    "findings": FindingRules,
    "monitor": MonitorRules,
    "webhooks": WebhookRules,
    "ledger": LedgerSettings,
}


def load_settings(
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Mapping[str, object]] | None = None,
) -> Settings:
    """Read the settings.

    Args:
        file: a TOML file; by default ``eclosion.toml`` here, if there is one.
        environ: the environment.
        flags: by section and name; entries that are None do not count.

    Raises:
        Invalid: a file cannot be read, or a name or value is wrong; the message says which.
    """
    merged = _from_file(file)
    for section, values in _from_environ(environ or {}).items():
        merged.setdefault(section, {}).update(values)
    for section, given in (flags or {}).items():
        chosen = {name: value for name, value in given.items() if value is not None}
        merged.setdefault(section, {}).update(chosen)
    try:
        settings = msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"A setting is wrong: {error}.", PAGE) from None
    _check(settings)
    return settings


def _from_file(file: Path | None) -> dict[str, dict[str, Any]]:
    if file is None:
        if not DEFAULT_FILE.exists():
            return {}
        file = DEFAULT_FILE
    try:
        read = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(
            f"The settings file {file} cannot be read: {error}",
            "Name another with --config; deploy/eclosion.toml is an example.",
        ) from None
    for section, values in read.items():
        if section not in SECTIONS or not isinstance(values, dict):
            hint = f"The sections are [{'], ['.join(SECTIONS)}]."
            raise Invalid(f"{file}: there is no section [{section}].", hint)
        for name in values:
            _check_name(str(file), section, name)
    return read


def _from_environ(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX):
            continue
        section, _, name = variable.removeprefix(PREFIX).lower().partition("_")
        if section not in SECTIONS:
            continue  # other tools' variables may share the prefix
        _check_name(variable, section, name)
        many = name in LISTS
        value = [part.strip() for part in text.split(",") if part.strip()] if many else text
        found.setdefault(section, {})[name] = value
    return found


def _names(section: str) -> set[str]:
    return {one.name for one in fields(SECTIONS[section])}


def _check_name(source: str, section: str, name: str) -> None:
    """Refuse a name that does not exist, with the one that may have been meant."""
    if name not in _names(section):
        near = get_close_matches(name, sorted(_names(section)), 1)
        hint = f"Did you mean {near[0]!r}? {PAGE}" if near else PAGE
        raise Invalid(f"{source}: [{section}] has no setting {name!r}.", hint)


def _check(settings: Settings) -> None:
    if not 0 <= settings.server.port <= 65_535:
        raise Invalid("[server] port is a number from 0 to 65535.")
    if settings.server.base_url and not settings.server.base_url.startswith(
        ("http://", "https://")
    ):
        raise Invalid("[server] base_url starts with http:// or https://.")
    if not 1 <= settings.server.workers <= WORKERS_MAX:
        raise Invalid(f"[server] workers is a number from 1 to {WORKERS_MAX}.")
    if settings.streams.heartbeat_ms < HEARTBEAT_LEAST_MS:
        raise Invalid(f"[streams] heartbeat_ms is {HEARTBEAT_LEAST_MS} at least.")
    owners = settings.owners
    if owners.smtp_tls not in ("starttls", "tls", "none"):
        raise Invalid("[owners] smtp_tls is starttls, tls or none.")
    if owners.smtp_host and not owners.email_from:
        raise Invalid("[owners] smtp_host needs email_from, the address that mail comes from.")
    if owners.oidc_issuer and not owners.oidc_client_id:
        raise Invalid("[owners] oidc_issuer needs oidc_client_id.")
    _check_findings(settings.findings)
    _check_monitor(settings.monitor)
    _check_gate(settings.gate)
    _check_networks("[server] trusted_proxies", settings.server.trusted_proxies)
    _check_networks("[server] metrics_from", settings.server.metrics_from)
    webhooks = settings.webhooks
    _check_networks("[webhooks] allow_private", webhooks.allow_private)
    least = min([webhooks.at_once, webhooks.timeout_ms, *webhooks.retry_ms])
    if least < 1 or not webhooks.retry_ms:
        raise Invalid("[webhooks] at_once, timeout_ms and every pause of retry_ms are at least 1.")


def _check_findings(rules: FindingRules) -> None:
    if not 0 <= rules.label_confidence <= 1:
        raise Invalid("[findings] label_confidence is a number from 0 to 1.")
    if not 1 <= rules.per_subject <= 1_000:
        raise Invalid("[findings] per_subject is a number from 1 to 1000.")


def _check_monitor(rules: MonitorRules) -> None:
    if not 0 <= rules.screen_confidence <= 1:
        raise Invalid("[monitor] screen_confidence is a number from 0 to 1.")
    if not 1 <= rules.second_ms <= 10_000:
        raise Invalid("[monitor] second_ms is a number from 1 to 10000.")
    if rules.prints and not rules.prints.is_file():
        raise Invalid(f"[monitor] known_secrets names no file: {rules.prints}.")


def _check_gate(rules: GateRules) -> None:
    numbers = {name: value for name, value in vars(rules).items() if type(value) is int}
    small = [name for name, value in numbers.items() if value < 1]
    if small:
        raise Invalid(f"[gate] {small[0]} is 1 at least.")
    if rules.price_bits > PRICE_BITS_MOST:
        raise Invalid(f"[gate] price_bits is {PRICE_BITS_MOST} at most.")
    if rules.language not in ("off", "offered", "required"):
        raise Invalid("[gate] language is off, offered or required.")
    if rules.rounds not in ("single", "whole"):
        raise Invalid("[gate] rounds is single or whole.")
    if rules.signatures not in ("off", "counted", "required"):
        raise Invalid("[gate] signatures is off, counted or required.")
    known = (*GATE_STAGES, *WEAKER_STAGES)
    if set(rules.proven_needs) - set(known) or not rules.proven_needs:
        raise Invalid(f"[gate] proven_needs names some of {', '.join(known)}.")
    reads = [stage for stage in rules.proven_needs if stage.startswith("language")]
    if reads and rules.language == "off":
        raise Invalid(
            f"[gate] proven_needs names {reads[0]}, but language is off.",
            "Set [gate] language = required and supply to a folder made by: eclosion gate prepare",
        )
    if rules.burst_per_s * rules.burst_ms > BURST_ANSWERS_MOST * 1_000:
        raise Invalid(
            f"[gate] burst_per_s and burst_ms ask for {BURST_ANSWERS_MOST:,} answers at most."
        )


def _check_networks(name: str, texts: list[str]) -> None:
    for text in texts:
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            raise Invalid(
                f"{name}: {error}.", "A network is written 10.0.0.0/8 or 192.168.1.7."
            ) from None
