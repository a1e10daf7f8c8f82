"""Miners who seek the crowd: on which branch of a fork do they mine, and when is it over?

On branch b, where the fraction m_b of the miners is, rewards arrive as a Poisson stream of rate
``α0 + ε m_b``; each pays r_b at the price p̄, and mining costs c per unit of time. With risk
sensitivity η the payoff until T is the certainty equivalent
``(1/η) ln E exp(η (r_b p̄ X(T) − cT)) = (α0 + ε m_b) T g_b − cT``, ``g_b = (e^{η r_b p̄} − 1)/η``,
r_b p̄ at η = 0. Inside a support S all rates are in inverse proportion to g, which gives m at once;
the replicator's Jacobian tells which of these points hold, and the logit dynamics when one branch
has won.

Source: "A mean-field-type game perspective" (slides), Wattcoin mining as a crowd-seeking game.
"""

from oracle.games.mining.problem import MiningProblem, payoffs
from oracle.games.mining.solver import Equilibrium, MiningSolution, solve

__all__ = ["Equilibrium", "MiningProblem", "MiningSolution", "payoffs", "solve"]
