"""The uniform-price pool of a period in exact integers: the mirror of the library `PoolSettlement`.

Zone pair by zone pair (the same zone first, then the least fee, then the lower zone numbers),
min(surplus, need) is shared among the pair's sellers and among its buyers in proportion to what
each may still trade. With C the running sum, latest declaration first, member i of `whole` gets
floor(m C_i / whole) − floor(m C_{i−1} / whole): shares sum to m, and none is above its part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oracle.rounds.words import Target
from oracle.units import TICK, WH_PER_KWH

CREDIT = TICK // WH_PER_KWH
"""Wei in which the pool keeps what it owes: a Wh at a price of one tick costs exactly this."""
BPS = 10_000
_MASK_32, _MASK_64 = 2**32 - 1, 2**64 - 1

ZonePairFees = Mapping[tuple[int, int], tuple[int, int]]
"""Network fee and levy, ELE wei per kWh, by (seller's zone, buyer's zone); permitted pairs only."""


@dataclass(frozen=True)
class Pooled:
    """A member of the pool: > 0 Wh she may sell, < 0 she may buy; a buyer's limit in ticks."""

    account: str
    zone: int
    open_wh: int
    limit_ticks: int


@dataclass(frozen=True)
class PoolLine:
    """What was settled for a member: > 0 Wh sold, < 0 bought; her fees in wei, rounded up."""

    account: str
    energy_wh: int
    network_wei: int = 0
    levy_wei: int = 0


@dataclass(frozen=True)
class Settlement:
    """A pool's outcome: a line for each member who traded, in the order of declaration."""

    lines: tuple[PoolLine, ...]
    energy_wh: int
    surplus_wh: int
    need_wh: int


def pooled(
    account: str, target: Target, metered_net_wh: int, price_ticks: int, tolerance_bps: int
) -> Pooled | None:
    """A declared member's part at the posted price; None where she takes none.

    `metered_net_wh` is 0 where her readings are incomplete, span periods or are in quarantine, and
    where she declared herself into the pool without a deposit that covers it.
    """
    if target.net_wh * metered_net_wh <= 0:
        return None
    selling = metered_net_wh > 0
    if target.price_ticks > price_ticks if selling else target.price_ticks < price_ticks:
        return None
    cap = pool_cap_wh(target.net_wh, tolerance_bps)
    energy = min(abs(metered_net_wh), cap)
    return Pooled(account, target.zone, energy if selling else -energy, target.limit_ticks)


def pool_cap_wh(declared_net_wh: int, tolerance_bps: int) -> int:
    """(1 + tolerance) × |declared|, rounded down: the most that she may trade."""
    return abs(declared_net_wh) * (BPS + tolerance_bps) // BPS


def pool_lock_wei(target: Target, tolerance_bps: int) -> int:
    """What a buyer's deposit must cover: the most that she may buy, at her limit."""
    return pool_cap_wh(target.net_wh, tolerance_bps) * target.limit_ticks * CREDIT


def shares(amount: int, parts: Sequence[int]) -> list[int]:
    """`amount` (at most the sum of `parts`) in proportion to `parts`, by rounded running sums."""
    whole, running, given = sum(parts), 0, 0
    out = []
    for part in parts:
        running += part
        up_to = amount * running // whole
        out.append(up_to - given)
        given = up_to
    return out


def settle(members: Iterable[Pooled], price_ticks: int, fees: ZonePairFees) -> Settlement:
    """Settles the pool of a period; `members` in the order of their declarations."""
    everybody = list(members)
    open_wh = [abs(m.open_wh) for m in everybody]
    traded, network, levy = ([0] * len(everybody) for _ in range(3))
    for source, target in sorted(fees, key=lambda pair: _rank(pair, fees)):
        network_fee, levy_fee = fees[source, target]
        all_in = price_ticks * TICK + network_fee + levy_fee
        latest_first = list(enumerate(everybody))[::-1]
        sellers = [i for i, m in latest_first if m.open_wh > 0 and m.zone == source]
        buyers = [
            i
            for i, m in latest_first
            if m.open_wh < 0 and m.zone == target and all_in <= m.limit_ticks * TICK
        ]
        energy = min(sum(open_wh[i] for i in sellers), sum(open_wh[i] for i in buyers))
        if energy == 0:
            continue
        for side in (sellers, buyers):
            for i, share in zip(side, shares(energy, [open_wh[i] for i in side]), strict=True):
                open_wh[i] -= share
                traded[i] += share
                if side is buyers:
                    network[i] += share * network_fee
                    levy[i] += share * levy_fee
    lines = tuple(
        _line(m, traded[i], network[i], levy[i]) for i, m in enumerate(everybody) if traded[i]
    )
    return Settlement(
        lines=lines,
        energy_wh=sum(line.energy_wh for line in lines if line.energy_wh > 0),
        surplus_wh=sum(m.open_wh for m in everybody if m.open_wh > 0),
        need_wh=-sum(m.open_wh for m in everybody if m.open_wh < 0),
    )


def packed_declarations(declared: Iterable[tuple[str, int]]) -> bytes:
    """What `settlePool` wants: 20 bytes of account and 18 of word each, in the chain's order."""
    return b"".join(
        bytes.fromhex(account.removeprefix("0x")) + word.to_bytes(18, "big")
        for account, word in declared
    )


def read_line(word: int, declarers: Sequence[str]) -> PoolLine:
    """A line of `PoolSettled`; `declarers` are the accounts of the period's declarations."""
    wh = word >> 128 & _MASK_32
    bought = word >> 192 & 1
    return PoolLine(
        account=declarers[word >> 160 & _MASK_32],
        energy_wh=-wh if bought else wh,
        network_wei=(word >> 64 & _MASK_64) * CREDIT,
        levy_wei=(word & _MASK_64) * CREDIT,
    )


def _rank(pair: tuple[int, int], fees: ZonePairFees) -> tuple[bool, int, int, int]:
    source, target = pair
    return source != target, sum(fees[pair]), source, target


def _line(member: Pooled, traded: int, network: int, levy: int) -> PoolLine:
    if member.open_wh > 0:
        return PoolLine(member.account, traded)
    # Both fees are rounded up together, so that no Wh costs more than the limit.
    network_units = -(-network // TICK)
    levy_units = -(-(network + levy) // TICK) - network_units
    return PoolLine(member.account, -traded, network_units * CREDIT, levy_units * CREDIT)
