"""Forecasts learned from each member's own readings: the extra `forecast` (scikit-learn).

Load by gradient-boosted trees (`HistGradientBoostingRegressor`: Ke et al., "LightGBM", NeurIPS
2017), generation by ridge regression (Hoerl and Kennard, Technometrics 12, 1970) on the clear sky
times its recent clearness. One small model for each member and quantity, fitted once a local day
on at most four weeks: no neighbour's reading is in it. Both make the next period's forecast from
the last readings before its deadline; a day ahead they were hardly better than yesterday (figures
in docs/forecasts.md), so further ahead yesterday stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from oracle import UserError
from oracle.community.forecast import days_before
from oracle.community.model import Community
from oracle.community.profiles import Profiles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["load_kw", "generation_kw"]
KINDS: tuple[Kind, ...] = ("load_kw", "generation_kw")

DAYS_FITTED = 28
LEAST_ROWS = 96
"""A model needs that many past periods, a day of quarter-hours, with a day before each."""
LONGEST_LEAD = 8
"""Periods from the last reading to the one forecast; with longer leads nothing is learned."""
RECENT = 4
MOST_CLEARNESS = 3.0
HARMONICS = (1, 2, 3)


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("sklearn") is not None


def require() -> None:
    """Raises UserError where the extra is missing."""
    if not available():
        raise UserError(
            "forecast: 'learned': needs scikit-learn: install wattmarket[forecast], or choose "
            "another"
        )


class Learned:
    """Models of one community's members; every answer is a function of the history given."""

    def __init__(self, community: Community, standard: Profiles) -> None:
        require()
        self.community = community
        self.standard = standard
        # From the last reading that a declaration knows to the period that it is for.
        self.lead = 1 - (-community.market.declaration_lead // community.step)
        self._models: list[dict[Kind, Model | None]] = []
        self._fitted_at: int | None = None
        import_module("sklearn.ensemble")  # first: a controller knows only what is loaded
        threads: Any = import_module("threadpoolctl")
        # A fit of milliseconds only waits for the threads that it would share itself among.
        self._threads = threads.ThreadpoolController()

    def forecast(self, history: Profiles, start: int) -> tuple[Floats, Floats] | None:
        """(load, generation) in kW [N] of the interval that starts at `start`; None where the
        history is too short, or does not end where it does at a period's declaration."""
        step = self.community.step
        if self.lead > LONGEST_LEAD or not len(history):
            return None
        if (start - history.end) // step + 1 != self.lead:
            return None
        row = np.array([(start - int(history.start[0])) // step])
        with self._threads.limit(limits=1):
            midnight = self._midnight(history.end)
            if midnight != self._fitted_at:
                self._models = self._fit(history.until(midnight))
                self._fitted_at = midnight
            if not self._models or not self._known(history, row)[0]:
                return None
            made = {kind: np.zeros(len(self._models)) for kind in KINDS}
            for kind in KINDS:
                given = self._features(history, row, kind)[0]
                for i, models in enumerate(self._models):
                    model = models[kind]
                    if model is not None:
                        made[kind][i] = max(0.0, model(given[i]))
        return made["load_kw"], made["generation_kw"]

    def _midnight(self, moment: int) -> int:
        local = dt.datetime.fromtimestamp(moment, tz=self.community.tz)
        return self.community.local_midnight(local.date())

    def _fit(self, history: Profiles) -> list[dict[Kind, Model | None]]:
        """A model by member and quantity; None where she never had any; empty: too few rows."""
        if not len(history):
            return []
        first = max(0, len(history) - DAYS_FITTED * 86_400 // self.community.step)
        rows = np.arange(first, len(history))
        rows = rows[self._known(history, rows)]
        if len(rows) < LEAST_ROWS:
            return []
        models: list[dict[Kind, Model | None]] = [{} for _ in self.community.members]
        for kind in KINDS:
            given, values = self._features(history, rows, kind), getattr(history, kind)[rows]
            for i, model in enumerate(models):
                own = values[:, i]
                model[kind] = MODELS[kind](given[:, i], own) if own.any() else None
        return models

    def _known(self, history: Profiles, rows: Ints) -> NDArray[np.bool_]:
        """Which rows have what their features need before them."""
        return (self._before(history, rows, (1,)) >= 0) & (rows - self.lead - RECENT + 1 >= 0)

    def _before(self, history: Profiles, rows: Ints, days: Sequence[int]) -> Ints:
        """The history's row of the same local time `days` earlier, the first that it has; or −1."""
        zone, step, first = self.community.timezone, self.community.step, int(history.start[0])
        found = np.full(len(rows), -1, dtype=np.int64)
        for k, row in enumerate(rows):
            for back in days:
                at = history.position(days_before(zone, first + int(row) * step, back))
                if at is not None:
                    found[k] = at
                    break
        return found

    def _features(self, history: Profiles, rows: Ints, kind: Kind) -> Floats:
        """[K, N, F] of the intervals at `rows`, from what is known when they are declared."""
        past: Floats = getattr(history, kind)
        zero = (int(history.start[0]) - int(self.standard.start[0])) // self.community.step
        standard: Floats = getattr(self.standard, kind)[zero:]
        last, now = rows - self.lead, standard[rows]
        yesterday = past[self._before(history, rows, (1,))]
        earlier = past[self._before(history, rows, (2, 1))]
        week = past[self._before(history, rows, (7, 1))]
        recent, usual = np.zeros_like(now), np.full_like(now, 0.02 * RECENT) * standard.mean(axis=0)
        for back in range(RECENT):
            recent += past[last - back]
            usual += standard[last - back]
        share = np.divide(recent, usual, out=np.ones_like(recent), where=usual > 0)
        level = np.clip(share, 0.0, MOST_CLEARNESS) * now
        change = past[last] - past[np.maximum(last - 86_400 // self.community.step, 0)]
        columns = [now, yesterday, earlier, week, level, past[last], past[last - 1], change]
        columns += [np.broadcast_to(c[:, None], now.shape) for c in self._calendar(history, rows)]
        return np.stack(columns, axis=2)

    def _calendar(self, history: Profiles, rows: Ints) -> list[Floats]:
        """Local time of day in harmonics, and whether it is a day off, each [K]."""
        starts = int(history.start[0]) + rows * self.community.step
        local = [dt.datetime.fromtimestamp(int(at), tz=self.community.tz) for at in starts]
        angle = np.array([2 * np.pi * (at.hour * 60 + at.minute) / 1440 for at in local])
        off = [at.weekday() >= 5 or at.date() in self.community.holidays for at in local]
        waves = [wave(k * angle) for k in HARMONICS for wave in (np.sin, np.cos)]
        return [*waves, np.array(off, dtype=np.float64)]


Model = Callable[[Floats], float]
"""From features [F] to kW."""


def _trees(given: Floats, values: Floats) -> Model:
    """Boosted trees for the median, which is least far from what comes. Nothing is random."""
    ensemble: Any = import_module("sklearn.ensemble")
    made = ensemble.HistGradientBoostingRegressor(
        loss="absolute_error", max_iter=40, learning_rate=0.15, max_leaf_nodes=8,
        min_samples_leaf=20, early_stopping=False, random_state=0,
    ).fit(given, values)  # fmt: skip
    return lambda features: float(made.predict(features[None])[0])


def _line(given: Floats, values: Floats) -> Model:
    """Ridge regression on standardised features."""
    linear: Any = import_module("sklearn.linear_model")
    centre, spread = given.mean(axis=0), given.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    made = linear.Ridge(1.0).fit((given - centre) / spread, values)
    weights = made.coef_ / spread
    offset = float(made.intercept_ - centre @ weights)
    return lambda features: offset + float(features @ weights)


MODELS: dict[Kind, Callable[[Floats, Floats], Model]] = {
    "load_kw": _trees,
    "generation_kw": _line,
}
