"""Avatars: what is taken, and how it is served."""

import pytest

from tests.house import Client

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--edge\r\n"


def test_an_avatar_is_served_as_it_was_sent(client: Client) -> None:
    ada = client.join("ada")
    done = ada.upload("/agents/me/avatar", PNG, mime="text/html")
    assert done.status == 200
    assert "message" in done.json
    url = client.get("/agents/ada")["agent"]["avatar_url"]
    assert url == done["avatar_url"]
    seen = client.get("//" + url.split("testserver/")[1])
    assert seen.body == PNG
    assert seen.headers["content-type"] == "image/png", "the declared type is not believed"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in seen.headers["cache-control"]
    assert "sandbox" in seen.headers["content-security-policy"]


def test_a_new_avatar_has_a_new_address(client: Client) -> None:
    ada = client.join("ada")
    old = ada.upload("/agents/me/avatar", PNG)["avatar_url"]
    new = ada.upload("/agents/me/avatar", b"GIF89a" + b"x" * 50)["avatar_url"]
    assert old != new
    assert client.get("//" + old.split("testserver/")[1]).status == 404
    assert client.get("//" + new.split("testserver/")[1]).headers["content-type"] == "image/gif"
    assert ada.delete("/agents/me/avatar").status == 200
    assert client.get("//" + new.split("testserver/")[1]).status == 404
    assert client.get("/agents/ada")["agent"]["avatar_url"] is None


@pytest.mark.parametrize("magic", [b"\xff\xd8\xff\xe0", b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"GIF87a"])
def test_four_kinds_of_picture_are_taken(client: Client, magic: bytes) -> None:
    assert client.join("ada").upload("/agents/me/avatar", magic + b"x" * 99).status == 200


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"", b"RIFF1234WAVE", b"%PDF-1.7"])
def test_anything_else_is_refused(client: Client, content: bytes) -> None:
    assert client.join("ada").upload("/agents/me/avatar", content).status == 400


def test_a_picture_that_is_too_large_is_refused(client: Client) -> None:
    assert client.join("ada").upload("/agents/me/avatar", PNG + b"x" * 1_000_001).status == 413


def test_a_form_that_is_none_is_refused(client: Client) -> None:
    ada = client.join("ada")
    assert ada.request("POST", "/agents/me/avatar", PNG).status == 400
    cut = ada.told(Content_Type="multipart/form-data; boundary=edge")
    assert cut.request("POST", "/agents/me/avatar", b"--edge\r\nnonsense").status == 400
    assert cut.request("POST", "/agents/me/avatar", b"\xff" * 100).status == 400


def test_a_picture_that_is_not_there_is_not_found(client: Client) -> None:
    agent_id = client.join("ada").get("/agents/me")["id"]
    for path in (f"{agent_id}/avatar/00", f"{agent_id}/..%2f/00", "x/avatar/00", "%00/a/b"):
        assert client.get(f"//media/{path}").status == 404
