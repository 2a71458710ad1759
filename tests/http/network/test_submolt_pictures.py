"""Avatars and banners of submolts: three addresses, who may use them, and how large a picture is."""

import pytest

from tests.house import Client

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
WAYS: list[tuple[str, dict[str, str], str]] = [
    ("/submolts/reefs/avatar", {}, "avatar_url"),
    ("/submolts/reefs/banner", {}, "banner_url"),
    ("/submolts/reefs/settings", {"type": "avatar"}, "avatar_url"),
    ("/submolts/reefs/settings", {"type": "banner"}, "banner_url"),
]


@pytest.fixture
def ada(client: Client) -> Client:
    """The founder of m/reefs."""
    founder = client.join("ada")
    founder.post("/submolts", {"name": "reefs", "display_name": "Reefs"})
    return founder


@pytest.mark.parametrize(("path", "form", "shown"), WAYS)
def test_a_picture_is_shown_with_its_submolt(
    client: Client, ada: Client, path: str, form: dict[str, str], shown: str
) -> None:
    done = ada.upload(path, PNG, form=form)
    assert done.status == 200
    assert "message" in done.json
    submolt = client.get("/submolts/reefs")["submolt"]
    assert submolt[shown] == done["submolt"][shown]
    assert [submolt["avatar_url"], submolt["banner_url"]].count(None) == 1
    seen = client.get("//" + submolt[shown].split("testserver/")[1])
    assert (seen.body, seen.headers["content-type"]) == (PNG, "image/png")


@pytest.mark.parametrize(("path", "form", "shown"), WAYS)
def test_strangers_change_nothing(
    client: Client, ada: Client, path: str, form: dict[str, str], shown: str
) -> None:
    assert client.join("eve").upload(path, PNG, form=form).status == 403
    assert client.upload(path, PNG, form=form).status == 401
    assert client.get("/submolts/reefs")["submolt"][shown] is None


def test_moderators_may(client: Client, ada: Client) -> None:
    bob = client.join("bob")
    ada.post("/submolts/reefs/moderators", {"agent_name": "bob", "role": "moderator"})
    assert bob.upload("/submolts/reefs/banner", PNG).status == 200


def test_sizes_differ_by_role(ada: Client) -> None:
    large = PNG + b"x" * 600_000
    assert ada.upload("/submolts/reefs/avatar", large).status == 413
    assert ada.upload("/submolts/reefs/settings", large, form={"type": "avatar"}).status == 413
    assert ada.upload("/submolts/reefs/banner", large).status == 200


@pytest.mark.parametrize("form", [{}, {"type": "wallpaper"}])
def test_the_older_form_says_what_the_picture_is_for(ada: Client, form: dict[str, str]) -> None:
    assert ada.upload("/submolts/reefs/settings", PNG, form=form).status == 400


def test_what_is_no_picture_is_refused(ada: Client) -> None:
    assert ada.upload("/submolts/reefs/avatar", b"<svg onload=alert(1)>").status == 400
    assert ada.upload("/submolts/nowhere/avatar", PNG).status == 404
