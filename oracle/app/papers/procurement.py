"""The slides' auction among prosumers: bids rise with costs, and beyond that, how."""

from __future__ import annotations

import numpy as np

from oracle.app.papers.section import SLIDES, Picture, Section, Table, num
from oracle.games.auction import AuctionProblem, AuctionSolution, solve
from oracle.plots.papers import Line, Panel

__all__ = ["auction_of_the_mismatch", "bidding"]

_UNIFORM: dict[str, object] = {"distribution": "uniform"}
_CHEAP: dict[str, object] = {"distribution": "power", "exponent": 3.0}


def bidding(bidders: list[dict[str, object]]) -> AuctionSolution:
    """Bids over costs from 0 to 1, at 21 costs."""
    problem = {"bidders": bidders, "support": [0.0, 1.0], "grid": 21}
    return solve(AuctionProblem.from_document(problem))


def auction_of_the_mismatch() -> Section:
    """Equal bidders against the closed form, and unequal ones."""
    equal = {count: bidding([_UNIFORM] * count) for count in (2, 3, 6)}
    unequal = bidding([_UNIFORM, _CHEAP])
    costs = unequal.costs
    rows = tuple(
        (
            f"{count} equal bidders",
            num(float(solution.bids[0][0]), 4),
            num(1 / count, 4),
            num(float(solution.bids[0][10]), 4),
            num(0.5 + 0.5 / count, 4),
            num(solution.expected_payment, 4),
        )
        for count, solution in equal.items()
    ) + tuple(
        (
            name,
            num(float(unequal.bids[at][0]), 4),
            "none",
            num(float(unequal.bids[at][10]), 4),
            "none",
            num(unequal.expected_payment, 4),
        )
        for at, name in enumerate(("uniform, beside a cheap one", "cheap, beside a uniform one"))
    )
    return Section(
        "Auction of the mismatch",
        f"{SLIDES}, prosumers market auction",
        (
            "The slides give the equations of the bids and say that bids rise with costs; there "
            "are no numbers. Ours: costs between 0 and 1, uniform, or cheap with the survival "
            "function (1 − c)³. For K equal uniform bidders the bid is known, `c + (1 − c)/K`.",
            Table(
                "Bids at the costs 0 and 0.5, and the mean payment",
                ("bidder", "bid at 0", "closed form", "bid at 0.5", "closed form", "payment"),
                rows,
            ),
            Picture(
                "auction",
                "Bids over costs. Left, equal bidders: straight lines that end at 1 and lie lower "
                "the more bid. Right, unequal ones: both curves begin at the same lowest bid and "
                "end at 1; the cheap bidder's lies above.",
                "Bids over costs: equal bidders, unequal bidders; dotted, the cost itself.",
                (
                    Panel(
                        "Equal bidders",
                        "cost",
                        (
                            *(
                                Line(f"K = {count}", costs, solution.bids[0], at)
                                for at, (count, solution) in enumerate(equal.items())
                            ),
                            Line("", costs, costs, None, ":"),
                        ),
                    ),
                    Panel(
                        "A uniform and a cheap bidder",
                        "cost",
                        (
                            Line("uniform", costs, np.asarray(unequal.bids[0]), 0),
                            Line("cheap", costs, np.asarray(unequal.bids[1]), 1),
                            Line("", costs, costs, None, ":"),
                        ),
                    ),
                ),
            ),
            "**As published:** every bid rises with its cost. At equal costs the bidder who is "
            "cheap in general asks for more: she has less to fear from the other.",
        ),
    )
