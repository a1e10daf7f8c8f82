"""The poster's market, its private form, and the repeated game around it."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import POSTER, Picture, Section, Table, num
from oracle.games import FloatArray
from oracle.games.clearing import AdmmDiagnostics, ClearingProblem, supply_and_demand
from oracle.games.clearing import solve as clear
from oracle.games.reputation import ReputationProblem, solve
from oracle.plots.papers import Line, Panel

__all__ = ["market", "private_market", "reputation_rounds"]

_ROUNDS, _PERIODS = 40, 4
_ERRORS = (0.05, 0.2, 0.5)
_SEED = 2019


def reputation_rounds() -> Section:
    """Three nodes that differ in how well they keep their targets."""
    rng = np.random.default_rng(_SEED)
    target = np.ones((_ROUNDS, _PERIODS, len(_ERRORS)))
    actual = target + rng.standard_normal(target.shape) * np.array(_ERRORS)
    solution = solve(
        ReputationProblem.from_document(
            {
                "initial": [0.0] * len(_ERRORS),
                "actual": actual.tolist(),
                "target": target.tolist(),
                "tau": 3.0,
                "deviation_scale": 0.4,
            }
        )
    )
    turns = np.bincount(solution.leaders, minlength=len(_ERRORS))
    rounds = np.linspace(0.0, _ROUNDS, _ROUNDS + 1)
    rows = tuple(
        (
            f"node {i + 1}, error {error:g}",
            str(turns[i]),
            num(float(solution.reputation[:, i].mean()), 3),
        )
        for i, error in enumerate(_ERRORS)
    )
    return Section(
        "Reputation and leadership",
        f"{POSTER}, repeated game",
        (
            "The poster publishes a model and no numbers: its chart is Solarcoin's price, its "
            "other figures are diagrams. Its rules can still be run. Ours: three nodes, "
            f"{_ROUNDS} rounds of {_PERIODS} periods, τ = 3, targets missed by 5, 20 and 50 % "
            "(standard deviation), deviations counted in units of 0.4.",
            Table("Rounds led, and mean reputation", ("node", "rounds led", "reputation"), rows),
            Picture(
                "reputation",
                "Reputation of three nodes over 40 rounds: the two careful ones rise to the cap, "
                "which falls whenever one has led, and take turns in a saw-tooth; the careless one "
                "stays below them.",
                "Reputation by round.",
                (
                    Panel(
                        "Reputation",
                        "round",
                        tuple(
                            Line(f"error {error:g}", rounds, solution.reputation[:, i], i)
                            for i, error in enumerate(_ERRORS)
                        ),
                    ),
                ),
                1,
            ),
            "The cap τ + age makes leadership rotate: who has just mined starts again from τ. The "
            "poster leaves open whether the age before or after the round enters; we take the one "
            "after it.",
        ),
    )


def market(**changes: object) -> ClearingProblem:
    """Three consumers and two prosumers."""
    return ClearingProblem.from_document(
        {
            "consumers": {
                "target": [4.0, 2.5, 6.0],
                "curvature": [0.03, 0.05, 0.02],
                "capacity": [4.0, 2.5, 6.0],
            },
            "prosumers": {
                "target": [1.0, 0.5],
                "curvature": [0.1, 0.1],
                "capacity": [8.0, 5.0],
                "cost_linear": [0.02, 0.04],
                "cost_quadratic": [0.02, 0.03],
            },
            "price_bounds": [0.0, 0.3],
            **changes,
        }
    )


def private_market() -> Section:
    """Exact and private clearing agree; preferences part the prices; μ at a floor."""
    exact, private = clear(market()), clear(market(method="admm"))
    liked = clear(market(price_bounds=None, preferences=[[0.05, 0.0]] * 3))
    floor = clear(market(price_bounds=[0.2, 0.3]))
    assert isinstance(private.diagnostics, AdmmDiagnostics)
    primal = np.maximum(np.array(private.diagnostics.primal_residuals), 1e-17)
    rounds = np.linspace(1.0, len(primal), len(primal))
    gap = abs(float(private.price) - float(exact.price))
    rows = (
        ("exact", num(float(exact.price), 4), *_both(exact.shared), num(exact.welfare, 4)),
        (
            "private (ADMM)",
            num(float(private.price), 4),
            *_both(private.shared),
            num(private.welfare, 4),
        ),
        (
            "bonus 0.05 for prosumer 1",
            " and ".join(num(price, 4) for price in np.asarray(liked.price).tolist()),
            *_both(liked.shared),
            num(liked.welfare, 4),
        ),
        ("floor at 0.2", num(float(floor.price), 4), *_both(floor.shared), num(floor.welfare, 4)),
    )
    assert gap < 1e-6
    return Section(
        "Clearing, preferences and privacy",
        f"{POSTER}, the model, the platform and its ADMM reformulation",
        (
            "The poster states the consumers' and prosumers' problems, preferences, the matching "
            "probability μ and an ADMM form that keeps data private; it gives neither parameters "
            "nor results. Ours: three consumers, two prosumers, the second dearer.",
            Table(
                "One period",
                ("market", "price", "shared by 1", "shared by 2", "welfare"),
                rows,
            ),
            Picture(
                "private-market",
                "The imbalance of supply and demand over the rounds of messages, on a logarithmic "
                "scale: it falls by many orders of magnitude within the rounds shown.",
                "The private form: imbalance |Σy − Σs| by round.",
                (
                    Panel(
                        "Imbalance, kWh",
                        "round",
                        (Line("", rounds, primal, 0, "-", "o"),),
                        log=True,
                    ),
                ),
                1,
            ),
            "The private form ends at the exact price to within 10⁻⁶. With preferences each "
            "prosumer has a price of her own; they differ by the bonus as long as both sell to the "
            "same consumer.",
            "**Correction.** μ = min(Σy/Σs, 1) depends on what prosumers offer, and they offer "
            "less the smaller μ is; so μ is a fixed point. At the floor it is "
            f"{num(floor.matching_probability, 4)}; put into the ratio once, with the offers that "
            f"μ = 1 would bring, it would be {num(_naive(), 4)}.",
        ),
    )


def _both(shared: FloatArray) -> tuple[str, str]:
    return num(float(shared[0]), 4), num(float(shared[1]), 4)


def _naive() -> float:
    """Σy/Σs with the offers that the floor of 0.2 would bring were all of them matched."""
    supply, demand = supply_and_demand(market(), 0.2)
    return float(demand / supply)
