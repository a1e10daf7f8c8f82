"""How the players learn: policy hill climbing with win-or-learn-fast steps, and the baselines.

All see the game as tables: what the leader earns and what a follower gains, per follower, price
level and demand level. The hill climbing is plain Python; numba compiles it when it is first run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.games._fields import FloatArray

BLOCKS = 200
POPULATION = 40
_MUTATION = 0.05
_CHUNK = 1 << 14

Levels = NDArray[np.intp]


@dataclass
class Tally:
    """Sums of one run: the mean price in each of 200 blocks; all else over the last tenth."""

    steps: int
    prices: FloatArray  # [L]
    demands: FloatArray  # [N, A]
    lead: FloatArray  # [N, L, A]
    follow: FloatArray  # [N, L, A]
    heads: int

    def __post_init__(self) -> None:
        count = len(self.demands)
        self.trace, self.seen = np.zeros(BLOCKS), np.zeros(BLOCKS)
        self.price, self.demand = np.zeros(self.heads), np.zeros(count)
        self.leader, self.followers = np.zeros(1), np.zeros(count)

    @property
    def last(self) -> int:
        """How many steps the last tenth has."""
        return max(self.steps // 10, 1)

    def add(self, start: int, price: Levels, demand: Levels) -> None:
        """Steps from `start` on: price levels [k, heads] and demand levels [k, N]."""
        at = np.arange(start, start + len(price))
        block = at * BLOCKS // self.steps
        np.add.at(self.trace, block, self.prices[price].mean(axis=1))
        np.add.at(self.seen, block, 1.0)
        late = at >= self.steps - self.last
        if not late.any():
            return
        price, demand = price[late], demand[late]
        who = np.arange(len(self.demands))
        own = np.broadcast_to(price, demand.shape) if self.heads == 1 else price
        self.price += self.prices[price].sum(axis=0)
        self.demand += self.demands[who, demand].sum(axis=0)
        self.leader += self.lead[who, own, demand].sum()
        self.followers += self.follow[who, own, demand].sum(axis=0)


def climb(
    stream: np.random.Generator,
    steps: int,
    lead: FloatArray,
    follow: FloatArray,
    prices: FloatArray,
    demands: FloatArray,
    observed: bool,
    rate: float,
    discount: float,
    win: float,
    lose: float,
    exploration: float,
    server: FloatArray,
    prosumers: FloatArray,
    trace: FloatArray,
    seen: FloatArray,
    price_sum: FloatArray,
    demand_sum: FloatArray,
    leader_sum: FloatArray,
    follower_sum: FloatArray,
) -> None:
    """Play `steps` rounds and learn; policies [heads, L] and [N, L, A] and sums are written.

    Without `observed`, followers do not see the leader's choice: a game in one shot. Exploration
    falls in a line to nothing at nine tenths of the steps. Every player learns each round, from her
    own gain alone; nothing waits for an end of an episode.
    """

    def hill(q: FloatArray, policy: FloatArray, mean: FloatArray, visits: float) -> None:
        """One step of the policy to its best action: a small one when it wins against its mean."""
        size = len(q)
        value = base = 0.0
        best = 0
        for a in range(size):
            mean[a] += (policy[a] - mean[a]) / visits
            value += policy[a] * q[a]
            base += mean[a] * q[a]
            if q[a] > q[best]:
                best = a
        if size == 1:
            return
        step = (win if value > base else lose) / (size - 1)
        rest = 0.0
        for a in range(size):
            if a != best:
                policy[a] = max(policy[a] - step, 0.0)
                rest += policy[a]
        policy[best] = 1 - rest

    def choose(policy: FloatArray, chance: float) -> int:
        size = len(policy)
        if stream.random() < chance:
            return min(int(stream.random() * size), size - 1)
        left = stream.random()
        for a in range(size):
            left -= policy[a]
            if left < 0:
                return a
        return size - 1

    heads, levels = server.shape
    count, states, actions = prosumers.shape
    server[:] = 1 / levels
    prosumers[:] = 1 / actions
    server_q, server_n = np.zeros((heads, levels)), np.zeros((heads, levels))
    server_mean, server_turns = np.zeros((heads, levels)), np.zeros(heads)
    own_q, own_n = np.zeros((count, states, actions)), np.zeros((count, states, actions))
    own_mean, own_turns = np.zeros((count, states, actions)), np.zeros((count, states))
    chosen = np.zeros(heads, dtype=np.int64)
    earned = np.zeros(heads)
    was_state, was_action = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    was_gain = np.zeros(count)
    blocks, last = len(trace), max(steps // 10, 1)
    for t in range(steps + 1):
        chance = max(0.0, exploration * (1 - t / (0.9 * steps)))
        for h in range(heads):
            chosen[h] = choose(server[h], chance)
            earned[h] = 0.0
        for i in range(count):
            price = chosen[i % heads]
            state = price if observed else 0
            if t > 0:  # what followed her last action is known only now
                s, a = was_state[i], was_action[i]
                ahead = own_q[i, state].max() if t < steps else 0.0
                own_n[i, s, a] += 1
                learn = max(rate, 1 / own_n[i, s, a])
                own_q[i, s, a] += learn * (was_gain[i] + discount * ahead - own_q[i, s, a])
                own_turns[i, s] += 1
                hill(own_q[i, s], prosumers[i, s], own_mean[i, s], own_turns[i, s])
            if t == steps:
                continue
            action = choose(prosumers[i, state], chance)
            was_state[i], was_action[i], was_gain[i] = state, action, follow[i, price, action]
            earned[i % heads] += lead[i, price, action]
            if t >= steps - last:
                demand_sum[i] += demands[i, action]
                follower_sum[i] += follow[i, price, action]
                leader_sum[0] += lead[i, price, action]
        if t == steps:
            break
        block = t * blocks // steps
        seen[block] += 1
        for h in range(heads):
            a = chosen[h]
            trace[block] += prices[a] / heads
            if t >= steps - last:
                price_sum[h] += prices[a]
            server_n[h, a] += 1
            learn = max(rate, 1 / server_n[h, a])
            ahead = server_q[h].max()
            server_q[h, a] += learn * (earned[h] + discount * ahead - server_q[h, a])
            server_turns[h] += 1
            hill(server_q[h], server[h], server_mean[h], server_turns[h])


def play_random(tally: Tally, stream: np.random.Generator) -> None:
    """Everybody picks any level."""
    levels, (count, actions) = len(tally.prices), tally.demands.shape
    for start in range(0, tally.steps, _CHUNK):
        size = min(_CHUNK, tally.steps - start)
        price = stream.integers(0, levels, (size, tally.heads))
        tally.add(start, price, stream.integers(0, actions, (size, count)))


def evolve(tally: Tally, stream: np.random.Generator, *, server: bool) -> None:
    """A genetic algorithm that sets all prices and demands for the good of one side alone.

    One generation is one round for each of its 40 members.
    """
    levels, (count, actions) = len(tally.prices), tally.demands.shape
    heads = tally.heads
    sizes = np.array([levels] * heads + [actions] * count)
    table = tally.lead if server else tally.follow
    who = np.arange(count)
    genes = stream.integers(0, sizes, (POPULATION, heads + count))
    for start in range(0, tally.steps, POPULATION):
        price, demand = genes[:, :heads], genes[:, heads:]
        size = min(POPULATION, tally.steps - start)
        tally.add(start, price[:size], demand[:size])
        own = np.broadcast_to(price, demand.shape) if heads == 1 else price
        fitness = table[who, own, demand].sum(axis=1)
        pairs = stream.integers(0, POPULATION, (2, 2, POPULATION))
        better = fitness[pairs[:, 0]] >= fitness[pairs[:, 1]]
        parents = np.where(better, pairs[:, 0], pairs[:, 1])
        first = stream.random(genes.shape) < 0.5
        genes = np.where(first, genes[parents[0]], genes[parents[1]])
        changed = stream.random(genes.shape) < _MUTATION
        genes = np.where(changed, stream.integers(0, sizes, genes.shape), genes)
