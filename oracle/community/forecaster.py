"""One community's forecasts by one method, each from what was known at its cut-off."""

from __future__ import annotations

import numpy as np

from oracle.community.forecast import (
    METHODS,
    Forecast,
    Method,
    declaration_cutoff,
    forecast,
    perfect_forecast,
    standard_profiles,
)
from oracle.community.learned import Learned
from oracle.community.model import Community
from oracle.community.profiles import Profiles


class Forecaster:
    """Forecasts over one set of profiles; every answer is a function of the data up to its cut-off.

    `horizon` intervals past the end of the profiles are covered by the standard profiles too.
    """

    def __init__(
        self, community: Community, profiles: Profiles, method: Method, *, horizon: int = 0
    ) -> None:
        if method not in METHODS:
            raise ValueError(f"forecast: {method!r}: one of {', '.join(METHODS)}")
        self.community = community
        self.method: Method = method
        self._profiles = profiles
        step = community.step
        starts = np.arange(int(profiles.start[0]), profiles.end + horizon * step, step)
        self.standard = standard_profiles(community, starts.astype(np.int64))
        self._history: tuple[int, Profiles] | None = None
        self._learned = Learned(community, self.standard) if method == "learned" else None

    def history(self, cutoff: int) -> Profiles:
        """What is known at the cut-off. The last one is kept: many questions share a cut-off."""
        if self._history is None or self._history[0] != cutoff:
            self._history = (cutoff, self._profiles.until(cutoff))
        return self._history[1]

    def at(self, start: int, cutoff: int | None = None) -> Forecast:
        """The forecast for the interval that starts at `start`, made at `cutoff`.

        The cut-off is the period's declaration deadline unless given; it may not lie after `start`.
        """
        if self.method == "perfect" and self._profiles.position(start) is not None:
            return perfect_forecast(self._profiles, start)
        known = declaration_cutoff(self.community, start) if cutoff is None else cutoff
        if known > start:
            raise ValueError(f"a forecast made at {known} is no forecast for {start}")
        if self._learned is not None:
            made = self._learned.forecast(self.history(known), start)
            if made is not None:
                return Forecast(load_kw=made[0], generation_kw=made[1], source="learned")
        method: Method = "persistence" if self.method == "perfect" else self.method
        return forecast(self.community, method, self.history(known), self.standard, start)
