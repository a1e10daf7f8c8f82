"""Consumers' and prosumers' responses against grids, closed forms and the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oracle.games import InvalidProblem
from oracle.games.response import Agent, ResponseProblem, solve
from oracle.games.response.certificate import certify
from oracle.games.response.solver import crowd

NAMES = {
    "quadratic": ("intercept", "slope"),
    "logarithmic": ("scale", "offset"),
    "cara": ("scale", "risk_aversion"),
}


def objective(agent: Agent, d: Any, g: Any, buy: float, sell: float) -> Any:
    """The prosumer's payoff, written down again."""
    b, a = agent.parameters
    worth = {
        "quadratic": lambda: b * d - a * d * d / 2,
        "logarithmic": lambda: b * np.log(1 + d / a),
        "cara": lambda: b / a * (1 - np.exp(-a * d)),
    }[agent.utility]()
    own = agent.generation
    cost = own.cost_linear * g + own.cost_quadratic * g * g / 2 if own else 0 * g
    return worth - cost + sell * np.maximum(g - d, 0) - buy * np.maximum(d - g, 0)


def random_agent(rng: np.random.Generator, kind: str, prices: tuple[float, float]) -> dict:
    agent: dict[str, Any] = {"utility": kind}
    agent |= dict(zip(NAMES[kind], rng.uniform(0.1, 3, 2).tolist(), strict=True))
    if rng.random() < 0.8:
        agent["generation"] = {
            "cost_linear": float(rng.choice([0.0, *prices, rng.uniform(0, 2)])),
            "cost_quadratic": float(rng.choice([0.0, rng.uniform(0.01, 2)])),
            "capacity": float(rng.choice([0.0, rng.uniform(0, 3)])),
        }
    return agent


@pytest.mark.parametrize("kind", NAMES)
def test_nothing_on_a_grid_is_better(kind: str):
    rng = np.random.default_rng(101)
    cases = set()
    for turn in range(80):
        buy = float(rng.uniform(0.05, 2))
        sell = float(rng.choice([0.0, buy, buy * rng.uniform()]))
        agent = random_agent(rng, kind, (buy, sell))
        problem = ResponseProblem(price=buy, sell_price=sell, agents=[agent])
        solution = solve(problem)
        assert solution.diagnostics.converged
        assert solution.diagnostics.residual < 1e-13
        assert solution.diagnostics.exploitability < 1e-12
        d, g = float(solution.demand[0, 0]), float(solution.generation[0, 0])
        player = problem.agents[0]
        found = float(objective(player, d, g, buy, sell))
        assert found == pytest.approx(float(solution.surplus[0, 0]), abs=1e-12), turn
        top = player.generation.capacity if player.generation else 0.0
        ds = np.linspace(0, max(6.0, 2 * d), 1500)[:, None]
        gs = np.linspace(0, top, 150)[None, :]
        values = objective(player, ds, gs, buy, sell)
        assert values.max() <= found + 1e-12
        assert values.max() >= found - 0.03  # the grid is near: the payoffs are the same function
        assert 0 <= g <= top
        if player.generation and top > 0:
            cases.add(np.sign(g - d))
    assert cases == {-1.0, 0.0, 1.0}


def test_consumers_follow_the_marginal_utility():
    prices = [0.1, 0.5, 1.0, 3.0]
    agents = [
        {"utility": "quadratic", "intercept": 2.0, "slope": 0.5},
        {"utility": "logarithmic", "scale": 2.0, "offset": 0.5},
        {"utility": "cara", "scale": 2.0, "risk_aversion": 0.5},
    ]
    solution = solve(ResponseProblem(price=prices, agents=agents))
    p = np.array(prices)
    assert solution.demand[:, 0] == pytest.approx(np.maximum((2 - p) / 0.5, 0))
    assert solution.demand[:, 1] == pytest.approx(np.maximum(2 / p - 0.5, 0))
    assert solution.demand[:, 2] == pytest.approx(np.maximum(np.log(2 / p) / 0.5, 0), abs=1e-15)
    assert solution.net_sale == pytest.approx(-solution.demand)
    # The envelope: surplus falls in the price at the rate of the demand.
    h = 1e-6
    up, down = (solve(ResponseProblem(price=p + s, agents=agents)).surplus for s in (h, -h))
    assert (up - down) / (2 * h) == pytest.approx(-solution.demand, abs=1e-6)


def test_net_sale_rises_with_the_price():
    rng = np.random.default_rng(102)
    prices = np.linspace(0.01, 3, 300)
    for kind in NAMES:
        agents = [random_agent(rng, kind, (0.5, 0.2)) for _ in range(20)]
        solution = solve(ResponseProblem(price=prices, agents=agents))
        assert (np.diff(solution.net_sale, axis=0) >= -1e-12).all()
        assert solution.demand.shape == (300, 20)


def test_between_the_prices_she_stands_alone():
    roof = {"cost_linear": 0.0, "cost_quadratic": 0.0, "capacity": 2.0}
    for kind in NAMES:
        agent = {"utility": kind, NAMES[kind][0]: 1.0, NAMES[kind][1]: 0.25, "generation": roof}
        for sell in (0.0, 0.1):
            solution = solve(ResponseProblem(price=0.9, sell_price=sell, agents=[agent]))
            own = float(solution.demand[0, 0])
            assert own <= 2.0
            assert float(solution.net_sale[0, 0]) == pytest.approx(2 - own if sell else 0.0)
    # A cost that is a step at the price: she generates what she uses and no more.
    step = {"cost_linear": 0.5, "cost_quadratic": 0.0, "capacity": 5.0}
    agent = {"utility": "quadratic", "intercept": 1.0, "slope": 0.25, "generation": step}
    solution = solve(ResponseProblem(price=0.5, agents=[agent]))
    assert solution.net_sale.tolist() == [[0.0]]
    assert solution.demand.tolist() == [[2.0]]


def test_extreme_magnitudes():
    for scale in (1e-12, 1e12):
        for kind in NAMES:
            own = {"cost_linear": 0.0, "cost_quadratic": 1e-9 * scale, "capacity": 1e6}
            agent = {"utility": kind, NAMES[kind][0]: scale, NAMES[kind][1]: 0.5}
            problem = ResponseProblem(
                price=0.7 * scale, sell_price=0.0, agents=[agent | {"generation": own}]
            )
            solution = solve(problem)
            assert np.isfinite(solution.surplus).all()
            assert solution.diagnostics.exploitability <= 1e-12 * scale * 1e6


def test_the_certificate_sees_wrong_answers():
    roof = {"cost_linear": 0.1, "cost_quadratic": 0.2, "capacity": 2.0}
    for kind in NAMES:
        agent = {"utility": kind, NAMES[kind][0]: 2.0, NAMES[kind][1]: 0.5, "generation": roof}
        problem = ResponseProblem(price=0.6, sell_price=0.3, agents=[agent])
        solution = solve(problem)
        people = crowd(problem)
        for d, g in ((1.02, 1.0), (1.0, 0.97)):
            use, make = solution.demand * d, solution.generation * g
            payoff = objective(problem.agents[0], use, make, 0.6, 0.3)
            residual, gain = certify(problem, people, use, make, payoff)
            assert residual > 1e-3
            assert gain > 1e-5


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"sell_price": [0.1, 0.1]}, "sell_price: value a list of 2; allowed: the same shape"),
        ({"sell_price": 0.3}, r"sell_price: value 0.3; allowed: at most price"),
        ({"price": [0.2, 0.1], "sell_price": [0.2, 0.2]}, r"sell_price\[1\]: value 0.2; allowed"),
        ({"price": 0.0}, "price: value 0.0; allowed: above 0 where"),
        ({"price": [0.1, 0.0]}, r"price\[1\]: value 0.0; allowed: above 0 where"),
        (
            {"agents": [{"utility": "cara", "scale": 1.0}]},
            r"agents\[0\].risk_aversion: value missing; allowed: a number: utility is cara",
        ),
        (
            {"agents": [{"utility": "cara", "scale": 1.0, "risk_aversion": 1.0, "slope": 2.0}]},
            r"agents\[0\].slope: value 2.0; allowed: absent",
        ),
        ({"agents": [{"utility": "linear"}]}, r"agents\[0\].utility: value 'linear'; allowed: 'qu"),
        ({"agents": []}, r"agents: value \[\]; allowed: a list of tables"),
    ],
)
def test_one_line_for_what_is_wrong(change: dict, line: str):
    agents = [{"utility": "logarithmic", "scale": 1.0, "offset": 1.0}]
    with pytest.raises(InvalidProblem, match=f"^{line}"):
        ResponseProblem(**({"price": 0.2, "agents": agents} | change))
