"""The elecoin paper's learners: their way to the equilibrium, and its baselines."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.elecoin import WILLINGNESS, community
from oracle.app.papers.section import ELECOIN, Picture, Section, Table, num
from oracle.games import FloatArray
from oracle.games.learning import LearningProblem, LearningSolution, solve
from oracle.games.stackelberg import solve as solve_exactly
from oracle.plots.papers import Line, Panel

__all__ = ["baselines", "convergence", "learning"]

_SEED = 2021
_BOUNDS = {"price_bounds": [20.0, 148.0], "demand_bounds": [0.0, 1.6]}
_OURS = "θ = 20, e_c = 10, prices from 20 to 148, demands up to 1.6, 33 levels each"
_COUNTS = (2, 4, 8, 12)
_METHODS = {
    "dma_ubrl": "DMA-UBRL",
    "genetic_prosumers": "genetic, for prosumers",
    "genetic_server": "genetic, for the server",
    "random": "random",
}


def learning(
    willingness: tuple[float, ...], method: str, *, pricing: str = "uniform", steps: int, runs: int
) -> LearningProblem:
    """The paper's constants and step sizes; θ, w, bounds and levels are ours."""
    game = community(willingness, pricing=pricing).model_dump(exclude_none=True)
    return LearningProblem.from_document(
        {
            **game,
            **_BOUNDS,
            "method": method,
            "price_levels": 33,
            "demand_levels": 33,
            "steps": steps,
            "learning_rate": 0.02,
            "discount": 0.0,
            "step_win": 0.0025,
            "step_lose": 0.01,
            "exploration": 0.3,
            "runs": runs,
        }
    )


def _played(problem: LearningProblem) -> LearningSolution:
    return solve(problem, rng=np.random.default_rng(_SEED))


def convergence() -> Section:
    """Figure 3: prices and demands of learners with uniform and discriminated prices."""
    four, steps = WILLINGNESS[::2], 120_000
    found = {
        pricing: _played(learning(four, "dma_ubrl", pricing=pricing, steps=steps, runs=4))
        for pricing in ("uniform", "discriminated")
    }
    exact = {pricing: solve_exactly(community(four, pricing=pricing)) for pricing in found}
    rows = []
    for pricing, solution in found.items():
        goal = exact[pricing]
        for name, learned, right in (
            ("mean price", np.mean(solution.price), np.mean(goal.price)),
            ("mean demand", np.mean(solution.demands), np.mean(goal.demands)),
            ("server's utility", solution.leader_utility, goal.leader_utility),
            (
                "mean prosumer's utility",
                np.mean(solution.follower_utilities),
                np.mean(goal.follower_utilities),
            ),
        ):
            rows.append(
                (
                    f"{pricing}: {name}",
                    num(float(learned), 4),
                    num(float(right), 4),
                    f"{100 * (learned / right - 1):+.1f} %".replace("-", "−"),
                )
            )
    blocks = np.linspace(0.0, steps, 200)
    prices = [float(np.mean(solution.price)) for solution in found.values()]
    goals = [float(np.mean(solution.price)) for solution in exact.values()]
    return Section(
        "Convergence of the learners",
        f"{ELECOIN}, algorithm 1 and figure 3",
        (
            "DMA-UBRL with the paper's step sizes 0.0025 and 0.01, one server and four prosumers, "
            f"each learning from her own utility alone. Ours: {_OURS}, w = 2, 4, 6, 8, learning "
            f"rate 0.02, {steps} steps, means over 4 runs. The server has one state: the paper's, "
            "all last demands, would need 33⁴ of them.",
            Table(
                "After learning, and at the exact equilibrium",
                ("quantity", "learned", "exact", "difference"),
                tuple(rows),
            ),
            Picture(
                "convergence",
                "The learners' mean price over the steps. As long as they explore, both prices "
                "stay between 100 and 135, far above the equilibria (dashed). Late, when "
                f"exploration fades, the uniform price falls to {num(prices[0], 3)}, its "
                f"equilibrium, and the discriminated ones to {num(prices[1], 3)} on average, "
                "above theirs.",
                "Mean price by step; dashed, the exact equilibria.",
                (
                    Panel(
                        "Mean price",
                        "step",
                        tuple(
                            Line(pricing, blocks, _trace(solution), at)
                            for at, (pricing, solution) in enumerate(found.items())
                        )
                        + tuple(
                            Line(
                                "",
                                blocks[[0, -1]],
                                np.full(2, float(np.mean(solution.price))),
                                at,
                                "--",
                            )
                            for at, solution in enumerate(exact.values())
                        ),
                    ),
                ),
                1,
            ),
            "**Differences.** As published, the learners settle, though only when they stop "
            "exploring. The paper compares with no exact solution; here the uniform price ends "
            f"{_apart(prices[0], goals[0])} the equilibrium and the discriminated ones "
            f"{_apart(prices[1], goals[1])} theirs, while the server earns within 5 % of the exact "
            "utility in both: near its best price the server's utility is almost level, and on a "
            "grid of levels it can raise a price until the prosumer's next lower level becomes "
            "better for her.",
        ),
    )


def _apart(price: float, goal: float) -> str:
    gap = round(100 * (price / goal - 1))
    return "at" if gap == 0 else f"{abs(gap)} % {'above' if gap > 0 else 'below'}"


def _trace(solution: LearningSolution) -> FloatArray:
    return np.asarray(solution.price_trace, dtype=np.float64)


def baselines() -> Section:
    """Figure 4(a, b) with its baselines: one side optimised alone, and random play."""
    leader = {name: np.empty(len(_COUNTS)) for name in (*_METHODS, "exact")}
    each = {name: np.empty(len(_COUNTS)) for name in leader}
    for at, count in enumerate(_COUNTS):
        willingness = tuple(np.linspace(2.0, 9.0, count).tolist())
        for method in _METHODS:
            solution = _played(learning(willingness, method, steps=20_000, runs=2))
            leader[method][at] = solution.leader_utility
            each[method][at] = np.mean(solution.follower_utilities)
        exact = solve_exactly(community(willingness))
        leader["exact"][at] = exact.leader_utility
        each["exact"][at] = np.mean(exact.follower_utilities)
    names = {**_METHODS, "exact": "exact equilibrium"}
    counts = np.array(_COUNTS, dtype=np.float64)
    rows = tuple(
        (
            name,
            *(num(value, 3) for value in leader[key][[1, 2]].tolist()),
            *(num(value, 3) for value in each[key][[1, 2]].tolist()),
        )
        for key, name in names.items()
    )
    return Section(
        "Learners, genetic search and chance",
        f"{ELECOIN}, figure 4(a) and 4(b), all four lines",
        (
            "The same game for more prosumers, w spread evenly from 2 to 9, beside the paper's "
            f"baselines. Ours: {_OURS}; 20 000 steps, 2 runs; genetic search with a population of "
            "40. Neither the baselines' settings nor utilities are published as numbers.",
            Table(
                "Utilities with 4 and with 8 prosumers",
                ("who decides", "server, N = 4", "N = 8", "mean prosumer, N = 4", "N = 8"),
                rows,
            ),
            Picture(
                "baselines",
                "Utilities over the number of prosumers for the learners, two genetic searches, "
                "chance and the exact equilibrium. The search for one side is best for that side "
                "and worst for the other; the learners lie close to the equilibrium on both.",
                "Utilities over N by who decides.",
                tuple(
                    Panel(
                        title,
                        "prosumers N",
                        tuple(
                            Line(
                                name,
                                counts,
                                values[key],
                                None if key == "exact" else at,
                                ":" if key == "exact" else "-",
                                "o",
                            )
                            for at, (key, name) in enumerate(names.items())
                        ),
                        legend=title.startswith("Server"),
                    )
                    for title, values in (
                        ("Server's utility", leader),
                        ("A prosumer's mean utility", each),
                    )
                ),
            ),
            "**As published:** each genetic search serves its own side and ruins the other; the "
            "learners balance both. **Not as published:** a prosumer's utility does not fall with "
            "N (see above). Chance even pays the server more than the equilibrium: prosumers who "
            "choose by chance buy at prices that they should refuse.",
        ),
    )
