"""Everything that a mechanism is told: T periods of N members, as arrays.

Energies are whole Wh, as meters and words have them; prices are currency per kWh. A period is a row
and stands alone, so rows can be cut out and handed to another worker.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BPS = 10_000


@dataclass(frozen=True)
class Members:
    """What does not change from period to period. Columns are members in the file's order.

    feed_in, ask [N]: what the grid pays, and the least she takes (at least 0); `may_sell` [N];
    `zone` [N]; `order` [N]: the columns by name, in which ties are settled; `key` [N]: static
    shares, together 1; `fee` [Z, Z]: network fee and levy from the seller's zone (row) to the
    buyer's, NaN where they may not trade; `fixed_price`: what the sharing keys charge.
    """

    names: tuple[str, ...]
    feed_in: Floats
    ask: Floats
    may_sell: Bools
    zone: Ints
    order: Ints
    key: Floats
    fee: Floats
    fixed_price: float
    tolerance_bps: int


@dataclass(frozen=True)
class Words:
    """The market's own integers: prices in ticks of 1e-6 ELE per kWh, an elecoin's in 1e-6.

    elecoin [T]; ask [N]; value, limit [T, N]: a buyer's reservation price, and her grid price.
    """

    floor: int
    elecoin: Ints
    ask: Ints
    value: Ints
    limit: Ints


@dataclass(frozen=True)
class Periods:
    """The periods: what was metered, what was declared, and what the grid charges.

    start [T]: UTC seconds; generated, consumed, declared [T, N]: Wh, declared > 0 a surplus;
    retail [T, N]: the grid's price, VAT included; value [T, N]: the same less the cheapest fee.
    """

    members: Members
    start: Ints
    step: int
    generated: Ints
    consumed: Ints
    declared: Ints
    retail: Floats
    value: Floats
    words: Words

    def __len__(self) -> int:
        return len(self.start)

    @property
    def net(self) -> Ints:
        """Metered surplus (> 0) or deficit (< 0) in Wh [T, N]: own use comes first."""
        return self.generated - self.consumed

    def offered(self) -> Ints:
        """The metered surplus that may be sold, in Wh [T, N]: what needs no declaration."""
        return np.where(self.members.may_sell, np.maximum(self.net, 0), 0)

    def wanted(self) -> Ints:
        """The metered deficit in Wh [T, N]."""
        return np.maximum(-self.net, 0)

    def tradeable(self) -> Ints:
        """min(|metered|, (1 + tolerance)|declared|) in Wh [T, N], signed; 0 if the signs differ."""
        net = self.net
        cap = np.abs(self.declared) * (BPS + self.members.tolerance_bps) // BPS
        energy = np.where(net * np.sign(self.declared) > 0, np.minimum(np.abs(net), cap), 0)
        energy = np.where((net > 0) & ~self.members.may_sell, 0, energy)
        return np.asarray(energy * np.sign(net), dtype=np.int64)

    def rows(self, which: slice | NDArray[np.int64] | Bools) -> Periods:
        """Some of the periods."""
        words = replace(
            self.words,
            elecoin=self.words.elecoin[which],
            value=self.words.value[which],
            limit=self.words.limit[which],
        )
        cut = {
            f.name: getattr(self, f.name)[which]
            for f in fields(self)
            if f.name not in ("members", "step", "words")
        }
        return replace(self, words=words, **cut)


@dataclass(frozen=True)
class Flows:
    """What a mechanism makes of T periods of N members.

    price [T]: the mean price of a traded kWh before fees, currency, NaN where nothing is traded;
    bought, sold [T, N] Wh; paid [T, N]: currency for the energy, what it brings negative; fees
    [T, N]: network fee and levy, the buyer's. What is not traded is the grid's.
    """

    price: Floats
    bought: Floats
    sold: Floats
    paid: Floats
    fees: Floats
