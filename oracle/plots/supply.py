"""Figures of supply and response: agents over prices, a price over places, bids, shares."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from oracle.games.auction import AuctionProblem, AuctionSolution
from oracle.games.dispatch import DispatchProblem, DispatchSolution
from oracle.games.investment import InvestmentProblem, InvestmentSolution
from oracle.games.price_field import PriceFieldProblem, PriceFieldSolution
from oracle.games.response import ResponseProblem, ResponseSolution

_LINES = 12
_NAMES = 20


def response(problem: ResponseProblem, solution: ResponseSolution, ax: Axes) -> Axes:
    """Net sales over the price, the total in black; for a single price, a bar for each agent."""
    prices, _ = problem.prices
    if len(prices) == 1:
        ax.bar(np.arange(len(problem.agents)), solution.net_sale[0])
        ax.set_xlabel("agent")
        ax.set_ylabel("net sale (kWh)")
        return ax
    order = np.argsort(prices, kind="stable")
    for agent in range(min(len(problem.agents), _LINES)):
        ax.plot(prices[order], solution.net_sale[order, agent], label=f"agent {agent}")
    ax.plot(prices[order], solution.net_sale[order].sum(axis=1), color="black", label="total")
    ax.axhline(0.0, color="grey", linewidth=0.8)
    ax.set_xlabel("price per kWh")
    ax.set_ylabel("net sale (kWh)")
    ax.legend()
    return ax


def price_field(problem: PriceFieldProblem, solution: PriceFieldSolution, ax: Axes) -> Axes:
    """Every producer's delivered price over the nodes, and the cheapest as bars."""
    places = np.arange(len(problem.nodes))
    ax.bar(places, np.nan_to_num(solution.cheapest), color="lightgrey", label="cheapest")
    for k in range(min(len(problem.producers), _LINES)):
        ax.plot(places, solution.price[k], "o-", label=f"producer {k}, {problem.producers[k].node}")
    if len(places) <= _NAMES:
        ax.set_xticks(places, problem.nodes)
    ax.set_xlabel("node")
    ax.set_ylabel("delivered price per kWh")
    ax.legend()
    return ax


def dispatch(problem: DispatchProblem, solution: DispatchSolution, ax: Axes) -> Axes:
    """Supply by station under the demand; with risk the mean path of supply and stock."""
    if problem.risk is not None:
        times = np.linspace(0.0, problem.risk.horizon, len(solution.supply))
        ax.plot(times, solution.supply, label="supply")
        ax.plot(times, np.asarray(solution.stock), label="stock")
        ax.axhline(float(np.asarray(problem.demand)), color="black", linestyle="--", label="demand")
        ax.set_xlabel("time")
    else:
        periods = np.arange(len(problem.demands))
        ax.stackplot(periods, solution.supply.T, step="mid", alpha=0.7)
        ax.step(periods, problem.demands, where="mid", color="black", label="demand")
        ax.set_xlabel("period")
    ax.set_ylabel("energy (kWh)")
    ax.legend()
    return ax


def investment(problem: InvestmentProblem, solution: InvestmentSolution, ax: Axes) -> Axes:
    """Each regime's shares of wealth: the assets and what is insured."""
    count = solution.investment_shares.shape[1]
    places = np.arange(len(problem.regimes))
    width = 0.8 / (count + 1)
    for k in range(count):
        ax.bar(places + k * width, solution.investment_shares[:, k], width, label=f"asset {k}")
    ax.bar(places + count * width, solution.insurance_fraction, width, label="insured")
    ax.axhline(0.0, color="grey", linewidth=0.8)
    ax.set_xticks(places + count * width / 2, [str(s) for s in places])
    ax.set_xlabel("regime")
    ax.set_ylabel("share of wealth")
    if count <= _LINES:
        ax.legend()
    return ax


def auction(problem: AuctionProblem, solution: AuctionSolution, ax: Axes) -> Axes:
    """Every bidder's bid over her cost; on the dashed line a bid would be the cost."""
    ax.plot(solution.costs, solution.costs, color="grey", linestyle="--", linewidth=0.8)
    for k in range(min(len(problem.bidders), _LINES)):
        kind = problem.bidders[k].distribution
        ax.plot(solution.costs, solution.bids[k], label=f"bidder {k}, {kind}")
    ax.set_xlabel("cost per kWh")
    ax.set_ylabel("bid per kWh")
    ax.legend()
    return ax
