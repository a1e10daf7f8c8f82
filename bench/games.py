"""Our exact solvers beside general ones, on the same instances and to equal tolerances.

    python bench/games.py [--sizes 1000 100000] [--repeats 5] [--output bench/results]

Prints ratios; writes `games.json` and `games.md`. A peer that is not installed is left out and
named. Times are CPU seconds of this process (`time.process_time`), the least of the repeats; ours
include the certificate unless the row says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# One thread for everybody, before numpy loads.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402 (threads and path first)

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from peers import GENERAL, TOLERANCE, Peer, bounded_brent, differential_evolution  # noqa: E402 (threads and path first)

from oracle.games import clearing, contest, stackelberg  # noqa: E402 (threads and path first)
from oracle.games.clearing import curves, exact  # noqa: E402 (threads and path first)


@dataclass(frozen=True)
class Row:
    """One solver on one instance. `error` is against ours: price, and the largest quantity."""

    game: str
    size: int
    solver: str
    seconds: float
    ratio: float
    price_error: float | None
    quantity_error: float | None
    note: str = ""


def cpu_seconds(run: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """The least CPU time of some runs, and the last answer. Long ones run once."""
    best, answer = np.inf, None
    for _ in range(repeats):
        start = time.process_time()
        answer = run()
        spent = time.process_time() - start
        best = min(best, spent)
        if spent > 5:
            break
    return best, answer


# --- instances ---------------------------------------------------------------------------------


def market(size: int) -> clearing.ClearingProblem:
    """Half consumers, half prosumers; smooth costs, so that every QP solver has one answer."""
    rng = np.random.default_rng(7)
    n = size // 2
    return clearing.ClearingProblem(
        consumers={
            "target": rng.uniform(1, 4, n),
            "curvature": rng.uniform(0.25, 2, n),
            "capacity": rng.uniform(1, 4, n),
        },
        prosumers={
            "target": rng.uniform(0, 2, n),
            "curvature": rng.uniform(0.25, 2, n),
            "capacity": rng.uniform(0, 6, n),
            "cost_linear": rng.uniform(0, 1, n),
            "cost_quadratic": rng.uniform(0.1, 2, n),
        },
        price_bounds=[0.0, 20.0],
    )


def leader(size: int) -> stackelberg.StackelbergProblem:
    """Followers with bounds of their own: tens of thousands of kinks around the best price."""
    rng = np.random.default_rng(8)
    least = rng.uniform(0, 0.2, size)
    return stackelberg.StackelbergProblem(
        willingness=rng.uniform(0.05, 0.5, size),
        revenue_factor=20.0,
        payment_factor=0.3,
        conversion_factor=0.8,
        electricity_price=0.6,
        server_consumption=1.0,
        price_bounds=[1.0, 40.0],
        demand_min=least,
        demand_max=least + rng.exponential(8.0, size),
    )


def two_hills(size: int) -> stackelberg.StackelbergProblem:
    """Half the followers stop buying soon; between the halves profit has two maxima."""
    half = size // 2
    return stackelberg.StackelbergProblem(
        willingness=[0.05] * half + [50.0] * half,
        revenue_factor=20.0,
        payment_factor=0.3,
        conversion_factor=0.6,
        electricity_price=0.6,
        server_consumption=0.0,
        price_bounds=[0.5, 60.0],
        demand_min=[0.0] * (2 * half),
        demand_max=[5.0] * half + [0.2] * half,
    )


SLOW = {"HiGHS (QP)": 2_000}
"""Peers that take minutes above a size; there they are left out and said to be."""


def compare_clearing(size: int, repeats: int) -> list[Row]:
    problem = market(size)
    seconds, ours = cpu_seconds(lambda: clearing.solve(problem), repeats * 4)
    mine = np.concatenate([ours.consumption, ours.own_consumption, ours.shared])
    note = f"exact, with certificate: residual {ours.diagnostics.residual:.0e}"
    rows = [Row("clearing", size, "wattmarket", seconds, 1.0, 0.0, 0.0, note)]
    buyers = curves.Buyers.of(problem.consumers)
    sellers = curves.Sellers.of(problem.prosumers)
    bare, _ = cpu_seconds(lambda: exact.clear(buyers, sellers, 0.0, 20.0), repeats * 4)
    note = "the price alone, tables prepared, no certificate"
    rows.append(Row("clearing", size, "wattmarket, price", bare, bare / seconds, 0.0, None, note))
    for name, peer in GENERAL.items():
        if size > SLOW.get(name, size):
            rows.append(_left_out("clearing", size, name, "left out: minutes at this size"))
            continue
        rows.append(
            _measure("clearing", size, name, peer, problem, ours.price, mine, seconds, repeats)
        )
    return rows


def compare_leader(game: str, problem: stackelberg.StackelbergProblem, repeats: int) -> list[Row]:
    size = len(problem.willingness)
    seconds, ours = cpu_seconds(lambda: stackelberg.solve(problem), repeats)
    best = stackelberg.leader_profit(problem, ours.price)
    note = f"global, with certificate: residual {ours.diagnostics.residual:.0e}"
    rows = [Row(game, size, "wattmarket", seconds, 1.0, 0.0, 0.0, note)]
    peers: dict[str, Peer] = {"scipy minimize_scalar(bounded)": bounded_brent}
    if size <= 10_000:
        peers["scipy differential_evolution"] = differential_evolution
    for name, peer in peers.items():
        row = _measure(game, size, name, peer, problem, ours.price, ours.demands, seconds, repeats)
        if row.price_error is not None:
            lost = 1 - stackelberg.leader_profit(problem, peer(problem)[0]) / best
            row = Row(**(asdict(row) | {"note": f"loses {max(lost, 0.0):.2%} of the profit"}))
        rows.append(row)
    return rows


def ours_alone(repeats: int) -> list[Row]:
    """What no peer solves: large sizes and the contest."""
    rows = []
    problem = leader(1_000_000)
    seconds, answer = cpu_seconds(lambda: stackelberg.solve(problem), repeats)
    note = f"residual {answer.diagnostics.residual:.0e}"
    rows.append(Row("stackelberg", 1_000_000, "wattmarket", seconds, 1.0, 0.0, 0.0, note))
    rng = np.random.default_rng(9)
    for r in (0.1, 0.5, 0.9, 0.999, 1.0):
        draw = contest.ContestProblem(
            prize=100.0,
            costs=np.exp(rng.normal(0, 1, 100_000)),
            impact=np.exp(rng.normal(0, 1, 100_000)),
            exponent=r,
        )
        seconds, answer = cpu_seconds(lambda draw=draw: contest.solve(draw), repeats)
        note = f"residual {answer.diagnostics.residual:.0e}"
        name = f"contest r = {r:g}"
        rows.append(Row(name, 100_000, "wattmarket", seconds, 1.0, 0.0, 0.0, note))
    return rows


def _measure(
    game: str,
    size: int,
    name: str,
    peer: Peer,
    problem: Any,
    price: float,
    quantities: np.ndarray,
    seconds: float,
    repeats: int,
) -> Row:
    try:
        # Imports and first-call work are nobody's speed.
        peer(market(20) if isinstance(problem, clearing.ClearingProblem) else leader(20))
        spent, (other, theirs) = cpu_seconds(lambda: peer(problem), repeats)
    except ImportError as error:
        return _left_out(game, size, name, f"not installed: {error.name}")
    except Exception as error:  # a peer's failure is a result
        return _left_out(game, size, name, f"failed: {type(error).__name__}: {str(error)[:60]}")
    gap = float(np.abs(theirs - quantities).max())
    return Row(game, size, name, spent, spent / seconds, abs(other - price), gap)


def _left_out(game: str, size: int, name: str, why: str) -> Row:
    return Row(game, size, name, float("nan"), float("nan"), None, None, why)


def markdown(rows: list[Row]) -> str:
    lines = [
        f"CPU seconds on {platform.machine()}, Python {platform.python_version()}, "
        f"numpy {np.__version__}; tolerance asked of peers {TOLERANCE:g}.",
        "",
        "| game | agents | solver | CPU s | times ours | price error | largest quantity error | |",
        "|---|---:|---|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        cells = [
            row.game,
            f"{row.size:,}",
            row.solver,
            *(_number(v) for v in (row.seconds, row.ratio, row.price_error, row.quantity_error)),
            row.note,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _number(value: float | None) -> str:
    return "-" if value is None or np.isnan(value) else f"{value:.2g}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results")
    options = parser.parse_args()
    rows: list[Row] = []
    for size in options.sizes:
        rows += compare_clearing(size, options.repeats)
        rows += compare_leader("stackelberg", leader(size), options.repeats)
        rows += compare_leader("stackelberg, two hills", two_hills(size), options.repeats)
    rows += ours_alone(options.repeats)
    options.output.mkdir(parents=True, exist_ok=True)
    table = markdown(rows)
    plain = [
        {k: None if isinstance(v, float) and np.isnan(v) else v for k, v in asdict(row).items()}
        for row in rows
    ]
    (options.output / "games.json").write_text(json.dumps(plain, indent=1) + "\n")
    (options.output / "games.md").write_text(table)
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
