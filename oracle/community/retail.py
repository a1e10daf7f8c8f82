"""Retail prices as a community file writes them: numbers, time-of-use windows, a series' file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from oracle.community.prices import PriceSeries, load_prices

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY = 1440

Price = Annotated[float, Field(allow_inf_nan=False, ge=-10, le=1000)]


def minute_of_day(text: str) -> int:
    """Minutes since midnight of an `HH:MM`; 24:00 is allowed."""
    hours, _, minutes = text.partition(":")
    if not (len(hours) == 2 and len(minutes) == 2 and hours.isdigit() and minutes.isdigit()):
        raise ValueError(f"{text!r} is not a time of the form HH:MM")
    value = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or value > MINUTES_PER_DAY:
        raise ValueError(f"{text!r} is not between 00:00 and 24:00")
    return value


class Window(BaseModel):
    """A price from one local time of day to another; a window over midnight has from > to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = Field(alias="from")
    end: str = Field(alias="to")
    price: Price
    days: tuple[Weekday, ...] = Field(default=WEEKDAYS, min_length=1)

    @field_validator("start", "end")
    @classmethod
    def _time(cls, value: str) -> str:
        minute_of_day(value)
        return value


def minute_table(windows: tuple[Window, ...]) -> NDArray[np.float64]:
    """Price by weekday and minute [7, 1440]; NaN where no window applies.

    A window over midnight belongs to the weekday on which it starts. Raises ValueError where two
    windows overlap.
    """
    table = np.full(7 * MINUTES_PER_DAY, np.nan)
    for window in windows:
        first, last = minute_of_day(window.start), minute_of_day(window.end)
        length = last - first if last > first else last + MINUTES_PER_DAY - first
        for day in window.days:
            start = WEEKDAYS.index(day) * MINUTES_PER_DAY + first
            minutes = np.arange(start, start + length) % table.size
            if not np.isnan(table[minutes]).all():
                raise ValueError(f": {window.start}-{window.end} ({day}): windows must not overlap")
            table[minutes] = window.price
    return table.reshape(7, MINUTES_PER_DAY)


class Series(BaseModel):
    """A price for every interval from a file, plus `add` (the supplier's margin, say) on each.

    `prices` is what the file held; reading the community file fills it in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    file: str = Field(alias="series", min_length=1)
    add: Price = 0.0
    prices: PriceSeries | None = None


Rate = Price | tuple[Window, ...] | Series


class Retail(BaseModel):
    """What the grid supplier charges per kWh: energy, network and levy, all net of VAT.

    `vat` is a share (0.19) on all of it and on `standing_charge`, which is per local day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    energy: Rate
    network: Rate = 0.0
    levy: Rate = 0.0
    vat: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False)
    standing_charge: float = Field(default=0.0, ge=0, le=1000, allow_inf_nan=False)

    @property
    def series(self) -> tuple[Series, ...]:
        """The parts that come from files."""
        parts = (self.energy, self.network, self.levy)
        return tuple(part for part in parts if isinstance(part, Series))

    def with_series(self, folder: Path) -> Retail:
        """The same with the prices of its files, relative to `folder`. Raises CommunityError."""
        parts = {
            name: part.model_copy(update={"prices": load_prices(folder / part.file)})
            for name in ("energy", "network", "levy")
            if isinstance(part := getattr(self, name), Series)
        }
        return self.model_copy(update=parts) if parts else self

    @field_validator("energy", "network", "levy")
    @classmethod
    def _covers_the_week(cls, value: Rate) -> Rate:
        if isinstance(value, tuple):
            table = minute_table(value)
            if np.isnan(table).any():
                day, minute = (int(i) for i in np.argwhere(np.isnan(table))[0])
                raise ValueError(
                    f": no window on {WEEKDAYS[day]} at {minute // 60:02d}:{minute % 60:02d}: "
                    "windows must cover the week"
                )
        return value
