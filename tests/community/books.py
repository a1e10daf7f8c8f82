"""Random periods for the mechanisms: few members, zones that may not all trade, many ties."""

from __future__ import annotations

import numpy as np

from oracle.community.mechanisms import Members, Periods, Words
from oracle.units import NEVER_SELLS, TICKS_PER_ELE

REDEMPTION = 0.97
STEP = 900


def periods_of(
    rng: np.random.Generator,
    *,
    members: int = 6,
    periods: int = 4,
    zones: int = 2,
    fees: bool = True,
    tolerance_bps: int = 1000,
) -> Periods:
    """Prices lie on a coarse grid, so that equal ones are frequent; energies up to 600 Wh."""
    shape = (periods, members)
    zone = rng.integers(0, zones, size=members)
    if fees:
        fee = rng.choice([np.nan, 0.02, 0.03, 0.05], size=(zones, zones), p=[0.2, 0.3, 0.3, 0.2])
    else:
        fee = np.zeros((zones, zones))
    feed_in = rng.choice([0.0, 0.05, 0.06, 0.08], size=members)
    may_sell = rng.random(members) < 0.85
    retail = np.repeat(rng.choice([0.09, 0.25, 0.30, 0.34], size=(1, members)), periods, axis=0)
    retail[periods // 2 :] += rng.choice([0.0, 0.02], size=members)
    cheapest = np.full(members, np.nan)
    for i in range(members):
        sellers = [zone[j] for j in range(members) if may_sell[j] and j != i]
        offers = [fee[z, zone[i]] for z in sellers if not np.isnan(fee[z, zone[i]])]
        cheapest[i] = min(offers, default=np.nan)
    value = np.where(np.isnan(cheapest), 0.0, np.maximum(retail - np.nan_to_num(cheapest), 0.0))
    generated, consumed = rng.integers(0, 600, size=(2, *shape))
    # Some periods with plenty, some with hardly anything.
    generated = (generated * rng.choice([0.2, 1.0, 2.0], size=(periods, 1))).astype(np.int64)
    declared = generated - consumed + rng.integers(-80, 80, size=shape)
    elecoin = rng.integers(970_000, 1_050_000, size=periods)
    price = elecoin[:, None] / TICKS_PER_ELE
    ask = np.ceil(feed_in / REDEMPTION * TICKS_PER_ELE - 1e-6).astype(np.int64)
    return Periods(
        members=Members(
            names=tuple(f"m{i}" for i in range(members)),
            feed_in=feed_in,
            ask=np.maximum(feed_in, 0.0),
            may_sell=may_sell,
            zone=zone,
            order=np.arange(members),
            key=np.full(members, 1 / members),
            fee=fee,
            fixed_price=0.17,
            tolerance_bps=tolerance_bps,
        ),
        start=STEP * np.arange(periods),
        step=STEP,
        generated=generated,
        consumed=consumed,
        declared=declared,
        retail=retail,
        value=value,
        words=Words(
            floor=51_547,
            elecoin=elecoin,
            ask=np.where(may_sell, ask, NEVER_SELLS),
            value=np.floor(value / price * TICKS_PER_ELE + 1e-6).astype(np.int64),
            limit=np.floor(retail / price * TICKS_PER_ELE + 1e-6).astype(np.int64),
        ),
    )
