"""The prosumer-consumer market of a period: one price that clears it.

Consumers buy ``y(p) = clip(y# − p/(2h), 0, κ)``. A prosumer paid q = pμ for a kWh generates
``min((q − a)/b, κ)``, keeps ``x# − q/(2h)`` and shares the rest once that is positive; below, she
generates for herself alone. Both are piecewise linear in the price, so the price is the exact root
of one piece; the piece is found by bracketing kinks. At a floor the matching probability μ solves
``p_e Σs(p_e) = p Σy(p)`` with p_e = pμ.

Source: Le Cadre, Höschle, Enrique Rivero Puente, "Blockchain, user preferences, and consensus
reaching" (poster), consumer and prosumer models; μ as defined there.
"""

from oracle.games.clearing.problem import ClearingProblem, Consumers, Prosumers
from oracle.games.clearing.solver import (
    AdmmDiagnostics,
    ClearingSolution,
    solve,
    supply_and_demand,
    welfare,
)

__all__ = [
    "AdmmDiagnostics",
    "ClearingProblem",
    "ClearingSolution",
    "Consumers",
    "Prosumers",
    "solve",
    "supply_and_demand",
    "welfare",
]
