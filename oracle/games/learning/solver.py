"""The equilibrium of learning, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._base import Diagnostics, Solution, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games._monte_carlo import compiled, streams
from oracle.games.learning.play import Tally, climb, evolve, play_random
from oracle.games.learning.problem import LearningProblem
from oracle.games.stackelberg import StackelbergProblem
from oracle.games.stackelberg import solve as solve_exactly
from oracle.games.stackelberg.certificate import certify


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
