"""A member's corrections as lines of her bill."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.community.correction import Correction, correction_amounts, grid_changes
from oracle.service.store.records import BillLine, CorrectionRecord
from oracle.service.store.store import Store
from oracle.units import WAD


@dataclass(frozen=True)
class CorrectionLines:
    """A correction, what it moves on the grid's side in Wh, and what that costs, by line."""

    record: CorrectionRecord
    imported_wh: int
    exported_wh: int
    lines: tuple[BillLine, ...]


def correction_lines(store: Store, address: str) -> tuple[CorrectionLines, ...]:
    """All of a member's corrections in the order of the chain; amounts in 1e-18 of currency."""
    records = store.corrections(address)
    supply = store.supplies().get(records[0].address) if records else None
    instance = store.instance()
    if supply is None or instance is None:
        return ()
    numbers = {record.period for record in records}
    prices = {price.period: price for price in store.supply_prices(supply.tariff, numbers)}
    records = tuple(record for record in records if record.period in prices)
    net = {
        prices[period].starts_at: imported - exported
        for period, imported, exported in store.grid_energy(address, set(prices))
    }
    changes = grid_changes(
        net,
        (
            Correction(
                start=prices[record.period].starts_at,
                booked_at=record.booked_at,
                generated_wh=record.generated_wh,
                consumed_wh=record.consumed_wh,
                reason=record.reason,
            )
            for record in records
        ),
    )
    currency = str(instance.deployment["currency"])
    made = []
    for record, change in zip(records, changes, strict=True):
        amounts = correction_amounts(change, prices[record.period], supply.feed_in)
        named = (
            ("grid_import", amounts.energy),
            ("feed_in", amounts.feed_in),
            ("grid_network", amounts.network),
            ("grid_levy", amounts.levy),
            ("vat", amounts.vat),
        )
        lines = tuple(BillLine(name, currency, round(amount * WAD)) for name, amount in named)
        made.append(CorrectionLines(record, change.imported_wh, change.exported_wh, lines))
    return tuple(made)
