"""Consumers and prosumers against a price: how much each uses, generates, buys and sells.

A consumer takes ``d = max(0, (w')⁻¹(p))``. A prosumer chooses d and g at once; what she keeps is
worth to her a price m between what she is paid and what she pays, and her net sale
``n(m) = g(m) − d(m)`` never falls in m. So she buys at m = p if n(p) < 0, sells at m = sell if
n(sell) > 0, and otherwise stands alone with g = d, where ``w'(d) = c'(d)``. All of it is closed
but for one Newton iteration (exponential utility, standing alone).

Source: "A mean-field-type game perspective" (slides), consumer response and prosumers' strategy.
"""

from oracle.games.response.problem import Agent, Generation, ResponseProblem
from oracle.games.response.solver import ResponseSolution, solve

__all__ = ["Agent", "Generation", "ResponseProblem", "ResponseSolution", "solve"]
