"""Our games beside packages that solve a part of them, each in an environment of its own.

    python bench/rows.py [--only riccati contest ...] [--repeats 5] [--output bench/results]

Both sides get the same numbers in one run, one after the other, on one thread. What the answers are
compared with is neither side's: a closed form, or the same equations at a far smaller tolerance.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "apart"), str(ROOT)]

from measure import least  # noqa: E402  (one thread for everybody, before numpy loads)

# isort: split
import numpy as np  # noqa: E402
from scipy.integrate import solve_ivp  # noqa: E402
from scipy.optimize import linprog  # noqa: E402

from bench.table import table  # noqa: E402
from oracle.games import contest, dispatch, learning, mean_field_type  # noqa: E402
from oracle.games.simulation import simulate, state_moments  # noqa: E402

PATIENCE = 300.0


@dataclass(frozen=True)
class Row:
    """One solver on one instance. `error` is the largest difference from the reference."""

    row: str
    size: str
    solver: str
    seconds: float | None
    ratio: float | None
    error: float | None
    note: str = ""


def beside(
    row: str, size: str, ours: tuple[float, float, str], peer: str, script: str,
    question: dict[str, Any], error: Callable[[Any], float], note: str = "",
) -> list[Row]:  # fmt: skip
    """Our row (seconds, error, note) and the peer's."""
    seconds, gap, said = ours
    rows = [Row(row, size, "wattmarket", seconds, 1.0, gap, said)]
    return [*rows, ask(row, size, seconds, peer, script, question, error, note)]


def ask(
    row: str, size: str, ours: float, peer: str, script: str,
    question: dict[str, Any], error: Callable[[Any], float], note: str = "",
) -> Row:  # fmt: skip
    """What a peer in its own environment answers. Its absence or failure is a result."""
    environment, name = peer.split(":")
    python = ROOT / ".venv-peers" / environment / "bin" / "python"
    if not python.is_file():
        return Row(row, size, name, None, None, None, "not installed")
    try:
        done = subprocess.run(
            [python, HERE / "apart" / f"{script}.py"],
            input=json.dumps(question), capture_output=True, text=True, check=True,
            timeout=PATIENCE, env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return Row(row, size, name, None, None, None, f"stopped after {PATIENCE:g} s")
    except (subprocess.CalledProcessError, ValueError) as trouble:
        said = getattr(trouble, "stderr", str(trouble)).strip().splitlines() or ["no answer"]
        return Row(row, size, name, None, None, None, f"failed: {said[-1][:80]}")
    spent = found["seconds"]
    return Row(row, size, name, spent, spent / ours, error(found["answer"]), note)


def largest(found: Any, wanted: Any) -> float:
    return float(np.abs(np.asarray(found) - np.asarray(wanted)).max())


# --- Riccati equations -------------------------------------------------------------------------


def players(count: int) -> dict[str, Any]:
    """Players of one state; `b` falls with their number, so that any number can play."""
    rng = np.random.default_rng(11)
    return {
        "a": -0.5,
        "b": rng.uniform(0.5, 1.5, count) / np.sqrt(count),
        "q": rng.uniform(0.5, 2.0, count),
        "r": rng.uniform(0.5, 2.0, count),
        "q_end": rng.uniform(0.5, 1.5, count),
        "horizon": 1.0,
    }


def backward(game: dict[str, Any], tolerance: float) -> np.ndarray:
    """α at 0 by the textbook's equations: −α̇ = q + 2aα + s α² − 2α Σ s α, s = b²/r."""
    s = game["b"] ** 2 / game["r"]

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        return game["q"] + 2 * game["a"] * y + s * y**2 - 2 * y * (s @ y)

    end = np.broadcast_to(game["q_end"], game["q"].shape)
    options = {"method": "DOP853", "rtol": tolerance, "atol": tolerance}
    return solve_ivp(slope, (0, game["horizon"]), end, **options).y[:, -1]


def as_problem(game: dict[str, Any]) -> mean_field_type.MeanFieldTypeProblem:
    return mean_field_type.MeanFieldTypeProblem(
        horizon=game["horizon"],
        drift={"b1": game["a"], "b2": game["b"]},
        cost={"q": game["q"], "r": game["r"], "q_T": game["q_end"]},
        initial={"mean": 1.0},
    )


def plain(question: dict[str, Any]) -> dict[str, Any]:
    return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in question.items()}


def riccati(repeats: int) -> list[Row]:
    rows = []
    for count in (3, 10, 30, 1000):
        game = players(count)
        problem = as_problem(game)
        exact = backward(game, 1e-13)
        form = mean_field_type.as_linear_quadratic(problem)
        seconds, _, found = least(
            lambda form=form: mean_field_type.Equilibrium(form).at(0.0), repeats
        )
        name, size = "Riccati, finite horizon", f"{count:,} players"
        ours = (seconds, largest(found[0, :, 0], exact), "the equations, dense output, 1e-10")
        if count > 30:
            rows.append(Row(name, size, "wattmarket", *(seconds, 1.0), *ours[1:]))
            continue
        question = {**plain(game), "samples": 1000, "repeats": repeats}
        rows += beside(
            name, size, ours, "pydiffgame:PyDiffGame", "pydiffgame_riccati", question,
            lambda a, exact=exact: largest(a[0], exact), "its own tolerance, 1e-8; 1000 samples",
        )  # fmt: skip
        whole, _, _ = least(lambda problem=problem: mean_field_type.solve(problem), repeats)
        note = "with the certificate: every player's best reply, six grids"
        rows.append(Row(name, size, "wattmarket, solve", whole, whole / seconds, ours[1], note))
    return rows


def stationary(repeats: int) -> list[Row]:
    """Two players for ever: our long horizon beside steps of dt, whose error is of first order."""
    game = {
        "a": -0.5,
        "b": np.array([1.0, 0.5]),
        "q": np.array([1.0, 2.0]),
        "r": np.array([1.0, 1.0]),
        "q_end": np.zeros(2),
        "horizon": 30.0,
    }
    exact = backward(game, 1e-13) * game["b"] / game["r"]
    form = mean_field_type.as_linear_quadratic(as_problem(game))
    seconds, _, found = least(lambda: mean_field_type.Equilibrium(form).at(0.0), repeats)
    name = "stationary duopoly"
    ours = largest(found[0, :, 0] * game["b"] / game["r"], exact)
    rows = [Row(name, "2 players", "wattmarket", seconds, 1.0, ours, "horizon 30")]
    for dt in (0.01, 0.001):
        question = {**plain(game), "dt": dt, "tolerance": 1e-10, "repeats": repeats}
        rows.append(
            ask(
                name, "2 players", seconds, "quantecon:QuantEcon nnash", "quantecon_nnash",
                question, lambda a: largest(a, exact), f"steps of {dt:g}",
            )
        )  # fmt: skip
    return rows


def regimes(repeats: int) -> list[Row]:
    """One player, two regimes; discounting is a third one without costs."""
    a, b, q, r = [-0.5, 0.1], [1.0, 0.5], [1.0, 2.0], [1.0, 1.0]
    discount, switch = 0.1, np.array([[-0.5, 0.5], [1.0, -1.0]])
    generator = np.zeros((3, 3))
    generator[:2, :2] = switch - discount * np.eye(2)
    generator[:2, 2] = discount
    problem = mean_field_type.MeanFieldTypeProblem(
        horizon=60.0,
        generator=generator,
        drift={"b1": [*a, 0.0], "b2": [[*b, 0.0]]},
        cost={"q": [[*q, 0.0]], "r": [[*r, 1.0]]},
    )

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        pulled = np.array(b) ** 2 / np.array(r) * y**2
        return np.array(q) + (2 * np.array(a) - discount) * y - pulled + switch @ y

    options = {"method": "DOP853", "rtol": 1e-13, "atol": 1e-13}
    exact = solve_ivp(slope, (0, 60.0), np.zeros(2), **options).y[:, -1]
    form = mean_field_type.as_linear_quadratic(problem)
    seconds, _, found = least(lambda: mean_field_type.Equilibrium(form).at(0.0), repeats)
    name = "control with regimes"
    ours = largest(found[0, 0, :2], exact)
    rows = [Row(name, "2 regimes", "wattmarket", seconds, 1.0, ours, "horizon 60")]
    for dt in (0.01, 0.001):
        question = {
            "a": a,
            "b": b,
            "q": q,
            "r": r,
            "generator": switch.tolist(),
            "dt": dt,
            "discount": discount,
            "repeats": repeats,
        }
        rows.append(
            ask(
                name, "2 regimes", seconds, "quantecon:QuantEcon LQMarkov", "quantecon_markov",
                question, lambda a: largest(a, exact), f"steps of {dt:g}",
            )
        )  # fmt: skip
    return rows


# --- Monte Carlo -------------------------------------------------------------------------------


def monte_carlo(repeats: int) -> list[Row]:
    """One state pulled to its mean, Brownian noise and jumps; rates in path-steps."""
    paths, steps, horizon = 100_000, 1000, 1.0
    pull, to, sigma, rate, size, start = 1.0, 0.5, 0.3, 2.0, 0.2, 1.0
    problem = mean_field_type.MeanFieldTypeProblem(
        horizon=horizon,
        drift={"b0": pull * to, "b1": -pull, "b2": 0.0},
        volatility={"c0": sigma},
        jumps=[{"rate": rate, "c0": size}],
        cost={"r": 1.0},
        initial={"mean": start},
    )
    game = mean_field_type.as_linear_quadratic(problem)
    gains = mean_field_type.Equilibrium(game).gains

    def run() -> tuple[float, float]:
        rng = np.random.default_rng(1)
        found = simulate(game, gains, rng=rng, paths=paths, steps=steps)
        return float(found.mean[-1]), float(found.variance[-1])

    step = horizon / steps
    stay = (1 - pull * step) ** steps
    mean = to + (start - to) * stay
    # The variance of Euler's scheme, in closed form.
    once = (1 - pull * step) ** 2
    variance = (sigma**2 + rate * size**2) * step * (1 - once**steps) / (1 - once)
    error = np.sqrt(variance / paths)

    def score(found: Any) -> float:
        """How far the mean is from Euler's exact one, in standard errors."""
        return float(abs(found[0] - mean) / error)

    def loop() -> tuple[float, float]:
        rng = np.random.default_rng(1)
        means, variances = state_moments(game, gains, rng=rng, paths=paths, steps=steps)
        return float(means[-1]), float(variances[-1])

    bound = normals()
    work = paths * steps
    name, size_said = "Monte Carlo", "10⁵ paths, 10³ steps"

    def said(spent: float) -> str:
        speed = work / spent
        return f"{speed / 1e6:.0f} M path-steps/s, {speed / bound:.0%} of the bound"

    seconds, _, mine = least(loop, min(repeats, 3))
    general, _, whole = least(run, min(repeats, 3))
    question = {
        "pull": pull,
        "to": to,
        "sigma": sigma,
        "rate": rate,
        "size": size,
        "start": start,
        "horizon": horizon,
        "steps": steps,
        "paths": paths,
        "repeats": 1,
    }
    theirs = ask(
        name, size_said, seconds, "sdepy:sdepy", "sdepy_paths", question, score,
    )  # fmt: skip
    if theirs.seconds:
        theirs = Row(**{**asdict(theirs), "note": said(theirs.seconds)})
    ceiling = f"{bound / 1e6:.0f} M normals/s drawn in compiled code: the bound"
    drawn = work / bound
    return [
        Row(name, size_said, "wattmarket", seconds, 1.0, score(mine), said(seconds)),
        Row(
            *(name, size_said, "wattmarket, simulate", general, general / seconds, score(whole)),
            f"any controls, costs and regimes; {said(general)}",
        ),
        theirs,
        Row(name, size_said, "numba, normals alone", drawn, drawn / seconds, None, ceiling),
    ]


def normals() -> float:
    """Normals per CPU second drawn inside compiled code: no Euler step can be quicker."""
    from numba import njit

    @njit
    def draw(rng, count):
        total = 0.0
        for _ in range(count):
            total += rng.standard_normal()
        return total

    rng, count = np.random.default_rng(1), 20_000_000
    draw(rng, 1)
    return count / least(lambda: draw(rng, count), 3)[0]


# --- dispatch ----------------------------------------------------------------------------------


def stations(count: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(12)
    return rng, np.sort(rng.uniform(0.01, 0.2, count)), rng.uniform(1.0, 4.0, count)


def merit_order(repeats: int) -> list[Row]:
    """A year without stock. A steep loss makes it the linear program, but for cost/loss."""
    rng, cost, capacity = stations(20)
    steep, periods = 1e9, 8760
    demand = rng.uniform(0.2, 0.9, periods) * capacity.sum()
    problem = dispatch.DispatchProblem(
        stations={"cost": cost, "capacity": capacity},
        demand=demand,
        loss={"shortage": steep, "surplus": steep},
    )
    seconds, _, mine = least(lambda: dispatch.solve(problem), repeats)
    from scipy import sparse

    balance = sparse.kron(sparse.identity(periods), np.ones((1, 20)), format="csr")
    upper = np.tile(capacity, periods)
    bounds = np.column_stack([np.zeros(len(upper)), upper])

    def linear() -> Any:
        return linprog(np.tile(cost, periods), A_eq=balance, b_eq=demand, bounds=bounds,
                       method="highs", options={"primal_feasibility_tolerance": 1e-9})  # fmt: skip

    spent, _, theirs = least(linear, 1)
    filled = np.minimum(np.cumsum(capacity), demand[:, None])
    exact = np.diff(filled, axis=1, prepend=0.0)
    name, size = "dispatch, merit order", "8,760 × 20"
    gap = largest(theirs.x.reshape(periods, 20), exact)
    return [
        Row(name, size, "wattmarket", seconds, 1.0, largest(mine.supply, exact), "certified"),
        Row(name, size, "scipy linprog (HiGHS)", spent, spent / seconds, gap),
    ]


def stored(repeats: int) -> list[Row]:
    """Four days with stocks: one quadratic program for both. Compared by total cost."""
    rng, cost, capacity = stations(5)
    periods = 96
    demand = rng.uniform(0.3, 1.1, periods) * capacity.sum()
    inflow = rng.uniform(0.0, 0.8, (5, periods)) * capacity[:, None]
    limit, initial = 10 * capacity, 5 * capacity
    problem = dispatch.DispatchProblem(
        stations={"cost": cost, "capacity": capacity},
        demand=demand,
        loss={"shortage": 0.5, "surplus": 0.5},
        stock={
            "initial": initial,
            "inflow": inflow,
            "limit": limit,
            "terminal_value": np.zeros(5),
        },
    )
    seconds, _, mine = least(lambda: dispatch.solve(problem), repeats)
    gain = mine.diagnostics.exploitability
    question = plain(
        {
            "demand": demand,
            "cost": cost,
            "capacity": capacity,
            "initial": initial,
            "inflow": inflow,
            "limit": limit,
            "shortage": 0.5,
            "tolerance": 1e-9,
            "repeats": 1,
        }
    )
    name, size = "dispatch with stocks", "96 × 5"
    note = "error: what any other plan could save at most, from the duals"
    return beside(
        name, size, (seconds, gain, note), "pypsa:PyPSA (HiGHS QP)", "pypsa_dispatch", question,
        lambda a: abs(a[0] - mine.total_cost), "error: total cost against ours",
    )  # fmt: skip


# --- contest and learning ----------------------------------------------------------------------


def lottery(repeats: int) -> list[Row]:
    rows = []
    for count in (4, 20):
        costs = np.sort(np.random.default_rng(13).uniform(1.0, 2.0, count))
        # The closed form: with the k cheapest active, H = (k − 1)/Σ c.
        totals = np.arange(count) / np.cumsum(costs)
        active = max(k for k in range(1, count) if costs[k] * totals[k] < 1) + 1
        total = (active - 1) / costs[:active].sum()
        exact = np.maximum(total * (1 - costs * total), 0.0)
        problem = contest.ContestProblem(prize=1.0, costs=costs)
        seconds, _, mine = least(lambda problem=problem: contest.solve(problem), repeats * 4)
        ours = (seconds, largest(mine.efforts, exact), "with certificate")
        question = {"costs": costs.tolist(), "prize": 1.0, "repeats": 1}
        rows += beside(
            "contest r = 1", f"{count} players", ours, "nashopt:nashopt", "nashopt_contest",
            question, lambda a, exact=exact: largest(a, exact), "compilation by JAX included",
        )  # fmt: skip
    return rows


def learners(repeats: int) -> list[Row]:
    """The prisoner's dilemma again and again: distance of the policies from the dominant action."""
    first = np.array([[3.0, 0.0], [5.0, 1.0]])
    steps = 20_000

    def run() -> list[np.ndarray]:
        rng = np.random.default_rng(1)
        return list(learning.learn_bimatrix(first, first.T, steps=steps, rng=rng))

    def gap(found: Any) -> float:
        return max(1 - policy[1] for policy in found)

    seconds, _, mine = least(run, repeats)
    question = {"first": first.tolist(), "second": first.T.tolist(), "steps": steps, "repeats": 1}
    note = "its policy climbs only before a game's last step: in one-shot games never"
    return beside(
        "WoLF-PHC, one-shot", f"{steps:,} steps", (seconds, float(gap(mine)), "error: 1 − policy"),
        "openspiel:OpenSpiel WoLF-PHC", "openspiel_wolf", question, gap, note,
    )  # fmt: skip


ROWS: dict[str, Callable[[int], list[Row]]] = {
    "riccati": riccati,
    "nnash": stationary,
    "regimes": regimes,
    "monte-carlo": monte_carlo,
    "merit-order": merit_order,
    "stocks": stored,
    "contest": lottery,
    "learning": learners,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(ROWS), default=list(ROWS))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--output", type=Path, default=HERE / "results")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    file = options.output / "peers.json"
    known = json.loads(file.read_text()) if file.is_file() else {}
    for name in options.only:
        known[name] = [asdict(row) for row in ROWS[name](options.repeats)]
        print(table({name: known[name]}))
        kept = {name: known[name] for name in ROWS if name in known}
        file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
