"""`make prove`: what shows the contracts right beyond the tests. A line a part; 1 if one fails.

    make prove [ARGS="symbolic smt slither coverage deep mutation"]

Standard library only; each part runs its own tools. What they say in full is in `.build/prove/`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import deep
import findings
import mutation
import reach
import smt
import symbolic
from runs import Verdict

PARTS: dict[str, Callable[[], Verdict]] = {
    "symbolic": symbolic.run,
    "smt": smt.run,
    "slither": findings.run,
    "coverage": reach.run,
    "deep": deep.run,
    "mutation": mutation.run,
}


def main(names: list[str]) -> int:
    for name in names:
        if name not in PARTS:
            print(f"wattmarket: no part {name!r} of make prove; there are {', '.join(PARTS)}")
            return 2
    failed = False
    for name in names or list(PARTS):
        began = time.monotonic()
        verdict = PARTS[name]()
        for line in verdict.details:
            print(f"  {line}")
        word = "holds" if verdict.good else "FAILS"
        print(f"{name}: {word}: {verdict.line} ({time.monotonic() - began:.0f} s)", flush=True)
        failed |= not verdict.good
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
