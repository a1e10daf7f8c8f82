"""Forecast errors as a figure: by method and member, and by hour of the day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from oracle.plots.day import BLUE, DARK, GREEN, ORANGE, RED

COLOURS = (BLUE, ORANGE, GREEN, RED, "#CC79A7", "#56B4E9")
SIZE = (9.6, 6.6)
MOST_MEMBERS = 24


def plot_forecasts(document: Mapping[str, Any]) -> Figure:
    """Draw what `wattmarket forecast --json` prints: error of net energy of all together by hour,
    and of each member (of the middle of them where there are many), as a share of its mean size.
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    by_hour, by_bias, by_member = figure.subplot_mosaic(
        [["hour", "bias"], ["member", "member"]]
    ).values()
    methods = {
        name: found for name, found in document["methods"].items() if name != "perfect"
    } or document["methods"]
    for colour, (name, found) in zip(COLOURS, methods.items(), strict=False):
        net = found["community"]["net"]
        for ax, key in ((by_hour, "mae_wh_by_hour"), (by_bias, "bias_wh_by_hour")):
            values = [np.nan if v is None else v / 1000 for v in net[key]]
            ax.stairs(values, np.arange(25), baseline=None, color=colour, linewidth=2, label=name)
    _title(by_hour, "All together: mean error by hour, kWh a period")
    _title(by_bias, "and its bias (above 0: expected too much)")
    by_bias.axhline(0, color=DARK, linewidth=0.8)
    for ax in (by_hour, by_bias):
        ax.set_xlim(0, 24)
        ax.set_xticks([0, 6, 12, 18, 24])
        ax.legend(frameon=False, fontsize=8.5)
    _members(by_member, methods)
    return figure


def describe_forecasts(document: Mapping[str, Any]) -> str:
    """The figure in words."""
    said = ", ".join(
        f"{name} {found['community']['net']['mae_wh']:.0f}"
        for name, found in document["methods"].items()
    )
    return (
        f"Forecast errors over {document['periods']} periods, by hour of the day and by member. "
        f"Mean error of all members together in Wh a period: {said}."
    )


def _members(ax: Any, methods: Mapping[str, Any]) -> None:
    names = list(next(iter(methods.values()))["members"])[:MOST_MEMBERS]
    width = 0.8 / len(methods)
    for k, (colour, (name, found)) in enumerate(zip(COLOURS, methods.items(), strict=False)):
        rows = [found["members"][member]["net"] for member in names]
        shares = [100 * row["mae_wh"] / row["mean_wh"] if row["mean_wh"] else 0 for row in rows]
        ax.bar(
            np.arange(len(names)) + (k - (len(methods) - 1) / 2) * width,
            shares, width=0.9 * width, color=colour, label=name,
        )  # fmt: skip
    ax.set_xticks(np.arange(len(names)), names, rotation=30 if len(names) > 10 else 0)
    _title(ax, "Mean error of each member's net energy, % of its mean size")


def _title(ax: Any, text: str) -> None:
    ax.set_title(text, loc="left", fontsize=10, fontweight="bold")
    ax.tick_params(length=0, labelsize=8.5, labelcolor=DARK)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.grid(axis="y", color="#e6e6e6", linewidth=0.8)
    ax.set_axisbelow(True)
