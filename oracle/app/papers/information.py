"""The chapter's producers who do not know each other's costs: its claims, in numbers."""

from __future__ import annotations

from oracle.app.papers.section import CHAPTER, Section, Table, num
from oracle.games.bayesian_cournot import BayesianCournotProblem, solve

__all__ = ["incomplete_information", "producers"]

_DEAR = (1.0, 2.0, 4.0)


def producers(dear: float, *, chance: float = 0.5) -> BayesianCournotProblem:
    """One producer whose marginal cost is 0.5, or `dear` with the given chance; one known."""
    other = {"quadratic_cost": 1.0, "risk_cost": 0.5}
    types = [
        {"probability": 1 - chance, "marginal_cost": 0.5, **other},
        {"probability": chance, "marginal_cost": dear, **other},
    ]
    return BayesianCournotProblem.from_document(
        {
            "types": [
                [each for each in types if each["probability"] > 0],
                [{"probability": 1.0, "marginal_cost": 1.0, **other}],
            ],
            "discount": [0.1, 0.1],
            "adjustment_speed": 0.5,
            "intercept": 6.0,
            "terminal_weight": 1.0,
            "horizon": 2.0,
            "initial_price": 4.0,
            "initial_mean_price": 4.0,
            "volatility": 0.5,
            "common_volatility": 0.2,
            "steps": 200,
        }
    )


def incomplete_information() -> Section:
    """What knowing the other's cost is worth, and how much is regretted."""
    cases = {f"0.5 or {dear:g}, even chances": producers(dear) for dear in _DEAR}
    cases = {"0.5 for certain": producers(1.0, chance=0.0), **cases}
    rows = []
    for name, problem in cases.items():
        solution = solve(problem)
        worth, regret = solution.value_of_information, solution.ex_post_regret
        rows.append(
            (
                name,
                _some(float(worth[0])),
                _some(float(worth[1])),
                _some(float(regret[1])),
                "yes" if solution.ex_post_resilient else "no",
            )
        )
    return Section(
        "Incomplete information and regret",
        f"{CHAPTER}, 3.3.1 and 3.3.2",
        (
            "The chapter states, without numbers: information has a value; with certain types the "
            "Bayesian equilibrium is the one of scenario 2; and in general it is not ex-post "
            "resilient. Ours: two producers; only the first one's marginal cost is uncertain to "
            "the second.",
            Table(
                "Value of information and regret",
                (
                    "first one's marginal cost",
                    "worth to her",
                    "worth to the second",
                    "regret of the second",
                    "ex-post resilient",
                ),
                tuple(rows),
            ),
            "**As published** in all three. Besides, the value of information can be negative: "
            "whoever is known serves the others. The chapter prints −ηα where −ηβa belongs in γ "
            "and ηα where ηγa belongs in δ; the numbers are corrected.",
        ),
    )


def _some(value: float) -> str:
    return "0" if abs(value) < 1e-9 else num(value, 3)
