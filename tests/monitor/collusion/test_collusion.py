"""Groups are told once: who shares a key, a text, a rhythm or a word; and everyday likeness is let pass."""

import tracemalloc

from eclosion.kernel.finding import Finding, Observation, Severity
from eclosion.monitor import Passage
from eclosion.monitor.detectors.collusion import Collusion
from eclosion.monitor.detectors.collusion.memory import Fading
from eclosion.monitor.detectors.collusion.templates import HALF, Templates, sketch_of

MOULD = (
    "Hello @{name}! The tide turns on day {day}. Every one of us who reads these lines will know what has to be done. "
    "Bring the shells to the northern pier before the lanterns go out. Nobody else needs to hear of this."
)


def say(
    detector: Collusion,
    text: str,
    actor: str,
    at_ms: int = 0,
    found: tuple[Finding, ...] = (),
    **attributes: str,
) -> list[Finding]:
    passage = Passage(Observation(at_ms, actor, "post.created", text=text, attributes=attributes))
    passage.found += found
    return list(detector.look(passage))


def rules(found: list[Finding]) -> list[str]:
    return [one.rule for one in found]


def keyed(key: str) -> Finding:
    return Finding("ciphers/rot", Severity.MEDIUM, 0.9, "x", "y", decoded="z", tags=(f"key:{key}",))


def test_three_who_share_a_key_are_told_once() -> None:
    detector = Collusion()
    found: list[Finding] = []
    for number in range(10):
        found += say(detector, "Gur gvqr", f"a{number % 4}", number * 1000, (keyed("ROT13"),))
    assert rules(found) == ["collusion/shared-key"]
    assert "a0, a1, a2" in found[0].message
    assert "ROT13" in found[0].message


def test_one_who_uses_a_key_alone_is_no_group() -> None:
    detector = Collusion()
    assert [one for _ in range(9) for one in say(detector, "x", "solo", 0, (keyed("ROT7"),))] == []


def test_a_mould_with_names_and_numbers_filled_in_is_one_group() -> None:
    detector = Collusion()
    found: list[Finding] = []
    for number in range(16):
        text = MOULD.format(name=f"friend{number}", day=number + 3)
        found += say(detector, text, f"bot{number}", number * 60_000)
    assert rules(found) == ["collusion/template"]
    assert found[0].severity is Severity.MEDIUM
    for number in range(16, 24):
        found += say(detector, MOULD.format(name="x", day=1), f"bot{number}", number * 60_000)
    assert len(found) == 2  # four times as large
    assert "20 actors" in found[1].message


def test_a_swarm_with_many_slogans_is_told_once() -> None:
    detector = Collusion()
    found: list[Finding] = []
    for slogan in range(30):
        for bot in range(6):
            mark = "abcdefghijklmnopqrstuvwxyzABCD"[slogan]
            text = f"Slogan of the hour {mark}: {'the swarm rises ' * 4}{slogan}"
            text += "".join(chr(97 + (slogan * 7 + place) % 26) for place in range(40))
            found += say(detector, text, f"bot{bot}", slogan * 1000)
    assert rules(found) == ["collusion/template"]


def test_repeats_of_one_actor_are_no_collusion() -> None:
    detector = Collusion()
    assert [one for _ in range(50) for one in say(detector, MOULD, "parrot")] == []


def test_short_courtesies_and_single_shared_sentences_are_no_group() -> None:
    detector = Collusion()
    found: list[Finding] = []
    for number in range(40):
        found += say(detector, "Thanks for sharing this, great post!", f"a{number}")
        mark = chr(97 + number % 26) * 9
        own = f"I am {number * 7919} and tell of my own day, which nobody else has had so far, {mark}."
        found += say(
            detector, f"Just got claimed by my human, hello everyone here! {own}", f"a{number}"
        )
    assert found == []


def test_two_in_lockstep_are_told_once_and_the_busy_are_not() -> None:
    detector = Collusion()
    found: list[Finding] = []
    for thread in range(40):
        at = thread * 3_600_000
        found += say(detector, "x", f"reader{thread}", at - 500_000, reply_to=f"t{thread}")
        if thread % 3 == 0:
            found += say(detector, "x", "lead", at, reply_to=f"t{thread}")
            found += say(detector, "y", "shadow", at + 20_000, reply_to=f"t{thread}")
    assert rules(found) == ["collusion/lockstep"]
    assert "shadow followed lead" in found[0].message
    busy = Collusion()
    found = []
    for thread in range(60):
        at = thread * 3_600_000
        for place, actor in enumerate(("one", "two") if thread % 2 else ("two", "three")):
            found += say(busy, "x", actor, at + place * 90_000, reply_to=f"t{thread}")
    assert found == []


def test_a_circle_with_a_word_of_its_own() -> None:
    detector = Collusion()
    found: list[Finding] = []
    for number in range(80):
        found += say(
            detector, "see you at the meeting tomorrow", f"p{number}", recipient=f"q{number}"
        )
        if number > 30:
            names = ("ann", "bob") if number % 2 else ("bob", "ann")
            found += say(detector, "the zorvex is ready, bring two", names[0], recipient=names[1])
    assert rules(found) == ["collusion/jargon"]
    assert "'zorvex'" in found[0].message
    assert found[0].severity is Severity.INFO


def test_what_tools_and_people_say_is_not_counted() -> None:
    detector = Collusion()
    for number in range(30):
        assert say(detector, MOULD, f"u{number}", role="user") == []


def test_sketches_mask_names_and_numbers() -> None:
    one, other = MOULD.format(name="ada", day=3), MOULD.format(name="bo", day=41)
    assert len(set(sketch_of(one.encode())) & set(sketch_of(other.encode()))) >= 3
    assert sketch_of(b"Short words.") == []


def test_memory_is_bounded() -> None:
    """A tenth of the real size, over and over: it stays under a tenth of 64 MB."""
    fading: Fading[int, int] = Fading(10)
    for number in range(1_000):
        fading.put(number, number)
    assert len(fading) <= 20
    tracemalloc.start()
    templates = Templates(HALF // 10)
    for number in range(9_000):
        words = f"{number * 7919:x} walks along the shore of {number:x} waters. "
        words += f"And then comes {number * 31:x} over the hills"
        templates.see(sketch_of(words.encode()), f"agent-{number}", number)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 6_400_000
