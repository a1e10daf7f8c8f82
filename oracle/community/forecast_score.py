"""How far forecasts lie from what was metered: by member, by hour of the day, for all together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oracle.community.days import local_hours
from oracle.community.forecast import Method
from oracle.community.forecaster import Forecaster
from oracle.community.model import Community
from oracle.community.profiles import Profiles

HOURS = 24
QUANTITIES = ("net", "load", "generation")


@dataclass(frozen=True)
class Score:
    """Errors are forecast less actual, mean over periods, in Wh a period; storage is not counted.

    `mae_wh`: of their size; `bias_wh`: of themselves; `mean_wh`: of the actual's size.
    `mae_by_hour`, `bias_by_hour` [24]: by local hour in which a period starts, NaN where none did.
    """

    mae_wh: float
    bias_wh: float
    mean_wh: float
    mae_by_hour: NDArray[np.float64]
    bias_by_hour: NDArray[np.float64]

    def document(self) -> dict[str, Any]:
        return {
            "mae_wh": self.mae_wh,
            "bias_wh": self.bias_wh,
            "mean_wh": self.mean_wh,
            "mae_wh_by_hour": _plain(self.mae_by_hour),
            "bias_wh_by_hour": _plain(self.bias_by_hour),
        }


@dataclass(frozen=True)
class MethodScores:
    """One method's scores over the same periods, each by quantity (net, load, generation).

    `community` is of the sum of all members, whose errors cancel in part.
    """

    method: Method
    start: int
    periods: int
    members: dict[str, dict[str, Score]]
    community: dict[str, Score]

    def document(self) -> dict[str, Any]:
        return {
            "community": {name: score.document() for name, score in self.community.items()},
            "members": {
                member: {name: score.document() for name, score in scores.items()}
                for member, scores in self.members.items()
            },
        }


def score(
    forecast_wh: NDArray[np.float64], actual_wh: NDArray[np.float64], hours: NDArray[np.int64]
) -> Score:
    """The score of one series [T]; `hours` [T] are local hours of the day, 0 to 23."""
    error = forecast_wh - actual_wh
    count = np.bincount(hours, minlength=HOURS)
    with np.errstate(invalid="ignore"):
        mae, bias = (
            np.bincount(hours, weights=values, minlength=HOURS) / count
            for values in (np.abs(error), error)
        )
    return Score(
        float(np.abs(error).mean()), float(error.mean()), float(np.abs(actual_wh).mean()), mae, bias
    )


def score_method(
    community: Community,
    profiles: Profiles,
    method: Method,
    start: int,
    periods: int,
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> MethodScores:
    """The forecasts that the members' agents declare on, period by period, beside the actuals.

    Each is made at its period's declaration deadline. Raises ValueError where the profiles do not
    cover the periods.
    """
    actual = profiles.window(start, periods)
    forecaster = Forecaster(community, profiles, method)
    load, generation = np.empty_like(actual.load_kw), np.empty_like(actual.load_kw)
    for row, at in enumerate(actual.start):
        made = forecaster.at(int(at))
        load[row], generation[row] = made.load_kw, made.generation_kw
        progress(row + 1)
    to_wh = community.step * 1000 / 3600
    pairs = {
        "net": (generation - load, actual.generation_kw - actual.load_kw),
        "load": (load, actual.load_kw),
        "generation": (generation, actual.generation_kw),
    }
    hours = local_hours(community, actual.start)
    members: dict[str, dict[str, Score]] = {member.name: {} for member in community.members}
    together = {}
    for name, (expected, metered) in pairs.items():
        for i, scores in enumerate(members.values()):
            scores[name] = score(expected[:, i] * to_wh, metered[:, i] * to_wh, hours)
        together[name] = score(expected.sum(axis=1) * to_wh, metered.sum(axis=1) * to_wh, hours)
    return MethodScores(method, start, periods, members, together)


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
