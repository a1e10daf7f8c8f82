"""The grid's frequency, steered by a population game of controllable power.

Swing equations ``M θ̈ + D θ̇ = P + u − Σ B sin(θ_i − θ_j)`` on generators; without inertia on nodes
with frequency response; without both on passive nodes. The controls u should cost as little as
possible, ``min Σ (½ a u² + b u)`` with ``Σ (P + u) = 0`` and bounds, and nobody solves that: each
node compares marginal costs with the others by the Smith or the replicator dynamics and leans
against her own frequency. At rest the frequency is nominal and u the optimum.

Source: "A mean-field-type game perspective" (slides), generation-transmission-distribution, after
Barreiro-Gomez, Dörfler, Tembine, "Distributed and Robust Population Games with Applications to
Optimal Frequency Control in Power Systems" (ACC 2018).
"""

from oracle.games.frequency.population import replicator, smith
from oracle.games.frequency.problem import Disturbance, FrequencyProblem, Line, Node
from oracle.games.frequency.solver import FrequencySolution, solve

__all__ = [
    "Disturbance",
    "FrequencyProblem",
    "FrequencySolution",
    "Line",
    "Node",
    "replicator",
    "smith",
    "solve",
]
