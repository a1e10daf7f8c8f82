"""The price field: what a producer's kWh costs at every place of a network.

Energy sent into an edge pays the edge's fee per kWh and loses a share on the way, so a price p
before the edge is ``(p + fee)/(1 − loss)`` after it. That map rises and never lies below p, so
Dijkstra's rule holds although losses compound: a shortest path search for each producer, started
at her own price.

Source: "Mean-field-type games in blockchain-based distributed power networks", 3.1 (spatial energy
price: production cost and the fee for moving energy to its point of use).
"""

from oracle.games.price_field.problem import Edge, PriceFieldProblem, Producer
from oracle.games.price_field.solver import PriceFieldSolution, solve

__all__ = ["Edge", "PriceFieldProblem", "PriceFieldSolution", "Producer", "solve"]
