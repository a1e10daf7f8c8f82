"""A comparison as one figure: what each member saves, who gains most, prices by hour, lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's colours, one a mechanism; the grid alone is grey.
COLOURS = (
    "#0072B2", "#E69F00", "#CC79A7", "#009E73", "#D55E00", "#56B4E9", "#8c7a00", "#8c8c8c",
)  # fmt: skip
DARK, RED = "#4d4d4d", "#b00020"
SIZE = (10.4, 7.2)
HOURS = 24
GRID = "grid"


def plot_compare(found: Mapping[str, Any]) -> Figure:
    """Draw the document of `wattmarket compare --json` (docs/compare.md)."""
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots(2, 2)
    shown = [entry for entry in found["mechanisms"] if entry["name"] != GRID]
    _each(found, shown, axes[0, 0])
    _by_hour(found, shown, axes[0, 1])
    _shares(found, shown, axes[1, 1])
    _lies(found, shown, axes[1, 0])
    figure.suptitle(f"{found['community']}, {_days(found)} from {found['first_day']}", fontsize=11)
    return figure


def describe_compare(found: Mapping[str, Any]) -> str:
    """The figure in words, for those who do not see it."""
    parts = [
        f"{entry['title']} {entry['saving_total']:.2f} {found['currency']} "
        f"(worse off: {len(entry['worse_off'])})"
        for entry in found["mechanisms"]
        if entry["name"] != GRID
    ]
    return (
        f"{found['community']}, {_days(found)} under {len(parts)} mechanisms, four panels: "
        "what each member saves against the grid alone, the price by hour of the day, savings and "
        f"fairness, and what a lie gains. Saved in all: {', '.join(parts)}."
    )


def _days(found: Mapping[str, Any]) -> str:
    return "1 day" if found["days"] == 1 else f"{found['days']} days"


def _each(found: Mapping[str, Any], shown: Sequence[Any], ax: Axes) -> None:
    """A dot a member, in file order from left to right; a bar at the median."""
    for row, (entry, colour) in enumerate(zip(shown, COLOURS, strict=False)):
        savings = np.array(list(entry["saving"].values()))
        offset = np.linspace(-0.28, 0.28, len(savings)) if len(savings) > 1 else np.zeros(1)
        colours = [RED if saving < 0 else colour for saving in savings]
        ax.scatter(savings, row + offset, s=11, c=colours, linewidths=0, zorder=3)
        middle = float(np.median(savings))
        ax.plot([middle, middle], [row - 0.38, row + 0.38], color=DARK, linewidth=1.6, zorder=4)
    ax.axvline(0, color=DARK, linewidth=0.8)
    _names(ax, shown)
    for label, colour in zip(ax.get_yticklabels(), COLOURS, strict=False):
        label.set_color(colour)
    _dress(ax, f"Saved by each member, {found['currency']} (bar: median)", "x")


def _by_hour(found: Mapping[str, Any], shown: Sequence[Any], ax: Axes) -> None:
    for entry, colour in zip(shown, COLOURS, strict=False):
        prices = [np.nan if p is None else p for p in entry["price_by_hour"]]
        ax.stairs(prices, range(HOURS + 1), baseline=None, color=colour, linewidth=1.7)
    ax.set_xlim(0, HOURS)
    ax.set_xticks(range(0, HOURS + 1, 6))
    _dress(ax, f"Price by local hour, {found['currency']}/kWh (colours: left)", "y")


def _shares(found: Mapping[str, Any], shown: Sequence[Any], ax: Axes) -> None:
    """Saved in all against how unequally: right and low is better."""
    for entry, colour in zip(shown, COLOURS, strict=False):
        if entry["gini"] is None:
            continue
        ax.scatter(entry["saving_total"], entry["gini"], s=46, color=colour, zorder=3)
        ax.annotate(
            entry["title"], (entry["saving_total"], entry["gini"]), fontsize=7.5, color=DARK,
            xytext=(5, 4), textcoords="offset points",
        )  # fmt: skip
    ax.margins(x=0.3, y=0.15)
    ax.set_xlabel(f"saved by all, {found['currency']}", fontsize=8.5)
    _dress(ax, "Gini of savings (0: all equal)", "both")


def _lies(found: Mapping[str, Any], shown: Sequence[Any], ax: Axes) -> None:
    days = max(len(found["lie_days"]), 1)
    gains = [entry["lie"]["gain"] / days if entry["lie"] else 0.0 for entry in shown]
    bars = ax.barh(range(len(shown)), gains, color=COLOURS[: len(shown)], height=0.6)
    labels = [
        f"{g:.2f}" if e["lie"] else "no declarations" for g, e in zip(gains, shown, strict=True)
    ]
    ax.bar_label(bars, labels=labels, padding=3, fontsize=8)
    ax.margins(x=0.2)
    _names(ax, shown)
    title = "Most that a lie gains one member" if found["lie_days"] else "Lies: none tried"
    _dress(ax, f"{title}, {found['currency']} a day", "x")


def _names(ax: Axes, shown: Sequence[Any]) -> None:
    ax.set_yticks(range(len(shown)), [entry["title"] for entry in shown])
    ax.invert_yaxis()


def _dress(ax: Axes, title: str, grid: str) -> None:
    ax.set_title(title, loc="left", fontsize=9.5, fontweight="bold")
    ax.tick_params(length=0, labelsize=8)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.grid(axis="both" if grid == "both" else "x" if grid == "x" else "y", color="#e6e6e6")
    ax.set_axisbelow(True)
