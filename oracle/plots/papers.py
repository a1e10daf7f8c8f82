"""Figures of the papers' report: panels of lines, drawn alike, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

# Okabe and Ito's colours stay apart for colour-blind readers, on white and on dark grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
INK, GRID, PAPER = "#4d4d4d", "#e6e6e6", "#ffffff"
"""Text and axes, grid, background; a page may replace them in the SVG by its own."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One curve. colour: an index of COLOURS, or None for ink; style: of matplotlib."""

    label: str
    x: FloatArray
    y: FloatArray
    colour: int | None = 0
    style: str = "-"
    marker: str = ""


@dataclass(frozen=True)
class Band:
    """An area between two curves."""

    label: str
    x: FloatArray
    low: FloatArray
    high: FloatArray
    colour: int = 0


@dataclass(frozen=True)
class Panel:
    """One set of axes. levels: horizontal lines with labels; marks: vertical ones; log: of y."""

    title: str
    xlabel: str
    lines: tuple[Line, ...]
    bands: tuple[Band, ...] = ()
    levels: tuple[tuple[str, float], ...] = ()
    marks: tuple[tuple[str, float], ...] = ()
    limits: tuple[float, float] | None = None
    legend: bool = True
    log: bool = False


def draw(panels: Sequence[Panel], columns: int) -> Figure:
    """A figure of the panels, row by row."""
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(9.6, 3.2 * rows), layout="constrained", facecolor=PAPER)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel, ax in zip(panels, axes, strict=False):
        _panel(panel, ax)
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    return figure


def as_svg(panels: Sequence[Panel], columns: int, words: str) -> str:
    """The figure as SVG with text as text, without dates, versions and addresses."""
    written = io.StringIO()
    plain = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with rc_context({"svg.hashsalt": "wattmarket", "svg.fonttype": "none"}):
        draw(panels, columns).savefig(
            written, format="svg", metadata={**plain, "Description": words}
        )
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def _panel(panel: Panel, ax: Axes) -> None:
    for band in panel.bands:
        ax.fill_between(
            band.x,
            band.low,
            band.high,
            color=COLOURS[band.colour],
            alpha=0.25,
            linewidth=0,
            label=band.label or None,
        )
    for line in panel.lines:
        ax.plot(
            line.x,
            line.y,
            line.style,
            color=INK if line.colour is None else COLOURS[line.colour],
            marker=line.marker or None,
            markersize=4,
            linewidth=1.5,
            label=line.label or None,
        )
    for label, level in panel.levels:
        ax.axhline(level, color=INK, linewidth=0.9, linestyle=":", label=label or None)
    for label, place in panel.marks:
        ax.axvline(place, color=INK, linewidth=0.9, linestyle="--", label=label or None)
    if panel.log:
        ax.set_yscale("log")
    if panel.limits is not None:
        ax.set_ylim(*panel.limits)
    ax.set_title(panel.title, loc="left", fontsize=9.5, fontweight="bold", color=INK)
    ax.set_xlabel(panel.xlabel, fontsize=8.5, color=INK)
    ax.tick_params(length=0, labelsize=8, labelcolor=INK)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.grid(color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.set_facecolor("none")
    if panel.legend and ax.get_legend_handles_labels()[1]:
        ax.legend(frameon=False, fontsize=8, labelcolor=INK, handlelength=1.6)
