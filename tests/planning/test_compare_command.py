"""`wattmarket compare` as a user meets it: table, JSON, figure, one line for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oracle.cli import main
from oracle.community.mechanisms import MECHANISMS

ONE_DAY = ["compare", "--start", "2026-03-31", "--days", "1", "--jobs", "1"]


def test_json_has_every_figure_and_the_figure_is_drawn(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plot = tmp_path / "day.svg"
    assert main([*ONE_DAY, "--json", "--lie-days", "3", "--plot", str(plot)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["days"] == 1
    assert found["lie_days"] == ["2026-03-31"]
    assert [entry["name"] for entry in found["mechanisms"]] == [m.name for m in MECHANISMS]
    for entry, mechanism in zip(found["mechanisms"], MECHANISMS, strict=True):
        assert len(entry["saving"]) == 8
        assert sum(entry["saving"].values()) == pytest.approx(entry["saving_total"], abs=1e-5)
        assert entry["least_saving"]["saving"] == min(entry["saving"].values())
        assert entry["worse_off"] == [n for n, saved in entry["saving"].items() if saved < 0]
        assert (entry["lie"] is not None) == mechanism.declares
        assert entry["kept"] == pytest.approx(entry["elecoin_spread"], abs=1e-6)
        assert 0 < entry["self_sufficiency"] < 1
    ours, grid = found["mechanisms"][0], found["mechanisms"][-1]
    assert ours["volume_kwh"] == 38.004
    assert ours["elecoin_spread"] > 0
    assert ours["lie"]["gain"] > 0
    assert grid["saving_total"] == 0
    assert grid["gini"] is None
    assert grid["self_sufficiency"] < min(e["self_sufficiency"] for e in found["mechanisms"][:-1])
    words = plot.read_text(encoding="utf-8")
    assert "Neckarau, 1 day under 7 mechanisms" in words
    assert "supply-demand ratio" in words


def test_the_table_has_a_row_a_figure_and_says_no_lies_were_tried(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*ONE_DAY, "--lie-days", "0"]) == 0
    out = capsys.readouterr().out
    for row in ("price, EUR/kWh", "traded, kWh", "Gini of savings", "kept, EUR", "  workshop"):
        assert row in out
    assert "gains" not in out.partition("grid: the grid alone")[2]
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--days", "0"], "--days: 0: at least 1"),
        (["--days", "15"], "--days: 15: from 2026-03-24 there are 14"),
        (["--start", "2026-05-01"], "--start: 2026-05-01: whole days from 2026-03-24 to"),
        (["--start", "may"], "--start: 'may': must be a date such as 2026-03-31"),
        (["--forecast", "crystal"], "--forecast: 'crystal': one of persistence"),
        (["--engine", "ray"], "--engine: 'ray': allowed: processes, or dask://HOST:PORT"),
        (["--jobs", "0"], "--jobs: 0: at least 1"),
        (["--lie-days", "-1"], "--lie-days: -1: at least 0"),
        (["--seed", "-1"], "--seed: -1: at least 0"),
        (["--plot", "a.txt"], "--plot: a.txt: allowed"),
        (["nowhere.toml"], "nowhere.toml"),
    ],
)
def test_wrong_input_is_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *words]) == 2
    line = capsys.readouterr().err
    assert said in line
    assert line.count("\n") == 1
