"""The equilibrium of auction, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.games._base import Diagnostics, Solution, certified, read_only, timed
from oracle.games._fields import FloatArray
from oracle.games.auction.certificate import exploitability
from oracle.games.auction.collocation import solve_values
from oracle.games.auction.outcome import bids_at, outcome
from oracle.games.auction.problem import AuctionProblem

_TOLERANCE = 1e-11


@dataclass(frozen=True)
class AuctionSolution(Solution):
    """costs [grid], bottom to top, and the bids at them [K][grid]; the lowest bid of all.

    win_probabilities [K]; expected_payment: the mean of the winning bid.
    """

    costs: FloatArray
    bids: FloatArray
    lowest_bid: float
    win_probabilities: FloatArray
    expected_payment: float


@timed
def solve(problem: AuctionProblem) -> AuctionSolution:
    """The equilibrium in increasing bids; unique, since all costs share one support (Lebrun).

    Newton's method on spectral collocation, by continuation from equal bidders. Not converged where
    that stops on its way, or the finest grid leaves a large residual.
    """
    low, top = (float(bound) for bound in problem.support)
    width, count = top - low, len(problem.bidders)
    costs = np.linspace(low, top, problem.grid)
    bids, trouble = solve_values(problem.values, _TOLERANCE)
    if trouble:
        unknown = np.full((count, problem.grid), np.nan)
        nan = float("nan")
        diagnostics = Diagnostics(False, None, None, iterations=bids.iterations, message=trouble)
        return AuctionSolution(
            diagnostics=diagnostics,
            costs=read_only(costs),
            bids=read_only(unknown),
            lowest_bid=nan,
            win_probabilities=read_only(unknown[:, 0].copy()),
            expected_payment=nan,
        )
    worth = np.linspace(1.0, 0.0, problem.grid)
    chances, highest = outcome(bids)
    gain = exploitability(bids) * width
    return AuctionSolution(
        diagnostics=certified(bids.residual, gain, iterations=bids.iterations),
        costs=read_only(costs),
        bids=read_only(top - width * bids_at(bids, worth)),
        lowest_bid=top - width * bids.highest,
        win_probabilities=read_only(chances),
        expected_payment=top - width * highest,
    )
