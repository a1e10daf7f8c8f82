"""A finished run as a figure: the report, and what the books and the community add to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from oracle.app.day.accounting import Books
from oracle.app.figures import save_figure
from oracle.community.model import Community
from oracle.community.problem import declaration, floor_ticks
from oracle.plots.day import DaySeries, describe_day, plot_day
from oracle.units import WAD, ticks_to_float


def save_day_plot(
    path: Path,
    report: Mapping[str, Any],
    community: Community,
    books: Books,
    profile_start: int,
    epoch_periods: int,
) -> None:
    """Draw the run and write it. Raises UserError where it cannot be written."""
    figure = plot_day(
        report,
        start=profile_start,
        step=community.step,
        tz=community.tz,
        currency=community.currency,
        series=day_series(report, community, books, profile_start, epoch_periods),
    )
    save_figure(figure, path, describe_day(report, community.currency))


def day_series(
    report: Mapping[str, Any],
    community: Community,
    books: Books,
    profile_start: int,
    epoch_periods: int,
) -> DaySeries:
    """Energy of all members by period, and the prices between which the period's price lies.

    The upper bound is the highest v that any member would declare for a deficit then.
    """
    count = int(report["periods"])
    energy = np.zeros((3, count))
    for own in books.members.values():
        for period, entry in own.entries.items():
            energy[:, period] += (entry.sold_wh, entry.imported_wh, entry.exported_wh)
    upper = [
        max(
            declaration(
                community,
                member,
                profile_start + period * community.step,
                -1,
                round(report["elecoin_price"][period // epoch_periods] * WAD),
            ).price_ticks
            for member in community.members
        )
        for period in range(count)
    ]
    return DaySeries(
        traded_wh=energy[0],
        imported_wh=energy[1],
        exported_wh=energy[2],
        floor=np.full(count, ticks_to_float(floor_ticks(community))),
        upper=np.array([ticks_to_float(value) for value in upper]),
    )
