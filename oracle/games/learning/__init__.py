"""Learning the elecoin price: nobody knows the others' utilities, everybody tries and remembers.

DMA-UBRL: the edge server and every prosumer learn by Q-learning with policy hill climbing, each
from her own gain alone; steps are small while a policy wins against its own past mean and large
while it loses. The server picks one of even price levels (one for each prosumer when
discriminated), prosumers see it and pick one of even demand levels. Baselines: a genetic algorithm
that sets everything for one side alone, and random play. The yardstick is the exact equilibrium of
`stackelberg`.

Source: Cao et al., "A Multi-Agent Reinforcement Learning Approach for Blockchain-based Electricity
Trading System", section III and Algorithm 1; Bowling and Veloso, "Multiagent learning using a
variable learning rate" (2002) for the hill climbing.
"""

from oracle.games.learning.problem import LearningProblem
from oracle.games.learning.solver import LearningSolution, learn_bimatrix, solve

__all__ = ["LearningProblem", "LearningSolution", "learn_bimatrix", "solve"]
