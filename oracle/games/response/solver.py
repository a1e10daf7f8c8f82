"""The equilibrium of response, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._base import Solution, certified, read_only, timed
from oracle.games._fields import BoolArray, FloatArray
from oracle.games.response.certificate import certify
from oracle.games.response.problem import _PARAMETERS, Crowd, ResponseProblem, utility

KINDS = tuple(_PARAMETERS)
_MOST_STEPS = 200


@dataclass(frozen=True)
class ResponseSolution(Solution):
    """kWh used, generated and sold (net; below 0 bought), and the surplus, each [P][N]."""

    demand: FloatArray
    generation: FloatArray
    net_sale: FloatArray
    surplus: FloatArray


def crowd(problem: ResponseProblem) -> Crowd:
    """The agents' numbers, agent by agent in the order given."""
    rows = np.array(
        [
            (
                KINDS.index(agent.utility),
                *agent.parameters,
                *(
                    (own.cost_linear, own.cost_quadratic, own.capacity)
                    if (own := agent.generation)
                    else (0.0, 0.0, 0.0)
                ),
            )
            for agent in problem.agents
        ]
    )
    return Crowd(*rows.T)


@timed
def solve(problem: ResponseProblem) -> ResponseSolution:
    """Everybody's best response, all prices and agents at once: O(PN), no iteration over agents."""
    people = crowd(problem)
    buy, sell = (prices[:, None] for prices in problem.prices)
    cheap, _ = _generation(people, sell)
    _, dear = _generation(people, buy)
    wanted_cheap, wanted_dear = _demand(people, sell), _demand(people, buy)
    # At a tie of costs she generates what keeps her trade least.
    buys, sells = dear < wanted_dear, cheap > wanted_cheap
    alone, steps = _alone(people, sell, buy, ~(buys | sells))
    demand = np.where(buys, wanted_dear, np.where(sells, wanted_cheap, alone))
    generation = np.where(buys, dear, np.where(sells, cheap, alone))
    net = generation - demand
    cost = people.linear * generation + people.quadratic * generation**2 / 2
    traded = sell * np.maximum(net, 0) - buy * np.maximum(-net, 0)
    surplus = utility(people, demand) - cost + traded
    residual, gain = certify(problem, people, demand, generation, surplus)
    return ResponseSolution(
        diagnostics=certified(residual, gain, iterations=steps),
        demand=read_only(demand),
        generation=read_only(generation),
        net_sale=read_only(net),
        surplus=read_only(surplus),
    )


def _demand(people: Crowd, price: FloatArray) -> FloatArray:
    """max(0, (w')⁻¹(price)); at a price of 0 infinite where w never ends to rise."""
    first, second = people.first, people.second
    with np.errstate(divide="ignore"):
        kinds = (
            (first - price) / second,
            first / price - second,
            (np.log(first) - np.log(price)) / second,
        )
    return np.maximum(np.choose(people.kind.astype(int), kinds), 0.0)


def _generation(people: Crowd, price: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least and the most generation that is best at a price; they differ at a tie alone."""
    gap = price - people.linear
    flat = people.quadratic == 0
    rising = gap / np.where(flat, 1.0, people.quadratic)
    low = np.where(flat, np.where(gap > 0, people.capacity, 0.0), rising)
    high = np.where(flat, np.where(gap >= 0, people.capacity, 0.0), rising)
    return np.clip(low, 0.0, people.capacity), np.clip(high, 0.0, people.capacity)


def _alone(
    people: Crowd, sell: FloatArray, buy: FloatArray, who: BoolArray
) -> tuple[FloatArray, int]:
    """The d = g of those who trade nothing: w'(d) = c1 + c2 d, within 0 and the capacity."""
    first, second, c1, c2 = people.first, people.second, people.linear, people.quadratic
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = (first - c1) / (second + c2)
        # b = (c1 + c2 d)(s + d): the root that loses no digits.
        spare = first - c1 * second
        middle = c1 + c2 * second
        curved = 2 * spare / (middle + np.sqrt(middle**2 + 4 * c2 * np.maximum(spare, 0)))
    kinds = np.broadcast_arrays(straight, curved, np.zeros(np.shape(sell + c1)))
    found = np.choose(people.kind.astype(int), kinds)
    steps = 1
    row, column = np.nonzero(who & (people.kind == 2) & (people.capacity > 0))
    if len(row):
        log_worth, steps = _exponential_alone(
            first[column], second[column], c1[column], c2[column], buy[row, 0]
        )
        found = np.array(found)
        found[row, column] = (np.log(first[column]) - log_worth) / second[column]
    return np.clip(np.nan_to_num(found, posinf=np.inf), 0.0, people.capacity), steps


def _exponential_alone(
    b: FloatArray, a: FloatArray, c1: FloatArray, c2: FloatArray, top: FloatArray
) -> tuple[FloatArray, int]:
    """log m with ``m = c1 + (c2/a) log(b/m)``: rising and convex in log m, so Newton descends."""
    log_worth = np.log(np.minimum(b, np.maximum(top, c1 + 1e-300)))
    ratio = c2 / a
    steps = 0
    while steps < _MOST_STEPS:
        steps += 1
        with np.errstate(over="ignore"):
            worth = np.exp(log_worth)
        error = worth - c1 - ratio * (np.log(b) - log_worth)
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.nan_to_num(error / (worth + ratio))
        log_worth = log_worth - change
        if np.all(np.abs(change) <= 4e-15 * (1 + np.abs(log_worth))):
            break
    return log_worth, steps
