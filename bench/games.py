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

import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oracle.games import clearing, contest, stackelberg  # noqa: E402

TOLERANCE = 1e-9
"""Asked of every peer: absolute and relative tolerance of its own stopping rule."""
PATIENCE = 120.0
"""Seconds after which a peer may give up."""


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


Answer = tuple[float, np.ndarray]
Peer = Callable[[Any], Answer]


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


# --- peers of the leader's problem -------------------------------------------------------------


def bounded_brent(problem: stackelberg.StackelbergProblem) -> Answer:
    from scipy.optimize import minimize_scalar

    low, high = problem.price_bounds
    found = minimize_scalar(
        lambda p: -stackelberg.leader_profit(problem, p),
        bounds=(low, high),
        method="bounded",
        options={"xatol": TOLERANCE},
    )
    return float(found.x), stackelberg.best_response(problem, float(found.x))


def differential_evolution(problem: stackelberg.StackelbergProblem) -> Answer:
    from scipy.optimize import differential_evolution as evolve

    found = evolve(
        lambda p: -stackelberg.leader_profit(problem, float(p[0])),
        [tuple(problem.price_bounds)],
        tol=TOLERANCE,
        seed=1,
    )
    return float(found.x[0]), stackelberg.best_response(problem, float(found.x[0]))


# --- peers of the clearing ---------------------------------------------------------------------


def dual_root(problem: clearing.ClearingProblem) -> Answer:
    """The same dual idea with a library root finder on vectorised excess demand."""
    from scipy.optimize import brentq

    c, p = problem.consumers, problem.prosumers
    alone = np.clip(
        (2 * p.curvature * p.target - p.cost_linear) / (2 * p.curvature + p.cost_quadratic),
        0,
        p.capacity,
    )

    def quantities(price: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        y = np.clip(c.target - price / (2 * c.curvature), 0, c.capacity)
        made = np.minimum((price - p.cost_linear) / p.cost_quadratic, p.capacity)
        kept = np.clip(p.target - price / (2 * p.curvature), 0, p.capacity)
        s = np.maximum(made - kept, 0)
        return y, np.where(s > 0, kept, alone), s

    def excess(price: float) -> float:
        y, _, s = quantities(price)
        return float(y.sum() - s.sum())

    price = float(brentq(excess, *problem.price_bounds, xtol=1e-15, rtol=1e-14))
    return price, np.concatenate(quantities(price))


def matrices(problem: clearing.ClearingProblem) -> tuple[Any, ...]:
    """½ z'Hz + f'z, one balance row, x + s ≤ κ, and bounds; z = (y, x, s)."""
    from scipy import sparse

    c, p = problem.consumers, problem.prosumers
    m, n = len(c.target), len(p.target)
    b = sparse.diags(p.cost_quadratic)
    hessian = sparse.bmat(
        [
            [sparse.diags(2 * c.curvature), None, None],
            [None, sparse.diags(2 * p.curvature) + b, b],
            [None, b, b],
        ],
        format="csc",
    )
    linear = np.concatenate(
        [
            -2 * c.curvature * c.target,
            -2 * p.curvature * p.target + p.cost_linear,
            p.cost_linear,
        ]
    )
    balance = sparse.csc_matrix(np.concatenate([np.ones(m), np.zeros(n), -np.ones(n)])[None])
    room = sparse.hstack(
        [sparse.csc_matrix((n, m)), sparse.identity(n), sparse.identity(n)], format="csc"
    )
    upper = np.concatenate([c.capacity, p.capacity, p.capacity])
    return hessian, linear, balance, room, p.capacity, upper


def piqp_direct(problem: clearing.ClearingProblem) -> Answer:
    import piqp

    hessian, linear, balance, room, capacity, upper = matrices(problem)
    solver = piqp.SparseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = TOLERANCE
    low = np.full(len(capacity), -np.inf)
    solver.setup(
        hessian, linear, balance, np.zeros(1), room, low, capacity, np.zeros(len(upper)), upper
    )
    solver.solve()
    return abs(float(solver.result.y[0])), np.asarray(solver.result.x)


def osqp_direct(problem: clearing.ClearingProblem) -> Answer:
    import osqp
    from scipy import sparse

    hessian, linear, balance, room, capacity, upper = matrices(problem)
    rows = sparse.vstack([balance, room, sparse.identity(len(upper))], format="csc")
    low = np.concatenate([[0.0], np.full(len(capacity), -np.inf), np.zeros(len(upper))])
    high = np.concatenate([[0.0], capacity, upper])
    solver = osqp.OSQP()
    solver.setup(
        sparse.triu(hessian, format="csc"),
        linear,
        rows,
        low,
        high,
        eps_abs=TOLERANCE,
        eps_rel=TOLERANCE,
        max_iter=100_000,
        time_limit=PATIENCE,
        polishing=True,
        verbose=False,
    )
    result = solver.solve()
    return abs(float(result.y[0])), np.asarray(result.x)


def clarabel_direct(problem: clearing.ClearingProblem) -> Answer:
    import clarabel
    from scipy import sparse

    hessian, linear, balance, room, capacity, upper = matrices(problem)
    one = sparse.identity(len(upper))
    rows = sparse.vstack([balance, room, one, -one], format="csc")
    right = np.concatenate([[0.0], capacity, upper, np.zeros(len(upper))])
    cones = [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(len(right) - 1)]
    options = clarabel.DefaultSettings()
    options.verbose = False
    options.tol_gap_abs = options.tol_gap_rel = options.tol_feas = TOLERANCE
    options.time_limit = PATIENCE
    solver = clarabel.DefaultSolver(
        sparse.triu(hessian, format="csc"), linear, rows, right, cones, options
    )
    result = solver.solve()
    return abs(float(result.z[0])), np.asarray(result.x)


def highs_direct(problem: clearing.ClearingProblem) -> Answer:
    import highspy

    hessian, linear, balance, room, capacity, upper = matrices(problem)
    from scipy import sparse

    rows = sparse.vstack([balance, room], format="csc")
    lower = sparse.tril(hessian, format="csc")
    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_col_, lp.num_row_ = len(linear), rows.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = linear, np.zeros(len(linear)), upper
    lp.row_lower_ = np.concatenate([[0.0], np.full(len(capacity), -highspy.kHighsInf)])
    lp.row_upper_ = np.concatenate([[0.0], capacity])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = rows.indptr, rows.indices
    lp.a_matrix_.value_ = rows.data
    model.hessian_.dim_ = len(linear)
    model.hessian_.format_ = highspy.HessianFormat.kTriangular
    model.hessian_.start_, model.hessian_.index_ = lower.indptr, lower.indices
    model.hessian_.value_ = lower.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", PATIENCE)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    solver.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS: {solver.modelStatusToString(solver.getModelStatus())}")
    solution = solver.getSolution()
    return abs(float(solution.row_dual[0])), np.asarray(solution.col_value)


def cvxpy_with(name: str, **options: Any) -> Peer:
    """The model as one writes it, compiled and solved by cvxpy."""

    def run(problem: clearing.ClearingProblem) -> Answer:
        import cvxpy as cp

        c, p = problem.consumers, problem.prosumers
        y, x, s = cp.Variable(len(c.target)), cp.Variable(len(p.target)), cp.Variable(len(p.target))
        made = x + s
        welfare = (
            -cp.sum(cp.multiply(c.curvature, cp.square(y - c.target)))
            - cp.sum(cp.multiply(p.curvature, cp.square(x - p.target)))
            - p.cost_linear @ made
            - cp.sum(cp.multiply(0.5 * p.cost_quadratic, cp.square(made)))
        )
        balance = cp.sum(y) == cp.sum(s)
        limits = [y >= 0, y <= c.capacity, x >= 0, s >= 0, made <= p.capacity]
        cp.Problem(cp.Maximize(welfare), [balance, *limits]).solve(solver=name, **options)
        return abs(float(balance.dual_value)), np.concatenate([y.value, x.value, s.value])

    return run


GENERAL: dict[str, Peer] = {
    "scipy brentq on the dual": dual_root,
    "PIQP": piqp_direct,
    "OSQP": osqp_direct,
    "Clarabel": clarabel_direct,
    "HiGHS (QP)": highs_direct,
    "cvxpy + PIQP": cvxpy_with("PIQP", eps_abs=TOLERANCE, eps_rel=TOLERANCE),
    "cvxpy + OSQP": cvxpy_with(
        "OSQP", eps_abs=TOLERANCE, eps_rel=TOLERANCE, max_iter=100_000, polishing=True
    ),
    "cvxpy + Clarabel": cvxpy_with(
        "CLARABEL", tol_gap_abs=TOLERANCE, tol_gap_rel=TOLERANCE, tol_feas=TOLERANCE
    ),
}
SLOW = {"HiGHS (QP)": 2_000}
"""Peers that take minutes above a size; there they are left out and said to be."""


def compare_clearing(size: int, repeats: int) -> list[Row]:
    problem = market(size)
    seconds, ours = cpu_seconds(lambda: clearing.solve(problem), repeats * 4)
    mine = np.concatenate([ours.consumption, ours.own_consumption, ours.shared])
    note = f"exact, with certificate: residual {ours.diagnostics.residual:.0e}"
    rows = [Row("clearing", size, "wattmarket", seconds, 1.0, 0.0, 0.0, note)]
    buyers = clearing._Buyers.of(problem.consumers)
    sellers = clearing._Sellers.of(problem.prosumers)
    bare, _ = cpu_seconds(lambda: clearing._clear(buyers, sellers, 0.0, 20.0), repeats * 4)
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
