"""Learning the elecoin price: nobody knows the others' utilities, everybody tries and remembers.

DMA-UBRL: the edge server and every prosumer learn by Q-learning with policy hill climbing, each
from her own gain alone; steps are small while a policy wins against its own past mean and large
while it loses. The server picks one of even price levels (one for each prosumer when
discriminated), prosumers see it and pick one of even demand levels. Baselines: a genetic algorithm
that sets everything for one side alone, and random play. The yardstick is the exact equilibrium of
`stackelberg`.

Source: Cao et al., "A Multi-Agent Reinforcement Learning Approach for Blockchain-based Electricity
Trading System", section III and Algorithm 1; Bowling and Veloso, "Multiagent learning using a
variable learning rate" (2002) for the hill climbing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from oracle.games._base import Diagnostics, Solution, read_only, timed
from oracle.games._fields import FloatArray, Numbers, Share, Whole, about, invalid
from oracle.games._learning_play import Tally, climb, evolve, play_random
from oracle.games._monte_carlo import compiled, streams
from oracle.games._stackelberg_certificate import certify
from oracle.games.stackelberg import StackelbergProblem
from oracle.games.stackelberg import solve as solve_exactly

__all__ = ["LearningProblem", "LearningSolution", "learn_bimatrix", "solve"]

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


@dataclass(frozen=True)
class LearningSolution(Solution):
    """Means over the runs' last tenths: price (a list when discriminated), demands [N], utilities.

    price_trace [200]: the mean price over even blocks of time. equilibrium_price of the exact game,
    relative_gap of the price from it (the largest, when discriminated), price_interval [2] that
    holds 95 % of the runs' mean prices.
    """

    price: float | FloatArray
    demands: FloatArray
    leader_utility: float
    follower_utilities: FloatArray
    price_trace: FloatArray
    equilibrium_price: float | FloatArray
    relative_gap: float
    price_interval: FloatArray


@timed
def solve(problem: LearningProblem, *, rng: np.random.Generator | None = None) -> LearningSolution:
    """Let them learn, `runs` times. The same `rng` gives the same numbers."""
    generators = streams(np.random.default_rng(0) if rng is None else rng, problem.runs)
    prices, demands, lead, follow = _tables(problem)
    heads = 1 if problem.pricing == "uniform" else len(problem.willingness)
    tallies = []
    for stream in generators:
        tally = Tally(problem.steps, prices, demands, lead, follow, heads)
        if problem.method == "dma_ubrl":
            _learn(problem, tally, stream)
        elif problem.method == "random":
            play_random(tally, stream)
        else:
            evolve(tally, stream, server=problem.method == "genetic_server")
        tallies.append(tally)
    return _solution(problem, tallies)


def _tables(
    problem: LearningProblem,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Price levels [L], demand levels [N, A], and what a pair of them earns the leader and the
    follower [N, L, A]. The leader's fixed utility is left out: it is the same at all levels."""
    low, high = (float(bound) for bound in problem.price_bounds)
    prices = np.linspace(low, high, problem.price_levels)
    demands = np.linspace(problem.lowest, problem.highest, problem.demand_levels, axis=1)
    x = demands[:, None, :]
    use = problem.willingness[:, None, None] / problem.electricity_price
    paid = x * prices[None, :, None]
    lead = paid - problem.unit_cost * x
    follow = problem.revenue_factor * np.log1p(x * use) - problem.payment_factor * paid
    return prices, demands, np.ascontiguousarray(lead), np.ascontiguousarray(follow)


def _learn(problem: LearningProblem, tally: Tally, stream: np.random.Generator) -> None:
    count, levels, actions = tally.follow.shape
    compiled(climb)(
        stream,
        problem.steps,
        tally.lead,
        tally.follow,
        tally.prices,
        tally.demands,
        True,
        problem.learning_rate,
        problem.discount,
        problem.step_win,
        problem.step_lose,
        problem.exploration,
        np.zeros((tally.heads, levels)),
        np.zeros((count, levels, actions)),
        tally.trace,
        tally.seen,
        tally.price,
        tally.demand,
        tally.leader,
        tally.followers,
    )


def _solution(problem: LearningProblem, tallies: list[Tally]) -> LearningSolution:
    last = tallies[0].last
    fixed = problem.mining.reward if problem.mining is not None else 0.0
    fixed -= problem.conversion_factor * problem.server_consumption
    each = np.array([tally.price for tally in tallies]) / last
    price: float | FloatArray = each.mean(axis=0)
    demands = np.mean([tally.demand for tally in tallies], axis=0) / last
    fields = {name: getattr(problem, name) for name in StackelbergProblem.model_fields}
    exact = solve_exactly(StackelbergProblem(**{k: v for k, v in fields.items() if v is not None}))
    gap = float(np.max(np.abs(price - exact.price) / np.maximum(exact.price, 1e-300)))
    if problem.pricing == "uniform":
        price = float(each.mean())
    trace = np.mean([tally.trace / np.maximum(tally.seen, 1) for tally in tallies], axis=0)
    exploitability = certify(problem, price, demands)[1]
    return LearningSolution(
        diagnostics=Diagnostics(
            converged=True,
            residual=gap,
            exploitability=exploitability,
            iterations=problem.steps * problem.runs,
        ),
        price=price if isinstance(price, float) else read_only(price),
        demands=read_only(demands),
        leader_utility=float(np.mean([tally.leader for tally in tallies])) / last + fixed,
        follower_utilities=read_only(np.mean([t.followers for t in tallies], axis=0) / last),
        price_trace=read_only(trace),
        equilibrium_price=exact.price,
        relative_gap=gap,
        price_interval=read_only(np.quantile(each.mean(axis=1), [0.025, 0.975])),
    )


def learn_bimatrix(
    first: FloatArray,
    second: FloatArray,
    *,
    steps: int = 20_000,
    learning_rate: float = 0.1,
    step_win: float = 0.0025,
    step_lose: float = 0.01,
    exploration: float = 0.2,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Two players who meet again and again in a one-shot game of payoffs [A, B] each.

    The same learners, without sight of the other's choice and without a future. The learned
    policies [A] and [B].
    """
    rows, columns = first.shape
    one, two = np.zeros((1, rows)), np.zeros((1, 1, columns))
    nothing = [np.zeros(1) for _ in range(6)]
    compiled(climb)(
        rng,
        steps,
        np.ascontiguousarray(first[None], dtype=np.float64),
        np.ascontiguousarray(second[None], dtype=np.float64),
        np.zeros(rows),
        np.zeros((1, columns)),
        False,
        learning_rate,
        0.0,
        step_win,
        step_lose,
        exploration,
        one,
        two,
        *nothing,
    )
    return one[0], two[0, 0]
