"""Investment in two regimes: log utility beside mean and variance, by what both contain."""

from __future__ import annotations

import numpy as np
from measure import least
from scipy.integrate import quad_vec
from scipy.linalg import expm

from bench.beside.ask import Row, beside, largest
from oracle.games import investment


def wealth(repeats: int) -> list[Row]:
    """One asset without jumps: in either problem its share is Merton's, e/σ², in each regime.

    Beyond that each side solves its own equation over the regimes: ours adds up growth rates,
    theirs how fast the squared distance from the target falls, ``a' = (Q − diag(e²/σ²)) a``.
    """
    rate, horizon = 0.02, 10.0
    excess, sigma = np.array([0.06, 0.03]), np.array([0.15, 0.30])
    there, back = 0.3, 0.8
    switch = np.array([[-there, there], [back, -back]])
    problem = investment.InvestmentProblem(
        regimes=[
            {
                "risk_free_rate": rate,
                "excess_returns": [e],
                "volatility": [s],
                "common_volatility": [0.0],
                "loss_rate": 0.0,
                "loss_fraction": 0.0,
                "premium_loading": 0.0,
            }
            for e, s in zip(excess, sigma, strict=True)
        ],
        generator=switch,
        discount=0.0,
        horizon=horizon,
        wealth=1.0,
        mean_wealth=0.0,
        initial_regime=0,
    )
    merton, sharpe = excess / sigma**2, (excess / sigma) ** 2
    growth = rate + sharpe / 2
    grown = quad_vec(
        lambda t: expm(switch * t) @ growth * (horizon - t), 0, horizon, epsabs=1e-13, epsrel=1e-13
    )[0]
    value = grown - horizon * np.log(horizon)
    fall = expm((switch - np.diag(sharpe)) * horizon) @ np.ones(2)
    seconds, _, found = least(lambda: investment.solve(problem), repeats)
    gap = max(largest(found.investment_shares[:, 0], merton), largest(found.alpha2, value))
    question = {
        "rate": rate,
        "volatility": sigma,
        "switch": [there, back],
        "drift": rate + excess,
        "horizon": horizon,
        "repeats": repeats,
    }
    return beside(
        "investment, two regimes", "horizon 10", (seconds, gap, "log utility; with certificate"),
        "goalbased:goal-based-allocation", "goalbased_riccati", question,
        lambda a: max(largest(a[0], merton), largest(a[1], fall)),
        "mean and variance: another utility; the same shares, and its own equation of regimes",
    )  # fmt: skip
