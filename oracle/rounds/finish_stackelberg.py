"""The exact-integer finish of an epoch's elecoin price.

Over the ticks of [least, most] the leader's utility (p − c) Σ clip(θ/p − b_i, 0, θ) is compared
exactly, as fractions of integers; the highest wins, the lower price on a tie. A piece between
breakpoints is concave, so its best tick is beside its stationary point or at its ends: 6N + 2
candidates, each evaluated in O(log N) from sorted prefix sums. No float is involved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isqrt

from oracle.rounds.words import PostedValue
from oracle.units import TICK, TICKS_PER_ELE, WAD


@dataclass(frozen=True)
class ElecoinTerms:
    """The market's constants in wei, as the contract holds them (spec §B)."""

    redemption: int
    target: int
    least: int
    most: int
    theta: int

    def as_tuple(self) -> tuple[int, int, int, int, int]:
        return (self.redemption, self.target, self.least, self.most, self.theta)


def offsets(terms: ElecoinTerms, needs_wei: Iterable[int]) -> list[int]:
    """b_i = θ/p̄ − min(m_i, θ/2p̄) in ELE wei, rounded down, for those who declared a need.

    At p̄ a member with need m wants exactly m elecoins.
    """
    centre = terms.theta * WAD // terms.target
    return [centre - min(need, centre // 2) for need in needs_wei if need > 0]


def demand_down(terms: ElecoinTerms, need_wei: int, price_wei: int) -> int:
    """x* = clip(θ/p − b, 0, θ) in ELE wei: what a member with this need wants at the price."""
    if need_wei <= 0:
        return 0
    (offset,) = offsets(terms, [need_wei])
    return min(max(terms.theta * WAD // price_wei - offset, 0), terms.theta)


@dataclass(frozen=True)
class LeaderUtility:
    """U(p) of one epoch over ticks, as exact fractions with the denominator p."""

    terms: ElecoinTerms
    sorted_offsets: tuple[int, ...]
    prefix: tuple[int, ...]

    @classmethod
    def of(cls, terms: ElecoinTerms, offset: Sequence[int]) -> LeaderUtility:
        ordered = tuple(sorted(offset))
        return cls(terms, ordered, (0, *accumulate(ordered)))

    def counts(self, ticks: int) -> tuple[int, int]:
        """How many followers are at their upper bound, and how many buy at all."""
        theta = self.terms.theta
        buying = bisect_left(self.sorted_offsets, -(-theta * TICKS_PER_ELE // ticks))
        full = theta * (TICKS_PER_ELE - ticks)
        at_bound = bisect_left(self.sorted_offsets, full // ticks + 1) if full >= 0 else 0
        return at_bound, buying

    def numerator(self, ticks: int) -> int:
        """p U(p), up to a constant factor: exact."""
        at_bound, buying = self.counts(ticks)
        theta = self.terms.theta
        between = self.prefix[buying] - self.prefix[at_bound]
        sold = at_bound * theta * ticks
        sold += (buying - at_bound) * theta * TICKS_PER_ELE - between * ticks
        return (ticks * TICK - self.terms.redemption) * sold

    def better(self, ticks: int, than: int) -> bool:
        """U(ticks) > U(than), compared without division."""
        return self.numerator(ticks) * than > self.numerator(than) * ticks

    def stationary(self, ticks: int) -> int | None:
        """floor of the piece's stationary point, the piece being the one that holds `ticks`."""
        at_bound, buying = self.counts(ticks)
        slope = self.prefix[buying] - self.prefix[at_bound] - at_bound * self.terms.theta
        if slope <= 0:
            return None
        scaled = self.terms.redemption * (buying - at_bound) * self.terms.theta * TICKS_PER_ELE
        return isqrt(scaled // (TICK * slope))


def finish_elecoin(terms: ElecoinTerms, needs_wei: Iterable[int]) -> PostedValue | None:
    """The tick with the highest leader utility, the lower one on a tie; None where nobody needs."""
    offset = offsets(terms, needs_wei)
    if not offset:
        return None
    utility = LeaderUtility.of(terms, offset)
    low, high = -(-terms.least // TICK), terms.most // TICK
    edges = {low, high}
    scaled = terms.theta * TICKS_PER_ELE
    for b in set(offset):
        # Where she stops buying and where she reaches θ; with b = 0 she never stops.
        for denominator in (b, terms.theta + b):
            edge = scaled // denominator if denominator else high
            edges.update(t for t in (edge, edge + 1) if low <= t <= high)
    candidates = set(edges)
    for edge in edges:
        point = utility.stationary(edge)
        if point is not None:
            candidates.update(t for t in (point, point + 1) if low <= t <= high)
    best = low
    for ticks in sorted(candidates):
        if utility.better(ticks, best):
            best = ticks
    return PostedValue(best)
