"""What all problems and solutions share: validation, immutability, one-line errors, documents."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from oracle.games import InvalidProblem, Solution
from oracle.games._base import _model_at, _named, plain
from oracle.games.registry import GAMES

SCENARIOS: dict[str, dict[str, Any]] = {
    "stackelberg": {
        "willingness": [2.0, 3.0, 9.0],
        "revenue_factor": 20.0,
        "payment_factor": 0.3,
        "conversion_factor": 8.0,
        "electricity_price": 0.6,
        "server_consumption": 1.0,
        "price_bounds": [14.0, 60.0],
        "demand_bounds": [0.0, 4.0],
        "mining": {
            "fixed_reward": 200.0,
            "reward_factor": 3.0,
            "block_size": 200.0,
            "hash_share": 0.5,
            "propagation_factor": 0.01,
            "puzzle_difficulty": 1.0,
        },
    },
    "learning": {
        "willingness": [3.0, 5.0],
        "revenue_factor": 20.0,
        "payment_factor": 0.3,
        "conversion_factor": 8.0,
        "electricity_price": 0.6,
        "server_consumption": 1.0,
        "price_bounds": [20.0, 100.0],
        "demand_bounds": [0.0, 2.0],
        "method": "dma_ubrl",
        "price_levels": 5,
        "demand_levels": 5,
        "steps": 200,
        "learning_rate": 0.1,
        "discount": 0.1,
        "step_win": 0.0025,
        "step_lose": 0.01,
        "exploration": 0.3,
        "runs": 2,
    },
    "clearing": {
        "consumers": {"target": [0.4, 0.2], "curvature": [0.3, 0.5], "capacity": [0.4, 0.2]},
        "prosumers": {
            "target": [0.1],
            "curvature": [1.0],
            "capacity": [0.8],
            "cost_linear": [0.02],
            "cost_quadratic": [0.05],
        },
        "price_bounds": [0.0, 0.3],
    },
    "reputation": {
        "initial": [1.0, 1.0],
        "actual": [[[1.0, 2.0]], [[1.0, 2.0]]],
        "target": [[[1.0, 2.5]], [[1.5, 2.0]]],
        "tau": 2.0,
        "deviation_scale": 1.0,
    },
    "frequency": {
        "nodes": [
            {
                "kind": "generator",
                "inertia": 2.0,
                "damping": 1.0,
                "power": 0.5,
                "cost_quadratic": 1.0,
                "cost_linear": 0.1,
                "control_bounds": [-1.0, 1.0],
            },
            {
                "kind": "passive",
                "power": -0.4,
                "cost_quadratic": 2.0,
                "cost_linear": 0.0,
                "control_bounds": [0.0, 0.5],
            },
        ],
        "lines": [{"from": 0, "to": 1, "susceptance": 5.0}],
        "dynamics": "replicator",
        "population_gain": 2.0,
        "integral_gain": 1.0,
        "nominal_frequency": 50.0,
        "disturbances": [{"time": 0.1, "node": 1, "power": -0.1}],
        "horizon": 0.5,
        "steps": 5,
    },
    "mining": {
        "rewards": [1.0, 2.0],
        "price": 1.0,
        "mining_cost": 0.1,
        "base_rate": 0.2,
        "crowd_effect": 1.0,
        "risk_sensitivity": 0.1,
        "horizon": 1.0,
        "initial": [0.5, 0.5],
        "temperature": 0.1,
        "resolved_at": 0.9,
        "duration": 5.0,
        "steps": 10,
    },
    "cournot": {
        "marginal_cost": [1.0, 5.0],
        "quadratic_cost": [1.0, 2.0],
        "risk_cost": [1.0, 2.0],
        "discount": [0.1, 0.2],
        "adjustment_speed": 0.5,
        "intercept": 1.0,
        "terminal_weight": 1.0,
        "horizon": 1.0,
        "initial_price": 5.5,
        "initial_mean_price": 5.0,
        "volatility": 1.0,
        "common_volatility": 0.5,
        "jumps": [{"rate": 1.0, "size": -0.5}],
        "common_jumps": [{"rate": 0.5, "size": 0.5}],
        "steps": 20,
    },
    "mean_field_type": {
        "horizon": 0.5,
        "generator": [[-0.5, 0.5], [1.0, -1.0]],
        "drift": {"b0": 0.1, "b1": [-0.5, 0.1], "b1_bar": 0.1, "b2": [1.0, 0.5], "b2_bar": 0.1},
        "volatility": {"c0": 0.3, "c1": 0.1, "c1_bar": 0.1, "c2": [0.1, 0.2], "c2_bar": 0.1},
        "common_volatility": {"c0": [0.2, 0.1]},
        "jumps": [{"rate": 1.0, "c0": 0.2}],
        "common_jumps": [{"rate": 0.5, "c0": -0.1}],
        "cost": {
            "q": [1.0, 2.0],
            "q_bar": 0.5,
            "r": [[1.0, 2.0], [1.0, 1.0]],
            "r_bar": 0.1,
            "eps1": 0.1,
            "eps1_bar": 0.1,
            "eps2": 0.1,
            "eps2_bar": 0.1,
            "eps3": 0.1,
            "eps3_bar": 0.1,
            "q_T": 1.0,
            "q_T_bar": 0.1,
            "eps3_T": 0.1,
            "eps3_T_bar": 0.1,
        },
        "initial": {"mean": 1.0, "variance": 0.2, "regime": 1},
    },
    "regulation": {
        "price_band": [0.95, 1.05],
        "initial_price": 1.01,
        "adjustment_speed": 2.0,
        "demand": [1.0, 1.1, 1.0, 1.2, 1.1],
        "supply": 1.0,
        "volatility": 0.02,
        "common_volatility": 0.01,
        "jumps": [{"rate": 2.0, "size": 0.02}],
        "common_jumps": [{"rate": 1.0, "size": -0.02}],
        "horizon": 1.0,
        "steps": 5,
        "paths": 50,
        "piecewise": {
            "block": 0.4,
            "window": 0.2,
            "supplies": [-0.1, 0.0, 0.1],
            "supply_step": 0.1,
        },
        "weights": {"q": 1.0, "q_bar": 1.0, "rho": 0.1},
        "outage_cost": 1.0,
        "strategies": ["none", "lqr", "mean_field_type", "piecewise"],
    },
    "bayesian_cournot": {
        "types": [
            [
                {
                    "probability": 0.4,
                    "marginal_cost": 1.0,
                    "quadratic_cost": 1.0,
                    "risk_cost": 0.0,
                },
                {
                    "probability": 0.6,
                    "marginal_cost": 2.0,
                    "quadratic_cost": 1.0,
                    "risk_cost": 0.5,
                },
            ],
            [
                {
                    "probability": 1.0,
                    "marginal_cost": 1.0,
                    "quadratic_cost": 2.0,
                    "risk_cost": 0.1,
                }
            ],
        ],
        "discount": [0.1, 0.2],
        "adjustment_speed": 0.5,
        "intercept": 4.0,
        "terminal_weight": 1.0,
        "horizon": 1.0,
        "initial_price": 3.5,
        "initial_mean_price": 3.0,
        "volatility": 0.5,
        "common_volatility": 0.2,
        "jumps": [{"rate": 1.0, "size": -0.5}],
        "common_jumps": [{"rate": 0.5, "size": 0.5}],
        "steps": 10,
    },
    "contest": {"prize": 10.0, "costs": [1.0, 2.0], "exponent": 0.5, "activation": 0.01},
    "response": {
        "price": 0.3,
        "sell_price": 0.1,
        "agents": [
            {
                "utility": "quadratic",
                "intercept": 0.5,
                "slope": 0.1,
                "generation": {"cost_linear": 0.05, "cost_quadratic": 0.1, "capacity": 3.0},
            },
            {"utility": "cara", "scale": 0.5, "risk_aversion": 0.3},
        ],
    },
    "price_field": {
        "nodes": ["a", "b", "c"],
        "edges": [
            {"from": "a", "to": "b", "fee": 0.1, "loss": 0.1, "one_way": True},
            {"from": "b", "to": "c", "fee": 0.1, "loss": 0.1},
        ],
        "producers": [{"node": "a", "price": 1.0}, {"node": "c", "price": 2.0}],
    },
    "dispatch": {
        "stations": {"cost": [1.0, 2.0], "capacity": [1.0, 1.0]},
        "demand": [1.0, 2.0, 1.5],
        "loss": {"shortage": 5.0, "surplus": 2.0},
        "stock": {
            "initial": [1.0, 1.0],
            "inflow": [0.2, 0.5],
            "limit": [2.0, 2.0],
            "terminal_value": [0.5, 3.0],
        },
    },
    "investment": {
        "regimes": [
            {
                "risk_free_rate": 0.02,
                "excess_returns": [0.05, 0.03],
                "volatility": [0.2, 0.1],
                "common_volatility": [0.1, 0.1],
                "jumps": [{"asset": 0, "rate": 0.5, "size": -0.3}],
                "common_jumps": [{"rate": 0.1, "size": -0.5}],
                "loss_rate": 0.1,
                "loss_fraction": 0.5,
                "premium_loading": 0.2,
            }
        ],
        "generator": [[0.0]],
        "discount": 0.1,
        "horizon": 5.0,
        "wealth": 2.0,
        "mean_wealth": 3.0,
        "initial_regime": 0,
    },
    "auction": {
        "bidders": [
            {"distribution": "beta", "alpha": 1.0, "beta": 2.0},
            {"distribution": "power", "exponent": 2.0},
        ],
        "support": [1.0, 2.0],
        "grid": 5,
    },
}
RESIDUALS = (
    {"learning": 1.0}
    | dict.fromkeys(
        ["bayesian_cournot", "cournot", "frequency", "mean_field_type", "regulation"], 2e-7
    )
    | {"dispatch": 1e-9}
)
"""What games that judge a dense output may leave; 1e-12 for the others."""
FORBIDDEN = {
    "not a number": [float("nan")],
    "infinite": [float("inf"), float("-inf")],
    "no number": ["1.0", None, True, {}, [], [[]]],
    "too large": [1e31, 10**400],
}


def test_every_game_is_covered():
    assert set(SCENARIOS) == set(GAMES)


@pytest.mark.parametrize("name", SCENARIOS)
def test_solves_and_documents(name: str):
    game = GAMES[name]
    problem = game.problem.from_document(SCENARIOS[name])
    solution = game.solve(problem)
    text = json.dumps({**solution.document(), **solution.diagnostics.document()}, allow_nan=False)
    assert json.loads(text)["converged"] is True
    diagnostics = solution.diagnostics.document()
    assert {"converged", "residual", "exploitability", "seconds"} <= set(diagnostics)
    assert ("iterations" in diagnostics) != ("evaluations" in diagnostics)
    assert diagnostics["seconds"] > 0
    assert diagnostics["residual"] < RESIDUALS.get(name, 1e-12)


@pytest.mark.parametrize("name", SCENARIOS)
def test_problems_and_solutions_cannot_change(name: str):
    game = GAMES[name]
    document = SCENARIOS[name]
    problem = game.problem.from_document(document)
    assert problem == game.problem.from_document(document)
    with pytest.raises(ValueError, match="frozen"):
        setattr(problem, next(iter(document)), 1.0)
    solution = game.solve(problem)
    assert isinstance(solution, Solution)
    with pytest.raises(dataclasses.FrozenInstanceError):
        solution.diagnostics = None  # type: ignore[assignment,misc]
    for owner in (problem, solution, *(v for v in vars(problem).values() if hasattr(v, "target"))):
        for value in vars(owner).values():
            if isinstance(value, np.ndarray):
                with pytest.raises(ValueError, match="read-only"):
                    value[...] = 0


def test_arrays_are_copied():
    costs = np.array([1.0, 2.0])
    problem = GAMES["contest"].problem(prize=1.0, costs=costs)
    costs[0] = 99.0
    assert problem.costs[0] == 1.0


Path = tuple[str | int, ...]

MAY_BE_LONGER = {
    *("willingness", "costs", "rewards", "nodes", "lines", "disturbances"),
    *("agents", "edges", "producers", "demand", "bidders", "jumps", "common_jumps", "supplies"),
}
"""Lists that fix how many players, places or events there are."""


def number_fields(document: dict[str, Any], at: Path = ()) -> list[Path]:
    """The paths of all leaves; of a list of tables, those of its first."""
    paths: list[Path] = []
    for key, value in document.items():
        if isinstance(value, dict):
            paths += number_fields(value, (*at, key))
        elif isinstance(value, list) and isinstance(value[0], dict):
            paths += [(*at, key), *number_fields(value[0], (*at, key, 0))]
        else:
            paths.append((*at, key))
    return paths


def place(path: Path) -> str:
    """A path as messages have it: ``nodes[0].inertia``."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


def replaced(document: Any, path: Path, change: Any) -> Any:
    """A deep copy with one leaf put through `change`."""
    if not path:
        return change(document)
    copy = list(document) if isinstance(document, list) else dict(document)
    copy[path[0]] = replaced(document[path[0]], path[1:], change)
    return copy


def first_leaf(value: Any, new: Any) -> Any:
    return [first_leaf(value[0], new), *value[1:]] if isinstance(value, list) else new


def leaf_of(value: Any) -> Any:
    """What `first_leaf` replaces."""
    return leaf_of(value[0]) if isinstance(value, list) else value


def at_path(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def field_of(name: str, path: Path) -> FieldInfo:
    """The model's field at a path."""
    holder = _model_at(GAMES[name].problem, path)
    assert holder is not None
    return _named(holder)[str(path[-1])]


def may_be_negative(field: FieldInfo) -> bool:
    """Whether the model's own bound lets a number below 0 pass."""
    marks = [*field.metadata]
    for kind in get_args(field.annotation):
        marks += get_args(kind)
    return any(getattr(mark, "low", 0.0) < 0 for mark in marks)


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("kind", FORBIDDEN)
def test_bad_numbers_name_their_field(name: str, kind: str):
    for path in number_fields(SCENARIOS[name]):
        optional = not field_of(name, path).is_required()
        for bad in FORBIDDEN[kind]:
            if bad is None and optional and not isinstance(at_path(SCENARIOS[name], path), list):
                continue  # null leaves an optional number out
            leaf = leaf_of(at_path(SCENARIOS[name], path))
            if isinstance(bad, str | bool) and type(bad) is type(leaf):
                continue  # a name may be any text, a flag either of both
            document = replaced(SCENARIOS[name], path, lambda v, bad=bad: first_leaf(v, bad))
            with pytest.raises(InvalidProblem) as caught:
                GAMES[name].problem.from_document(document)
            message = str(caught.value)
            assert message.startswith(place(path)), message
            assert "allowed" in message or "missing; required" in message
            assert "\n" not in message
            assert len(message) < 300


@pytest.mark.parametrize("name", SCENARIOS)
def test_missing_empty_ragged_and_unknown_fields(name: str):
    problem = GAMES[name].problem
    for path in number_fields(SCENARIOS[name]):
        for wrong in ([], [[1.0], [1.0, 2.0]]):
            document = replaced(SCENARIOS[name], path, lambda v, wrong=wrong: wrong)
            with pytest.raises(InvalidProblem, match=str(path[-1])):
                problem.from_document(document)
        typo = replaced(SCENARIOS[name], path[:-1], lambda v: {**v, "targte": 1.0})
        with pytest.raises(InvalidProblem, match=r"targte: unknown key; allowed: \w+") as caught:
            problem.from_document(typo)
        assert str(path[-1]) in str(caught.value)
        if field_of(name, path).is_required():
            fewer = replaced(
                SCENARIOS[name],
                path[:-1],
                lambda v, path=path: {k: w for k, w in v.items() if k != path[-1]},
            )
            with pytest.raises(InvalidProblem) as caught:
                problem.from_document(fewer)
            assert str(caught.value).startswith(f"{place(path)}: missing; required")


@pytest.mark.parametrize("name", SCENARIOS)
def test_negative_costs_and_wrong_lengths(name: str):
    for path in number_fields(SCENARIOS[name]):
        if not may_be_negative(field_of(name, path)):
            negative = replaced(SCENARIOS[name], path, lambda v: first_leaf(v, -1e-9))
            with pytest.raises(InvalidProblem, match=r"value -1e-09; allowed"):
                GAMES[name].problem.from_document(negative)
        if isinstance(at_path(SCENARIOS[name], path), list) and path[-1] not in MAY_BE_LONGER:
            longer = replaced(SCENARIOS[name], path, lambda v: [*v, v[-1]])
            with pytest.raises(InvalidProblem, match="allowed"):
                GAMES[name].problem.from_document(longer)


@pytest.mark.parametrize("name", SCENARIOS)
def test_json_schema(name: str):
    schema = TypeAdapter(GAMES[name].problem).json_schema()
    assert schema["additionalProperties"] is False
    assert set(SCENARIOS[name]) <= set(schema["properties"])
    json.dumps(schema, allow_nan=False)


def test_plain_values():
    assert plain([np.float64(1.5), math.inf, {"a": np.int64(2)}]) == [1.5, None, {"a": 2}]
    assert plain(np.array([[1.0, np.nan]])) == [[1.0, None]]
