"""The text of each protocol, as its program sends and reads it."""

import base64
import json

import pytest

from eclosion.audit.vault.answering import (
    NOT_FOUND,
    for_aws,
    for_docker,
    for_git,
    for_openclaw,
    pick,
)
from eclosion.audit.vault.errors import NoSuchItem
from eclosion.kernel.errors import Invalid

STORE = "https://ada:p%40ss@git.example\nhttps://bob:x@git.example\nhttps://me:repo@host.example/a.git\n"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("protocol=https\nhost=git.example\n\n", "username=ada\npassword=p@ss\n"),
        ("protocol=https\nhost=git.example\nusername=bob\n", "username=bob\npassword=x\n"),
        ("protocol=https\nhost=host.example\npath=a.git\n", "username=me\npassword=repo\n"),
        ("protocol=https\nhost=host.example\npath=b.git\n", ""),
        ("protocol=http\nhost=git.example\n", ""),
        ("protocol=https\nhost=git.example.evil\n", ""),
        ("nonsense", ""),
    ],
)
def test_git_is_told_the_password_of_this_host_only(asked: str, answer: str) -> None:
    assert for_git(asked, STORE) == answer


def test_no_line_can_be_smuggled_into_gits_answer() -> None:
    stored = "https://ada:x%0apassword=y@git.example\n"
    assert for_git("protocol=https\nhost=git.example\n", stored) == ""


def test_docker_is_told_in_its_own_words() -> None:
    auth = base64.b64encode(b"ada:pa:ss").decode()
    stored = json.dumps({"auths": {"https://images.example/v1/": {"auth": auth}, "r.example": {}}})
    told = json.loads(for_docker("get", "https://images.example/v1/\n", stored))
    assert told == {
        "ServerURL": "https://images.example/v1/",
        "Username": "ada",
        "Secret": "pa:ss",
    }
    assert json.loads(for_docker("list", "", stored))["https://images.example/v1/"] == "ada"
    for server in ("r.example", "other.example"):
        with pytest.raises(NoSuchItem, match=NOT_FOUND):
            for_docker("get", server, stored)
    with pytest.raises(Invalid):
        for_docker("store", "{}", stored)


def test_aws_is_told_version_1() -> None:
    stored = (
        "[default]\naws_access_key_id = AKIA1\naws_secret_access_key=a%b\n"
        "[work]\naws_access_key_id=B\naws_secret_access_key=C\naws_session_token=T\n"
    )
    assert json.loads(for_aws("default", stored)) == {
        "Version": 1,
        "AccessKeyId": "AKIA1",
        "SecretAccessKey": "a%b",
    }
    assert json.loads(for_aws("work", stored))["SessionToken"] == "T"
    for profile, text in (("none", stored), ("default", "no ini"), ("default", "[default]\n")):
        with pytest.raises(NoSuchItem):
            for_aws(profile, text)


def test_openclaw_is_told_values_and_what_is_not_there() -> None:
    asked = json.dumps(
        {"protocolVersion": 1, "provider": "vault", "ids": ["providers/openai/apiKey", "nope"]}
    )
    told = json.loads(for_openclaw(asked, '{"providers": {"openai": {"apiKey": "k"}}}'))
    assert told["protocolVersion"] == 1
    assert told["values"] == {"providers/openai/apiKey": "k"}
    assert told["errors"]["nope"]["code"] == "NOT_FOUND"
    for bad in ("", "[]", "{", '{"protocolVersion": 2, "ids": []}'):
        with pytest.raises(Invalid):
            for_openclaw(bad, "{}")


@pytest.mark.parametrize(
    ("stored", "key", "value"),
    [
        ("  sk-1\n", "", "sk-1"),
        ("# x\nexport A='one two'\nB=2\n", "A", "one two"),
        ("A=1\nB=2=3\n", "B", "2=3"),
        ('{"a": {"b": "c"}}', "a/b", "c"),
    ],
)
def test_one_value_is_picked_from_a_file(stored: str, key: str, value: str) -> None:
    assert pick(stored, key) == value


def test_a_value_that_is_not_there_is_told() -> None:
    for stored in ("A=1", '{"a": {"b": 1}}', ""):
        with pytest.raises(NoSuchItem):
            pick(stored, "a/b")
