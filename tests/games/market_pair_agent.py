"""One agent of the private market with preferences, in a process of her own: JSON lines in and out.

Her data come from her own seed and are never printed, but for the test's look at them afterwards.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import numpy as np

from oracle.games.clearing.pair_agents import PairBuyers, PairSellers


def private_data(side: str, seed: int, size: int) -> dict[str, list[float]]:
    rng = np.random.default_rng([seed, side == "buy"])
    table = {"target": [rng.uniform(2, 4)], "curvature": [rng.uniform(0.3, 2)], "capacity": [25.5]}
    if side == "sell":
        table["target"] = [rng.uniform(0, 0.5)]
        table |= {"cost_linear": [rng.uniform(0, 1)], "cost_quadratic": [rng.uniform(0.3, 2)]}
    else:
        table["bonus"] = rng.uniform(0.1, 1, size).tolist()
    return table


def main(side: str, seed: int, place: int, size: int) -> None:
    data = private_data(side, seed, size)
    bonus = np.array([data.pop("bonus", [])])
    table = SimpleNamespace(**{key: np.array(values) for key, values in data.items()})
    agent = PairBuyers(table, bonus) if side == "buy" else PairSellers(table, [place], size)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(agent.reply(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], *(int(each) for each in sys.argv[2:]))
