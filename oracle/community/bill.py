"""A member's bill: by period, by line, and what the market saved her against the grid alone.

Lines are what the member pays (positive) or receives (negative), in currency, exact. Community
lines are elecoins that moved, at the elecoin price of their epoch; grid lines are what she owes
the supplier at her own tariff. VAT is the supplier's, on its lines alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from oracle.community.correction import (
    Correction,
    CorrectionAmounts,
    GridChange,
    correction_amounts,
    grid_changes,
)
from oracle.community.model import Community, Member
from oracle.community.pairing import Trade
from oracle.community.tariff import GridPrice, feed_in, grid_price, standing_charge
from oracle.units import WAD, WH_PER_KWH, exact

ZERO = Fraction(0)


@dataclass(frozen=True)
class PeriodEntry:
    """What one account did in one period. Energies in Wh, community amounts in ELE wei.

    `energy_wei` is paid for bought energy less what sold energy brought; the fees are the buyer's.
    """

    start: int
    generated_wh: int
    consumed_wh: int
    bought_wh: int = 0
    sold_wh: int = 0
    energy_wei: int = 0
    network_wei: int = 0
    levy_wei: int = 0
    elecoin_price_wei: int = WAD

    def __post_init__(self) -> None:
        if self.bought_wh > max(0, self.consumed_wh - self.generated_wh):
            raise ValueError(f"bought {self.bought_wh} Wh is more than the deficit")
        if self.sold_wh > max(0, self.generated_wh - self.consumed_wh):
            raise ValueError(f"sold {self.sold_wh} Wh is more than the surplus")

    @property
    def paid_wei(self) -> int:
        """Elecoins that left the account, fees included."""
        return self.energy_wei + self.network_wei + self.levy_wei

    @property
    def imported_wh(self) -> int:
        """Generated + bought + imported = consumed + sold + exported."""
        return max(0, self.consumed_wh - self.generated_wh) - self.bought_wh

    @property
    def exported_wh(self) -> int:
        return max(0, self.generated_wh - self.consumed_wh) - self.sold_wh


@dataclass(frozen=True)
class Bill:
    """The lines of a bill in currency, exact; `total` is their sum. Bills add up.

    `corrections` is what periods that were read wrongly add to the grid lines, VAT included.
    """

    energy: Fraction = ZERO
    network: Fraction = ZERO
    levy: Fraction = ZERO
    grid_import: Fraction = ZERO
    feed_in: Fraction = ZERO
    grid_network: Fraction = ZERO
    grid_levy: Fraction = ZERO
    vat: Fraction = ZERO
    standing_charge: Fraction = ZERO
    corrections: Fraction = ZERO

    def __add__(self, other: Bill) -> Bill:
        return Bill(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Bill)))

    @property
    def community(self) -> Fraction:
        """What was paid in elecoins, at their epochs' prices."""
        return self.energy + self.network + self.levy

    @property
    def grid(self) -> Fraction:
        """What is owed to the supplier, feed-in deducted."""
        return self.total - self.community

    @property
    def total(self) -> Fraction:
        return sum((getattr(self, f.name) for f in fields(Bill)), ZERO)

    def as_floats(self) -> dict[str, float]:
        """The lines and `total` for a report."""
        lines = {f.name: float(getattr(self, f.name)) for f in fields(Bill)}
        return {**lines, "total": float(self.total)}


def period_entries(
    names: Sequence[str],
    start: int,
    generated_wh: Sequence[int],
    consumed_wh: Sequence[int],
    trades: Iterable[Trade],
    elecoin_price_wei: int,
) -> dict[str, PeriodEntry]:
    """One period's entries by account, from readings [N] and the period's trades."""
    entries = {
        name: PeriodEntry(start, g, c, elecoin_price_wei=elecoin_price_wei)
        for name, g, c in zip(names, generated_wh, consumed_wh, strict=True)
    }
    for trade in trades:
        buyer, seller = entries[trade.buyer], entries[trade.seller]
        entries[trade.buyer] = replace(
            buyer,
            bought_wh=buyer.bought_wh + trade.energy_wh,
            energy_wei=buyer.energy_wei + trade.energy_wei,
            network_wei=buyer.network_wei + trade.network_wei,
            levy_wei=buyer.levy_wei + trade.levy_wei,
        )
        entries[trade.seller] = replace(
            seller,
            sold_wh=seller.sold_wh + trade.energy_wh,
            energy_wei=seller.energy_wei - trade.energy_wei,
        )
    return entries


def bill_of(community: Community, member: Member, entries: Iterable[PeriodEntry]) -> Bill:
    """The bill of one member for any number of periods: exactly the sum of theirs.

    Periods at one price are added as integers first, so a year of them stays quick.
    """
    imported: Counter[GridPrice] = Counter()
    standing: Counter[tuple[GridPrice, Fraction]] = Counter()
    elecoins: dict[int, list[int]] = {}
    exported = 0
    for entry in entries:
        price = grid_price(community, member, entry.start)
        imported[price] += entry.imported_wh
        standing[price, standing_charge(community, member, entry.start)] += 1
        exported += entry.exported_wh
        sums = elecoins.setdefault(entry.elecoin_price_wei, [0, 0, 0])
        sums[0] += entry.energy_wei
        sums[1] += entry.network_wei
        sums[2] += entry.levy_wei
    energy, network, levy = (
        sum((Fraction(sums[i] * price, WAD * WAD) for price, sums in elecoins.items()), ZERO)
        for i in range(3)
    )
    kwh = {price: Fraction(wh, WH_PER_KWH) for price, wh in imported.items()}
    charges = {key: key[1] * count for key, count in standing.items()}
    vat = sum((p.net_of_vat * p.vat * amount for p, amount in kwh.items()), ZERO)
    return Bill(
        energy=energy,
        network=network,
        levy=levy,
        grid_import=sum((p.energy * amount for p, amount in kwh.items()), ZERO),
        feed_in=-feed_in(member) * Fraction(exported, WH_PER_KWH),
        grid_network=sum((p.network * amount for p, amount in kwh.items()), ZERO),
        grid_levy=sum((p.levy * amount for p, amount in kwh.items()), ZERO),
        vat=vat + sum((price.vat * charge for (price, _), charge in charges.items()), ZERO),
        standing_charge=sum(charges.values(), ZERO),
    )


def period_bill(community: Community, member: Member, entry: PeriodEntry) -> Bill:
    """The bill of one member for one period."""
    return bill_of(community, member, [entry])


def grid_only_bill(community: Community, member: Member, entry: PeriodEntry) -> Bill:
    """The same period without the market: own use and storage kept, all the rest the grid's."""
    return period_bill(community, member, _alone(entry))


def _alone(entry: PeriodEntry) -> PeriodEntry:
    return PeriodEntry(entry.start, entry.generated_wh, entry.consumed_wh)


@dataclass(frozen=True)
class ElecoinPurchase:
    """Elecoins bought: the amount in ELE wei and the currency paid for it, in wei."""

    amount_wei: int
    paid_wei: int


@dataclass(frozen=True)
class Account:
    """One member's elecoins over a run: bought, redeemed (what it paid), held at both ends."""

    purchases: tuple[ElecoinPurchase, ...] = ()
    redemption_paid_wei: int = 0
    held_at_start_wei: int = 0
    held_at_end_wei: int = 0


@dataclass(frozen=True)
class Statement:
    """A run's bill, and the comparison in currency.

    `with_market` is the money that left the member: the supplier's lines, plus what the elecoins
    cost, less what redemption paid and what those still held would redeem for (c each). It equals
    `bill.total` plus `elecoin_spread`, what the elecoins cost above their value. `saving` is
    `grid_only` less `with_market`.
    """

    bill: Bill
    bill_ele_wei: dict[str, int]
    grid_only: Fraction
    with_market: Fraction

    @property
    def elecoin_spread(self) -> Fraction:
        return self.with_market - self.bill.total

    @property
    def saving(self) -> Fraction:
        return self.grid_only - self.with_market


def corrected(
    community: Community,
    member: Member,
    entries: Iterable[PeriodEntry],
    corrections: Iterable[Correction],
) -> list[tuple[GridChange, CorrectionAmounts]]:
    """What each correction of these periods moves and costs; they come in the order of booking."""
    net = {entry.start: entry.imported_wh - entry.exported_wh for entry in entries}
    return [
        (
            change,
            correction_amounts(
                change, grid_price(community, member, change.correction.start), feed_in(member)
            ),
        )
        for change in grid_changes(net, corrections)
    ]


def corrections_bill(made: Iterable[tuple[GridChange, CorrectionAmounts]]) -> Bill:
    """The bill of corrections alone."""
    return Bill(corrections=sum((amounts.total for _, amounts in made), ZERO))


def statement(
    community: Community,
    member: Member,
    entries: Iterable[PeriodEntry],
    account: Account | None = None,
    corrections: Sequence[Correction] = (),
) -> Statement:
    """The sum of a member's periods and the comparison with the grid alone, both corrected.

    Without `account`, elecoins are taken to be bought and redeemed as they move: purchases at the
    epoch's price, receipts at c.
    """
    periods = list(entries)
    bill = bill_of(community, member, periods)
    bill += corrections_bill(corrected(community, member, periods, corrections))
    without = [_alone(entry) for entry in periods]
    alone = bill_of(community, member, without)
    alone += corrections_bill(corrected(community, member, without, corrections))
    ele = {
        "energy": sum(e.energy_wei for e in periods),
        "network": sum(e.network_wei for e in periods),
        "levy": sum(e.levy_wei for e in periods),
    }
    redemption = exact(community.market.redemption)
    moved = sum(
        (
            Fraction(e.paid_wei * e.elecoin_price_wei, WAD * WAD)
            if e.paid_wei > 0
            else redemption * Fraction(e.paid_wei, WAD)
            for e in periods
        ),
        ZERO,
    )
    if account is not None:
        spent = sum(p.paid_wei for p in account.purchases) - account.redemption_paid_wei
        held = account.held_at_end_wei - account.held_at_start_wei
        moved = Fraction(spent, WAD) - redemption * Fraction(held, WAD)
    return Statement(
        bill=bill, bill_ele_wei=ele, grid_only=alone.total, with_market=bill.grid + moved
    )


def worse_off(statements: dict[str, Statement]) -> list[str]:
    """The members whom the market cost money, in the order given."""
    return [name for name, s in statements.items() if s.saving < 0]
