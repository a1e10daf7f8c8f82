"""`wattmarket forecast`: table, JSON, figure, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oracle.cli import main
from oracle.community.forecast import METHODS


def test_scores_as_json_and_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plot = tmp_path / "f.png"
    options = ["--days", "1", "--method", "profile", "--method", "perfect", "--json"]
    assert main(["forecast", *options, "--plot", str(plot)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert (document["periods"], document["start"]) == (96, "2026-04-05T22:00:00Z")
    assert list(document["methods"]) == ["profile", "perfect"]
    made = document["methods"]["profile"]
    assert set(made["members"]) > {"anna", "farm"}
    for scores in (made["community"], *made["members"].values()):
        assert set(scores) == {"net", "load", "generation"}
        assert len(scores["net"]["mae_wh_by_hour"]) == 24
    assert document["methods"]["perfect"]["community"]["net"]["mae_wh"] == 0


def test_the_table_has_every_method_and_money(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "--start", "2026-04-05", "--days", "1"]) == 0
    said = capsys.readouterr().out
    assert all(method in said for method in METHODS)
    options = ["--start", "2026-04-05", "--days", "1", "--method", "perfect", "--money"]
    assert main(["forecast", *options]) == 0
    said = capsys.readouterr().out
    assert "cost of errors, EUR" in said
    assert "solar_school" in said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--days 0", "--days: 0: at least 1"),
        ("--start soon", "--start: 'soon': must be a date"),
        ("--start 2026-04-05 --days 9", "whole days from 2026-03-24 to 2026-04-06"),
        ("--method tarot", "--method: 'tarot': one of persistence"),
        ("--plot no/such/f.png", "its folder does not exist"),
    ],
)
def test_refusals_are_one_line(options: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", *options.split()]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err
    assert len(said.err.strip().splitlines()) == 1
