"""The peers: general solvers on our problems, each to the same tolerance. Imported when used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from oracle.games import clearing, stackelberg

TOLERANCE = 1e-9
"""Asked of every peer: absolute and relative tolerance of its own stopping rule."""
PATIENCE = 120.0
"""Seconds after which a peer may give up."""

Answer = tuple[float, np.ndarray]
Peer = Callable[[Any], Answer]


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
