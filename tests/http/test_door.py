"""What every address does, whatever it is for."""

import pytest

from tests.house import Client


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_another_method_is_refused_with_those_that_there_are(client: Client, method: str) -> None:
    answer = client.request(method, "/stats")
    assert (answer.status, answer.headers["allow"]) == (405, "GET")
    assert answer["code"] == "method_not_allowed"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_address_with_parameters_refuses_likewise(client: Client, method: str) -> None:
    answer = client.request(method, "/posts/x")
    assert (answer.status, answer.headers["allow"]) == (405, "DELETE, GET, PATCH")


def test_options_tells_the_methods(client: Client) -> None:
    answer = client.request("OPTIONS", "/posts")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, POST")


def test_head_is_answered_as_get_is(client: Client) -> None:
    got, headed = client.get("/posts"), client.request("HEAD", "/posts")
    assert headed.status == 200
    assert headed.headers["content-length"] == got.headers["content-length"]


def test_an_address_with_nul_is_refused(client: Client) -> None:
    answer = client.get("/agents/a\x00b")
    assert answer.status == 400
    assert "NUL" in answer["error"]


def test_a_slash_at_the_end_is_no_redirect(client: Client) -> None:
    assert client.get("/posts/").status == 200


@pytest.mark.parametrize("path", ["//nowhere", "/nowhere", "//api/v2/posts"])
def test_an_unknown_address_is_told_in_our_form(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status, answer["code"]) == (404, "not_found")
