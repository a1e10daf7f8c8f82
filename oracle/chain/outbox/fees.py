"""EIP-1559 fees of a transaction and of those that replace it."""

from __future__ import annotations

from dataclasses import dataclass

RAISE_NUMERATOR, RAISE_DENOMINATOR = 9, 8
"""12.5 %: nodes ask for at least 10 % more on both fields, some for 12.5."""


@dataclass(frozen=True)
class Fees:
    """Wei per gas: the most in all, and the part that the sealer gets."""

    most: int
    tip: int


@dataclass(frozen=True)
class FeePolicy:
    """`cap`: the most that a gas may ever cost, in wei; `tip`: the first tip.

    A transaction that waits for `patience` blocks is sent again with higher fees.
    """

    cap: int
    tip: int = 0
    patience: int = 3

    def first(self, base_fee: int) -> Fees:
        """Room for the base fee to double, within the cap."""
        most = min(2 * base_fee + self.tip, self.cap)
        return Fees(most, min(self.tip, most))

    def raised(self, last: Fees, base_fee: int) -> Fees | None:
        """At least 12.5 % more on both fields (rounded up, at least 1 wei); None above the cap."""
        fresh = self.first(base_fee)
        tip = max(fresh.tip, _raise_up(last.tip))
        most = max(fresh.most, _raise_up(last.most), tip)
        return Fees(most, tip) if most <= self.cap else None


def _raise_up(fee: int) -> int:
    return max(fee + 1, -(-fee * RAISE_NUMERATOR // RAISE_DENOMINATOR))
