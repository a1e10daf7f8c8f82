"""Consumption, investment and insurance: closed forms, quadrature, simulation, brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, minimize
from scipy.special import xlogy

from oracle.games import InvalidProblem
from oracle.games.investment import InvestmentProblem, solve
from oracle.games.investment.certificate import certify, growth

CALM: dict[str, Any] = {
    "risk_free_rate": 0.02,
    "excess_returns": [0.05, 0.03],
    "volatility": [0.2, 0.1],
    "common_volatility": [0.1, 0.1],
    "jumps": [{"asset": 0, "rate": 0.5, "size": -0.3}, {"asset": 1, "rate": 0.2, "size": 0.4}],
    "common_jumps": [{"rate": 0.1, "size": -0.5}],
    "loss_rate": 0.1,
    "loss_fraction": 0.5,
    "premium_loading": 0.2,
}
WILD = CALM | {"risk_free_rate": 0.0, "excess_returns": [-0.02, 0.1], "premium_loading": 3.0}
FIELDS: dict[str, Any] = {
    "regimes": [CALM, WILD],
    "generator": [[-0.5, 0.5], [1.0, -1.0]],
    "discount": 0.1,
    "horizon": 5.0,
    "wealth": 2.0,
    "mean_wealth": 3.0,
    "initial_regime": 0,
}


def one(regime: dict[str, Any], **change: Any) -> InvestmentProblem:
    return InvestmentProblem(**(FIELDS | {"regimes": [regime], "generator": [[0.0]]} | change))


def quiet(**change: Any) -> dict[str, Any]:
    """A regime without jumps and losses."""
    bare = {k: v for k, v in CALM.items() if not k.endswith("jumps")}
    return bare | {"loss_rate": 0.0} | change


def test_merton():
    """Without jumps the shares are (diag σ² + σ_o σ_oᵀ)⁻¹ e, and G = r + ½ eᵀπ."""
    problem = one(quiet())
    solution = solve(problem)
    e, own, common = (np.array(CALM[k]) for k in FIELDS_OF_RETURNS)
    shares = np.linalg.solve(np.diag(own**2) + np.outer(common, common), e)
    assert solution.investment_shares[0] == pytest.approx(shares, rel=1e-13)
    assert solution.growth_rate[0] == pytest.approx(0.02 + e @ shares / 2, rel=1e-13)
    # The paper's sum drops the cross terms: then the shares would be others.
    assert abs(shares - e / (own**2 + common**2)).max() > 0.2


FIELDS_OF_RETURNS = ("excess_returns", "volatility", "common_volatility")


@pytest.mark.parametrize("discount", [0.0, 1e-6, 1e-3, 0.1, 3.0, 20.0, 200.0])
def test_the_value_of_one_regime_by_quadrature(discount: float):
    """E∫ e^{−λt} log c dt with wealth growing at G less what is consumed."""
    end = 2.5
    problem = one(CALM, discount=discount, horizon=end)
    solution = solve(problem)
    a = solution.alpha1
    assert solution.consumption_rate == pytest.approx(1 / a)
    rate = float(solution.growth_rate[0])

    def utility(t: float) -> float:
        # c/x = e^{−λt}/α1(t) and consumption alone makes x fall as α1(t).
        return float(np.exp(-discount * t) * (np.log(2.0 / a) - discount * t + rate * t))

    points = [1 / discount, 10 / discount] if discount > 5 else None
    expected = quad(utility, 0, end, epsabs=1e-13, epsrel=1e-12, points=points, limit=200)[0]
    assert solution.value == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("discount", [0.0, 0.1, 12.0])
def test_alpha2_by_integrating_its_equation(discount: float):
    problem = InvestmentProblem(**(FIELDS | {"discount": discount}))
    solution = solve(problem)
    end, rates = 5.0, solution.growth_rate

    def alpha1(left: float) -> float:
        if discount == 0:
            return left
        return float(np.exp(-discount * (end - left)) * -np.expm1(-discount * left) / discount)

    def backwards(left: float, y: np.ndarray) -> np.ndarray:
        t, a = end - left, alpha1(left)
        now = np.exp(-discount * t)
        log_a = np.log(a) if a > 0 else 0.0
        return now * (-discount * t - log_a - 1) + a * rates + problem.generator @ y

    # At the end log α1 is infinite: the first step is done by hand, where α1 is nearly `left`.
    first = 1e-8
    start = np.full(2, -float(xlogy(first * np.exp(-discount * end), first)))
    exact = {"rtol": 1e-11, "atol": 1e-13, "method": "DOP853"}
    found = solve_ivp(backwards, (first, end), start, **exact)
    assert solution.alpha2 == pytest.approx(found.y[:, -1], rel=1e-6, abs=1e-6)


def test_equal_regimes_are_one():
    for discount in (0.0, 0.1, 10.0):
        single = solve(one(CALM, discount=discount))
        double = solve(
            InvestmentProblem(**(FIELDS | {"regimes": [CALM] * 2, "discount": discount}))
        )
        assert double.alpha2 == pytest.approx([float(single.alpha2[0])] * 2, rel=1e-12)
        assert double.value == pytest.approx(single.value, rel=1e-12)


def test_the_value_by_simulation():
    """Wealth itself by small multiplicative steps, regimes and losses at random."""
    problem = InvestmentProblem(**FIELDS)
    solution = solve(problem)
    steps, paths, end = 250, 20_000, problem.horizon
    dt = end / steps
    discount = problem.discount
    calm, wild = problem.regimes
    loadings = [
        regime.premium_loading / (1 + m)
        for regime, m in zip(problem.regimes, solution.mean_insured, strict=True)
    ]

    def simulated(scale: float, insured: float) -> tuple[float, float]:
        rng = np.random.default_rng(121)
        shares = scale * solution.investment_shares
        y = np.clip(solution.insurance_fraction + insured, 0.0, None)
        wealth = np.full(paths, problem.wealth)
        regime = np.zeros(paths, dtype=int)
        utility = np.zeros(paths)
        for i in range(steps):
            t = (i + 0.5) * dt
            # Consumption α1(t)/α1(0) is taken off in closed form: near the end it is singular.
            utility += (
                np.exp(-discount * t) * (np.log(wealth / solution.alpha1) - discount * t) * dt
            )
            change = np.ones(paths)
            for s, state in enumerate((calm, wild)):
                here = regime == s
                n = int(here.sum())
                pi = shares[s]
                premium = state.loss_rate * (1 + loadings[s]) * y[s]
                drift = state.risk_free_rate + pi @ state.excess_returns - premium
                drift -= sum(j.rate * pi[j.asset] * np.expm1(j.size) for j in state.jumps)
                drift -= sum(j.rate * pi.sum() * np.expm1(j.size) for j in state.common_jumps)
                own = rng.standard_normal((n, 2)) @ (pi * state.volatility)
                shared = rng.standard_normal(n) * (pi @ state.common_volatility)
                step = 1 + drift * dt + (own + shared) * np.sqrt(dt)
                for j in state.jumps:
                    step *= (1 + pi[j.asset] * np.expm1(j.size)) ** rng.poisson(j.rate * dt, n)
                for j in state.common_jumps:
                    step *= (1 + pi.sum() * np.expm1(j.size)) ** rng.poisson(j.rate * dt, n)
                lost = rng.poisson(state.loss_rate * dt, n)
                change[here] = step * (1 - state.loss_fraction + y[s]) ** lost
            wealth = wealth * change
            leave = rng.random(paths) < -problem.generator[regime, regime] * dt
            regime = np.where(leave, 1 - regime, regime)
        return float(utility.mean()), float(utility.std() / np.sqrt(paths))

    value, error = simulated(1.0, 0.0)
    assert abs(value - solution.value) < 4 * error + 0.02
    assert simulated(1.7, 0.0)[0] < value
    assert simulated(0.2, 0.0)[0] < value
    assert simulated(1.0, -0.3)[0] < value


def test_no_shares_or_insurance_grow_faster():
    rng = np.random.default_rng(122)
    for _ in range(15):
        d = int(rng.integers(1, 4))
        regime = {
            "risk_free_rate": 0.01,
            "excess_returns": rng.normal(0, 0.1, d),
            "volatility": rng.uniform(0.05, 0.4, d),
            "common_volatility": rng.normal(0, 0.2, d),
            "jumps": [
                {"asset": int(rng.integers(d)), "rate": 0.3, "size": float(rng.normal(0, 0.5))}
                for _ in range(3)
            ],
            "common_jumps": [{"rate": 0.3, "size": float(rng.normal(0, 0.5))}],
            "loss_rate": 0.2,
            "loss_fraction": float(rng.uniform(0.1, 1.0)),
            "premium_loading": float(rng.uniform(0, 2)),
        }
        for variant in ("corrected", "as_printed"):
            problem = one(regime, variant=variant, mean_wealth=float(rng.uniform(0, 5)))
            solution = solve(problem)
            assert solution.diagnostics.converged
            assert solution.diagnostics.residual < 1e-12
            assert solution.diagnostics.exploitability < 1e-12
            state = problem.regimes[0]
            loading = state.premium_loading / (1 + float(solution.mean_insured[0]))

            def loss(z: np.ndarray, args: Any = (state, loading, variant == "as_printed")) -> float:
                state, loading, printed = args
                try:
                    rate = growth(state, [complex(v) for v in z], loading, printed)
                except ValueError:
                    return 1e3
                return 1e3 if abs(rate.imag) > 1e-12 else -rate.real

            chosen = np.append(solution.investment_shares[0], solution.insurance_fraction[0])
            assert -loss(chosen) == pytest.approx(float(solution.growth_rate[0]), abs=1e-14)
            start = np.append(np.zeros(d), max(0.1, float(solution.insurance_fraction[0])))
            bounds = [(None, None)] * d + [(0.0, None)]
            other = minimize(
                loss, start, bounds=bounds, method="Nelder-Mead", options={"fatol": 1e-14}
            )
            assert -other.fun <= float(solution.growth_rate[0]) + 1e-12
            assert -other.fun == pytest.approx(float(solution.growth_rate[0]), abs=1e-4)


@pytest.mark.parametrize("variant", ["corrected", "as_printed"])
def test_all_fixed_points_of_the_insurance(variant: str):
    rng = np.random.default_rng(123)
    counts = set()
    grid = np.linspace(0, 1, 4001)
    cases = [
        (0.9, 20.0, 200.0),
        (0.6, 2.0, 20.0),
        (1.0, 3.0, 0.0),
        (0.4, 0.0, 5.0),
        (0.0, 1.0, 1.0),
    ]
    cases += [tuple(rng.uniform((0, 0, 0), (1, 8, 100))) for _ in range(60)]
    for part, theta, w in cases:
        regime = quiet(loss_rate=0.1, loss_fraction=part, premium_loading=theta)
        problem = one(regime, variant=variant, mean_wealth=w)
        solution = solve(problem)

        def reply(y: float, args: tuple[float, ...] = (part, theta, w)) -> float:
            part, theta, w = args
            bar = theta / (1 + w * y)
            share = bar / (1 + bar) if variant == "corrected" else (1 + bar) / (2 + bar)
            return max(0.0, part - share)

        points = solution.fixed_points[0]
        assert list(points) == sorted(set(points))
        assert points[-1] == solution.insurance_fraction[0]
        assert solution.mean_insured[0] == pytest.approx(w * points[-1])
        for y in points:
            assert reply(y) == pytest.approx(y, abs=1e-12)
        gaps = np.array([reply(y) - y for y in grid])
        crossings = np.flatnonzero(np.sign(gaps[:-1]) * np.sign(gaps[1:]) < 0)
        for i in crossings:
            root = brentq(lambda y: reply(y) - y, grid[i], grid[i + 1])
            assert min(abs(root - y) for y in points) < 1e-9
        assert len(points) >= len(crossings) >= len(points) - 2
        counts.add(len(points))
    assert {1, 3} <= counts if variant == "corrected" else {1} <= counts


def test_a_fair_premium_insures_all():
    fair = quiet(loss_rate=0.3, premium_loading=0.0, loss_fraction=0.4)
    assert solve(one(fair)).insurance_fraction.tolist() == [0.4]
    # As printed she leaves most of it open, since the expected loss flows back to her.
    assert solve(one(fair, variant="as_printed")).insurance_fraction.tolist() == [0.0]


def test_what_has_no_finite_answer():
    with pytest.raises(InvalidProblem, match=r"^regimes\[0\].excess_returns: value a return with"):
        one(quiet(volatility=[0.0, 0.1], common_volatility=[0.0, 0.1]))
    # Two assets with one common noise: the difference earns without risk.
    with pytest.raises(InvalidProblem, match="without risk"):
        one(quiet(volatility=[0.0, 0.0]))
    even = quiet(volatility=[0.0, 0.0], excess_returns=[0.05, 0.05])
    assert solve(one(even)).investment_shares[0].sum() == pytest.approx(0.05 / 0.01)
    # A jump on each side bounds the shares, whatever the return.
    sides = [{"asset": 0, "rate": 0.5, "size": s} for s in (-0.5, 0.5)]
    jumpy = quiet(volatility=[0.0, 0.1], common_volatility=[0.0, 0.0], jumps=sides)
    solution = solve(one(jumpy | {"excess_returns": [9.0, 0.0]}))
    assert solution.diagnostics.converged
    assert 0 < 1 + solution.investment_shares[0, 0] * np.expm1(-0.5) < 0.1
    # Nothing to gain and nothing to fear: nothing is held.
    empty = quiet(volatility=[0.0, 0.1], common_volatility=[0.0, 0.0], excess_returns=[0.0, 0.01])
    assert solve(one(empty)).investment_shares[0] == pytest.approx([0.0, 1.0])


def test_the_certificate_sees_wrong_answers():
    problem = InvestmentProblem(**FIELDS)
    solution = solve(problem)
    shares, y = solution.investment_shares, solution.insurance_fraction
    assert certify(problem, shares, y)[0] < 1e-13
    for wrong in ((shares * 1.05, y), (shares, y * 0.9)):
        residual, gain = certify(problem, *wrong)
        assert residual > 1e-4
        assert gain > 1e-4


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"generator": [[-1.0, 1.0]]}, "generator: value 1×2 numbers; allowed: 2×2"),
        ({"generator": [[-1.0, 1.1], [0.0, 0.0]]}, r"generator\[0\]: value a sum of 0.1; allowed"),
        ({"generator": [[1.0, -1.0], [0.0, 0.0]]}, r"generator\[0\]\[1\]: value -1.0; allowed"),
        ({"initial_regime": 2}, "initial_regime: value 2; allowed: a regime, 0 to 1"),
        ({"variant": "printed"}, "variant: value 'printed'; allowed: 'corrected' or 'as_printed'"),
        (
            {"regimes": [CALM, CALM | {"jumps": [{"asset": 2, "rate": 1.0, "size": 0.1}]}]},
            r"regimes\[1\].jumps\[0\].asset: value 2; allowed: an asset, 0 to 1",
        ),
        (
            {"regimes": [CALM, CALM | {"volatility": [0.1]}]},
            r"regimes\[1\].volatility: value a list of 1; allowed: 2, as many as excess_returns",
        ),
    ],
)
def test_one_line_for_what_is_wrong(change: dict, line: str):
    with pytest.raises(InvalidProblem, match=f"^{line}"):
        InvestmentProblem(**(FIELDS | change))
