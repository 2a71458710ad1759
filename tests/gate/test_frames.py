"""The frame parser against everything that is no frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eclosion.gate import frames
from eclosion.gate.errors import FrameRefused, FrameTooLarge
from eclosion.gate.frames import Answers, Pong, SheetReply, Tock, read_client_frame


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        frame = read_client_frame(data)
    except FrameRefused:
        return
    assert _again(frame) == data, "what is read has one spelling"


@given(st.sampled_from([b"a", b"t", b"p", b"r"]), st.binary(max_size=frames.CLIENT_FRAME_BYTES_MAX))
def test_any_body_is_read_or_refused(kind: bytes, body: bytes) -> None:
    try:
        frame = read_client_frame(kind + body)
    except FrameRefused:
        return
    assert _again(frame) == kind + body


def _again(frame: frames.ClientFrame) -> bytes:
    match frame:
        case Answers(first, answers):
            return b"a" + first.to_bytes(4, "big") + answers
        case Tock(tick, answer):
            return b"t" + tick.to_bytes(4, "big") + answer
        case Pong(nonce):
            return b"p" + nonce
        case SheetReply(number, tick, mac, answers_):
            return b"r" + bytes([number]) + tick.to_bytes(4, "big") + mac + bytes(answers_)


@pytest.mark.parametrize("size", [frames.CLIENT_FRAME_BYTES_MAX + 1, 1 << 20])
def test_long_frames_are_refused_by_their_length(size: int) -> None:
    with pytest.raises(FrameTooLarge):
        read_client_frame(b"a" * size)


def test_lengths_are_exact() -> None:
    good = {b"p": 8, b"t": 8, b"a": 4 + 256}
    for kind, size in good.items():
        read_client_frame(kind + bytes(size))
        for wrong in (size - 1, size + 1):
            with pytest.raises(FrameRefused):
                read_client_frame(kind + bytes(wrong))
    read_client_frame(b"r" + bytes(22))
    for wrong in (21, 21 + frames.SHEET_ANSWERS_MAX + 1):
        with pytest.raises(FrameRefused):
            read_client_frame(b"r" + bytes(wrong))
