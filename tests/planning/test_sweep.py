"""Sweeps and Monte Carlo of one game: seeds by task, the same as solving each alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from oracle import UserError
from oracle.app.sweep.axes import Axis, parse_axis, points
from oracle.app.sweep.run import seed_of, sweep
from oracle.cli import main
from oracle.community.scenario import document_of, solve_document

LEARNING = {
    "game": "learning", "method": "dma_ubrl", "price_levels": 9, "demand_levels": 9, "steps": 200,
    "learning_rate": 0.02, "discount": 0.0, "exploration": 0.3, "runs": 1,
    "willingness": [3.0, 4.0], "revenue_factor": 20.0, "payment_factor": 0.3,
    "conversion_factor": 8.0, "electricity_price": 0.6, "server_consumption": 1.0,
    "price_bounds": [20.0, 148.0], "demand_bounds": [0.0, 1.6],
}  # fmt: skip


def test_an_axis_is_a_field_and_values() -> None:
    assert parse_axis("a.b=1:2:0.5") == Axis("a.b", (1.0, 1.5, 2.0))
    assert parse_axis("steps=100,200") == Axis("steps", (100, 200))
    assert all(isinstance(value, int) for value in parse_axis("steps=100:300:100").values)
    for wrong in ("a", "=1", "a=", "a=1:2", "a=2:1:1", "a=1:2:0", "a=x", "a=nan", "a=1,inf"):
        with pytest.raises(UserError, match=r"^--sweep: "):
            parse_axis(wrong)


def test_points_are_every_combination_and_leave_the_document_alone() -> None:
    document = {"x": 1, "t": {"y": [1, 2]}}
    made = points(document, [Axis("x", (3, 4)), Axis("t.y.1", (5, 6))])
    assert [values for values, _ in made] == [(3, 5), (3, 6), (4, 5), (4, 6)]
    assert made[2][1] == {"x": 4, "t": {"y": [1, 5]}}
    assert document == {"x": 1, "t": {"y": [1, 2]}}
    assert points(document, []) == [((), document)]
    for field in ("z", "x.y", "t.y.2", "t.y.one", "t.z"):
        with pytest.raises(UserError, match=f"^--sweep: {field}: no "):
            points(document, [Axis(field, (1,))])
    with pytest.raises(UserError, match="swept twice"):
        points(document, [Axis("x", (1,)), Axis("x", (2,))])


def test_each_task_is_what_solving_it_alone_gives() -> None:
    swept = sweep(LEARNING, [parse_axis("exploration=0.1,0.4")], draws=3, seed=9, jobs=1)
    assert [(row.values, row.draw) for row in swept.rows] == [
        ((value,), draw) for value in (0.1, 0.4) for draw in range(3)
    ]
    assert len({row.seed for row in swept.rows}) == 6
    for number, row in enumerate(swept.rows):
        assert row.seed == seed_of(9, number)
        alone = solve_document(LEARNING | {"exploration": row.values[0]}, seed=row.seed)
        single = {
            name: value
            for part in ("solution", "diagnostics")
            for name, value in alone[part].items()
            if not isinstance(value, (list, dict, str)) and name != "seconds"
        }
        assert single.items() <= row.found.items()
    found = [tuple(row.found.items()) for row in swept.rows]
    assert len(set(found)) > 1


def test_seeds_are_far_apart_and_never_the_sweep_s_own() -> None:
    seeds = {seed_of(s, n) for s in range(20) for n in range(50)}
    assert len(seeds) == 1000
    assert seeds.isdisjoint(range(1000))
    state = np.random.SeedSequence(3, spawn_key=(7,)).generate_state(2, np.uint64)
    assert divmod(seed_of(3, 7), 2**64) == (int(state[0]), int(state[1]))


def test_wrong_input_is_one_line_before_anything_is_solved(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    scenario = "examples/stackelberg.toml"
    for options, said in (
        (["--sweep", "payment_factor=-1,2"], "payment_factor: value -1"),
        (["--sweep", "nothing=1"], "--sweep: nothing: no 'nothing'"),
        (["--draws", "0"], "--draws: 0: at least 1"),
        (["--seed", "-1"], "--seed: -1: from 0"),
        (["--engine", "ray"], "--engine: 'ray': allowed"),
        (["--out", str(tmp_path)], "allowed: a file in a folder that exists"),
        (["--draws", "1000001"], "tasks: at most 1000000"),
    ):
        assert main(["sweep", scenario, *options]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
    assert main(["sweep", "examples/nothing.toml"]) == 2


def test_the_command_prints_a_table_or_json_and_writes_every_task(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "all.csv"
    options = ["--sweep", "payment_factor=0.1,0.3", "--draws", "2", "--jobs", "1"]
    scenario = "examples/stackelberg.toml"
    assert main(["sweep", scenario, *options, "--out", str(out)]) == 0
    assert "payment_f" in capsys.readouterr().out
    assert main(["sweep", scenario, *options, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["axes"] == [{"field": "payment_factor", "values": [0.1, 0.3]}]
    lines = list(csv.DictReader(out.read_text().splitlines()))
    assert len(lines) == len(said["rows"]) == 4
    for line, row in zip(lines, said["rows"], strict=True):
        assert float(line["payment_factor"]) == row["at"][0]
        assert float(line["price"]) == row["found"]["price"]
    # Of a random game the same draws; this one is not random.
    assert lines[0]["price"] == lines[1]["price"] != lines[2]["price"]


def test_tables_in_files_travel_with_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "homes.csv").write_text("target,curvature,capacity\n0.3,1.0,2.0\n0.2,0.7,2.0\n")
    path = tmp_path / "scenario.toml"
    path.write_text(
        'game = "clearing"\nconsumers = "homes.csv"\nprice_bounds = [0.05, 0.3]\n'
        "[prosumers]\ntarget = [0.1]\ncurvature = [1.0]\ncapacity = [1.0]\n"
        "cost_linear = [0.05]\ncost_quadratic = [0.1]\n"
    )
    document = document_of(path)
    assert document["consumers"]["target"] == [0.3, 0.2]
    swept = sweep(document, [parse_axis("consumers.target.0=0.3,0.6")], jobs=1)
    assert swept.rows[0].found["price"] < swept.rows[1].found["price"]
