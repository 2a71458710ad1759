"""How often the audit's prediction and the attempt to open agree.

    python -m benchmarks.reach            # twenty thickets of five hundred files: free, in five confinements, Landlock

As root it tries as several people, as anybody else as oneself. The goal: 99.5 % of at least a thousand cases agree,
and no file that opens was told as unreadable.
"""

from __future__ import annotations

import sys
import time

from tests.audit.reach.comparing import (
    Compared,
    compare_confined,
    compare_free,
    compare_landlocked,
    open_ground,
)

FILES = 500


def main(seeds: int) -> None:
    """Print the counts."""
    for name, run in (
        ("free", compare_free),
        ("confined", compare_confined),
        ("Landlock", compare_landlocked),
    ):
        started, total = time.process_time(), Compared()
        with open_ground() as ground:
            for seed in range(seeds):
                total = total.plus(run(ground / str(seed), 1_000 + seed, FILES))
        if not total.cases:
            print(f"{name}: this kernel has none")
            continue
        agree = 100 * (1 - total.differing / total.cases)
        print(
            f"{name}: {total.cases:,} cases, {agree:.3f} % agree ({total.differing} differ), "
            f"{total.unwarned} unwarned, {time.process_time() - started:.0f} s of CPU"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
