"""The regulated token: its target price, and the strategies of supplying it."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import CHAPTER, SLIDES, Picture, Section, Table, num
from oracle.games import FloatArray
from oracle.games.regulation import STRATEGIES, RegulationProblem, solve
from oracle.plots.papers import Line, Panel

__all__ = ["BAND", "supply_strategies", "target", "target_price", "token"]

BAND = (0.98, 1.02)
_SEED = 2019
_JUMP = {"rate": 2.0, "size": 0.01}


def target(
    times: FloatArray, band: tuple[float, float], second: int = 2, sine: bool = True
) -> FloatArray:
    """p_tp [times]: the band's middle and two waves, at 1 and `second` turns per unit of time.

    `sine`: with the second wave's sine, which the slides have and the chapter leaves out.
    """
    low, high = band
    width = high - low
    first, other = 2 * np.pi * times, 2 * np.pi * second * times
    waves = np.cos(first) / 100 + np.sin(first) / 150 + np.cos(other) / 200
    if sine:
        waves = waves + np.sin(other) / 250
    return np.asarray((low + high) / 2 + width * waves)


def target_price() -> Section:
    """The published target inside its band, and how much of the band it uses."""
    times = np.linspace(0.0, 2.0, 2001)
    forms = {
        "slides, 1 and 2 turns": target(times, BAND),
        "chapter (no second sine)": target(times, BAND, sine=False),
        "caption, 1 and 4 turns": target(times, BAND, second=4),
    }
    rows = tuple(
        (
            name,
            num(values.min(), 6),
            num(values.max(), 6),
            f"{100 * np.ptp(values) / (BAND[1] - BAND[0]):.1f} %",
        )
        for name, values in forms.items()
    )
    curves = tuple(Line(name, times, values, at) for at, (name, values) in enumerate(forms.items()))
    flat = forms["slides, 1 and 2 turns"]
    picture = Picture(
        "target-price",
        f"Left: the target price between the bounds 0.98 and 1.02; it looks like a straight line "
        f"at 1. Right, enlarged: waves between {num(flat.min(), 6)} and {num(flat.max(), 6)}.",
        "The target price in its band, and enlarged.",
        (
            Panel(
                "Target and band",
                "time",
                curves[:1],
                levels=(("band", BAND[0]), ("", BAND[1])),
                limits=(0.975, 1.025),
            ),
            Panel("The target alone", "time", curves, limits=(0.9990, 1.0012)),
        ),
    )
    return Section(
        "Target price of a regulated token",
        f"{CHAPTER}, 4.4.1 and figure 4; {SLIDES}, regulated price",
        (
            "`p_tp(t) = c0 + Σ_{k=1,2} c_k cos 2πkt + ĉ_k sin 2πkt` with c0 the middle of the band "
            "0.98 to 1.02 and c1, ĉ1, c2, ĉ2 its width over 100, 150, 200, 250.",
            Table(
                "Range of the target price",
                ("form", "lowest", "highest", "share of the band"),
                rows,
            ),
            picture,
            "**Differences.** The chapter leaves out ĉ2, which the slides give; its caption speaks "
            "of 1 Hz and 4 Hz where the formula has 1 and 2. In each reading the target stays "
            "inside the band, as published, and uses less than a twentieth of it: nearly the "
            "whole band is left to the noise.",
        ),
    )


def token(*, jumps: bool) -> RegulationProblem:
    """A token under pressure from demand; all parameters but the band are ours."""
    return RegulationProblem.from_document(
        {
            "price_band": list(BAND),
            "adjustment_speed": 2.0,
            "demand": 1.05,
            "supply": 1.0,
            "volatility": 0.02,
            "common_volatility": 0.01,
            "jumps": [_JUMP] if jumps else None,
            "horizon": 1.0,
            "steps": 200,
            "paths": 10_000,
            "outage_cost": 1.0,
            "weights": {"q": 1.0, "q_bar": 4.0, "rho": 0.05},
            "piecewise": {
                "block": 0.05,
                "window": 0.1,
                "supplies": [-0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2],
                "supply_step": 0.1,
            },
            "strategies": list(STRATEGIES),
        }
    )


def supply_strategies() -> Section:
    """Outage, error, effort and payoff of each strategy; the regulated price's mean."""
    problem = token(jumps=False)
    plain = solve(problem, rng=np.random.default_rng(_SEED)).strategies
    jumpy = solve(token(jumps=True), rng=np.random.default_rng(_SEED)).strategies
    rows = []
    for name, outcome in plain.items():
        low, high = jumpy[name].confidence_interval
        rows.append(
            (
                name.replace("_", " "),
                f"{outcome.outage_probability:.5f}",
                f"{jumpy[name].outage_probability:.4f} ({low:.4f} to {high:.4f})",
                f"{1e6 * outcome.mean_squared_error:.0f}",
                f"{1e3 * outcome.control_energy:.2f}",
                f"{outcome.payoff:.3f}",
            )
        )
    times = np.linspace(0.0, problem.horizon, problem.steps + 1)
    shown = ("none", "open_loop", "lqr", "mean_field_type", "piecewise")
    worst, best = (plain[name].outage_probability for name in ("none", "mean_field_type"))
    picture = Picture(
        "supply-strategies",
        "Mean prices over one unit of time from 1. Without supply the mean leaves the band at 1.02 "
        "and rises above 1.04; open loop keeps it at the target near 1; the others let it rise, "
        "mean-field type less than LQR, which rises less than none.",
        "The regulated price's mean by strategy, and the band.",
        (
            Panel(
                "exp(E p)",
                "time",
                tuple(
                    Line(name.replace("_", " "), times, plain[name].mean_price, at)
                    for at, name in enumerate(shown)
                ),
                levels=(("band", BAND[0]), ("", BAND[1])),
            ),
        ),
        1,
    )
    return Section(
        "Token supply strategies and their outage",
        f"{CHAPTER}, 4.4.2 to 4.4.6 and figure 5; {SLIDES}, self-regulated price",
        (
            "The figures show a real market's price, continued by a simulation under the open-loop "
            "(chapter) and the mean-field-type strategy (slides). Neither the data nor D, S, η, "
            "noises and weights are given, and no outage is published. Ours: "
            "`dp = η[D − p − (S + u)]dt` "
            "with η = 2, D = 1.05, S = 1, σ = 0.02, σ_o = 0.01, one unit of time, weights q = 1, "
            "q̄ = 4, ρ = 0.05, outage cost 1; with jumps, 1 % up at the rate 2 besides.",
            Table(
                "Strategies on one noise: outage is the share of time outside 0.98 to 1.02",
                (
                    "strategy",
                    "outage, no jumps",
                    "outage with jumps (95 %)",
                    "squared error, 10⁻⁶",
                    "energy, 10⁻³",
                    "payoff",
                ),
                tuple(rows),
            ),
            picture,
            "**Differences.** The chapter finds smaller fluctuations under the open-loop strategy. "
            "In its own model that cannot come from noise: with u = D − S − log p_tp the price "
            "returns to its mean at the same rate η as without control, so its variance is the "
            "same, `(σ² + σ_o²)(1 − e^{−2ηt})/2η`, nearly its whole squared error here; only the "
            "movements of D − S are taken out. Feedback does lower the variance. "
            "With the frozen mean, `mean field` has the feedback of `lqr`, because q̄ then only "
            "adds a constant. As printed (ρ = 0) gains are infinite, so supply must cost "
            f"something. The mean-field-type strategy cuts outage from {worst:.5f} to {best:.5f}: "
            "less than the others, as published, for more energy than LQR spends.",
        ),
    )
