"""The words that are committed and posted, and the running commitments to them.

The mirrors of the contracts' `Target` and `PostedValue` libraries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oracle.rounds.hashing import keccak
from oracle.units import TICK, WAD

_MASK_24, _MASK_32, _MASK_64, _MASK_96 = (2**n - 1 for n in (24, 32, 64, 96))


class WordError(ValueError):
    """A field that its bits cannot hold, or a word with bits where none may be."""


def _within(field: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise WordError(f"{field}: {value}: must be from {low} to {high}")
    return value


@dataclass(frozen=True)
class Target:
    """What the games need of a member for one period.

    `net_wh` > 0 is a surplus. `price_ticks`: a buyer's reservation price, or the least that a
    seller takes. `limit_ticks`: the most that a buyer pays for energy, network and levy. `zone` is
    her account's number; `pooled` asks for the pool in place of bilateral trades.
    """

    period: int
    net_wh: int
    price_ticks: int
    limit_ticks: int
    zone: int = 0
    pooled: bool = False

    def pack(self) -> int:
        """Bit 136 pooled, bits 120-135 zone, 96-119 period, 64-95 net, 32-63 price, 0-31 limit."""
        period = _within("period", self.period, 0, _MASK_24)
        net = _within("net_wh", self.net_wh, -(2**31), 2**31 - 1) & _MASK_32
        price = _within("price_ticks", self.price_ticks, 0, _MASK_32)
        limit = _within("limit_ticks", self.limit_ticks, 0, _MASK_32)
        zone = _within("zone", self.zone, 0, 2**16 - 1)
        head = int(self.pooled) << 136 | zone << 120 | period << 96
        return head | net << 64 | price << 32 | limit

    @classmethod
    def unpack(cls, word: int) -> Target:
        if word >> 137:
            raise WordError(f"target: {word:#x}: only the low 137 bits may be set")
        net = word >> 64 & _MASK_32
        return cls(
            period=word >> 96 & _MASK_24,
            net_wh=net - 2**32 if net >> 31 else net,
            price_ticks=word >> 32 & _MASK_32,
            limit_ticks=word & _MASK_32,
            zone=word >> 120 & 2**16 - 1,
            pooled=bool(word >> 136),
        )


@dataclass(frozen=True)
class PostedValue:
    """A price in ticks; for electricity also μ and the served fraction, in 1e18."""

    price_ticks: int
    matching_wad: int = 0
    served_wad: int = 0

    def pack(self) -> int:
        """Bits 0-95 price in wei, 96-159 matching probability, 160-223 served fraction."""
        price = _within("price_ticks", self.price_ticks, 0, _MASK_32) * TICK
        matching = _within("matching_wad", self.matching_wad, 0, WAD)
        served = _within("served_wad", self.served_wad, 0, WAD)
        return price | matching << 96 | served << 160

    @classmethod
    def unpack(cls, word: int) -> PostedValue:
        price, off_grid = divmod(word & _MASK_96, TICK)
        if off_grid or word >> 224:
            raise WordError(f"posted value: {word:#x}: price off the tick grid, or high bits set")
        return cls(
            _within("price_ticks", price, 0, _MASK_32),
            _within("matching_wad", word >> 96 & _MASK_64, 0, WAD),
            _within("served_wad", word >> 160 & _MASK_64, 0, WAD),
        )


@dataclass(frozen=True)
class ElecoinValue:
    """A price in ticks, and the signed change of the cap on elecoins in 1e9 wei."""

    price_ticks: int
    supply_change: int = 0

    def pack(self) -> int:
        """Bits 0-95 price in wei, 96-159 the change, two's complement."""
        price = _within("price_ticks", self.price_ticks, 0, _MASK_32) * TICK
        change = _within("supply_change", self.supply_change, -(2**63), 2**63 - 1)
        return price | (change & _MASK_64) << 96

    @classmethod
    def unpack(cls, word: int) -> ElecoinValue:
        price, off_grid = divmod(word & _MASK_96, TICK)
        if off_grid or word >> 160:
            raise WordError(f"posted value: {word:#x}: price off the tick grid, or high bits set")
        change = word >> 96
        return cls(
            _within("price_ticks", price, 0, _MASK_32),
            change - 2**64 if change >> 63 else change,
        )


def fold(commitment: bytes, account: str, value: int) -> bytes:
    """keccak(previous, account, value), each 32 bytes: one step of a running commitment."""
    who = bytes.fromhex(account.removeprefix("0x")).rjust(32, b"\0")
    return keccak(commitment + who + value.to_bytes(32, "big"))


def commitment(entries: Iterable[tuple[str, int]]) -> bytes:
    """The running commitment after all (account, value) in their order on chain; 0 if none."""
    return commitments(entries)[-1]


def commitments(entries: Iterable[tuple[str, int]]) -> list[bytes]:
    """The running commitment before the first entry (0) and after each."""
    running = [bytes(32)]
    for account, value in entries:
        running.append(fold(running[-1], account, value))
    return running
