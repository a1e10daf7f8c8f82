"""What a run left in its folder, as months of members."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from oracle import UserError
from oracle.app.day.options import STORE
from oracle.community.bill import PeriodEntry
from oracle.community.correction import Correction, GridChange, grid_changes
from oracle.community.model import periods_of_day
from oracle.community.monthly import (
    BilledCorrection,
    BilledPeriod,
    Monthly,
    SupplyPrice,
    monthly,
)
from oracle.service.store.records import (
    ElecoinMove,
    MemberPeriodRecord,
    MemberRecord,
    PeriodRecord,
    ReadingRecord,
    SupplyRecord,
)
from oracle.service.store.store import Store, open_store

EVERYTHING = 10**9
NAMES_SHOWN = 12


@dataclass(frozen=True)
class MemberMonth:
    """One member's statement, and who she is. `registers`: Wh at the month's start and end."""

    member: MemberRecord
    meter: str
    month: str
    monthly: Monthly
    generation_register: tuple[int, int] | None
    consumption_register: tuple[int, int] | None

    @property
    def name(self) -> str:
        """Her name, or her address where it was erased."""
        return self.member.name or self.member.address


@contextlib.contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of a run's folder. Raises UserError where there is none."""
    if not (folder / STORE).is_file():
        raise UserError(f"--folder: {folder}: no run found there; `wattmarket run` leaves one")
    with open_store(folder / STORE) as store:
        if store.instance() is None:
            raise UserError(f"--folder: {folder}: its run recorded nothing; run it again")
        yield Ledger(store, folder)


class Ledger:
    """One deployment's records. Times are local to the community's time zone."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        instance = store.instance()
        assert instance is not None
        self.facts = instance.deployment

    @property
    def community(self) -> str:
        return str(self.facts["community"])

    @property
    def currency(self) -> str:
        return str(self.facts["currency"])

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(str(self.facts["timezone"]))

    @property
    def step(self) -> int:
        return int(self.facts["schedule"]["step"])

    @cached_property
    def members(self) -> tuple[MemberRecord, ...]:
        """By name; who has none comes last."""
        found = self.store.members()
        return tuple(sorted(found, key=lambda m: (m.name is None, m.name or m.address)))

    @cached_property
    def supplies(self) -> dict[str, SupplyRecord]:
        return self.store.supplies()

    @cached_property
    def starts(self) -> dict[int, int]:
        """Metered UTC seconds by closed period; prices are known before."""
        prices = self.store.supply_prices()
        return {p.period: p.starts_at for p in prices if p.period in self.periods}

    @cached_property
    def prices(self) -> dict[tuple[str, int], SupplyPrice]:
        """By tariff and period."""
        return {
            (r.tariff, r.period): SupplyPrice(r.energy, r.network, r.levy, r.vat, r.standing)
            for r in self.store.supply_prices()
        }

    @cached_property
    def periods(self) -> dict[int, PeriodRecord]:
        return {p.period: p for p in self.store.periods(limit=EVERYTHING).items}

    @cached_property
    def month_of_period(self) -> dict[int, str]:
        return {number: self.month_of(start) for number, start in self.starts.items()}

    @cached_property
    def day_shares(self) -> dict[int, Fraction]:
        """The part of its local day that each period is."""
        return {
            number: Fraction(1, periods_of_day(self.zone.key, self.step, self.local(start).date()))
            for number, start in self.starts.items()
        }

    def local(self, seconds: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(seconds, tz=self.zone)

    def month_of(self, seconds: int) -> str:
        return self.local(seconds).strftime("%Y-%m")

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The local months in which there were periods, or corrections were booked."""
        booked = (self.month_of(c.booked_at) for c in self.store.corrections())
        return tuple(sorted({*self.month_of_period.values(), *booked}))

    def check_month(self, text: str) -> str:
        """Raises UserError for what is no month, or one without data."""
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
            raise UserError(f"--month: {text!r}: must be YYYY-MM, such as 2026-03")
        if text not in self.months:
            known = ", ".join(self.months) or "no period that was closed"
            raise UserError(f"--month: {text}: no data; the run in {self.folder} has {known}")
        return text

    def find(self, name: str) -> MemberRecord:
        """A member by name or address. Raises UserError."""
        for member in self.members:
            if name == member.name or name.lower() == member.address.lower():
                return member
        known = [member.name or member.address for member in self.members]
        more = ", …" if len(known) > NAMES_SHOWN else ""
        shown = ", ".join(known[:NAMES_SHOWN]) + more
        raise UserError(f"--member: {name!r}: not a member; one of {shown}")

    # --- a member's month -----------------------------------------------------------------------

    def corrections(self, address: str, entries: dict[int, PeriodEntry]) -> list[GridChange]:
        """All of a member's corrections, in the order of booking."""
        net = {e.start: e.imported_wh - e.exported_wh for e in entries.values()}
        return grid_changes(
            net,
            (
                Correction(
                    self.starts[c.period], c.booked_at, c.generated_wh, c.consumed_wh, c.reason
                )
                for c in self.store.corrections(address)
                if c.period in self.starts
            ),
        )

    def member_month(self, member: MemberRecord, month: str) -> MemberMonth:
        """Her statement of a local month."""
        own = self.store.member_periods(member.address, limit=EVERYTHING).items
        # Of a period that is being closed her part may be written before its prices.
        known = self.starts.keys() & self.periods.keys()
        entries = {record.period: self.entry(record) for record in own if record.period in known}
        changes = self.corrections(member.address, entries)
        wrong = {change.correction.start for change in changes}
        supply = self.supplies[member.address]
        number_at = {start: number for number, start in self.starts.items()}
        readings = {r.period: r for r in self.store.readings(member.address)}
        made = monthly(
            (
                BilledPeriod(
                    number,
                    entry,
                    self.prices[supply.tariff, number],
                    self.day_shares[number],
                    estimated=number in readings and readings[number].estimated,
                    corrected=entry.start in wrong,
                )
                for number, entry in entries.items()
                if self.month_of_period[number] == month
            ),
            supply.feed_in,
            [
                BilledCorrection(
                    change, self.prices[supply.tariff, number_at[change.correction.start]]
                )
                for change in changes
                if self.month_of(change.correction.booked_at) == month
            ],
            bought=self._moves(member.address, month, "bought"),
            redeemed=self._moves(member.address, month, "redeemed"),
            own_use_known=supply.own_use_known,
        )
        within = [
            reading
            for number, reading in sorted(readings.items())
            if self.month_of_period.get(number) == month
        ]
        return MemberMonth(
            member=member,
            meter=supply.meter,
            month=month,
            monthly=made,
            generation_register=_register(within, "generation_wh", "generated_wh"),
            consumption_register=_register(within, "consumption_wh", "consumed_wh"),
        )

    def entry(self, record: MemberPeriodRecord) -> PeriodEntry:
        """A closed period as bills take it."""
        elecoins = {line.name: line.amount for line in record.lines if line.unit == "ELE"}
        # Where elecoins had no price nothing was traded, so there is nothing that it would price.
        price = self.periods[record.period].elecoin_price_wei or 0
        return PeriodEntry(
            start=self.starts[record.period],
            generated_wh=record.generated_wh,
            consumed_wh=record.consumed_wh,
            bought_wh=record.bought_wh,
            sold_wh=record.sold_wh,
            energy_wei=elecoins["energy"],
            network_wei=elecoins["network"],
            levy_wei=elecoins["levy"],
            elecoin_price_wei=price,
        )

    def _moves(self, address: str, month: str, kind: ElecoinMove) -> list[tuple[int, int]]:
        return [
            (move.amount_wei, move.value_wei)
            for move in self.store.elecoin_moves(address)
            if move.kind == kind and self.month_of(move.at) == month
        ]


def _register(
    readings: list[ReadingRecord], register: str, difference: str
) -> tuple[int, int] | None:
    """Where a register stood before the first reading and after the last."""
    if not readings:
        return None
    first, last = readings[0], readings[-1]
    begun: int = getattr(first, register) - getattr(first, difference)
    ended: int = getattr(last, register)
    return begun, ended
