"""The problem of learning: what it takes, in which units, within which limits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import model_validator

from oracle.games._fields import Numbers, Share, Whole, about, invalid
from oracle.games.stackelberg import StackelbergProblem

_CELLS = 20_000_000
Step = Annotated[float, Numbers(gt=0, le=1)]


class LearningProblem(StackelbergProblem):
    """The fields of `stackelberg`, and how its players learn.

    method; price_levels and demand_levels, even over the bounds with both ends; steps of each of
    `runs` runs; learning_rate and discount of Q-learning; step_win and step_lose of the policies;
    exploration, the chance of a random choice at first.
    """

    game: ClassVar[str] = "learning"

    method: Literal["dma_ubrl", "genetic_server", "genetic_prosumers", "random"] = about(
        "who decides: learners, a genetic search for one side alone, or chance"
    )
    price_levels: Annotated[int, Whole(ge=2, le=1000)] = about(
        "even over price_bounds, both ends included", "–"
    )
    demand_levels: Annotated[int, Whole(ge=2, le=1000)] = about(
        "even over a prosumer's bounds, both ends included", "–"
    )
    steps: Annotated[int, Whole(ge=200, le=10_000_000)] = about("of each run", "–")
    learning_rate: Step = about("σ, the weight of what is new in Q", "–")
    discount: Share = about("γ, the weight of the next step's gain", "–")
    step_win: Step = about("of a policy that wins against its past mean", "–", default=0.0025)
    step_lose: Step = about("of a policy that loses against it", "–", default=0.01)
    exploration: Share = about(
        "chance of a random choice at first; falls to 0 at nine tenths of the steps", "–"
    )
    runs: Annotated[int, Whole(ge=1, le=1000)] = about(
        "from streams of random numbers of their own", "–", default=20
    )

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        cells = len(self.willingness) * self.price_levels * self.demand_levels
        if cells > _CELLS:
            allowed = f"at most {_CELLS} cells: prosumers × price levels × demand levels"
            raise invalid("price_levels", self.price_levels, allowed)
        return self
