"""The slides' three scenarios of producers who move the price, and the misprint in γ."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oracle.app.papers.section import SLIDES, Picture, Section, Table, num, off, words
from oracle.games import FloatArray
from oracle.games.cournot import CournotProblem, CournotSolution, Equilibrium, solve
from oracle.plots.papers import Line, Panel

__all__ = ["PUBLISHED", "price_under_demand", "scenario", "scenario_1", "scenarios_2_and_3"]

PUBLISHED = {2: (180430.0, 93526.0, 57159.0), 3: (180570.0, 93608.0, 57224.0)}
"""Costs C_1, C_2, C_3 by scenario."""
_T = 1.5
_PATHS = 4000
_SEED = 1925
_SPEEDS = (5.0, 20.0, 100.0)
Variant = Literal["corrected", "as_printed"]
_VARIANTS: tuple[Variant, ...] = ("as_printed", "corrected")
_STYLES: tuple[tuple[Variant, str], ...] = (("corrected", "-"), ("as_printed", "--"))


def scenario(number: int, variant: Variant) -> CournotProblem:
    """Scenario 2 (no noise) or 3 (σ = 1 and, in expectation, two jumps of size 1)."""
    noisy = number == 3
    return CournotProblem.from_document(
        {
            "marginal_cost": [1.0, 5.0, 10.0],
            "quadratic_cost": [1.0, 2.0, 3.0],
            "risk_cost": [1.0, 2.0, 3.0],
            "discount": [0.1, 0.1, 0.1],
            "adjustment_speed": 0.5,
            "intercept": 1.0,
            "terminal_weight": 1.0,
            "horizon": _T,
            "initial_price": 50.0,
            "initial_mean_price": 50.0,
            "volatility": 1.0 if noisy else 0.0,
            "common_volatility": 0.0,
            "jumps": [{"rate": 2 / _T, "size": 1.0}] if noisy else None,
            "variant": variant,
        }
    )


def price_under_demand(times: FloatArray, speed: float) -> FloatArray:
    """Scenario 1 in closed form [times]: dp = s(a − D − p)dt, a = 30, D = 30 + 20 sin 10πt."""
    turn = 10 * np.pi
    forced = -20 * speed / (speed**2 + turn**2)
    settled = forced * (speed * np.sin(turn * times) - turn * np.cos(turn * times))
    return np.asarray(settled + (170 + forced * turn) * np.exp(-speed * times))


def scenario_1() -> Section:
    """A price that follows a given demand, for several speeds."""
    times = np.linspace(0.0, 1.0, 801)
    rows = []
    for speed in _SPEEDS:
        swing = 20 * speed / np.hypot(speed, 10 * np.pi)
        lag = np.degrees(np.arctan2(10 * np.pi, speed))
        last = price_under_demand(np.array([1.0]), speed)[0]
        given = "yes" if speed == 100 else "no, ours"
        rows.append((f"s = {speed:g}", given, num(swing, 4), f"{lag:.1f}°", num(last, 4)))
    picture = Picture(
        "scenario-1",
        "Prices over one unit of time from 170. At s = 100 the price falls within 0.05 to a wave "
        "of height 19.1 around 0 and follows minus the demand's wave with a small lag; at s = 20 "
        "the wave is 10.7 high, at s = 5 it is 3.1 high and the start is forgotten only near 1.",
        "Scenario 1 again: exact solution for three speeds s; the slides give s = 100 alone.",
        (
            Panel(
                "Price p(t)",
                "time",
                tuple(
                    Line(f"s = {speed:g}", times, price_under_demand(times, speed), at)
                    for at, speed in enumerate(_SPEEDS)
                ),
                limits=(-30.0, 175.0),
            ),
            Panel(
                "After the start",
                "time",
                (
                    Line("a − D", times[400:], -20 * np.sin(10 * np.pi * times[400:]), None, ":"),
                    *(
                        Line("", times[400:], price_under_demand(times[400:], speed), at)
                        for at, speed in enumerate(_SPEEDS)
                    ),
                ),
            ),
        ),
    )
    return Section(
        "Scenario 1: a price that follows demand",
        f"{SLIDES}, table and figure of scenario 1",
        (
            "No control, no noise: `dp = s[a − D − p]dt` with t1 = 1, p0 = 170, s = 100, a = 30, "
            "`D = 30 + 20 sin 10πt`. The equation is linear, so its solution is exact: the price "
            "forgets its start at the rate s and then follows `a − D = −20 sin 10πt`, lower and "
            "later the smaller s is.",
            Table(
                "Scenario 1: the wave that remains",
                ("speed", "published value of s", "height of p's wave", "lag", "p(1)"),
                tuple(rows),
            ),
            picture,
            "**Difference.** The figure gives no values, and of its several s only 100 is in the "
            "table; tracking is as published. The price equation is introduced for a log-price, "
            "but 170 and 50 can only be prices: taken as logs they would be e^170 and e^50.",
        ),
    )


def scenarios_2_and_3() -> Section:
    """Costs as published, as printed and corrected; the gains; one path with noise."""
    solved = {
        (number, variant): solve(scenario(number, variant))
        for number in (2, 3)
        for variant in _VARIANTS
    }
    printed, right = solved[2, "as_printed"], solved[2, "corrected"]
    spread, path = simulated()
    return Section(
        "Scenarios 2 and 3: costs, and the misprint in γ",
        f"{SLIDES}, tables of scenarios 2 and 3 and the table of costs",
        (
            "Three producers, t1 = 1.5, p0 = p̂0 = 50, c = (1, 5, 10), r = r̄ = (1, 2, 3), λ = 0.1, "
            "η = 0.5, a = 1, q = 1; scenario 3 adds σ = 1 and two jumps. The published costs are "
            "sums of `C_i(u_i(t_k))` over the steps of an Euler scheme, not integrals: with "
            "1000 steps of 0.0015 the size is right, and ours are summed alike.",
            _costs(solved),
            "**The misprint.** α, β, γ and δ are the coefficients of a value function, so all of "
            "them are fixed at the end: α(t1) = −q, β(t1) = γ(t1) = δ(t1) = 0. Slides and chapter "
            "print γ(0) = 0 instead. Taken literally, γ runs forward from 0 and becomes large "
            "where it should vanish. The chapter besides prints −ηα where −ηβa drives γ.",
            "How much it matters is the gain of a producer who alone drops the strategy and plays "
            f"her best reply: {num(_gain(printed), 3)} as printed and "
            f"{_small(_gain(right))} corrected (exploitability, in the units "
            f"of the revenues, {words(right.values.tolist())}). So the published strategies are "
            "not an equilibrium; the corrected ones are.",
            _gains_picture(),
            "**What remains.** As printed we come within 0.06 % of the published C_1, 1.2 % of "
            "C_2 and 1.9 % of C_3 in scenario 2; the slides do not say what makes the rest, and "
            "we found no reading of the printed equations that hits all three. In scenario 3 the "
            "slides show one path and give neither its seed nor the jumps' sizes and times; ours "
            "are expectations with jumps of size 1 at the rate 2/t1.",
            spread,
            "So the published differences between the scenarios are small against the spread of "
            "one path; they confirm nothing and contradict nothing.",
            path,
            _rest(printed, right),
        ),
    )


def _gain(solution: CournotSolution) -> float:
    return float(solution.diagnostics.exploitability or 0.0)


def _small(value: float) -> str:
    return "less than 10⁻¹⁰" if value < 1e-10 else num(value, 3)


def _costs(solved: dict[tuple[int, Variant], CournotSolution]) -> Table:
    rows = []
    for number, published in PUBLISHED.items():
        printed = solved[number, "as_printed"].summed_costs
        right = solved[number, "corrected"].summed_costs
        for i, value in enumerate(published):
            rows.append(
                (
                    f"{number}, C_{i + 1}",
                    f"{value:.0f}",
                    f"{printed[i]:.0f}",
                    off(printed[i], value),
                    f"{right[i]:.0f}",
                    off(right[i], value),
                )
            )
    return Table(
        "Costs of scenarios 2 and 3 (the slides call the table “scenarios 1 and 2”)",
        ("scenario, cost", "published", "as printed", "difference", "corrected", "difference"),
        tuple(rows),
    )


def _gains_picture() -> Picture:
    times = np.linspace(0.0, _T, 301)
    lines: dict[str, list[Line]] = {name: [] for name in ("p", "u", "α", "β", "γ", "C")}
    for variant, style in _STYLES:
        problem = scenario(2, variant)
        equilibrium, solution = Equilibrium(problem), solve(problem)
        alpha, beta, gamma, _ = equilibrium.at(times)
        every = np.linspace(0, problem.steps, len(times)).round().astype(int)
        name = variant.replace("_", " ")
        lines["p"].append(Line(name, times, solution.mean_price[every], None, style))
        weight = problem.quadratic_cost + problem.risk_cost
        for i in range(3):
            output = solution.mean_output[i, every]
            costs = problem.marginal_cost[i] * output + weight[i] / 2 * output**2
            label = f"producer {i + 1}" if style == "-" else ""
            lines["u"].append(Line(label, times, output, i, style))
            lines["C"].append(Line(label, times, costs, i, style))
            for letter, values in (("α", alpha), ("β", beta), ("γ", gamma)):
                lines[letter].append(Line(label, times, values[i], i, style))
    titles = {
        "p": "Price p = E p",
        "u": "Outputs u",
        "α": "α",
        "β": "β",
        "γ": "γ",
        "C": "Costs C(u)",
    }
    return Picture(
        "scenario-2",
        "Six panels over time 0 to 1.5: the price falls from 50; outputs fall with it; α, β and γ "
        "of three producers; costs. Solid is corrected, dashed as printed. α and β agree. "
        "γ corrected starts away from 0 and ends at 0; as printed it starts at 0 and runs away.",
        "Scenario 2, the panels of the slides: solid corrected, dashed as printed (γ(0) = 0).",
        tuple(
            Panel(titles[key], "time", tuple(curves), legend=key in ("p", "u"))
            for key, curves in lines.items()
        ),
        3,
    )


def simulated() -> tuple[Table, Picture]:
    """Costs of scenario 3 as printed over many paths, and the first path."""
    problem = scenario(3, "as_printed")
    equilibrium = Equilibrium(problem)
    steps, speed = problem.steps, problem.adjustment_speed
    step = problem.horizon / steps
    gains = equilibrium.many(np.linspace(0.0, problem.horizon, steps + 1))
    rng = np.random.default_rng(_SEED)
    price = np.full(_PATHS, problem.initial_price)
    mean = problem.initial_mean_price
    costs = np.zeros((3, _PATHS))
    kept = np.empty((2, steps))
    for at in range(steps):
        expected = -gains.K[:, at] * mean - gains.h[:, at]
        output = expected[:, None] - gains.k[:, at, None] * (price - mean)
        costs += problem.marginal_cost[:, None] * output
        costs += problem.quadratic_cost[:, None] / 2 * output**2
        costs += (problem.risk_cost / 2 * expected**2)[:, None]
        kept[:, at] = price[0], mean
        noise = rng.standard_normal(_PATHS) * np.sqrt(step)
        noise += rng.poisson(2 / _T * step, _PATHS) - 2 / _T * step
        price = price + step * speed * (problem.intercept - output.sum(axis=0) - price) + noise
        mean = mean + step * speed * (problem.intercept - expected.sum() - mean)
    exact = solve(problem).summed_costs
    quiet = solve(scenario(2, "as_printed")).summed_costs
    rows = tuple(
        (
            f"C_{i + 1}",
            f"{PUBLISHED[3][i] - PUBLISHED[2][i]:+.0f}",
            f"{exact[i] - quiet[i]:+.0f}",
            f"{costs[i].mean() - quiet[i]:+.0f} ± {costs[i].std() / np.sqrt(_PATHS):.0f}",
            f"{costs[i].std():.0f}",
        )
        for i in range(3)
    )
    table = Table(
        "What noise adds to the costs (scenario 3 less scenario 2, as printed)",
        (
            "cost",
            "published, one path",
            "ours, expected",
            f"ours, {_PATHS} paths",
            "standard deviation of a path",
        ),
        rows,
    )
    times = np.linspace(0.0, problem.horizon - step, steps)
    picture = Picture(
        "scenario-3",
        "The price of one simulated path of scenario 3 around its expectation: both fall from 50; "
        "the path stays within a few units of it. The right panel shows the difference alone: "
        "a random walk with two jumps.",
        f"Scenario 3, as printed: one path (seed {_SEED}) and the expectation.",
        (
            Panel(
                "Price",
                "time",
                (
                    Line("p(t), one path", times, kept[0], 0),
                    Line("E p(t)", times, kept[1], None, "--"),
                ),
            ),
            Panel("p(t) − E p(t)", "time", (Line("", times, kept[0] - kept[1], 0),)),
        ),
    )
    return table, picture


def _rest(printed: CournotSolution, right: CournotSolution) -> Table:
    return Table(
        "Prices at rest (the slides give the formulas and no numbers)",
        ("price", "as printed", "corrected"),
        (
            ("stationary feedback", num(printed.stationary_price), num(right.stationary_price)),
            ("one-shot Cournot", num(printed.cournot_price), num(right.cournot_price)),
        ),
    )
