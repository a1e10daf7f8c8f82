"""The lab's games: schema, examples that are solved at once, plots that find their fields."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from oracle.community.scenario import parse_scenario, solve_scenario
from oracle.community.schema import scenario_schema
from oracle.games.registry import GAMES


def at(document: Any, path: str) -> dict[str, Any]:
    """Every value at a path, by the keys at its `*`."""
    found = {"": document}
    for part in path.split("."):
        if part == "*":
            found = {key: value for inner in found.values() for key, value in inner.items()}
        else:
            found = {key: inner[part] for key, inner in found.items()}
    return found


def curves(solution: Any, series: dict[str, Any]) -> list[list[float]]:
    found = at(solution, series["field"])
    if series["each"] == "key":
        return list(found.values())
    (value,) = found.values()
    if series["each"] == "row":
        return list(value)
    if series["each"] == "column":
        return [list(column) for column in zip(*value, strict=True)]
    return [value]


def test_every_game_is_listed_with_a_title(look: Any) -> None:
    listed = look.get("/api/games").json()
    assert [game["name"] for game in listed] == sorted(GAMES)
    assert all(8 <= len(game["title"]) < 80 for game in listed)
    assert all(game["title"] in game["summary"] for game in listed)
    answer = look.get("/api/games/chess")
    assert answer.status_code == 404
    assert "stackelberg" in answer.json()["error"]


def test_the_papers_figures_are_those_of_the_report(look: Any) -> None:
    listed = look.get("/api/papers").json()
    docs = Path(__file__).parents[2] / "docs"
    assert {figure["image"] for figure in listed} == {
        f"/api/papers/{path.name}" for path in (docs / "report").glob("*.svg")
    }
    page = (docs / "report.md").read_text(encoding="utf-8")
    for figure in listed:
        answer = look.get(figure["image"])
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.content == (docs / "report" / f"{figure['figure']}.svg").read_bytes()
        assert f"## {figure['title']}\n\nSource: {figure['source']}." in page
        assert f"![{figure['words']}](report/{figure['figure']}.svg)\n\n{figure['caption']}" in page
        assert figure["note"]
    for name in ("figures.json", "no.svg", "..%2Freport.md"):
        assert look.get(f"/api/papers/{name}").status_code == 404


@pytest.mark.parametrize("name", sorted(GAMES))
def test_an_example_is_solved_within_a_second_and_its_plots_are_there(name: str, look: Any) -> None:
    page = look.get(f"/api/games/{name}").json()
    assert page["schema"] == json.loads(json.dumps(scenario_schema(name)))
    (example,) = page["examples"]
    assert len(example["title"]) > 20
    scenario = parse_scenario(json.dumps(example["scenario"]).encode(), kind="json")
    for _ in range(2):  # the first may have to compile
        began = time.process_time()
        solved = solve_scenario(scenario, seed=0).document()
        if (took := time.process_time() - began) < 1:
            break
    assert took < 1
    assert solved["diagnostics"]["converged"]
    assert page["plots"]
    for plot in page["plots"]:
        whole = {"solution": solved["solution"], "scenario": example["scenario"]}
        x = plot["x"]
        places = None if x["field"] is None else whole[x["source"]][x["field"]]
        for series in plot["series"]:
            drawn = curves(solved["solution"], series)
            assert drawn, series
            assert len(drawn) == 1 or "#" in series["label"]
            for curve in drawn:
                assert len(curve) == len(places or curve) > 0
                known = [value for value in curve if value is not None]
                assert known, series
                assert all(isinstance(value, int | float) for value in known), series
