"""A market day as one figure: prices, matching, energy, and what each member saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import HashableList
from numpy.typing import NDArray

# Okabe and Ito's colours stay apart for colour-blind readers; the greys print well.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
DARK, LIGHT = "#4d4d4d", "#c8c8c8"
SIZE = (9.6, 6.6)
LAYOUT: list[HashableList[str]] = [
    ["price", "saving"],
    ["matching", "saving"],
    ["energy", "saving"],
]
_SECONDS_PER_DAY = 86_400
_SECONDS_PER_HOUR = 3600

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class DaySeries:
    """What a report has no list of, per period: energies in Wh, price bounds in ELE/kWh."""

    traded_wh: FloatArray
    imported_wh: FloatArray
    exported_wh: FloatArray
    floor: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Day:
    """A report with its clock. `start` and `step` in seconds (UTC), one value a period."""

    report: Mapping[str, Any]
    start: int
    step: int
    tz: dt.tzinfo
    currency: str
    series: DaySeries | None = None

    @property
    def edges(self) -> FloatArray:
        """The periods' borders as matplotlib's dates, one more than periods."""
        count = int(self.report["periods"])
        return (self.start + self.step * np.arange(count + 1)) / _SECONDS_PER_DAY

    def values(self, key: str) -> FloatArray:
        """A list of the report, NaN where it has no value."""
        return np.array([np.nan if v is None else v for v in self.report[key]], dtype=float)


def plot_day(
    report: Mapping[str, Any],
    *,
    start: int,
    step: int,
    tz: dt.tzinfo,
    currency: str,
    series: DaySeries | None = None,
    axes: Mapping[str, Axes] | None = None,
) -> Figure:
    """Draw a run's report (`docs/run.md`).

    start: UTC seconds of the first period; step: seconds of a period. `axes` names the panels to
    draw on (price, matching, energy, saving); without it the figure is made with all of them.
    Without `series` there are no price bounds and no energy. Raises KeyError: no such panel.
    """
    day = Day(report, start, step, tz, currency, series)
    if axes is None:
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplot_mosaic(
            LAYOUT, width_ratios=[2.6, 1], height_ratios=[3, 1, 3], gridspec_kw={"wspace": 0.04}
        )
    for name, ax in axes.items():
        PANELS[name](day, ax)
    made = next(iter(axes.values())).get_figure(root=True)
    assert isinstance(made, Figure)
    return made


def describe_day(report: Mapping[str, Any], currency: str) -> str:
    """The figure in words, for those who do not see it."""
    prices = [price for price in report["electricity_price"] if price is not None]
    band = f"between {min(prices):.3f} and {max(prices):.3f} ELE/kWh" if prices else "nowhere set"
    savings = [member["saving"] for member in report["members"].values()]
    return (
        f"A market day of {report['periods']} periods in four panels: the electricity price, "
        f"{band}; the matching probability; energy traded among neighbours "
        f"({report['energy_traded_wh'] / 1000:.1f} kWh) and with the grid; and what each of "
        f"{len(savings)} members saved, from {min(savings):.2f} to {max(savings):.2f} {currency}."
    )


def price(day: Day, ax: Axes) -> None:
    """The electricity price by period, between the floor and the highest price a buyer has."""
    posted = day.values("electricity_price")
    ax.stairs(
        posted, day.edges, baseline=None, color=BLUE, linewidth=2, zorder=3, label="posted price"
    )
    if day.series is not None:
        floor, upper = day.series.floor, day.series.upper
        ax.stairs(upper, day.edges, baseline=floor, fill=True, color="#eef3f7")
        ax.stairs(
            upper, day.edges, baseline=None, color=DARK, linestyle=":", label="most a buyer pays"
        )
        ax.stairs(
            floor, day.edges, baseline=None, color=DARK, linestyle="--", label="floor: feed-in"
        )
    _title(ax, "Electricity price, ELE/kWh")
    ax.set_ylim(bottom=0)
    _legend(ax)
    _clock(day, ax)


def matching(day: Day, ax: Axes) -> None:
    """The share of what sellers offer that finds a buyer."""
    probability = day.values("matching_probability")
    ax.stairs(probability, day.edges, fill=True, color=LIGHT)
    ax.stairs(probability, day.edges, baseline=None, color=DARK)
    _title(ax, "Matching probability μ")
    ax.set_ylim(0, 1.05)
    ax.set_yticks([0, 1])
    _clock(day, ax)


def energy(day: Day, ax: Axes) -> None:
    """Mean power per period: from neighbours and from the grid above zero, to the grid below."""
    _title(ax, "Power, kW")
    if day.series is not None:
        hours = day.step / _SECONDS_PER_HOUR
        traded, bought, sold = (
            values / 1000 / hours
            for values in (
                day.series.traded_wh,
                day.series.imported_wh,
                day.series.exported_wh,
            )
        )
        ax.stairs(traded, day.edges, fill=True, color=GREEN, label="from neighbours")
        ax.stairs(
            traded + bought,
            day.edges,
            baseline=traded,
            fill=True,
            color=LIGHT,
            label="from the grid",
        )
        ax.stairs(-sold, day.edges, fill=True, color=ORANGE, label="to the grid")
        _legend(ax)
    ax.axhline(0, color=DARK, linewidth=0.8)
    _clock(day, ax)


def saving(day: Day, ax: Axes) -> None:
    """What each member saved against the grid alone; a loss has another colour."""
    members = day.report["members"]
    names = sorted(members, key=lambda name: (members[name]["saving"], name))
    amounts = [members[name]["saving"] for name in names]
    colours = [GREEN if amount >= 0 else RED for amount in amounts]
    bars = ax.barh(names, amounts, color=colours, height=0.62)
    ax.bar_label(bars, labels=[f"{amount:+.2f}" for amount in amounts], padding=3, fontsize=8.5)
    ax.margins(x=0.3)
    ax.axvline(0, color=DARK, linewidth=0.8)
    _title(ax, f"Saved by each member, {day.currency}")
    ax.set_xticks([])
    _bare(ax)


def _clock(day: Day, ax: Axes) -> None:
    """Local time below; the whole run and nothing else."""
    ax.set_xlim(day.edges[0], day.edges[-1])
    # matplotlib.dates has no types.
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(tz=day.tz, minticks=4, maxticks=9))  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%H:%M", tz=day.tz))  # type: ignore[no-untyped-call]
    _bare(ax)
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.8)
    ax.set_axisbelow(True)


def _title(ax: Axes, text: str) -> None:
    ax.set_title(text, loc="left", fontsize=10, fontweight="bold")


def _bare(ax: Axes) -> None:
    ax.tick_params(length=0, labelsize=8.5, labelcolor=DARK)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)


def _legend(ax: Axes) -> None:
    """Beside the title, where no curve can run through it."""
    ax.legend(
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=3,
        frameon=False,
        fontsize=8.5,
        handlelength=1.4,
        columnspacing=1.2,
        borderaxespad=0.1,
    )


PANELS: dict[str, Callable[[Day, Axes], None]] = {
    "price": price,
    "matching": matching,
    "energy": energy,
    "saving": saving,
}
