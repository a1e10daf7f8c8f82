"""The private form with preferences: against the exact one, and with agents in real processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oracle.games.clearing import AdmmDiagnostics, ClearingProblem, ClearingSolution, pairs, solve
from oracle.games.clearing.pairs import negotiate_pairs
from tests.games import market_pair_agent
from tests.games.agent_process import Process
from tests.games.test_clearing_preferences import market, random_market

AGENT = Path(__file__).with_name("market_pair_agent.py")
TOLERANCE = 1e-6


def both(problem: ClearingProblem) -> tuple[ClearingSolution, ClearingSolution]:
    """Solved exactly and privately; all that is unique agrees."""
    exact = solve(problem)
    private = solve(problem.model_copy(update={"method": "admm"}))
    diagnostics = private.diagnostics
    assert isinstance(diagnostics, AdmmDiagnostics)
    assert diagnostics.converged, diagnostics.message
    assert diagnostics.residual < 1e-7
    assert diagnostics.exploitability < TOLERANCE
    for name in ("trades", "consumption", "own_consumption", "shared", "welfare"):
        assert getattr(private, name) == pytest.approx(getattr(exact, name), abs=TOLERANCE), name
    assert (private.matching_probability, private.served_fraction) == (1.0, 1.0)
    unique = one_price(problem, exact)
    assert private.price[unique] == pytest.approx(exact.price[unique], abs=TOLERANCE)
    rounds = diagnostics.iterations
    assert rounds == len(diagnostics.primal_residuals) == len(diagnostics.dual_residuals)
    return exact, private


def one_price(problem: ClearingProblem, exact: ClearingSolution) -> np.ndarray:
    """Who has free capacity is paid her marginal cost, whether she sells or not."""
    made = exact.own_consumption + exact.shared
    return np.asarray(made < problem.prosumers.capacity - 1e-6)


@pytest.mark.parametrize("round_numbers", [True, False])
def test_random_markets_agree_with_the_exact_form(round_numbers: bool):
    rng = np.random.default_rng(71)
    unique = 0
    for _ in range(60):
        problem = random_market(rng, round_numbers=round_numbers)
        exact, _ = both(problem)
        unique += int(one_price(problem, exact).sum())
    assert unique > 60


def test_cases_by_hand():
    liked = market([(4, 1, 10)], [(0, 1, 10, 0, 1), (0, 1, 10, 0, 1)], [[1, 0]])
    assert both(liked)[1].price == pytest.approx([2.2, 1.2], abs=1e-8)
    # Two alike: the trades of least squares are the even ones, jumps in supply or not.
    for quadratic in (1, 0):
        seller = (0, 1, 10, 1, quadratic)
        even = both(market([(4, 1, 10), (4, 1, 10)], [seller, seller], [[0, 0], [0, 0]]))[1]
        assert even.trades is not None
        assert np.ptp(even.trades) < 1e-8
    # Nobody wants any; nobody has any; nobody sells and the price is where she would begin.
    none = both(market([(1, 1, 10)], [(0, 1, 10, 5, 1), (2, 1, 10, 3, 1)], [[0, 0.5]]))[1]
    assert none.price == pytest.approx([5, 3 + 1 / 3], abs=1e-8)
    both(market([(3, 1, 2)], [(0, 1, 0, 1, 1)], [[0]]))
    both(market([(0, 1, 2), (3, 1, 0)], [(0, 1, 5, 1, 1)], [[0], [2]]))


def test_more_agents_and_falling_residuals():
    rng = np.random.default_rng(72)
    m, n = 40, 12
    problem = ClearingProblem(
        consumers={
            "target": rng.uniform(0, 4, m),
            "curvature": rng.uniform(0.2, 2, m),
            "capacity": rng.uniform(0, 4, m),
        },
        prosumers={
            "target": rng.uniform(0, 2, n),
            "curvature": rng.uniform(0.2, 2, n),
            "capacity": rng.uniform(0, 20, n),
            "cost_linear": rng.uniform(0, 2, n),
            "cost_quadratic": rng.uniform(0.01, 2, n),
        },
        preferences=rng.uniform(0, 1, (m, n)),
    )
    diagnostics = both(problem)[1].diagnostics
    assert isinstance(diagnostics, AdmmDiagnostics)
    primal, dual = np.array(diagnostics.primal_residuals), np.array(diagnostics.dual_residuals)
    moves = np.flatnonzero(dual > 0)
    assert primal[moves[-1]] < 1e-8 * primal[moves[:5]].max()
    assert dual[moves[-1]] < 1e-8 * dual[moves[:5]].max()


def test_too_few_rounds_are_not_called_an_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pairs, "MOVES", 20)
    problem = random_market(np.random.default_rng(71), round_numbers=False)
    diagnostics = solve(problem.model_copy(update={"method": "admm"})).diagnostics
    assert not diagnostics.converged
    assert diagnostics.message == "the totals do not balance after 20 rounds"


ASKED = {
    "answer": {"step", "price"},
    "move": {"step", "price", "shift", "weight", "relaxed"},
    "hold": {"step", "price", "margin"},
    "share": {"step", "price"},
    "settle": {"step", "price", "sold"},
}
ANSWERED = {
    ("answer", "buy"): {"quantity"},
    ("answer", "sell"): {"quantity"},
    ("move", "buy"): {"quantity", "moved"},
    ("move", "sell"): {"quantity", "moved"},
    ("hold", "buy"): {"quantity"},
    ("hold", "sell"): {"quantity", "flexible"},
    ("share", "buy"): {"quantity", "squares", "slope"},
    ("settle", "buy"): {"quantity"},
    ("settle", "sell"): {"quantity"},
}


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, list | dict):
        items = value.values() if isinstance(value, dict) else value
        return [number for item in items for number in numbers_in(item)]
    return [] if isinstance(value, str) else [float(value)]


def test_private_data_stay_in_the_agents_processes():
    size = 2
    agents = [Process(AGENT, "buy", seed, 0, size) for seed in (1, 2, 3)]
    agents += [Process(AGENT, "sell", seed, place, size) for place, seed in enumerate((4, 5))]
    try:
        found = negotiate_pairs(agents, size)
    finally:
        for agent in agents:
            agent.close()
    assert not found.trouble

    # Only now the test looks at what nobody else was told.
    data = market_pair_agent.private_data
    buyers = [data("buy", seed, size) for seed in (1, 2, 3)]
    sellers = [data("sell", seed, size) for seed in (4, 5)]
    private = np.array(numbers_in([buyers, sellers]))
    bonus = [table.pop("bonus") for table in buyers]
    joined = [{key: [t[key][0] for t in rows] for key in rows[0]} for rows in (buyers, sellers)]
    problem = ClearingProblem(consumers=joined[0], prosumers=joined[1], preferences=bonus)
    exact = solve(problem)
    assert exact.trades is not None
    assert found.price == pytest.approx(exact.price, abs=1e-7)
    final = [agent.received[-1]["quantity"] for agent in agents]
    assert np.array(final[:3]) == pytest.approx(exact.trades, abs=1e-7)
    assert np.sum(final[3:], axis=0) == pytest.approx(exact.shared, abs=1e-7)

    messages = 0
    for agent in agents:
        for asked, answered in zip(agent.sent, agent.received, strict=True):
            step = asked["step"]
            assert set(asked) == ASKED[step]
            assert set(answered) == ANSWERED[step, agent.side]
            for number in numbers_in([asked, answered]):
                assert np.abs(private - number).min() > 1e-9
            messages += 1
        # What one is told is the same for all of her side: nothing of another agent alone.
        twin = next(other for other in agents if other.side == agent.side)
        assert agent.sent == twin.sent
    assert messages > 100


@pytest.mark.parametrize("method", ["exact", "admm"])
def test_a_prosumer_beyond_all_prices_hides_no_error(method: str):
    """Her cost of 1e20 must not make what the others lose look small."""
    rng = np.random.default_rng(73)
    right = 0
    for _ in range(20):
        problem = random_market(rng, round_numbers=False)
        without = solve(problem)
        c, p, bonus = problem.consumers, problem.prosumers, problem.preferences
        assert bonus is not None
        columns = {name: getattr(p, name) for name in type(p).model_fields}
        extra = {"target": 0, "curvature": 1, "capacity": 5, "cost_linear": 1e20}
        wide = ClearingProblem(
            consumers=c,
            prosumers={k: np.append(v, extra.get(k, 0.0)) for k, v in columns.items()},
            preferences=np.column_stack([bonus, np.zeros(len(bonus))]),
            method=method,
        )
        solution = solve(wide)
        if solution.diagnostics.converged:
            assert solution.consumption == pytest.approx(without.consumption, abs=1e-5)
            right += 1
    assert right >= (20 if method == "admm" else 1)
