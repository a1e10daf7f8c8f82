"""A member's own data, as OpenAPI shows it: saving, meter, statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from pydantic import Field

from oracle.service.ports import Language, StatementFormat
from oracle.service.saving import ZERO, DaySaving
from oracle.service.schemas import Out


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
