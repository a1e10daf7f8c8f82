"""The general game against Monte Carlo, quantecon's LQMarkov, Cournot, limits and deviations."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from quantecon import LQMarkov
from scipy.linalg import expm

from oracle.games import InvalidProblem, cournot, mean_field_type
from oracle.games._best_response import exploitability, losses
from oracle.games._linear_quadratic import Gains, Moments, moments
from oracle.games._monte_carlo import closed_loop, compiled, run_blocks, scalar_loop, streams
from oracle.games.mean_field_type import (
    Equilibrium,
    MeanFieldTypeProblem,
    as_linear_quadratic,
    solve,
)
from oracle.games.simulation import simulate, state_moments


def noise(rng: np.random.Generator, n: int, S: int, size: float = 0.3) -> dict[str, Any]:
    return {
        **{name: rng.normal(size=S) * size for name in ("c0", "c1", "c1_bar")},
        **{name: rng.normal(size=(n, S)) * size for name in ("c2", "c2_bar")},
    }


def everything(seed: int, n: int = 3, S: int = 2) -> MeanFieldTypeProblem:
    """A random game with every coefficient, every channel and S regimes."""
    rng = np.random.default_rng(seed)
    generator = rng.uniform(0.2, 1.5, (S, S))
    np.fill_diagonal(generator, 0)
    np.fill_diagonal(generator, -generator.sum(axis=1))
    cost = {name: rng.normal(size=(n, S)) * 0.3 for name in ("eps1", "eps1_bar", "eps2", "eps3")}
    cost |= {name: rng.uniform(0, 1, n) for name in ("q", "q_bar", "r_bar", "q_T", "q_T_bar")}
    return MeanFieldTypeProblem(
        horizon=1.0,
        generator=generator,
        drift={
            **{name: rng.normal(size=S) for name in ("b0", "b1", "b1_bar")},
            **{name: rng.normal(size=(n, S)) for name in ("b2", "b2_bar")},
        },
        volatility=noise(rng, n, S),
        common_volatility=noise(rng, n, S),
        jumps=[{"rate": 2.0, **noise(rng, n, S)}],
        common_jumps=[{"rate": 1.0, **noise(rng, n, S)}, {"rate": 0.5, **noise(rng, n, S)}],
        cost=cost | {"r": rng.uniform(1, 2, (n, S)), "eps2_bar": 0.1, "eps3_bar": -0.2,
                     "eps3_T": 0.3, "eps3_T_bar": 0.1},
        initial={"mean": 1.2, "variance": 0.4, "regime": S - 1},
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_values_are_what_monte_carlo_finds(seed: int):
    """Two regimes and every channel: z-scores against the scheme, the scheme against the values."""
    problem = everything(seed)
    solution = solve(problem)
    assert solution.diagnostics.converged
    assert solution.diagnostics.exploitability < 1e-12
    game = as_linear_quadratic(problem)
    feedback = Equilibrium(game).gains
    gaps = []
    for steps in (100, 200):
        found = simulate(game, feedback, rng=np.random.default_rng(seed), paths=20_000, steps=steps)
        assert np.abs(found.z_scores).max() < 4
        assert (found.standard_errors > 0).all()
        gaps.append(found.expected_costs - solution.values)
    # Euler's scheme is of first order: extrapolated to step 0 it meets the values.
    assert 2 * gaps[1] - gaps[0] == pytest.approx(0.0, abs=0.05 * np.abs(gaps[0]).max())
    assert np.abs(gaps[0]).max() < 0.02 * (1 + np.abs(solution.values).max())


def test_the_moments_are_those_of_the_paths():
    game = as_linear_quadratic(everything(8))
    feedback = Equilibrium(game).gains
    found = simulate(game, feedback, rng=np.random.default_rng(1), paths=40_000, steps=400)
    end = Moments.of(moments(game, feedback)(1.0))
    error = np.sqrt(found.variance[-1] / 40_000)
    assert end.probability.sum() == pytest.approx(1.0, abs=1e-9)
    assert found.mean[-1] == pytest.approx(end.mean.sum(), abs=4 * error + 0.01)
    second = end.square.sum() + end.spread.sum()
    assert found.variance[-1] + found.mean[-1] ** 2 == pytest.approx(second, rel=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_no_change_of_strategy_pays(seed: int):
    """One player's gains are moved; costs by Monte Carlo's exact scheme, on a fine grid."""
    game = as_linear_quadratic(everything(40 + seed))
    equilibrium = Equilibrium(game)
    quiet: dict[str, Any] = {"paths": 2, "steps": 800}

    def costs(feedback: Any) -> np.ndarray:
        rng = np.random.default_rng(0)
        return simulate(game, feedback, rng=rng, **quiet).expected_costs

    best = costs(equilibrium.gains)
    rng = np.random.default_rng(seed)
    for i in range(3):
        shift = np.zeros((3, 3, 2))
        shift[:, i] = rng.normal(size=(3, 2)) * 0.3

        def moved(t: float, shift: np.ndarray = shift) -> Gains:
            gains = equilibrium.gains(t)
            return Gains(gains.k + shift[0], gains.K + shift[1], gains.h + shift[2])

        worse = costs(moved)[i] - best[i]
        assert worse > 0
        assert losses(game, moved)[i] == pytest.approx(worse, rel=0.1)


def test_the_result_does_not_depend_on_threads():
    game = as_linear_quadratic(everything(2))
    feedback = Equilibrium(game).gains
    runs = [
        simulate(game, feedback, rng=np.random.default_rng(3), paths=9000, steps=20, threads=each)
        for each in (1, 2, 5)
    ]
    for other in runs[1:]:
        assert other.costs.tobytes() == runs[0].costs.tobytes()
        assert other.mean.tobytes() == runs[0].mean.tobytes()


def test_compiled_kernels_are_the_plain_ones():
    steps = 12
    line = np.full(steps, 0.9), np.full(steps, 0.1), np.full(steps, 0.3)
    sums = []
    for run in (scalar_loop, compiled(scalar_loop)):
        first, second = np.zeros(steps + 1), np.zeros(steps + 1)
        stream = streams(np.random.default_rng(7), 1)[0]
        run(stream, 50, first, second, 1.0, *line, 3.0, np.full(steps, 0.2), 0.1)
        sums.append(np.array([first, second]))
    assert sums[0] == pytest.approx(sums[1], rel=1e-13)


def test_the_scalar_loop_against_its_moments():
    """An Ornstein-Uhlenbeck process with jumps: mean and variance of the exact recursion."""
    steps, paths, step, rate = 50, 100_000, 0.02, 4.0
    decay, drive, spread, size = (np.full(steps, v) for v in (0.98, 0.03, 0.1, 0.2))
    first, second = run_blocks(
        scalar_loop, np.random.default_rng(11), paths, ((steps + 1,), (steps + 1,)),
        (0.5, decay, drive - size * rate * step, spread, rate, size, step),
    )  # fmt: skip
    mean, variance = 0.5, 0.0
    for at in range(steps + 1):
        error = np.sqrt(max(variance, 1e-30) / paths)
        assert first[at] / paths == pytest.approx(mean, abs=4.5 * error + 1e-10)
        if at:
            now = second[at] / paths - (first[at] / paths) ** 2
            assert now == pytest.approx(variance, rel=0.04)
        mean = 0.98 * mean + 0.03
        variance = 0.98**2 * variance + 0.1**2 + 0.2**2 * rate * step


def test_the_states_moments_are_those_of_the_whole_simulation():
    """The fast loop and the one that also counts costs, each with numbers of its own."""
    problem = MeanFieldTypeProblem(
        horizon=1.0,
        drift={"b0": 0.6, "b1": -1.2, "b1_bar": 0.4, "b2": -0.5},
        volatility={"c0": 0.3, "c1_bar": 0.1},
        jumps=[{"rate": 3.0, "c0": 0.2}],
        cost={"q": 1.0, "r": 1.0, "q_bar": 0.5},
        initial={"mean": 1.5},
    )
    game = as_linear_quadratic(problem)
    gains = Equilibrium(game).gains
    paths, steps = 60_000, 60
    whole = simulate(game, gains, rng=np.random.default_rng(5), paths=paths, steps=steps)
    mean, variance = state_moments(
        game, gains, rng=np.random.default_rng(6), paths=paths, steps=steps, threads=2
    )
    error = np.sqrt(2 * np.maximum(whole.variance, 1e-12) / paths)
    assert np.all(np.abs(mean - whole.mean) < 5 * error + 1e-9)
    assert variance[1:] == pytest.approx(whole.variance[1:], rel=0.05)
    fields = problem.model_dump(exclude_unset=True) | {"common_volatility": {"c0": 0.1}}
    common = as_linear_quadratic(MeanFieldTypeProblem(**fields))
    with pytest.raises(ValueError, match="not scalar"):
        state_moments(common, gains, rng=np.random.default_rng(6))


@pytest.mark.parametrize("rate", [0.0, 0.4])
def test_cournot_is_a_special_case(rate: float):
    """Discounting is a second regime without costs into which the game falls at the rate λ."""
    problem = cournot.CournotProblem(
        marginal_cost=[1.0, 2.0], quadratic_cost=[1.0, 3.0], risk_cost=[0.5, 1.0],
        discount=[rate] * 2, adjustment_speed=0.7, intercept=4.0, terminal_weight=2.0,
        horizon=1.3, initial_price=3.5, initial_mean_price=2.0, volatility=0.5,
        common_volatility=0.4, jumps=[{"rate": 2.0, "size": 0.3}],
        common_jumps=[{"rate": 1.0, "size": -0.6}],
    )  # fmt: skip
    theirs = cournot.solve(problem)
    solution = solve(
        MeanFieldTypeProblem(
            horizon=1.3,
            generator=[[-rate, rate], [0, 0]],
            drift={"b0": 0.7 * 4, "b1": -0.7, "b2": -0.7},
            volatility={"c0": 0.5},
            common_volatility={"c0": 0.4},
            jumps=[{"rate": 2.0, "c0": 0.3}],
            common_jumps=[{"rate": 1.0, "c0": -0.6}],
            cost={
                "r": [[1.0, 1.0], [3.0, 3.0]],
                "r_bar": [[0.5, 0.0], [1.0, 0.0]],
                "eps1_bar": [[-1.0, 0.0]] * 2,
                "eps2": [[1.0, 0.0], [2.0, 0.0]],
                "q_T": [[2.0, 0.0]] * 2,
                "q_T_bar": [[-2.0, 0.0]] * 2,
            },
            initial={"mean": 2.0, "variance": 1.5**2},
        )
    )
    assert -solution.values == pytest.approx(theirs.values, rel=1e-9)
    for name in ("alpha", "beta", "gamma", "delta"):
        assert -getattr(solution, name)[:, 0] == pytest.approx(getattr(theirs, name), rel=1e-8)


def test_lqmarkov_of_quantecon_is_the_limit():
    """One player, two regimes, long horizon: ½α approaches their P in first order in dt."""
    generator = np.array([[-0.5, 0.5], [0.8, -0.8]])
    b1, b2, q, r = [0.3, -0.2], [1.0, 0.5], [1.0, 2.0], [1.0, 0.4]
    problem = MeanFieldTypeProblem(
        horizon=40.0,
        generator=generator,
        drift={"b1": b1, "b2": [b2]},
        cost={"q": [q], "r": [r]},
        initial={"mean": 1.0},
    )
    ours = solve(problem).beta[0] / 2
    gaps = []
    for dt in (0.02, 0.01):
        theirs = LQMarkov(
            expm(generator * dt),
            np.array([[[w / 2 * dt]] for w in r]), np.array([[[w / 2 * dt]] for w in q]),
            np.array([[[1 + b * dt]] for b in b1]), np.array([[[b * dt]] for b in b2]), beta=1.0,
        )  # fmt: skip
        gaps.append(theirs.stationary_values(max_iter=100_000)[0][:, 0, 0] - ours)
    assert np.abs(gaps[0]).max() < 0.05
    assert gaps[1] / gaps[0] == pytest.approx(0.5, abs=0.02)


def test_one_player_has_the_closed_form():
    """``dx = u dt``, costs ½x² + ½u²: α = tanh(T); with q̄ the mean is steered harder."""
    solution = solve(
        MeanFieldTypeProblem(
            horizon=0.8, drift={"b2": 1.0}, cost={"q": 1.0, "q_bar": 3.0, "r": 1.0},
            initial={"mean": 2.0, "variance": 0.5},
        )
    )  # fmt: skip
    assert solution.alpha[0, 0] == pytest.approx(np.tanh(0.8), rel=1e-9)
    assert solution.beta[0, 0] == pytest.approx(2 * np.tanh(2 * 0.8), rel=1e-9)
    assert solution.gains.k == pytest.approx(solution.alpha)
    expected = np.tanh(0.8) * 0.5 / 2 + 2 * np.tanh(1.6) * 2.0**2 / 2
    assert solution.values[0] == pytest.approx(expected, rel=1e-9)


def test_noise_in_the_control_makes_it_dear():
    """``dx = u dt + s u dB``: α̇ = α²/(r + s²α); integrated, r/α − s² ln α grows with the time."""
    r, s, start, horizon = 1.5, 0.8, 2.0, 1.1
    solution = solve(
        MeanFieldTypeProblem(
            horizon=horizon, drift={"b2": 1.0}, volatility={"c2": s}, cost={"r": r, "q_T": start},
            initial={"variance": 1.0},
        )
    )  # fmt: skip
    alpha = solution.alpha[0, 0]
    grown = (r / alpha - s**2 * np.log(alpha)) - (r / start - s**2 * np.log(start))
    assert grown == pytest.approx(horizon, rel=1e-8)


def test_equal_regimes_are_one():
    one = MeanFieldTypeProblem(
        horizon=1.0, drift={"b1": 0.2, "b2": [1.0, 0.5]}, volatility={"c0": 1.0, "c2": [0.1, 0.2]},
        cost={"q": [1.0, 2.0], "r": 1.0}, initial={"mean": 1.0},
    )  # fmt: skip
    two = one.model_copy(update={"generator": np.array([[-3.0, 3.0], [0.1, -0.1]])})
    assert solve(two).values == pytest.approx(solve(one).values, rel=1e-9)
    assert np.ptp(solve(two).alpha, axis=1) == pytest.approx(0.0, abs=1e-9)


def test_many_players_with_noisy_controls():
    """The sums over the players' noise give what the full linear system gives."""
    rng = np.random.default_rng(0)
    n = 60
    game = as_linear_quadratic(
        MeanFieldTypeProblem(
            horizon=0.5, drift={"b1": 0.1, "b2": rng.normal(size=n) / n},
            volatility={"c0": 0.5, "c1": 0.2, "c2": rng.normal(size=n) / n},
            common_jumps=[{"rate": 2.0, "c0": 0.1, "c2": rng.normal(size=n) / n}],
            cost={"q": rng.uniform(0, 1, n), "r": rng.uniform(1, 2, n)}, initial={"mean": 1.0},
        )
    )  # fmt: skip
    equilibrium = Equilibrium(game)
    alpha = equilibrium.at(0.0)[0]
    k = equilibrium.gains(0.0).k[:, 0]
    full = np.diag(game.costs.r[:, 0])
    right = alpha[:, 0] * game.drift.c2[:, 0]
    for channel in game.channels:
        full += channel.weight * alpha * np.outer(channel.c2, channel.c2)
        right = right + channel.weight * alpha[:, 0] * channel.c1 * channel.c2[:, 0]
    assert k == pytest.approx(np.linalg.solve(full, right), rel=1e-10)
    assert exploitability(game, equilibrium.gains) < 1e-15


def both_ways(problem: MeanFieldTypeProblem, monkeypatch: pytest.MonkeyPatch) -> list[Equilibrium]:
    """Interpreted by scipy's DOP853, and compiled."""
    game, found = as_linear_quadratic(problem), []
    for many in (10**9, 1):
        monkeypatch.setattr(mean_field_type, "_MANY", many)
        found.append(Equilibrium(game))
    return found


@pytest.mark.parametrize("shape", [(3, 2), (1, 1), (4, 3)])
def test_the_compiled_integrator_is_scipys(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch):
    """Every coefficient and channel: the same steps, states, dense output and judgement."""
    slow, fast = both_ways(everything(5, *shape), monkeypatch)
    assert fast.path.solution.ts == pytest.approx(slow.path.solution.ts, rel=1e-6)
    assert fast.path.evaluations == slow.path.evaluations
    times = np.linspace(0, 1, 37)
    assert fast.path(times) == pytest.approx(slow.path(times), rel=1e-11, abs=1e-12)
    assert fast.path(0.3) == pytest.approx(slow.path(0.3), rel=1e-11, abs=1e-12)
    assert fast.path.residual == pytest.approx(slow.path.residual, rel=1e-3, abs=1e-12)
    assert fast.path.residual > 0


def test_the_compiled_integrator_gives_up_alike(monkeypatch: pytest.MonkeyPatch):
    pole = MeanFieldTypeProblem(
        horizon=5.0, drift={"b2": 1.0}, cost={"q": -1.0, "r": 1.0}, initial={"variance": 1.0}
    )
    slow, fast = both_ways(pole, monkeypatch)
    assert "explode at t = 3.4292" in slow.path.trouble
    assert fast.path.trouble[:40] == slow.path.trouble[:40]
    for rate, steps in ((-1e6, 100), (-3e4, 2000)):
        stiff = MeanFieldTypeProblem(
            horizon=1.0, drift={"b1": rate, "b2": 1.0}, cost={"q": 1.0, "r": 1.0}
        )
        for found in both_ways(stiff, monkeypatch):
            assert found.path.trouble.startswith("more than 2000 steps needed: stopped at t = 0.")
            assert len(found.path.solution.ts) == steps + 1


def test_a_thousand_players_in_a_few_milliseconds():
    rng = np.random.default_rng(11)
    n = 1000
    game = as_linear_quadratic(
        MeanFieldTypeProblem(
            horizon=1.0,
            drift={"b1": -0.5, "b2": rng.uniform(0.5, 1.5, n) / np.sqrt(n)},
            cost={name: rng.uniform(0.5, 2, n) for name in ("q", "r", "q_T")},
        )
    )
    Equilibrium(game)  # compiles
    seconds = []
    for _ in range(5):
        start = time.process_time()
        Equilibrium(game)
        seconds.append(time.process_time() - start)
    # 5 ms on an idle core; the bound leaves room for a busy one.
    assert min(seconds) < 0.03


def test_where_there_is_no_equilibrium():
    explodes = solve(
        MeanFieldTypeProblem(
            horizon=5.0, drift={"b2": 1.0}, cost={"q": -1.0, "r": 1.0}, initial={"variance": 1.0}
        )
    )
    assert not explodes.diagnostics.converged
    # α = −tan(T − t): the pole lies π/2 before the horizon.
    assert "explode at t = 3.4" in explodes.diagnostics.message
    nothing = solve(MeanFieldTypeProblem(horizon=1.0, drift={"b2": 1.0}, cost={"q": 1.0, "r": 0.0}))
    assert not nothing.diagnostics.converged
    assert nothing.diagnostics.message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"drift": {"b2": [1.0, 2.0, 3.0]}}, r"cost.q: value a list of 2; allowed: 3: there are 3"),
        ({"generator": [[-1.0, 1.0], [1.0, -2.0]]}, r"generator\[1\]: value .* sums to 0"),
        ({"generator": [[1.0, -1.0], [1.0, -1.0]]}, r"generator\[0\]: .* at least 0"),
        ({"generator": [[-1.0, 1.0]]}, r"generator: value a table of 1 by 2; allowed: square"),
        ({"initial": {"regime": 2}}, r"initial.regime: value 2; allowed: below 2"),
        ({"drift": {"b1": [1.0]}}, r"drift.b1: value a list of 1; allowed: 2: there are 2 players"),
        ({"cost": {"q": [1.0, 1.0], "r": 1.0, "r_bar": -2.0}}, r"cost.r_bar: value -1.0; allowed"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str):
    fields: dict[str, Any] = {
        "horizon": 1.0,
        "generator": [[-1.0, 1.0], [1.0, -1.0]],
        "drift": {"b2": 1.0},
        "cost": {"q": [1.0, 2.0], "r": 1.0},
    }
    with pytest.raises(InvalidProblem, match=message):
        MeanFieldTypeProblem(**{**fields, **change})


def test_simulations_refuse_too_little():
    game = as_linear_quadratic(everything(1))
    with pytest.raises(ValueError, match="paths ≥ 2"):
        simulate(game, Equilibrium(game).gains, rng=np.random.default_rng(0), paths=1)
    assert closed_loop.__doc__
