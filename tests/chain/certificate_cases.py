"""Random and extreme games, and their answers by exact fractions. Knows none of our code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, isqrt

from numpy.random import Generator

WAD, TICK, PER_ELE = 10**18, 10**12, 10**6
LAST = 2**32 - 1
"""The greatest price, and as a seller's: never."""

# --- clearing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClearingCase:
    """`members` are (net Wh, price in ticks)."""

    floor: int
    members: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ClearingAnswer:
    ticks: int
    matching_wad: int
    gap_wei: int


def solve_clearing(case: ClearingCase) -> ClearingAnswer | None:
    """From the real-valued equilibrium: walk along the breakpoints, then solve one line."""
    floor = case.floor
    buyers = [
        (price, Fraction(-net * 2**40 // (price - floor), 2**40))
        for net, price in case.members
        if net < 0 and price > floor
    ]
    sellers = [(price, net) for net, price in case.members if net > 0 and price != LAST]
    if not buyers:
        return None

    def demand(at: int) -> Fraction:
        return sum((slope * (v - at) for v, slope in buyers if v > at), Fraction(0))

    def supply(at: int) -> int:
        return sum(offer for cost, offer in sellers if cost <= at)

    if demand(floor) <= supply(floor):
        matching = int(demand(floor) * WAD / supply(floor))
        return ClearingAnswer(floor, matching, 0)
    edges = sorted({price for price, _ in (*buyers, *sellers) if price > floor})
    left = floor
    for right in edges:
        if demand(right) <= supply(right):
            equilibrium = Fraction(right)
            if demand(right) < supply(left):
                slope = (demand(left) - demand(right)) / (right - left)
                equilibrium = left + (demand(left) - supply(left)) / slope
            ticks = ceil(equilibrium)
            return ClearingAnswer(ticks, WAD, ceil((ticks - equilibrium) * TICK))
        left = right
    raise AssertionError("demand vanishes at the highest value")


def clearing_cases(rng: Generator, count: int) -> Iterator[ClearingCase]:
    """Tiny, common and extreme ranges; ties and gaps in supply come from few distinct prices."""
    for _ in range(count):
        kind = int(rng.integers(5))
        n = int(rng.integers(1, 9))
        if kind == 0:  # a handful of ticks: ties, jumps, flat pieces, the floor
            floor, span, most = int(rng.integers(0, 3)), 6, 4
        elif kind == 1:  # as in a community
            floor, span, most, n = 61_000, 300_000, 5_000, int(rng.integers(2, 25))
        elif kind == 2:  # the whole range
            floor, span, most = int(rng.integers(0, 2**32 - 1)), 2**32, 2**31
        elif kind == 3:  # at the upper edge
            floor, span, most = LAST - 5, 5, 2**31
        else:  # few prices far apart
            floor, span, most = 0, 2**32, 3
        prices = [int(min(LAST, floor + rng.integers(-2, span + 1))) for _ in range(n)]
        if kind == 4:
            prices = [int(p) for p in rng.choice([0, 1, LAST - 1, LAST], n)]
        nets = [int(rng.integers(-most, most)) for _ in range(n)]
        if kind == 2 and rng.random() < 0.3:
            nets = [int(net) for net in rng.choice([-(2**31), 2**31 - 1, -1, 1, 0], n)]
        members = tuple((net, max(price, 0)) for net, price in zip(nets, prices, strict=True))
        yield ClearingCase(floor, members)


# --- stackelberg ------------------------------------------------------------------------------


@dataclass(frozen=True)
class StackelbergCase:
    """(c, p̄, least, most, θ) in wei, and the needs."""

    redemption: int
    target: int
    least: int
    most: int
    theta: int
    needs: tuple[int, ...]

    @property
    def terms(self) -> tuple[int, int, int, int, int]:
        return (self.redemption, self.target, self.least, self.most, self.theta)

    @property
    def offsets(self) -> list[int]:
        centre = self.theta * WAD // self.target
        return [centre - min(need, centre // 2) for need in self.needs if need > 0]

    def utility(self, price: Fraction) -> Fraction:
        """(p − c) Σ clip(θ/p − b, 0, θ), the price in ticks, in wei of wei."""
        wanted = self.theta * PER_ELE / price
        sold = sum(
            (min(max(wanted - b, Fraction(0)), Fraction(self.theta)) for b in self.offsets),
            Fraction(0),
        )
        return (price * TICK - self.redemption) * sold

    def scaled_utility(self, ticks: int) -> int:
        """t U(t), an integer."""
        most = self.theta * PER_ELE
        sold = sum(min(max(most - b * ticks, 0), self.theta * ticks) for b in self.offsets)
        return (ticks * TICK - self.redemption) * sold

    @property
    def ticks(self) -> range:
        return range(-(-self.least // TICK), self.most // TICK + 1)


def best_tick(case: StackelbergCase) -> tuple[int, int]:
    """The lowest of the best ticks by trying all, and how many ticks are local peaks."""
    curve = [(case.scaled_utility(t), t) for t in case.ticks]
    best = curve[0]
    for point in curve:
        if point[0] * best[1] > best[0] * point[1]:
            best = point
    rises = [b[0] * a[1] - a[0] * b[1] for a, b in pairwise(curve)]
    signs = [rise > 0 for rise in rises if rise != 0]
    peaks = sum(a and not b for a, b in zip([True, *signs], [*signs, False], strict=True))
    return best[1], peaks


def best_of_wide(case: StackelbergCase) -> int:
    """The lowest of the best ticks where there are too many to try.

    Between two prices at which a follower's bound begins to bind, the leader earns
    (pT − c)(kθ/p − L), which is concave: its best tick is beside its peak √(ckθ / (TL)).
    """
    scaled = case.theta * PER_ELE
    first, last = case.ticks[0], case.ticks[-1]
    edges = {Fraction(first), Fraction(last)}
    for b in case.offsets:
        edges |= {Fraction(scaled, d) for d in (b, case.theta + b) if d > 0}
    candidates = {first, last}
    for left, right in pairwise(sorted(edge for edge in edges if first <= edge <= last)):
        middle = (left + right) / 2
        between = [b for b in case.offsets if b * middle < scaled < (case.theta + b) * middle]
        load = sum(between) - case.theta * sum(
            (case.theta + b) * middle <= scaled for b in case.offsets
        )
        low, high = ceil(left), int(right)
        peak = isqrt(case.redemption * len(between) * scaled // (TICK * load)) if load > 0 else high
        candidates |= {min(max(t, low), high) for t in (peak, peak + 1)}
        candidates |= {min(int(left), last), min(low, last)}
    return min(candidates, key=lambda t: (-Fraction(case.scaled_utility(t), t), t))


def real_supremum(case: StackelbergCase) -> Fraction:
    """A lower bound on the greatest utility over all real prices, tight to many digits."""
    low, high = Fraction(case.least, TICK), Fraction(case.most, TICK)
    scaled = case.theta * PER_ELE
    edges = {low, high}
    for b in case.offsets:
        edges |= {Fraction(scaled, d) for d in (b, case.theta + b) if d > 0}
    inside = sorted(edge for edge in edges if low <= edge <= high)
    points = list(inside)
    for left, right in pairwise(inside):
        middle = (left + right) / 2
        between = [b for b in case.offsets if b * middle < scaled < (case.theta + b) * middle]
        full = sum((case.theta + b) * middle <= scaled for b in case.offsets)
        load = sum(between) - full * case.theta
        if load > 0 and between:
            square = Fraction(case.redemption * len(between) * scaled, TICK * load)
            root = Fraction(isqrt(int(square * 2**120)), 2**60)
            points.append(min(max(root, left), right))
    return max(case.utility(point) for point in points)


def stackelberg_cases(rng: Generator, count: int) -> Iterator[StackelbergCase]:
    """Ranges of up to sixty ticks anywhere, with followers whose bounds begin to bind in them."""
    for _ in range(count):
        top = int(rng.choice([60, 400_000, 900_000, 1_050_000, 2**32 - 1]))
        width = int(rng.integers(0, 60))
        high = top if top < 100 else int(rng.integers(max(100, top // 2), top + 1))
        low = max(1, high - width)
        theta = int(2 ** rng.uniform(1, 96)) if rng.random() < 0.5 else int(rng.integers(1, 300))
        theta = min(theta, 2**96 - 1)
        redemption = low * TICK
        if rng.random() < 0.8:
            redemption = max(1, int(low * TICK * rng.random()))
        # The centre near the range, so that small needs stop in it; below 2^96.
        target = int(rng.integers(max(low - 30, 1), high + 30)) * TICK
        target = max(target, theta * WAD // (2**96 - 1) + 1)
        centre = theta * WAD // target
        needs = []
        for _ in range(int(rng.integers(1, 8))):
            kind, at = int(rng.integers(6)), int(rng.integers(low, high + 1))
            offset = {
                0: theta * PER_ELE // at,  # stops here
                1: theta * PER_ELE // at - theta,  # leaves her upper bound here
                2: centre,
                3: centre - centre // 2,
                4: int(rng.integers(0, 2**60)) % (centre + 1),
                5: centre + 1,  # needs nothing
            }[kind]
            need = min(max(centre - offset, 0), 2**128 - 1)
            needs += [need] * int(rng.choice([1, 1, 1, 2, 9]))
        yield StackelbergCase(redemption, target, low * TICK, high * TICK, theta, tuple(needs))
