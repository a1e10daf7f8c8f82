"""Figures of solutions: drawn on the axes given, with what the solution says."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from oracle.community.scenario import read_scenario
from oracle.games.registry import GAMES
from oracle.plots.games import PLOTS, plot_solution

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_every_game_has_a_figure():
    assert set(PLOTS) == set(GAMES)


@pytest.mark.parametrize("name", PLOTS)
def test_draws_on_the_axes_given(name: str):
    problem = read_scenario(EXAMPLES / f"{name}.toml").problem
    solution = GAMES[name].solve(problem)
    ax = Figure().subplots()
    assert plot_solution(name, problem, solution, ax) is ax
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert ax.lines or ax.patches
    assert plot_solution(name, problem, solution) is not ax


def test_the_chosen_price_is_marked():
    problem = read_scenario(EXAMPLES / "stackelberg.toml").problem
    solution = GAMES["stackelberg"].solve(problem)
    ax = plot_solution("stackelberg", problem, solution)
    curve, _, point = ax.lines
    assert point.get_xdata()[0] == solution.price
    assert max(curve.get_ydata()) <= solution.leader_utility + 1e-9
    each = problem.model_copy(update={"pricing": "discriminated"})
    bars = plot_solution("stackelberg", each, GAMES["stackelberg"].solve(each)).patches
    assert len(bars) == len(problem.willingness)
