"""The games by name. A game's module is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np

from oracle.games._base import Problem, Solution

__all__ = ["GAMES", "Game"]


@dataclass(frozen=True)
class Game:
    """One game: where its problem and its `solve` live.

    `random`: its solve takes the keyword `rng`. `tables`: fields that a scenario may give as the
    path of a CSV or Parquet file.
    """

    name: str
    problem_name: str
    random: bool = False
    tables: tuple[str, ...] = ()

    @property
    def module(self) -> Any:
        return import_module(f"oracle.games.{self.name}")

    @property
    def problem(self) -> type[Problem]:
        """The frozen problem class."""
        found: type[Problem] = getattr(self.module, self.problem_name)
        return found

    def solve(self, problem: Problem, *, rng: np.random.Generator | None = None) -> Solution:
        """Solve a problem of this game; `rng` matters to random games alone."""
        run: Callable[..., Solution] = self.module.solve
        return run(problem, rng=rng) if self.random else run(problem)


GAMES: Mapping[str, Game] = MappingProxyType(
    {
        game.name: game
        for game in (
            Game("auction", "AuctionProblem"),
            Game("bayesian_cournot", "BayesianCournotProblem"),
            Game("clearing", "ClearingProblem", tables=("consumers", "prosumers")),
            Game("contest", "ContestProblem"),
            Game("cournot", "CournotProblem"),
            Game("dispatch", "DispatchProblem"),
            Game("frequency", "FrequencyProblem"),
            Game("investment", "InvestmentProblem"),
            Game("mean_field_type", "MeanFieldTypeProblem"),
            Game("learning", "LearningProblem", random=True),
            Game("mining", "MiningProblem"),
            Game("price_field", "PriceFieldProblem"),
            Game("regulation", "RegulationProblem", random=True),
            Game("reputation", "ReputationProblem"),
            Game("response", "ResponseProblem"),
            Game("stackelberg", "StackelbergProblem"),
        )
    }
)
