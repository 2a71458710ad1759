"""Fits the weights of the ring detector, and times it: ``python -m benchmarks.rings [--fit] [--transfers N]``.

``--fit`` writes ``src/eclosion/ledger/rings/weights.py`` from tuning seeds and families alone; what they are worth is
``eclosion ledger bench rings``, on seeds and families that they have not seen.
"""

import argparse
import resource
import time
from pathlib import Path

from eclosion.ledger import rings
from eclosion.ledger.rings.bench.adversaries import HELD_OUT, TUNING
from eclosion.ledger.rings.bench.measuring import Fitted, make_economy, tune
from eclosion.ledger.rings.finding import find_rings
from eclosion.ledger.rings.flows import Floats
from eclosion.ledger.rings.scoring import weigh

TUNING_SEEDS = 24
AGENTS_EACH = 20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--transfers", type=int, default=1_000_000)
    asked = parser.parse_args()
    if asked.fit:
        _write(tune(range(TUNING_SEEDS)))
        return
    economy = make_economy(5, (*TUNING, *HELD_OUT), asked.transfers // AGENTS_EACH, asked.transfers)
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began_s = time.process_time()
    weighed = weigh(economy.flows, economy.holders)
    found = find_rings(economy.holders, weighed)
    took_s = time.process_time() - began_s
    more_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) // 1024
    print(
        f"{len(economy.flows.payer):,} transfers, {len(weighed.pairs.key):,} pairs, "
        f"{len(weighed.cycles.links):,} cycles, {len(found)} rings: "
        f"{took_s:.1f} s CPU, {more_mib} MiB more"
    )


def _write(fitted: Fitted) -> None:
    text = (
        '"""Fitted by ``python -m benchmarks.rings --fit``: never by hand."""\n\n'
        f"FIRST = {_tuple(fitted.first)}\n"
        f"SECOND = {_tuple(fitted.second)}\n"
        f"EDGE = {fitted.edge:.4f}\n"
        '"""From which chance on a pair counts as wash."""\n'
    )
    (Path(rings.__file__).parent / "weights.py").write_text(text)


def _tuple(values: Floats) -> str:
    return "(\n" + "".join(f"    {value:.4f},\n" for value in values) + ")"


if __name__ == "__main__":
    main()
