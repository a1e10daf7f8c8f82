"""A member's own data, as OpenAPI shows it. Amounts beyond 53 bits are decimal texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from oracle.service.http.schemas import Out
from oracle.service.own.corrections import CorrectionLines
from oracle.service.own.saving import ZERO, DaySaving
from oracle.service.ports import Language, StatementFormat
from oracle.service.store.records import BillLine, MemberPeriodRecord, MemberRecord, TradeRecord
from oracle.units import decimal


class Line(Out):
    name: str
    unit: str = Field(description="ELE, or the community's currency")
    amount: str = Field(description="decimal, exact; what the member pays, negative: receives")

    @classmethod
    def of(cls, line: BillLine) -> Line:
        return cls(name=line.name, unit=line.unit, amount=decimal(line.amount))


class MemberPeriod(Out):
    period: int
    declared_wh: int | None
    generated_wh: int
    consumed_wh: int
    bought_wh: int
    sold_wh: int
    imported_wh: int
    exported_wh: int
    bill: list[Line]

    @classmethod
    def of(cls, record: MemberPeriodRecord) -> MemberPeriod:
        lines = [Line.of(line) for line in record.lines]
        return cls.model_validate(vars(record) | {"bill": lines})


class Correction(Out):
    """By how much a closed period was read wrongly; its lines are on the bill that books it."""

    period: int
    booked_at: int = Field(description="metered UTC seconds")
    reason: int = Field(description="1 replaced value, 2 clock, 3 meter fault, others free")
    generated_wh: int
    consumed_wh: int
    imported_wh: int = Field(description="more imported from the grid")
    exported_wh: int
    bill: list[Line]

    @classmethod
    def of(cls, made: CorrectionLines) -> Correction:
        return cls.model_validate(
            vars(made.record)
            | {
                "imported_wh": made.imported_wh,
                "exported_wh": made.exported_wh,
                "bill": [Line.of(line) for line in made.lines],
            }
        )


class Trade(Out):
    period: int
    seller: str
    buyer: str
    energy_wh: int
    price_wei: str
    cost_wei: str
    network_wei: str
    levy_wei: str
    transaction: str

    @classmethod
    def of(cls, record: TradeRecord) -> Trade:
        amounts = ("price_wei", "cost_wei", "network_wei", "levy_wei")
        return cls.model_validate(
            vars(record) | {name: str(getattr(record, name)) for name in amounts}
        )


class OwnData(Out):
    """A member's own data: never sent without her signature or the operator's token."""

    address: str
    name: str | None
    role: str
    zone: str
    reputation: float | None
    periods: list[MemberPeriod]
    totals: list[Line] = Field(description="the bill of the periods listed here, by line")
    trades: list[Trade] = Field(description="hers, in the periods listed here, oldest first")
    corrections: list[Correction] = Field(description="all of hers, not in the totals")
    more_trades: bool = Field(description="there are more of them: ask for fewer periods")
    next: int | None

    @classmethod
    def of(
        cls,
        member: MemberRecord,
        records: tuple[MemberPeriodRecord, ...],
        *,
        trades: tuple[TradeRecord, ...],
        corrections: tuple[CorrectionLines, ...],
        reputation: float | None,
        following: int | None,
        more_trades: bool,
    ) -> OwnData:
        totals: dict[tuple[str, str], int] = {}
        for record in records:
            for line in record.lines:
                key = line.name, line.unit
                totals[key] = totals.get(key, 0) + line.amount
        return cls(
            address=member.address,
            name=member.name,
            role=member.role,
            zone=member.zone,
            reputation=reputation,
            periods=[MemberPeriod.of(record) for record in records],
            totals=[Line.of(BillLine(*key, amount)) for key, amount in totals.items()],
            trades=[Trade.of(trade) for trade in trades],
            corrections=[Correction.of(made) for made in corrections],
            next=following,
            more_trades=more_trades,
        )


class NameChange(BaseModel):
    """A new name, or null to erase the name and the salt of its hash for good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(max_length=63, pattern=r"^\w[\w .\-]{0,62}$")


class Named(Out):
    address: str
    name: str | None


class SavingOfDay(Out):
    day: dt.date = Field(description="local")
    paid: float
    grid_alone: float
    saving: float


class Saving(Out):
    """What the market saved her against the grid alone; the days add up to the totals."""

    since: dt.date | None = Field(description="the first local day; null where nothing is closed")
    until: dt.date | None = Field(description="the last one")
    currency: str
    paid: float = Field(
        description="the money that left her: the supplier's lines and elecoins bought, less what "
        "redemption paid and what those that she holds would redeem for; negative: she received it"
    )
    grid_alone: float = Field(description="what the same energy costs without the market")
    saving: float
    by_day: list[SavingOfDay]

    @classmethod
    def of(cls, days: Mapping[dt.date, DaySaving], currency: str) -> Saving:
        paid: Fraction = sum((day.paid for day in days.values()), ZERO)
        alone: Fraction = sum((day.grid_alone for day in days.values()), ZERO)
        return cls(
            since=min(days, default=None),
            until=max(days, default=None),
            currency=currency,
            paid=float(paid),
            grid_alone=float(alone),
            saving=float(alone - paid),
            by_day=[
                SavingOfDay(
                    day=day,
                    paid=float(of.paid),
                    grid_alone=float(of.grid_alone),
                    saving=float(of.saving),
                )
                for day, of in days.items()
            ],
        )


Quality = Literal["measured", "estimated", "corrected", "missing"]


class MeterPeriod(Out):
    """One period of her meter. What is not known is null."""

    period: int
    starts_at: int = Field(description="chain seconds")
    generated_wh: int | None = Field(description="in the period, corrections included")
    consumed_wh: int | None
    generation_wh: int | None = Field(
        description="the register at the period's end, as it was read"
    )
    consumption_wh: int | None
    quality: Quality = Field(description="missing: closed without a reading")


class Meter(Out):
    items: list[MeterPeriod]
    next: int | None = Field(description="pass it as `after` for the next page; null at the end")


class Statements(Out):
    """What statements there are to download."""

    months: list[str] = Field(description="YYYY-MM, local")
    formats: list[StatementFormat]
    languages: list[Language]
