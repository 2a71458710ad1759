"""Answers in the protocols by which programs ask for a secret: git, docker, AWS, OpenClaw, Claude Code.

Each takes what the program said and the text of a file from the vault, and gives what is to be said. No I/O.
Sources: gitcredentials(7) and git-credential(1); docker/docker-credential-helpers; "Sourcing credentials with an
external process" of the AWS SDKs' guide; docs.openclaw.ai, "Secrets management" (exec provider, protocol 1); the
setting ``apiKeyHelper`` of Claude Code, which takes what is printed.
"""

from __future__ import annotations

import base64
import configparser
import json
from typing import Any
from urllib.parse import unquote, urlsplit

from eclosion.audit.vault.errors import NoSuchItem
from eclosion.kernel.errors import Invalid

NOT_FOUND = "credentials not found in native keychain"
"""The words by which docker knows that there are none."""


def for_git(asked: str, stored: str) -> str:
    """Username and password for a host.

    Args:
        asked: lines ``name=value``.
        stored: a file of git-credential-store: a URL with name and password in each line.

    Returns:
        Lines ``name=value``; empty if there are none for it, and git asks elsewhere.
    """
    wanted = dict(line.split("=", 1) for line in asked.splitlines() if "=" in line)
    for line in stored.splitlines():
        url = urlsplit(line.strip())
        if not url.password or url.username is None:
            continue
        host = url.netloc.rpartition("@")[2]
        name = unquote(url.username)
        if (url.scheme, host) != (wanted.get("protocol"), wanted.get("host")):
            continue
        if wanted.get("username", name) != name:
            continue
        if url.path.strip("/") and url.path.strip("/") != wanted.get("path", "").strip("/"):
            continue
        password = unquote(url.password)
        if "\n" in name + password:
            continue
        return f"username={name}\npassword={password}\n"
    return ""


def for_docker(action: str, asked: str, stored: str) -> str:
    """What docker's ``get`` or ``list`` wants, from a ``config.json`` with ``auths``.

    Raises:
        NoSuchItem: there is nothing for this server; the message is docker's own.
        Invalid: it wants to store or erase.
    """
    auths = _object(stored).get("auths", {})
    known = {server: _basic(str(one.get("auth", ""))) for server, one in auths.items()}
    if action == "list":
        return json.dumps({server: name for server, (name, _) in known.items()})
    if action != "get":
        raise Invalid(
            "The vault's helper only reads.",
            hint="Bring config.json back, change it, add it again.",
        )
    server = asked.strip()
    for each, (name, secret) in known.items():
        if _host(each) == _host(server) and secret:
            return json.dumps({"ServerURL": server, "Username": name, "Secret": secret})
    raise NoSuchItem(NOT_FOUND)


def for_aws(profile: str, stored: str) -> str:
    """Version 1 of ``credential_process``, from a ``credentials`` file.

    Raises:
        NoSuchItem: there is no such profile with keys.
    """
    parser = configparser.RawConfigParser(default_section="", strict=False)
    try:
        parser.read_string(stored)
        section = parser[profile]
        told = {
            "Version": 1,
            "AccessKeyId": section["aws_access_key_id"],
            "SecretAccessKey": section["aws_secret_access_key"],
        }
    except (configparser.Error, KeyError):
        raise NoSuchItem(f"There are no keys for the profile {profile!r}.") from None
    if token := section.get("aws_session_token"):
        told["SessionToken"] = token
    return json.dumps(told)


def for_openclaw(asked: str, stored: str) -> str:
    """Values for ids, which are names in a file of JSON or of ``NAME=value``.

    Raises:
        Invalid: the request is none of protocol 1.
    """
    request = _object(asked)
    ids = request.get("ids")
    if request.get("protocolVersion") != 1 or not isinstance(ids, list):
        raise Invalid("This is no request of OpenClaw's exec provider, protocol 1.")
    values: dict[str, str] = {}
    errors: dict[str, dict[str, str]] = {}
    for one in map(str, ids):
        try:
            values[one] = pick(stored, one)
        except NoSuchItem:
            errors[one] = {"code": "NOT_FOUND", "message": "not found"}
    told: dict[str, object] = {"protocolVersion": 1, "values": values}
    return json.dumps(told | ({"errors": errors} if errors else {}))


def pick(stored: str, key: str) -> str:
    """One value of a file: by the names on the way to it in JSON (``providers/openai/apiKey``), or by its name in
    ``NAME=value`` lines; without a key all of the text.

    Raises:
        NoSuchItem: there is none, or it is no text.
    """
    if not key:
        return stored.strip()
    if stored.lstrip().startswith("{"):
        found: Any = _object(stored)
        for name in key.strip("/").split("/"):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, str):
            return found
    for line in stored.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name.strip() == key:
            return _unquoted(value.strip())
    raise NoSuchItem(f"There is no {key!r} in that file.")


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _basic(auth: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(auth).decode().partition(":")
    except ValueError:
        return "", ""
    return name, secret


def _host(server: str) -> str:
    return (server.partition("://")[2] or server).partition("/")[0]


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        raise Invalid("This is no JSON.") from None
    if not isinstance(told, dict):
        raise Invalid("This is no JSON object.")
    return told
