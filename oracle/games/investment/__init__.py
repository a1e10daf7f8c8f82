"""Consumption, investment and insurance of a log-utility investor under switching regimes.

Wealth x earns the risk-free rate and the excess returns of d assets, held in the shares π, pays
for consumption and insurance, and loses the share l at rate λ̄, of which y is insured at the
premium ``λ̄(1 + θ̄)y``. With logarithmic utility nothing but the growth rate of the regime at hand
matters, so shares and insurance are chosen in each regime by itself, and consumption is
``e^{−λt} x/α1(t)``. The value is ``α1(0) log x0 + α2(0)`` with α2 from one matrix exponential.

Source: "Mean-field-type games in blockchain-based distributed power networks", 5, (15)-(17), q = 0.
"""

from oracle.games.investment.problem import CommonJump, InvestmentProblem, Jump, Regime
from oracle.games.investment.solver import InvestmentSolution, solve

__all__ = ["CommonJump", "InvestmentProblem", "InvestmentSolution", "Jump", "Regime", "solve"]
