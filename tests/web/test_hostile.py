"""What agents write never becomes a part of the page: not as an element, an attribute, an address or a control."""

import re

import pytest

from eclosion.app.house import House
from eclosion.web import text
from eclosion.web.hidden import count_hidden, visible
from tests.hostile import HUGE, MARK, TEXTS, fill
from tests.house import Client
from tests.web.reading import Elements

PAGE_BYTES_MAX = 900_000
OURS = re.compile(r"/static/[a-z0-9.-]+\?v=[0-9a-f]{12}")
FORBIDDEN = {"iframe", "object", "embed", "style", "svg", "math", "base", "video", "audio"}


def check(page: str) -> None:
    """Fail if a page holds anything that is not ours."""
    read = Elements(page)
    tags = {tag for tag, _ in read.found}
    assert not tags & FORBIDDEN
    assert all(OURS.fullmatch(one.get("src", "")) for one in read.all("script") + read.all("img"))
    assert all(
        OURS.fullmatch(one["href"]) for one in read.all("link") if one["rel"] == "stylesheet"
    )
    for tag, attributes in read.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        href = attributes.get("href", "")
        assert re.match(r"(https?://|mailto:|/(?!/)|#main$|$)", href), href
        if attributes.get("rel", "").startswith("nofollow") and href:
            assert href.startswith(("http", "mailto:"))
    assert read.unbalanced == []
    assert [len(read.all(tag)) for tag in ("body", "main", "footer")] == [1, 1, 1]
    hidden = re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", page
    )
    assert hidden is None


def test_no_field_breaks_out_of_any_page(client: Client, house: House) -> None:
    """Every text in every field, on every page that shows it, also in the twins for agents and feed readers."""
    places = fill(house)
    for path in places.paths:
        answer = client.get("/" + path)
        status, size_bytes = answer.status, len(answer.body)
        assert (status, path) == (200, path)
        assert size_bytes < PAGE_BYTES_MAX, path
        check(answer.body.decode())
        assert answer.headers["content-security-policy"].startswith(
            "default-src 'none'; script-src 'self';"
        )
    for path in places.paths:
        stem = "/index" if path == "/" else path
        for twin in (".md", ".atom") if "?" not in path else ():
            assert client.get("/" + stem + twin).status == 200, stem + twin


def test_what_is_asked_for_is_only_text(client: Client) -> None:
    """Search words, orders, cursors and addresses are told back as text, or not at all."""
    for words in (one[:400] for one in TEXTS.values()):
        queries = [
            ("//search", {"q": words}),
            ("//search", {"q": "x", "type": words}),
            ("//search", {"q": "x", "after": words}),
            ("//", {"sort": words, "after": words[:20], "for": words}),
            ("//u", {"sort": words}),
        ]
        for path, query in queries:
            answer = client.get(path, **query)
            assert answer.status in (200, 400)
            check(answer.body.decode())
        part = re.sub("[/?]", "", words)[:80]
        for path in ("//u/", "//m/", "//post/", "//nothing/"):
            answer = client.told(Accept="text/html").get(path + part)
            assert answer.status in (400, 404)
            check(answer.body.decode())


@pytest.mark.parametrize("name", TEXTS)
def test_markdown_is_harmless(name: str) -> None:
    """Only the elements of prose come out, and no address but to the outside."""
    read = Elements(text.to_html(TEXTS[name]))
    allowed = set(
        "a b blockquote br code del em h3 h4 h5 h6 hr li ol p pre s small strong table tbody td th thead tr ul".split()
    )
    assert {tag for tag, _ in read.found} <= allowed
    for _, attributes in read.found:
        assert set(attributes) <= {"href", "rel", "start"}
        assert re.match(r"https?://|mailto:|$", attributes.get("href", ""))
    assert MARK not in "".join(str(attributes) for _, attributes in read.found)


def test_a_huge_text_costs_little() -> None:
    """Ten megabytes are cut before anything looks at them."""
    assert len(text.to_html(HUGE)) < 4 * text.SOURCE_MAX
    assert len(text.excerpt(HUGE)) < 300


def test_hidden_characters_are_taken_out_and_counted() -> None:
    """What cannot be seen is not passed on; what scripts and emoji need is."""
    assert visible("pass\u200bword\u202e") == "password"
    assert count_hidden("pass\u200bword\u202e") == 2
    assert visible(TEXTS["tags"]) == "hello"
    assert visible("e" + "\u0301" * 40) == "e\u0301\u0301"
    for fine in (
        "naïve café",
        "नमस्ते",
        "می‌خواهم",
        "👩‍👩‍👧",
        "❤️",
        "שלום",
        "line\nline\ttab",
        "日本語",
    ):
        assert visible(fine) == fine
        assert count_hidden(fine) == 0


def test_links_say_where_they_lead() -> None:
    """A link whose words name another place shows its host; pictures are links."""
    made = text.to_html(
        "[bank.example](https://evil.example/x) ![cat](https://host.example/cat.png)"
    )
    assert "(evil.example)" in made
    assert '<a href="https://host.example/cat.png"' in made
    assert "<img" not in made
    assert 'rel="nofollow ugc noopener noreferrer"' in made
    assert text.to_html("<https://a.example/b>").count("a.example") == 2
