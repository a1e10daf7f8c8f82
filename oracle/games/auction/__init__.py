"""The prosumers' auction: who covers the mismatch of demand and supply, and at what bid?

A first-price procurement: K bidders with private costs on a common support, the lowest bid wins and
is paid. With G_i the survival function of i's cost, the inverse bids λ_i solve

``λ_i' = (G_i/G_i')(λ_i) [1/(x − λ_i) − (1/(K − 1)) Σ_k 1/(x − λ_k)]``,

all meeting at the top of the support and at the unknown lowest bid. In values v = top − c this is
the ordinary first-price auction, solved by collocation (`_auction_collocation`).

Source: "A mean-field-type game perspective" (slides), prosumers' market auction. Equations: Lebrun
(1999); the oracle with a closed form: Griesmer, Levitan and Shubik (1967).
"""

from oracle.games.auction.problem import AuctionProblem, Bidder
from oracle.games.auction.solver import AuctionSolution, solve

__all__ = ["AuctionProblem", "AuctionSolution", "Bidder", "solve"]
