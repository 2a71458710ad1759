"""The nine published attacks, in their short form; the long one is ``python -m benchmarks.x402``."""

from benchmarks.x402.attacks import NINE, run_nine


def test_nine_attacks_win_nothing() -> None:
    outcomes = run_nine(200)
    assert len(outcomes) == len(NINE) == 9
    assert [
        (one.attack, one.unpaid, one.double, one.note) for one in outcomes if one[2:] != (0, 0, "")
    ] == []
    assert max(one.attempts for one in outcomes) == 200
