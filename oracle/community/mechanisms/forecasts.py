"""The forecasts of `forecast` for many intervals and cut-offs at once: which row each one takes."""

from __future__ import annotations

import numpy as np

from oracle.community.forecast import LOOK_BACK, Method, days_before
from oracle.community.forecaster import Forecaster
from oracle.community.mechanisms.periods import Floats, Ints
from oracle.community.model import Community
from oracle.community.profiles import Profiles

ON_ARRAYS: tuple[Method, ...] = ("persistence", "weekly", "profile", "perfect")
"""The methods that take each value from a row of the profiles or of the standard profiles."""


class ForecastRows:
    """Rows of `load_kw` and `generation_kw` [R, N]: the profiles, and below them the standard ones.

    Interval j is the profiles' row j; those past their end have standard rows only.
    """

    def __init__(
        self, community: Community, profiles: Profiles, method: Method, horizon: int
    ) -> None:
        if method not in ON_ARRAYS:
            raise ValueError(f"forecast: {method!r}: one of {', '.join(ON_ARRAYS)}")
        standard = Forecaster(community, profiles, method, horizon=horizon).standard
        self.load_kw: Floats = np.concatenate([profiles.load_kw, standard.load_kw])
        self.generation_kw: Floats = np.concatenate(
            [profiles.generation_kw, standard.generation_kw]
        )
        self.standard = standard
        self._metered, self._step = len(profiles), profiles.step
        self._first = int(profiles.start[0])
        self._perfect = method == "perfect"
        back = LOOK_BACK.get("persistence" if self._perfect else method, ())
        self._back = [
            np.array(
                [
                    (days_before(community.timezone, int(at), days) - self._first) / profiles.step
                    for at in standard.start
                ]
            )
            for days in back
        ]

    def rows(self, interval: Ints, cutoff: Ints) -> Ints:
        """The row of each interval's forecast as it is made at its cut-off (UTC seconds).

        The nearest look-back whose reading had ended by then; else the standard profile.
        """
        found = interval + self._metered
        open_ = np.ones(interval.shape, dtype=bool)
        if self._perfect:
            open_ = interval >= self._metered
            found = np.where(open_, found, interval)
        for table in self._back:
            row = table[interval]
            ended = self._first + (row + 1) * self._step <= cutoff
            # A local time that a clock change skipped may fall between two intervals.
            known = open_ & ended & (row >= 0) & (row < self._metered) & (row == np.rint(row))
            found = np.where(known, row, found).astype(np.int64)
            open_ &= ~known
        return np.asarray(found, dtype=np.int64)
