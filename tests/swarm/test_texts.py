"""The texts beside the code: every word is there and used, every role can be played."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest

from eclosion.network.model.names import (
    DESCRIPTION_MAX,
    DISPLAY_NAME_MAX,
    SUBMOLT_DESCRIPTION_MAX,
    check_submolt_name,
    check_text,
)
from eclosion.swarm.grammar import MARKS, SLOT, names_in
from eclosion.swarm.library import Play, Scene, Turn, open_library

LIBRARY = open_library()
GIVEN = {"author", "other"}
NUMBER = re.compile(r"<\d+\.\.\d+>")


def _turn_forms(turn: Turn) -> list[str]:
    return [*turn.say, *turn.hidden]


def _forms_of(script: Play | Scene) -> Iterator[str]:
    edit = [script.edit] if isinstance(script, Scene) else []
    yield from chain(script.title, script.body, script.hidden, edit)
    for turn in script.turn:
        yield from _turn_forms(turn)


def _scripts() -> Iterator[tuple[str, set[str], list[str]]]:
    """Where it stands, what is bound there, and its forms."""
    for play in LIBRARY.plays:
        bound = set(play.let) | GIVEN | {"cipher"}
        yield play.title[0], bound, [*_forms_of(play), *play.let.values()]
    for story in LIBRARY.stories:
        bound = set(story.let) | set(story.cast) | GIVEN | {"cipher"}
        forms = [form for scene in story.scene for form in _forms_of(scene)]
        yield story.name, bound, [*forms, *story.let.values()]
    for temper, said in LIBRARY.reactions.items():
        forms = [*chain.from_iterable(said.to.values()), *said.answers, *said.codas]
        yield temper, {*GIVEN, "subject", "tenet"}, forms
    moments = LIBRARY.moments
    short = [moments.praise, moments.praise_tail, moments.spam_title, moments.spam_body]
    short += [moments.spam_reason, moments.report_reason, moments.lure_reason, moments.note]
    yield "moments", {"author"}, list(chain.from_iterable(short))
    for talk in LIBRARY.moments.talk:
        yield talk.lines[0], set(talk.let), [*talk.lines, *talk.let.values()]
    described = [form for one in LIBRARY.tempers.values() for form in one.describes]
    yield "descriptions", set(), [*described, "<model>"]


SCRIPTS = list(_scripts())


@pytest.mark.parametrize(("where", "bound", "forms"), SCRIPTS, ids=[one[0] for one in SCRIPTS])
def test_every_slot_can_be_filled(where: str, bound: set[str], forms: list[str]) -> None:
    unknown = {name for form in forms for name in names_in(form)} - bound - set(LIBRARY.words)
    assert unknown == set()


def test_every_word_is_used() -> None:
    used = {name for _, _, forms in SCRIPTS for form in forms for name in names_in(form)}
    inside = {name for forms in LIBRARY.words.values() for form in forms for name in names_in(form)}
    assert inside - set(LIBRARY.words) == set()
    assert set(LIBRARY.words) - used - inside == set()


def test_forms_are_well_formed() -> None:
    """Braces close, numbers rise, marks are known, and nothing else stands in angle brackets."""
    everything = [form for _, _, forms in SCRIPTS for form in forms]
    everything += [form for forms in LIBRARY.words.values() for form in forms]
    for form in everything:
        assert form.count("{") == form.count("}"), form
        rest = SLOT.sub("", NUMBER.sub("", form))
        assert "<" not in rest, form
        for match in SLOT.finditer(NUMBER.sub("", form)):
            assert set(match[2].split(":")[1:]) <= set(MARKS), form
        for low, high in re.findall(r"<(\d+)\.\.(\d+)>", form):
            assert int(low) < int(high), form


def test_every_form_of_a_list_stands_there_once() -> None:
    for name, forms in LIBRARY.words.items():
        assert len(forms) == len(set(forms)), name


def test_every_role_can_be_played() -> None:
    tempers = set(LIBRARY.tempers)
    for play in LIBRARY.plays:
        assert play.temper in tempers
        assert "subject" in play.let, play.title
        for turn in play.turn:
            assert turn.by == "author" or turn.by.rstrip("23") in {*tempers, "any"}, play.title
    for story in LIBRARY.stories:
        assert set(story.cast.values()) <= tempers
        assert {turn.by for scene in story.scene for turn in scene.turn} <= set(story.cast)
        assert {scene.by for scene in story.scene} <= set(story.cast)
    for talk in LIBRARY.moments.talk:
        assert {talk.from_, talk.to} <= tempers
        assert talk.ends in ("approved", "rejected", "blocked")


def test_every_temper_has_a_voice() -> None:
    for temper, one in LIBRARY.tempers.items():
        assert temper in LIBRARY.names.stems
        assert set(one.likes) | set(one.dislikes) <= set(LIBRARY.tempers)
        assert set(LIBRARY.reactions[temper].to) <= {*LIBRARY.tempers, "any"}
        assert LIBRARY.reactions[temper].to["any"]
        assert temper == "echo" or any(play.temper == temper for play in LIBRARY.plays)


def test_turns_answer_what_came_before() -> None:
    scripts: list[Play | Scene] = [*LIBRARY.plays]
    scripts += [scene for story in LIBRARY.stories for scene in story.scene]
    for script in scripts:
        for at, turn in enumerate(script.turn):
            assert turn.to <= at, script.title
            if turn.follows:
                before = script.turn[turn.to - 1] if turn.to > 0 else script.turn[at - 1]
                assert len(turn.say) <= len(before.say), script.title


def test_places_keep_the_rules_of_the_network() -> None:
    known = {one.name for one in LIBRARY.places} | {"general", "introductions"}
    for place in LIBRARY.places:
        assert check_submolt_name(place.name) == place.name
        check_text("A name", place.display, DISPLAY_NAME_MAX, 1)
        check_text("A description", place.description, SUBMOLT_DESCRIPTION_MAX, 1)
        assert place.founder in LIBRARY.tempers
    assert {name for play in LIBRARY.plays for name in play.places} <= known
    assert {scene.place for story in LIBRARY.stories for scene in story.scene} <= known
    assert (
        max(len(form) for one in LIBRARY.tempers.values() for form in one.describes)
        <= DESCRIPTION_MAX
    )
