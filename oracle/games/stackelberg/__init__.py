"""The elecoin price: one edge server leads, N prosumers follow.

Follower i buys ``x_i(p) = clip(θ/(ηp) − Q/w_i, lo_i, hi_i)`` elecoins at the unit price p. With
``t = θ/(ηp)`` and ``a_i = Q/w_i`` that is ``clip(t, lo_i + a_i, hi_i + a_i) − a_i``, so total
demand is piecewise linear in t and the leader's profit ``(p − k/Q) Σx`` smooth on each piece. A
follower who enters a bound makes a kink, and between kinks several local maxima may lie; all of
them are looked at after one sort of the 2N kinks.

Source: Cao et al., "A Multi-Agent Reinforcement Learning Approach for Blockchain-based Electricity
Trading System", sections II-III, equations (1)-(6). Their uniqueness
theorem holds only while no bound on demand binds.
"""

from oracle.games.stackelberg.problem import Mining, StackelbergProblem
from oracle.games.stackelberg.solver import StackelbergSolution, best_response, leader_profit, solve

__all__ = [
    "Mining",
    "StackelbergProblem",
    "StackelbergSolution",
    "best_response",
    "leader_profit",
    "solve",
]
