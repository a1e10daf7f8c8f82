"""The private form against the exact one, over random markets, edge cases and real processes."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oracle.games.clearing import AdmmDiagnostics, ClearingProblem, Consumers, Prosumers, solve
from oracle.games.clearing.admm import negotiate
from oracle.games.clearing.agents import ConsumerAgents, ProsumerAgents
from tests.games.agent_process import Process

AGENT = Path(__file__).with_name("market_agent.py")


def module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


MARKETS = module(Path(__file__).with_name("test_clearing.py"))


def agree(problem: ClearingProblem, tolerance: float = 1e-8) -> AdmmDiagnostics:
    """Solve both ways and compare everything."""
    exact = solve(problem.model_copy(update={"method": "exact"}))
    private = solve(problem.model_copy(update={"method": "admm"}))
    diagnostics = private.diagnostics
    assert isinstance(diagnostics, AdmmDiagnostics)
    assert diagnostics.converged, diagnostics.message
    assert diagnostics.residual < tolerance
    for name in ("price", "matching_probability", "served_fraction", "welfare"):
        assert getattr(private, name) == pytest.approx(getattr(exact, name), abs=tolerance), name
    for name in ("consumption", "own_consumption", "shared"):
        assert getattr(private, name) == pytest.approx(getattr(exact, name), abs=tolerance), name
    rounds = diagnostics.iterations
    assert rounds == len(diagnostics.primal_residuals) == len(diagnostics.dual_residuals)
    assert diagnostics.primal_residuals[-1] < tolerance
    return diagnostics


@pytest.mark.parametrize("round_numbers", [True, False])
def test_random_markets_agree_with_the_exact_form(round_numbers: bool):
    rng = np.random.default_rng(51)
    for _ in range(250):
        agree(MARKETS.random_market(rng, round_numbers=round_numbers))


def test_the_rules_at_the_bounds_hold_from_totals_alone():
    market = MARKETS.market
    for consumers, prosumers, bounds in [
        ([(4, 1, 10)], [(0, 1, 10, 0, 1)], (4, 9)),  # μ = √8/4
        ([(4, 1, 10)], [(0, 1, 4, 2, 0), (0, 1, 2, 2, 0)], (4, 9)),  # a jump at the paid price
        ([(4, 1, 10)], [(0, 1, 4, 4, 0)], (4, 9)),  # a jump at the floor
        ([(2, 1, 10)], [(0, 1, 8, 0, 0), (0, 1, 5, 1, 0)], (0, 9)),  # the floor 0
        ([(4, 1, 10)], [(0, 1, 10, 0, 1)], (0, 1)),  # the cap serves a fraction
        ([(4, 1, 10)], [(0, 1, 10, 3, 1)], (0, 1)),  # nothing offered at the cap
        ([(1, 1, 10)], [(0, 1, 10, 1, 1)], (3, 9)),  # no demand
        ([(1, 1, 10)], [(0, 1, 10, 5, 1)], (3, 4)),  # neither
        ([(5, 1, 2)], [(0, 1, 2, 1, 0.5)], (0, 9)),  # an interval clears: its lower end
        ([(4, 1, 10)], [(0, 1, 3, 2, 0), (2, 1, 2, 2, 0)], (0, 9)),  # a shared jump inside
        ([(4, 1, 10)], [(0, 1, 10, 0, 1)], (0, 1e30)),  # no cap to speak of
    ]:
        agree(market(consumers, prosumers, bounds))


def test_residuals_fall():
    rng = np.random.default_rng(52)
    n = 2_000
    problem = large(rng, n)
    found = agree(problem)
    primal, dual = np.array(found.primal_residuals), np.array(found.dual_residuals)
    moves = np.flatnonzero(dual > 0)
    assert len(moves) > 10
    assert primal[moves[-1]] < 0.02 * primal[moves[0]] or primal[moves[-1]] < 0.01 * n
    assert dual[moves[-1]] < 0.05 * dual[moves[0]]
    assert primal[-1] < 1e-9 * n


def large(rng: np.random.Generator, n: int, flat: float = 0.0) -> ClearingProblem:
    return ClearingProblem(
        consumers={
            "target": rng.uniform(0, 4, n),
            "curvature": rng.uniform(0.2, 2, n),
            "capacity": rng.uniform(0, 4, n),
        },
        prosumers={
            "target": rng.uniform(0, 2, n),
            "curvature": rng.uniform(0.2, 2, n),
            "capacity": rng.uniform(0, 6, n),
            "cost_linear": rng.uniform(0, 2, n),
            "cost_quadratic": rng.uniform(0.01, 2, n) * (rng.random(n) >= flat),
        },
        price_bounds=[0.0, 20.0],
        method="admm",
    )


@pytest.mark.parametrize("flat", [0.0, 0.5, 1.0])
def test_a_hundred_thousand_agents(flat: float):
    problem = large(np.random.default_rng(53), 50_000, flat)
    agree(problem, 1e-7)
    seconds = []
    for _ in range(5):
        start = time.process_time()
        solve(problem)
        seconds.append(time.process_time() - start)
    # 20 to 30 ms; the bound leaves room for a busy one.
    assert min(seconds) < 0.15


ASKED = {
    "move": {"step", "price", "shift", "weight"},
    "answer": {"step", "price", "paid", "margin"},
    "settle": {"step", "price", "paid", "served", "part", "margin"},
}
ANSWERED = {
    "move": {"quantity", "moved"},
    "answer": {"quantity", "flexible"},
    "settle": {"quantity"},
}


def test_private_data_stay_in_the_agents_processes():
    seeds = {"buy": [1, 2], "sell": [3, 4]}
    agents = [Process(AGENT, side, seed) for side, own in seeds.items() for seed in own]
    try:
        found = negotiate(agents, 0.05, 6.0)
    finally:
        for agent in agents:
            agent.close()
    assert not found.trouble

    # Only now the test looks at what nobody else was told.
    data = module(AGENT).private_data
    tables = {side: [data(side, seed) for seed in own] for side, own in seeds.items()}
    joined = {
        side: {key: [t[key][0] for t in rows] for key in rows[0]} for side, rows in tables.items()
    }
    private = np.array([v[0] for rows in tables.values() for t in rows for v in t.values()])
    problem = ClearingProblem(
        consumers=joined["buy"], prosumers=joined["sell"], price_bounds=[0.05, 6.0]
    )
    exact = solve(problem)
    assert found.price == pytest.approx(exact.price, abs=1e-9)
    final = [agent.received[-1]["quantity"] for agent in agents]
    assert final == pytest.approx([*exact.consumption, *exact.shared], abs=1e-8)

    messages = 0
    for agent in agents:
        for asked, answered in zip(agent.sent, agent.received, strict=True):
            step = asked["step"]
            assert set(asked) == ASKED[step]
            assert set(answered) == ANSWERED[step]
            numbers = [v for v in [*asked.values(), *answered.values()] if not isinstance(v, str)]
            assert all(isinstance(v, int | float) for v in numbers)
            for number in numbers:
                assert np.abs(private - number).min() > 1e-9
            messages += 1
        # What one is told is the same for all of her side: nothing of another agent alone.
        twin = next(other for other in agents if other.side == agent.side)
        assert agent.sent == twin.sent
        # Her quantities are sums over herself alone; own use is never told.
        assert all("own" not in answer for answer in agent.received)
    assert messages > 50


def test_the_same_agents_one_by_one_or_together():
    problem = large(np.random.default_rng(54), 6)
    c, p = problem.consumers, problem.prosumers
    together = negotiate([ConsumerAgents(c), ProsumerAgents(p)], 0.0, 20.0)

    def one(table: Any, kind: Any, i: int) -> Any:
        return kind(**{name: [getattr(table, name)[i]] for name in kind.model_fields})

    single = [
        *(ConsumerAgents(one(c, Consumers, i)) for i in range(6)),
        *(ProsumerAgents(one(p, Prosumers, i)) for i in range(6)),
    ]
    apart = negotiate(single, 0.0, 20.0)
    assert apart.price == pytest.approx(together.price, rel=1e-12)
    assert len(apart.primal) == pytest.approx(len(together.primal), abs=6)
