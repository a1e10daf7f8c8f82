"""One posting from the input block to the receipt, split into its steps, by members."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bench.load.api import cpu_seconds
from bench.load.crowd import SCHEDULE, SERVERS, TERMS, Crowd, declare, market_of, member, targets
from oracle.community.problem import Declaration, period_problem
from oracle.games import clearing
from oracle.rounds.agree import vote
from oracle.rounds.certificate import certificate
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.observe import Observation
from oracle.rounds.posting import calldata
from oracle.rounds.price import price
from oracle.rounds.report import Feed
from oracle.rounds.words import commitment
from oracle.units import TICKS_PER_ELE, WAD, Ticks

MEMBERS = (10, 100, 1_000, 10_000, 100_000)
Found = TypeVar("Found")


class Steps:
    """Wall and CPU seconds of named steps, in their order; with a node's process its CPU too."""

    def __init__(self, node: int | None = None) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self.node: dict[str, float] = {}
        self._node = node

    def __call__(self, name: str, work: Callable[[], Found]) -> Found:
        wall, cpu = time.perf_counter(), time.process_time()
        node = 0.0 if self._node is None else cpu_seconds(self._node)
        found = work()
        if self._node is not None:
            self.node[name] = self.node.get(name, 0.0) + cpu_seconds(self._node) - node
        self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
        self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - cpu
        return found


def one_round(crowd: Crowd) -> dict[str, Any]:
    """Prices period 0 as an edge server does, step by step; posts it and has it mined."""
    deadline = SCHEDULE.declaration_deadline(0)
    input_block = crowd.client.block().number
    for second in range(3):
        crowd.mine(when=deadline + 1 + second)
    step, place = Steps(crowd.process), crowd.market

    def read() -> Observation:
        return place.observe(Feed.ELECTRICITY, 0, input_block)

    seen = step("reading", read)

    def check() -> None:
        seen.check()
        assert seen.targets

    step("checking", check)
    floor = Ticks(seen.floor_ticks)

    def solve() -> int:
        declared = [
            Declaration(who, t.net_wh, Ticks(t.price_ticks), Ticks(t.limit_ticks))
            for (who, _), t in zip(seen.declared, seen.targets, strict=True)
        ]
        game = period_problem(declared, floor)
        assert game.problem is not None
        return floor + round(float(clearing.solve(game.problem).price) * TICKS_PER_ELE)

    start = step("solving", solve)

    def finish() -> Any:
        period = market(seen.targets, floor)
        assert period is not None
        return finish_clearing(period, start)

    value = step("finishing", finish)
    proof = step("certificate", lambda: certificate(seen, value, totals_kept=True))
    # The product's own function, in one go: the steps above are what it does.
    whole = Steps()
    priced = whole(
        "whole", lambda: price(Observation(**{f: getattr(seen, f) for f in seen.__match_args__}))
    )
    assert priced is not None
    assert priced.certificate == proof
    assert priced.report.posted == value
    names = [server.address for server in SERVERS]

    def agree() -> list[Any]:
        return [vote(priced.report, place.domain, server).signature for server in SERVERS[:2]]

    signatures = step("posting", agree)

    def post() -> int:
        first = names.index(place.order_of(0)[0])
        sent = place.post(
            SERVERS[first], priced.report, signatures, calldata(proof, Feed.ELECTRICITY)
        )
        return crowd.send(sent)[0].gas_used

    gas = step("posting", post)
    return {
        "tier": int(proof.tier),
        "post_gas": gas,
        "wall": step.wall,
        "cpu": step.cpu,
        "node": step.node,
        "price_cpu": whole.cpu["whole"],
    }


def elecoin_cpu(count: int) -> float:
    """CPU seconds of an epoch's elecoin price from so many needs, as large as a household's."""
    rng = np.random.default_rng(1)
    needs = [int(need * WAD) for need in rng.uniform(0.5, 5.0, count)]
    declared = tuple((member(i), need) for i, need in enumerate(needs))
    seen = Observation(
        Feed.ELECOIN, 0, 1, bytes(32), commitment(declared), 0, declared, 0, TERMS, 0.3
    )
    step = Steps()
    assert step("price", lambda: price(seen)) is not None
    return step.cpu["price"]


def measure(sizes: tuple[int, ...] = MEMBERS) -> list[dict[str, Any]]:
    found = []
    for count in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="wattmarket-load-") as name,
            market_of(Path(name)) as crowd,
        ):
            began = time.perf_counter()
            registered, declared = declare(crowd, count, targets(count))
            made = time.perf_counter() - began
            row = one_round(crowd)
        found.append(
            {
                "members": count,
                "set_up_seconds": made,
                "register_gas": registered,
                "declare_gas": declared,
                "elecoin_cpu": elecoin_cpu(count),
                **row,
            }
        )
        print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    measure(tuple(map(int, sys.argv[1:])) or MEMBERS)
