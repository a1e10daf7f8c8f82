"""What every script of a peer shares: the question on standard input, the answer on its output.

Standard library only, because each peer has an environment of its own. Seconds are CPU seconds of
the process, the least of the repeats; the first call, with imports and compilation, is apart.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def least(run: Callable[[], Any], repeats: int) -> tuple[float, float, Any]:
    """CPU seconds of the quickest of the repeats and of the first call, and the last answer."""
    start = time.process_time()
    answer = run()
    first = best = time.process_time() - start
    for _ in range(repeats if first < 20 else 0):
        start = time.process_time()
        answer = run()
        best = min(best, time.process_time() - start)
    return best, first, answer


def answer(solve: Callable[[dict[str, Any]], Callable[[], Any]]) -> None:
    """Read the question, measure `solve(question)()`, print {seconds, first, answer}."""
    question = json.load(sys.stdin)
    # Peers that print must not spoil the answer.
    with contextlib.redirect_stdout(sys.stderr):
        seconds, first, found = least(solve(question), question["repeats"])
    json.dump({"seconds": seconds, "first": first, "answer": found}, sys.stdout)
