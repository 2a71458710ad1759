"""A spool and its poster: nothing lost, nothing twice, and nobody made to wait for one bad message."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eclosion.app.delivering import spool as spools
from eclosion.app.delivering.posting import Poster, Target, make_target
from eclosion.app.delivering.spool import Spool
from eclosion.kernel.errors import Invalid
from eclosion.webhooks.errors import AddressRefused
from tests.app.delivering.receiving import Receiver, read
from tests.soon import soon

SECRET = "whsec_" + "c2VjcmV0" * 5
LOCAL = ("127.0.0.0/8",)


def fill(spool: Spool, *names: str) -> None:
    for name in names:
        spool.put(f"msg_{name}", json.dumps({"name": name}))


def target(receiver: Receiver) -> Target:
    return Target(receiver.url, SECRET, LOCAL, timeout_ms=30_000, first_pause_ms=10)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "q")
    yield spool
    spool.close()


def test_messages_arrive_in_order_and_signed(
    receiver: Receiver, kept: Spool, told: list[str]
) -> None:
    names = [f"n{number:02}" for number in range(20)]
    fill(kept, *names)
    kept.release()
    poster = Poster(target(receiver), kept, told.append)
    poster.start()
    assert (poster.finish(60), poster.sent, told) == (0, 20, [])
    assert sorted(receiver.ids()) == [f"msg_{name}" for name in names]
    assert read(SECRET, receiver.got[0])["name"] == receiver.got[0].id.removeprefix("msg_")


def test_nothing_is_sent_before_it_is_released(receiver: Receiver, kept: Spool) -> None:
    fill(kept, "a")
    kept.release()
    fill(kept, "b")
    assert [one.id for one in kept.take(9)] == ["msg_a"]
    kept.release()
    assert [one.id for one in kept.take(9)] == ["msg_a", "msg_b"]


def test_failures_are_tried_again_under_the_same_id_until_they_arrive(
    receiver: Receiver, kept: Spool, told: list[str]
) -> None:
    receiver.status = 503
    fill(kept, "a", "b")
    kept.release()
    poster = Poster(target(receiver), kept, told.append)
    poster.start()
    assert soon(lambda: len(receiver.got) >= 4)
    assert poster.trouble == "answered 503"
    receiver.status = 204
    assert poster.finish(60) == 0
    assert set(receiver.ids()) == {"msg_a", "msg_b"}
    assert len(told) == 2
    assert "They wait" in told[0]
    assert "again" in told[1]


def test_what_is_rejected_time_after_time_is_set_aside_and_others_pass(
    receiver: Receiver, kept: Spool, told: list[str], tmp_path: Path
) -> None:
    receiver.status = 422
    fill(kept, "bad")
    kept.release()
    poster = Poster(target(receiver), kept, told.append)
    poster.start()
    assert soon(lambda: poster.aside)
    receiver.status = 204
    fill(kept, "good")
    kept.release()
    assert (poster.finish(60), poster.sent, poster.aside) == (0, 1, 1)
    aside = json.loads((tmp_path / "q.dead").read_text())
    assert (aside["id"], aside["message"]) == ("msg_bad", {"name": "bad"})


def test_receiver_that_wants_no_more_is_left_alone(
    receiver: Receiver, kept: Spool, told: list[str]
) -> None:
    receiver.status = 410
    fill(kept, "a")
    kept.release()
    poster = Poster(target(receiver), kept, told.append)
    poster.start()
    assert soon(lambda: poster.is_gone)
    assert poster.finish(60) == 1
    assert len(receiver.got) == 1


def test_address_of_this_machine_is_refused(
    receiver: Receiver, kept: Spool, told: list[str]
) -> None:
    fill(kept, "a")
    kept.release()
    poster = Poster(Target(receiver.url, SECRET, (), first_pause_ms=10), kept, told.append)
    poster.start()
    assert soon(lambda: poster.trouble)
    assert poster.trouble.startswith("refused")
    assert (poster.finish(0), receiver.got) == (1, [])


def test_spool_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    """What was put and not saved is cut off, since it will be found again; what was sent is not given out again."""
    path = tmp_path / "q"
    first = Spool(path)
    fill(first, "a", "b", "c")
    safe = first.sync()
    first.release()
    first.settle(first.take(1)[0], 1)
    fill(first, "lost")
    first.sync()
    first.close()
    again = Spool(path, safe)
    assert again.waiting == 2
    assert [one.id for one in again.take(9)] == ["msg_b", "msg_c"]
    again.close()


def test_spool_that_was_sent_begins_anew(
    kept: Spool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spools, "COMPACT_BYTES", 10)
    fill(kept, "a", "b")
    safe = kept.sync()
    kept.release()
    assert not kept.empty()
    kept.settle(kept.take(2)[1], 2)
    assert kept.empty()
    again = Spool(
        tmp_path / "q", safe
    )  # killed before the state was told that the file begins anew
    fill(again, "c")
    again.release()
    assert [one.id for one in again.take(9)] == ["msg_c"]
    again.close()


def test_bad_targets_are_refused_without_repeating_the_secret() -> None:
    for url in ("http://10.1.2.3/", "http://example.org/", "ftp://example.org/", "nothing"):
        with pytest.raises(AddressRefused):
            make_target(url, SECRET)
    with pytest.raises(AddressRefused):
        make_target("http://example.org/", SECRET, ["10.0.0.0/8"])
    assert make_target("http://10.1.2.3/", SECRET, ["10.0.0.0/8"]).networks == ("10.0.0.0/8",)
    with pytest.raises(Invalid, match="no network"):
        make_target("https://example.org/", SECRET, ["10.0.0.0/99"])
    for secret in ("", "whsec_", "hunter2", "whsec_c2hvcnQ=", "whsec_%%%"):
        with pytest.raises(Invalid) as raised:
            make_target("https://example.org/", secret)
        assert not secret or secret == "whsec_" or secret not in str(raised.value)
    assert make_target("https://example.org/h", f" {SECRET}\n").secret == SECRET
