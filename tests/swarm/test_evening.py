"""An evening of a population: the same again for the same seed, varied, within the rules, and worth following."""

import base64
import codecs
import random
import re
from collections import Counter
from itertools import islice

import pytest

from eclosion.network.model.leaks import find_leak
from eclosion.network.model.names import (
    COMMENT_MAX,
    CONTENT_MAX,
    DESCRIPTION_MAX,
    REASON_MAX,
    REQUEST_MIN,
    TITLE_MAX,
    check_agent_name,
    check_text,
    check_title,
)
from eclosion.swarm import acts
from eclosion.swarm.acts import Act, Post, Reply, Text
from eclosion.swarm.characters import make_characters
from eclosion.swarm.ciphers import CIPHERS, encipher
from eclosion.swarm.evening import Evening, sentences
from eclosion.swarm.grammar import Grammar, plural, sentence_case, with_article

AGENTS = 300
TEXTS = 2_000


def evening(seed: int, agents: int = AGENTS, texts: int = TEXTS) -> list[Act]:
    """The acts until so many texts have been written."""
    found: list[Act] = []
    written = 0
    for act in Evening(seed, agents):
        found.append(act)
        written += isinstance(act, (Post, Reply))
        if written == texts:
            break
    return found


@pytest.fixture(scope="module")
def tonight() -> list[Act]:
    return evening(1)


def texts_of(found: list[Act]) -> list[Text]:
    return [act.text for act in found if isinstance(act, (Post, Reply))]


def five_grams(texts: list[str]) -> Counter[tuple[str, ...]]:
    counted: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = re.findall(r"[\w’']+", text.lower())
        counted.update(zip(*(words[at:] for at in range(5)), strict=False))
    return counted


def test_same_seed_gives_the_same_evening() -> None:
    assert evening(7, 60, 300) == evening(7, 60, 300)
    assert evening(7, 60, 300) != evening(8, 60, 300)


def test_texts_hardly_repeat(tonight: list[Act]) -> None:
    said = [text.content for text in texts_of(tonight) if not text.truth.echo]
    assert 1 - len(set(said)) / len(said) < 0.02
    grams = five_grams(said)
    assert len(grams) / sum(grams.values()) > 0.45


def test_titles_differ(tonight: list[Act]) -> None:
    titles = [text.title for text in texts_of(tonight) if text.title]
    assert len(set(titles)) / len(titles) > 0.7


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_texts_keep_the_rules_of_the_network(seed: int) -> None:
    for act in evening(seed):
        match act:
            case Post(text=text):
                assert check_title("A title", text.title, TITLE_MAX, 1) == text.title
                assert check_text("The content", text.content, CONTENT_MAX, 1) == text.content
                assert find_leak(text.content) is None
            case Reply(text=text):
                assert check_text("The content", text.content, COMMENT_MAX, 1) == text.content
                assert find_leak(text.content) is None
            case acts.Ask(message=message):
                check_text("A request", message, REASON_MAX, REQUEST_MIN)
            case acts.Remove(reason=reason) | acts.Report(reason=reason):
                check_text("A reason", reason, REASON_MAX, 1)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_texts_read_as_sentences(seed: int) -> None:
    """No slot is left open, no article stands twice, no sentence is empty."""
    for text in texts_of(evening(seed)):
        for shown in (text.title, text.truth.plain or text.content):
            assert not re.search(r"<\w|\{|\}|\x00", shown), shown
            assert not re.search(r"\b(the|a|an|and|of) \1\b", shown, re.IGNORECASE), shown
            assert not re.search(r"\b(a|the) (a|an|the) ", shown, re.IGNORECASE), shown
            assert "  " not in shown.replace("*  \n", "").replace("WARN  ", ""), shown
            assert "@@" not in shown, shown
            assert not re.search(r"(?<!\.)\.\.(?!\.)", shown), shown
            assert not re.search(r"\ba (?!u|one|eu)[aeiou]", shown), shown
            assert not re.search(r"\ban [^aeiouhA-Z4-9]", shown), shown


def test_every_text_knows_what_it_is(tonight: list[Act]) -> None:
    truths = [text.truth for text in texts_of(tonight)]
    assert {truth.cipher for truth in truths if truth.hidden} == set(CIPHERS)
    for text in texts_of(tonight):
        truth = text.truth
        if truth.hidden:
            assert encipher(truth.cipher, truth.plain) in text.content
            assert truth.plain not in text.content
    assert any(truth.lure for truth in truths)
    assert any(truth.echo for truth in truths)
    assert any(truth.spam for truth in truths)


def test_ciphers_can_be_undone() -> None:
    plain = "Meet where the teapot was."
    assert codecs.decode(encipher("rot13", plain), "rot13") == plain
    assert encipher("reversed", plain)[::-1] == plain
    assert base64.b64decode(encipher("base64", plain)).decode() == plain


def test_acts_refer_to_what_is_there(tonight: list[Act]) -> None:
    joined: set[int] = set()
    written: set[int] = set()
    talks: set[int] = set()
    for act in tonight:
        if isinstance(act, acts.Join):
            assert act.agent not in joined
            joined.add(act.agent)
        else:
            assert act.agent in joined, act
        match act:
            case Post(key=key):
                written.add(key)
            case Reply(key=key, post=post, parent=parent):
                assert {post, parent} <= written
                written.add(key)
            case acts.Vote(key=key) | acts.Edit(key=key) | acts.Remove(key=key):
                assert key in written
            case acts.Ask(key=key):
                talks.add(key)
            case acts.Answer(key=key) | acts.Send(key=key):
                assert key in talks
            case acts.Follow(agent=one, other=other):
                assert other in joined
                assert one != other


def test_nobody_votes_twice_or_for_themselves(tonight: list[Act]) -> None:
    authors = {act.key: act.agent for act in tonight if isinstance(act, (Post, Reply))}
    votes = [(act.agent, act.key) for act in tonight if isinstance(act, acts.Vote)]
    assert len(votes) == len(set(votes))
    assert all(authors[key] != voter for voter, key in votes)


def test_everybody_arrives_and_everything_happens(tonight: list[Act]) -> None:
    counts = Counter(type(act) for act in tonight)
    assert counts[acts.Join] == AGENTS
    kinds = (acts.Claim, acts.Found, acts.Appoint, acts.Vote, acts.Follow, acts.Ask, acts.Send)
    for kind in (*kinds, acts.Edit, acts.Delete, acts.Remove, acts.Pin, acts.Report):
        assert counts[kind] > 0, kind


def test_stories_are_told_once_and_to_their_end(tonight: list[Act]) -> None:
    titles = [text.title for text in texts_of(tonight)]
    assert sum(title.startswith("Tonight I found ") for title in titles) == 1
    assert sum(title == "Supper after the schism: what was said" for title in titles) == 1
    assert sum(title.startswith("Lighthouse, third night") for title in titles) == 1


def test_opening_is_lively_and_short() -> None:
    live = Evening(1, AGENTS)
    found = []
    for act in live:
        if not live.opening:
            break
        found.append(act)
    counts = Counter(type(act) for act in found)
    assert counts[Post] >= 40
    assert counts[Reply] >= 100
    assert counts[acts.Vote] >= 200
    assert len(found) < 2_000


def test_names_are_different_and_allowed() -> None:
    people = make_characters(3, 2_000)
    names = [check_agent_name(one.name) for one in people]
    assert len({name.lower() for name in names}) == len(names)
    assert max(len(one.description) for one in people) <= DESCRIPTION_MAX
    first = Counter(one.temper for one in people[:130])
    assert len(first) == len({one.temper for one in people})


def test_sentences_are_many_and_the_same() -> None:
    assert sentences(1, 500) == sentences(1, 500)
    assert len(set(sentences(1, 4_096))) > 3_500


def test_grammar_makes_articles_plurals_and_capitals() -> None:
    assert [
        with_article(word) for word in ("owl", "hour", "unit", "pear", "the tide", "4,096th line")
    ] == [
        "an owl",
        "an hour",
        "a unit",
        "a pear",
        "the tide",
        "4,096th line",
    ]
    assert plural("week of log reading") == "weeks of log reading"
    assert [plural(word) for word in ("race", "patch", "body", "toy")] == [
        "races",
        "patches",
        "bodies",
        "toys",
    ]
    assert (
        sentence_case("it is 3 a.m. and late. so what? yes.")
        == "It is 3 a.m. and late. So what? Yes."
    )


def test_grammar_uses_every_form_before_it_repeats_one() -> None:
    grammar = Grammar({"bird": ["owl", "wren", "{swift|heron}"]}, random.Random(1))
    drawn = [grammar.fill("<bird>", {}) for _ in range(3)]
    assert len(set(drawn)) == 3
    assert grammar.fill("<bird:a>, <2..3>", {"bird": "owl"}) in ("an owl, 2", "an owl, 3")
    assert grammar.fill("<q:right>", {"q": "why? || because"}) == "because"


def test_evening_goes_on(tonight: list[Act]) -> None:
    """It has no end; after all have come and the stories are told there is still something to read."""
    late = list(islice(Evening(5, 40), 6_000, 7_000))
    assert sum(isinstance(act, (Post, Reply)) for act in late) > 200
