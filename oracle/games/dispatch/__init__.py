"""Dispatch: which stations supply how much, so that cost and mismatch together cost least.

A mismatch z = D − S between demand and supply costs ``½ w z²``, w = `shortage` for z > 0, `surplus`
for z < 0. Static: merit order, exact. With `stock`, energy is kept from period to period: one
sparse quadratic program over all periods. With `risk`, one station in continuous time whose stock
is uncertain, for an exponential utility: a Riccati equation with a closed form.

Sources: "Mean-field-type games in blockchain-based distributed power networks", (1)-(2);
"A mean-field-type game perspective" (slides), demand-supply matching.
"""

from oracle.games.dispatch.problem import DispatchProblem, Loss, Stations, Stock
from oracle.games.dispatch.risk import Risk
from oracle.games.dispatch.solver import DispatchSolution, solve

__all__ = ["DispatchProblem", "DispatchSolution", "Loss", "Risk", "Stations", "Stock", "solve"]
