"""Scenarios as a figure: bars for a few, lines with bands for a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from oracle.plots.day import BLUE, DARK, GREEN, ORANGE, RED

COLOURS = (BLUE, ORANGE, GREEN, RED, "#CC79A7", "#56B4E9", "#4d4d4d")
SIZE = (9.6, 6.6)
FEW = 8
MOST_BARS = 30


def plot_simulated(said: Mapping[str, Any]) -> Figure:
    """Draw what `wattmarket simulate --json` prints: money, shares and peaks, with the bands."""
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots(2, 2).ravel()
    swept = _swept(said["scenarios"][1:])
    lines = bool(swept) and len(said["scenarios"]) > FEW
    for ax, (key, title, scale) in zip(axes, _panels(said["currency"]), strict=True):
        if lines:
            _lines(ax, said["scenarios"][1:], swept, key, scale)
        else:
            _bars(ax, said["scenarios"][:MOST_BARS], key, scale)
        ax.set_title(title, loc="left", fontsize=10, fontweight="bold")
        ax.tick_params(length=0, labelsize=8.5, labelcolor=DARK)
        for side in ("top", "right", "left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.grid(axis="y" if lines else "x", color="#e6e6e6", linewidth=0.8)
        ax.set_axisbelow(True)
    return figure


def describe_simulated(said: Mapping[str, Any]) -> str:
    """The figure in words."""
    parts = "; ".join(
        f"{scenario['label']}: {scenario['value']['mean']:+.0f}"
        for scenario in said["scenarios"][:MOST_BARS]
    )
    return (
        f"Scenarios of {said['community']} over {said['weather_years']} weather years: what "
        "members pay less than today, saving against the grid, self-sufficiency and peak import. "
        f"Less than today, {said['currency']} a year: {parts}."
    )


def _panels(currency: str) -> Sequence[tuple[str, str, float]]:
    return (
        ("value", f"Members pay less than today, {currency} a year", 1.0),
        ("saving", f"Saved against the grid alone, {currency} a year", 1.0),
        ("self_sufficiency", "Self-sufficiency, %", 100.0),
        ("peak_import_w", "Peak import of all together, kW", 0.001),
    )


def _swept(scenarios: Sequence[Mapping[str, Any]]) -> list[str]:
    """What varies, the one with most values first."""
    values: dict[str, set[float]] = {}
    for scenario in scenarios:
        for name, value in scenario["change"].items():
            if isinstance(value, int | float):
                values.setdefault(name, set()).add(value)
    varying = [name for name, found in values.items() if len(found) > 1]
    return sorted(varying, key=lambda name: -len(values[name]))


def _figures(
    scenarios: Sequence[Mapping[str, Any]], key: str, scale: float
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    rows = [scenario[key] or {} for scenario in scenarios]
    mean, low, high = (
        np.array([row.get(name, np.nan) for row in rows]) * scale
        for name in ("mean", "low", "high")
    )
    return mean, low, high


def _bars(ax: Any, scenarios: Sequence[Mapping[str, Any]], key: str, scale: float) -> None:
    mean, low, high = _figures(scenarios, key, scale)
    at = np.arange(len(scenarios))[::-1]
    # A mean lies outside the percentiles where one year stands far out.
    spread = np.clip(np.array([mean - low, high - mean]), 0, None)
    ax.barh(at, mean, color=[DARK, *[BLUE] * (len(scenarios) - 1)], height=0.6, alpha=0.85)
    ax.errorbar(mean, at, xerr=spread, fmt="none", ecolor=ORANGE, elinewidth=2, capsize=4)
    ax.set_yticks(at, [scenario["label"].replace(", ", "\n") for scenario in scenarios])
    ax.axvline(0, color=DARK, linewidth=0.8)


def _lines(
    ax: Any, scenarios: Sequence[Mapping[str, Any]], swept: Sequence[str], key: str, scale: float
) -> None:
    first, others = swept[0], swept[1:]
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for scenario in scenarios:
        own = tuple(scenario["change"][name] for name in others)
        groups.setdefault(own, []).append(scenario)
    for number, (own, rows) in enumerate(groups.items()):
        rows = sorted(rows, key=lambda scenario: scenario["change"][first])
        at = [row["change"][first] for row in rows]
        mean, low, high = _figures(rows, key, scale)
        colour = COLOURS[number % len(COLOURS)]
        words = ", ".join(f"{n} {v:g}" for n, v in zip(others, own, strict=True))
        ax.plot(at, mean, color=colour, marker="o", markersize=4, label=words or None)
        ax.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
    ax.set_xlabel(first.replace("_", " "), fontsize=8.5, color=DARK)
    if others and len(groups) <= len(COLOURS):
        ax.legend(frameon=False, fontsize=8)
