"""Any scenario, however odd: an answer, or one line; never a traceback, never an infinity."""

from __future__ import annotations

import functools
import json
import time
import tomllib
import warnings
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.cli import main
from oracle.community.scenario import (
    ScenarioError,
    scenario_from_document,
    solve_document,
    solve_scenario,
)
from oracle.games.registry import GAMES

EXAMPLES = [Path(__file__).parents[2] / "examples" / f"{name}.toml" for name in GAMES]

ODD = [
    None,
    True,
    "",
    "1",
    "x\ny",
    -1,
    0,
    -0.0,
    1e-320,
    1e30,
    1e31,
    float("nan"),
    float("inf"),
    10**400,
    [],
    {},
    [[]],
    [1, [2]],
    [[1.0], [2.0, 3.0]],
    ["a"],
    [None],
    [True],
    [1.0] * 3,
    {"a": 1},
]


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            found += places(value[key], (*at, key))
    return found


def mutate(document: Any, at: tuple[Any, ...], new: Any, how: str) -> Any:
    copy = dict(document) if isinstance(document, dict) else list(document)
    head, *rest = at
    if rest:
        copy[head] = mutate(document[head], tuple(rest), new, how)
    elif how == "replace":
        copy[head] = new
    elif how == "remove":
        del copy[head]
    elif isinstance(copy, dict):
        copy["unknown"] = new
    else:
        copy.append(new)
    return copy


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_mutated_scenarios_never_end_in_a_traceback(
    data: st.DataObject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = data.draw(st.sampled_from(EXAMPLES))
    document: Any = _documents()[path.stem]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(places(document)))
        new = data.draw(st.sampled_from(ODD))
        how = data.draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        document = mutate(document, at, new, how)
        if not places(document):
            break
    scenario = tmp_path / "scenario.json"
    scenario.write_text(json.dumps(document))
    code = main(["solve", str(scenario), "--json"])
    out, err = capsys.readouterr()
    if code == 2:
        assert out == ""
        assert err.count("\n") == 1
        assert len(err) < 400
    else:
        assert code in {0, 3}
        assert err == ""
        json.loads(out, parse_constant=pytest.fail)


def _documents() -> dict[str, Any]:
    return {path.stem: tomllib.loads(path.read_text()) for path in EXAMPLES}


SMALL: dict[str, dict[str, Any]] = {
    "learning": {"steps": 2000, "runs": 2},
    "regulation": {"steps": 100, "paths": 200},
}
"""What makes the examples that simulate quick."""
LONGEST = 5.0
"""CPU seconds; nearly all end within one, on a quiet machine."""


@pytest.mark.parametrize("name", GAMES)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    scale=st.sampled_from([1e-30, 1e-20, 1e-6, 0.05, 1.0, 50.0, 1e6, 1e20, 1e30]),
    other=st.sampled_from([1e-30, 1e-12, 0.05, 1.0, 50.0, 1e12, 1e30]),
    data=st.data(),
)
def test_extreme_magnitudes_give_finite_answers_or_one_line(
    name: str, scale: float, other: float, data: st.DataObject
):
    allowed = may_be_null(name)  # whatever has to be compiled is now
    document: Any = _documents()[name] | SMALL.get(name, {})
    for factor in (scale, other):
        spots = [at for at in places(document) if isinstance(_at(document, at), float)]
        at = data.draw(st.sampled_from(spots))
        document = mutate(document, at, factor, "replace")
    try:
        scenario = scenario_from_document(document)
    except ScenarioError:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        start = time.process_time()
        solution = solve_scenario(scenario).solution
        assert time.process_time() - start < LONGEST
    answer = solution.document()
    json.dumps([answer, solution.diagnostics.document()], allow_nan=False)
    if solution.diagnostics.converged:
        assert {key for key in answer if None in _leaves(answer[key])} <= allowed
    else:
        assert solution.diagnostics.message


@functools.cache
def may_be_null(name: str) -> set[str]:
    """Keys that say "there is none": by their type, or because the example shows it."""
    answer = solve_document(_documents()[name] | SMALL.get(name, {}))["solution"]
    shown = {key for key in answer if None in _leaves(answer[key])}
    hints = get_type_hints(get_type_hints(GAMES[name].module.solve)["return"])
    return {key for key in hints if NoneType in get_args(hints[key])} | shown


def _at(document: Any, at: tuple[Any, ...]) -> Any:
    for key in at:
        document = document[key]
    return document


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return [leaf for item in items for leaf in _leaves(item)]
    return [value]
