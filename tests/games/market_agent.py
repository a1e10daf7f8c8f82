"""One agent of the private market in a process of her own: JSON lines in, JSON lines out.

Her data come from her own seed and are never printed, but for the test's look at them afterwards.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import numpy as np

from oracle.games.clearing.agents import ConsumerAgents, ProsumerAgents


def private_data(side: str, seed: int) -> dict[str, list[float]]:
    rng = np.random.default_rng([seed, side == "buy"])
    table = {"target": rng.uniform(2, 4), "curvature": rng.uniform(0.3, 2), "capacity": 25.5}
    if side == "sell":
        table["target"] = rng.uniform(0, 0.5)
        table |= {"cost_linear": rng.uniform(0, 1), "cost_quadratic": rng.uniform(0.3, 2)}
    return {key: [float(value)] for key, value in table.items()}


def main(side: str, seed: int) -> None:
    table = SimpleNamespace(**{k: np.array(v) for k, v in private_data(side, seed).items()})
    agent = ConsumerAgents(table) if side == "buy" else ProsumerAgents(table)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(agent.reply(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
