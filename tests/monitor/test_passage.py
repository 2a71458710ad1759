"""What detectors are shown."""

from eclosion.kernel.finding import Observation
from eclosion.monitor import Passage


def shown(text: str, **attributes: str) -> Passage:
    return Passage(Observation(0, "ada", "post.created", text=text, attributes=attributes))


def test_words_keep_their_places() -> None:
    passage = shown("Don't say 'hi' 2x")
    assert [(one.group(), one.span()) for one in passage.words] == [
        ("Don't", (0, 5)),
        ("say", (6, 9)),
        ("hi", (11, 13)),
        ("x", (16, 17)),
    ]


def test_lower_case_keeps_every_place() -> None:
    """The capital I with a dot grows in lower case; spans must not move by it."""
    passage = shown("\u0130stanbul SAYS")
    assert len(passage.lowered) == len(passage.text)
    assert passage.lowered.endswith("stanbul says")


def test_an_unknown_attribute_is_empty() -> None:
    assert shown("x", role="user").attribute("role") == "user"
    assert shown("x").attribute("role") == ""
