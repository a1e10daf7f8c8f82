"""A mechanism's flows summed up by member. Totals of consecutive parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oracle.community.mechanisms.periods import Floats, Flows, Ints, Periods
from oracle.units import TICKS_PER_ELE, WH_PER_KWH

HOURS = 24


@dataclass(frozen=True)
class Totals:
    """Sums over the periods. Energies in Wh, money in currency.

    bought, sold, paid, fees, worth [N]: `worth` is what the grid would have charged for what was
    bought, less what it would have paid for what was sold. imported, exported: by all members
    together from and to the grid, and the most of it in one period. by_hour [2, 24]: money and Wh
    traded by local hour. elecoins, most [E, N]: ELE that left each account in an epoch, and the
    most that had left it at any time in the epoch.
    """

    bought: Floats
    sold: Floats
    paid: Floats
    fees: Floats
    worth: Floats
    imported: float
    exported: float
    most_imported: float
    most_exported: float
    by_hour: Floats
    elecoins: Floats
    most: Floats


def total(periods: Periods, flows: Flows, hour: Ints, epoch_periods: int) -> Totals:
    """The sums. `hour` [T] is the local hour of each period; the first one begins an epoch."""
    net = periods.net
    imported = (np.maximum(-net, 0) - flows.bought).sum(axis=1)
    exported = (np.maximum(net, 0) - flows.sold).sum(axis=1)
    worth = flows.bought * periods.retail - flows.sold * periods.members.feed_in
    volume = flows.sold.sum(axis=1)
    money = np.nan_to_num(flows.price) * volume / WH_PER_KWH
    by_hour = [np.bincount(hour, weights=w, minlength=HOURS) for w in (money, volume)]
    elecoins, most = _by_epoch(periods, flows, epoch_periods)
    return Totals(
        bought=flows.bought.sum(axis=0),
        sold=flows.sold.sum(axis=0),
        paid=flows.paid.sum(axis=0),
        fees=flows.fees.sum(axis=0),
        worth=worth.sum(axis=0) / WH_PER_KWH,
        imported=float(imported.sum()),
        exported=float(exported.sum()),
        most_imported=float(imported.max(initial=0)),
        most_exported=float(exported.max(initial=0)),
        by_hour=np.array(by_hour),
        elecoins=elecoins,
        most=most,
    )


def _by_epoch(periods: Periods, flows: Flows, epoch_periods: int) -> tuple[Floats, Floats]:
    price = periods.words.elecoin[:, None] / TICKS_PER_ELE
    spent = (flows.paid + flows.fees) / price
    whole = -(-len(periods) // epoch_periods)
    padded = np.zeros((whole * epoch_periods, spent.shape[1]))
    padded[: len(spent)] = spent
    upto = padded.reshape(whole, epoch_periods, -1).cumsum(axis=1)
    return upto[:, -1], upto.max(axis=1)


def joined(parts: Sequence[Totals]) -> Totals:
    """The totals of all parts, in order."""

    def added(name: str) -> Floats:
        return np.asarray(sum(getattr(part, name) for part in parts))

    return Totals(
        bought=added("bought"),
        sold=added("sold"),
        paid=added("paid"),
        fees=added("fees"),
        worth=added("worth"),
        imported=float(added("imported")),
        exported=float(added("exported")),
        most_imported=max(part.most_imported for part in parts),
        most_exported=max(part.most_exported for part in parts),
        by_hour=added("by_hour"),
        elecoins=np.concatenate([part.elecoins for part in parts]),
        most=np.concatenate([part.most for part in parts]),
    )


def elecoin_spread(totals: Totals, wanted: Floats, price: Floats, redemption: float) -> Floats:
    """What the elecoins cost each member above what they were worth, in currency [N].

    At the start of an epoch she buys what she `wanted` [E, N] less what she holds, later what her
    trades lack, each at the epoch's `price` [E] in currency; at the end an elecoin is worth c. It
    is `Statement.elecoin_spread` of a simulated run.
    """
    held = np.zeros(wanted.shape[1])
    cost = np.zeros_like(held)
    value = np.zeros_like(held)
    for want, spent, most, at in zip(wanted, totals.elecoins, totals.most, price, strict=True):
        first = np.maximum(want - held, 0.0)
        later = np.maximum(most - held - first, 0.0)
        held += first + later - spent
        cost += (first + later) * at
        value += spent * at
    return np.asarray(cost - redemption * held - value)
