"""The Tullock contest for a prize (mean-field-type games in power networks, 3.2).

Player i spends a_i and wins R with the share ``σ_i = h_i/H`` of the aggregate impact
``h_i = w_i a_i^r``, 0 < r ≤ 1. At a given H her best reply is one share, so the equilibrium is one
equation Σσ_i(H) = 1 (share functions: Cornes & Hartley 2005). For r = 1 it has a closed form
after a sort; for r < 1 both the shares and H are found by Newton's method, in logarithms.
"""

from oracle.games.contest.problem import ContestProblem
from oracle.games.contest.solver import ContestSolution, solve

__all__ = ["ContestProblem", "ContestSolution", "solve"]
