"""Solutions as figures. Every function takes and returns an `Axes`; none shows or saves."""

from __future__ import annotations

from oracle.plots.games import PLOTS, plot_solution

__all__ = ["PLOTS", "plot_solution"]
