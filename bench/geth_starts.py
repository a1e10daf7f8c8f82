"""Does a Geth network always come up? `python bench/geth_starts.py [--times 20] [--nodes 3]`.

Fresh networks, each started, seen to seal and removed; then one that is stopped and started again,
every third time by killing its nodes. A start counts once every node's head has moved three blocks
after all were there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from oracle.devnet.geth import GethError, GethNetwork


def fresh(folder: Path, nodes: int) -> float:
    """Seconds until a new network seals."""
    network = GethNetwork(folder, nodes=nodes, watch=False)
    began = time.monotonic()
    try:
        network.up()
        return time.monotonic() - began
    finally:
        network.down()


def again(network: GethNetwork, kill: bool) -> float:
    """Seconds until a network that was stopped, or killed, seals again."""
    if kill:
        for index in range(len(network.nodes)):
            network.stop_node(index, kill=True)
    network.stop()
    began = time.monotonic()
    network.up()
    return time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--nodes", type=int, default=3)
    asked = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="geth-starts-") as place:
        seconds: dict[str, list[float]] = {"fresh": [], "again": []}

        def attempt(kind: str, number: int, seconds_of: float | GethError) -> None:
            nonlocal failed
            said = f"{seconds_of:5.1f} s" if isinstance(seconds_of, float) else str(seconds_of)
            failed += not isinstance(seconds_of, float)
            if isinstance(seconds_of, float):
                seconds[kind].append(seconds_of)
            print(f"{kind} {number:>2}: {said}, load {os.getloadavg()[0]:.1f}", flush=True)

        for i in range(asked.times):
            try:
                attempt("fresh", i + 1, fresh(Path(place) / f"fresh-{i}", asked.nodes))
            except GethError as error:
                attempt("fresh", i + 1, error)
        with GethNetwork(Path(place) / "again", nodes=asked.nodes, watch=False) as network:
            for i in range(asked.times):
                try:
                    attempt("again", i + 1, again(network, kill=i % 3 == 2))
                except GethError as error:
                    attempt("again", i + 1, error)
    for kind, taken in seconds.items():
        if taken:
            taken.sort()
            print(
                f"{kind}: {len(taken)} of {asked.times} sealed; "
                f"median {taken[len(taken) // 2]:.1f} s, longest {taken[-1]:.1f} s"
            )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
