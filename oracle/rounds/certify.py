"""What the chain checks of a posted price, in the same integers: the mirror of the contracts'
`Clearing` and `Stackelberg`.

It shares nothing with the finish of a solution (`finish_clearing`, `finish_stackelberg`) but the
rule: the finish searches for the price, this proves one from a single pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt
from typing import NamedTuple

from oracle.rounds.finish_stackelberg import ElecoinTerms
from oracle.rounds.words import PostedValue, Target
from oracle.units import NEVER_SELLS, TICK, TICKS_PER_ELE, WAD

SLOPE_BITS = 40
_HALF = 128
_MOST_96 = 2**96 - 1


class CertificateError(ValueError):
    """A posted value that is not the equilibrium of what was declared, or a proof that is none."""


def _up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


# --- clearing ---------------------------------------------------------------------------------


class ClearingTotals(NamedTuple):
    """Sums at a price p in 2^-40 Wh: demand, its gain one tick lower, supply at p and below it."""

    demand: int = 0
    slopes: int = 0
    supply: int = 0
    supply_below: int = 0

    def as_words(self) -> tuple[int, int]:
        """The two sums of a tree's node."""
        return self.slopes << _HALF | self.demand, self.supply_below << _HALF | self.supply

    @classmethod
    def sum_of(cls, parts: Sequence[ClearingTotals]) -> ClearingTotals:
        return cls(*map(sum, zip(*parts, strict=True)))


_NOTHING = ClearingTotals()


def clearing_contribution(target: Target, floor_ticks: int, ticks: int) -> ClearingTotals:
    """What one declaration adds to the totals at a price."""
    if target.net_wh < 0:
        if target.price_ticks <= floor_ticks or target.price_ticks < ticks:
            return _NOTHING
        slope = (-target.net_wh << SLOPE_BITS) // (target.price_ticks - floor_ticks)
        return ClearingTotals(demand=slope * (target.price_ticks - ticks), slopes=slope)
    if target.price_ticks > ticks or target.price_ticks == NEVER_SELLS:
        return _NOTHING
    offer = target.net_wh << SLOPE_BITS
    return ClearingTotals(supply=offer, supply_below=offer if target.price_ticks < ticks else 0)


def clearing_totals(targets: Iterable[Target], floor_ticks: int, ticks: int) -> ClearingTotals:
    return ClearingTotals.sum_of(
        [clearing_contribution(target, floor_ticks, ticks) for target in targets]
    )


def check_clearing(totals: ClearingTotals, floor_ticks: int, value: PostedValue) -> int:
    """|p − p*| in wei per kWh, rounded up, p* being the least real price ≥ floor with z ≤ 0.

    Raises CertificateError unless the value is exactly the one that the rule names.
    """
    ticks = value.price_ticks
    if ticks < floor_ticks:
        raise CertificateError(f"price: {ticks} ticks: below the floor, {floor_ticks}")
    at_floor = ticks == floor_ticks
    if at_floor and totals.demand == 0:
        raise CertificateError("price: nobody would pay more than the floor: there is no market")
    excess = totals.demand - totals.supply
    below = 1 if at_floor else totals.demand + totals.slopes - totals.supply_below
    if excess > 0 or below <= 0:
        raise CertificateError(
            f"price: {ticks} ticks: excess demand {excess} there, {below} a tick lower"
        )
    matching = totals.demand * WAD // totals.supply if at_floor else WAD
    if value.matching_wad != matching:
        raise CertificateError(f"matching: {value.matching_wad}: must be {matching}")
    if value.served_wad != WAD:
        raise CertificateError(f"served: {value.served_wad}: must be {WAD}")
    if at_floor or totals.demand >= totals.supply_below:
        return 0
    return _up((totals.supply_below - totals.demand) * TICK, totals.slopes)


# --- stackelberg ------------------------------------------------------------------------------


class FollowerTotals(NamedTuple):
    """At a price of t ticks: p Σx = full θ t + between θ 10^6 − offsets t."""

    full: int = 0
    between: int = 0
    offsets: int = 0

    def as_words(self) -> tuple[int, int]:
        """The two sums of a tree's node."""
        return self.offsets, self.full << _HALF | self.between


def offset_centre(terms: ElecoinTerms) -> int:
    """θ/p̄ in wei; raises CertificateError for terms whose sums the chain could not hold."""
    centre = terms.theta * WAD // terms.target
    if max(terms.theta, centre) > _MOST_96:
        raise CertificateError(f"theta: {terms.theta}: it and theta / target must be below 2^96")
    return centre


def follower_contribution(need_wei: int, terms: ElecoinTerms, ticks: int) -> FollowerTotals:
    """What one declared need adds to the totals at a price."""
    if need_wei == 0:
        return FollowerTotals()
    centre = offset_centre(terms)
    offset = centre - min(need_wei, centre // 2)
    scaled = terms.theta * TICKS_PER_ELE
    if (terms.theta + offset) * ticks <= scaled:
        return FollowerTotals(full=1)
    if offset * ticks < scaled:
        return FollowerTotals(between=1, offsets=offset)
    return FollowerTotals()


@dataclass
class _Sweep:
    """The state of the contract's sweep over pieces; K = capacity, L = load."""

    terms: ElecoinTerms
    capacity: int = 0
    load: int = 0
    numerator: int = 0
    upper: int = 0

    def __post_init__(self) -> None:
        self.scaled = self.terms.theta * TICKS_PER_ELE
        self.lowest = _up(self.terms.least, TICK)
        self.highest = self.terms.most // TICK
        self.best = self.lowest

    def run(self, offsets: Sequence[int]) -> None:
        """Over all pieces, for offsets from the greatest to the least."""
        theta, scaled, left = self.terms.theta, self.scaled, self.lowest
        stopping = sum(b * left >= scaled for b in offsets)
        leaving = max(stopping, sum((theta + b) * left > scaled for b in offsets))
        self.load = sum(offsets[stopping:leaving]) - (len(offsets) - leaving) * theta
        self.capacity = (leaving - stopping) * scaled
        only_stops = leaving == len(offsets)
        while True:
            stop = scaled // offsets[stopping] if stopping < leaving and offsets[stopping] else None
            leave = scaled // (theta + offsets[leaving]) if leaving < len(offsets) else None
            leaves = leave is not None and (stop is None or leave <= stop)
            edge = leave if leaves else stop
            if edge is None or edge >= self.highest:
                self.piece(left, self.highest)
                return
            if not (only_stops and self.dominated(left, edge)):
                if edge < left:
                    self.raised(edge)
                else:
                    self.piece(left, edge)
            left = edge + 1
            if leaves:
                self.capacity += scaled
                self.load += theta + offsets[leaving]
                leaving += 1
            else:
                self.capacity -= scaled
                self.load -= offsets[stopping]
                stopping += 1

    def dominated(self, left: int, right: int) -> bool:
        cost, slope = self.terms.redemption * self.capacity, self.load * TICK
        if cost > slope * (right + 1) ** 2:
            return True
        return left > self.lowest and cost <= slope * (left - 1) ** 2

    def piece(self, left: int, right: int) -> None:
        cost, slope = self.terms.redemption * self.capacity, self.load * TICK
        ticks = right
        if cost <= slope * left * (left + 1):
            ticks = left
        elif cost <= slope * right * (right - 1):
            product = _up(cost, slope)
            ticks = isqrt(product)
            ticks += ticks * (ticks + 1) < product
        numerator = self.raised(ticks)
        if numerator * self.best > self.numerator * ticks:
            self.best, self.numerator = ticks, numerator

    def raised(self, ticks: int) -> int:
        """t U(t) on this piece; the bound on U now covers it."""
        numerator = (ticks * TICK - self.terms.redemption) * (self.capacity - self.load * ticks)
        tangent = self.terms.redemption * self.capacity - self.load * TICK * ticks * ticks
        rises = ticks < self.highest if tangent > 0 else ticks > self.lowest
        rise = abs(tangent) if rises else 0
        self.upper = max(self.upper, numerator // ticks + rise // (ticks * ticks) + 2)
        return numerator

    def gap_wei(self, ticks: int) -> int:
        if ticks != self.best:
            raise CertificateError(f"price: {ticks} ticks: {self.best} gives the leader more")
        return _up(self.upper - self.numerator // self.best, WAD)


def check_elecoin(
    needs_wei: Sequence[int], order: Sequence[int], terms: ElecoinTerms, ticks: int
) -> int:
    """A bound in currency wei on what any real price in range gives the leader beyond this one.

    `order` names every need above 0 once, the least first. Raises CertificateError unless `ticks`
    is the best tick, the lower one on a tie.
    """
    centre = offset_centre(terms)
    if sorted(order) != [i for i, need in enumerate(needs_wei) if need > 0] or not order:
        raise CertificateError("order: must name each need above 0 once, and there must be one")
    offsets = [centre - min(needs_wei[i], centre // 2) for i in order]
    if any(before < after for before, after in pairwise(offsets)):
        raise CertificateError("order: must go from the least need to the greatest")
    sweep = _Sweep(terms)
    sweep.run(offsets)
    return sweep.gap_wei(ticks)


_UNIT_BITS = 40


@dataclass(frozen=True)
class NeedTotals:
    """What an epoch's needs sum to, each counted up to half the centre: the market's one word.

    `least` and `greatest` are kept in units of 2^40 wei, rounded down.
    """

    count: int = 0
    total: int = 0
    least: int = 0
    greatest: int = 0

    @classmethod
    def of(cls, needs_wei: Iterable[int], terms: ElecoinTerms) -> NeedTotals:
        half = offset_centre(terms) // 2
        counted = [min(need, half) for need in needs_wei if need > 0]
        if not counted:
            return cls()
        ends = min(counted) >> _UNIT_BITS, max(counted) >> _UNIT_BITS
        return cls(len(counted), sum(counted), *ends)

    def pack(self) -> int:
        """Bits 0-23 count, 24-143 sum, 144-199 least, 200-255 greatest."""
        return self.greatest << 200 | self.least << 144 | self.total << 24 | self.count


def check_interior(totals: NeedTotals, terms: ElecoinTerms, ticks: int) -> int:
    """As `check_elecoin`, from totals; raises CertificateError where a bound may bind in range."""
    centre = offset_centre(terms)
    sweep = _Sweep(terms)
    greatest_need = (totals.greatest + 1 << _UNIT_BITS) - 1
    least = centre - min(greatest_need, centre // 2)
    greatest = centre - (totals.least << _UNIT_BITS)
    binds = greatest * sweep.highest > sweep.scaled
    if totals.count == 0 or binds or (terms.theta + least) * sweep.lowest < sweep.scaled:
        raise CertificateError("needs: somebody's demand may be bounded somewhere in range")
    sweep.capacity = totals.count * sweep.scaled
    sweep.load = totals.count * centre - totals.total
    sweep.piece(sweep.lowest, sweep.highest)
    return sweep.gap_wei(ticks)
