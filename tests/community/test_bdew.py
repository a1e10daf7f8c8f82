"""The standard load profiles against demandlib's own reading of its tables."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from demandlib import bdew as demandlib_bdew

from oracle.community.bdew import dynamisation, season, year_profile

HOLIDAYS = (dt.date(2026, 1, 1), dt.date(2026, 4, 3), dt.date(2026, 12, 25))


@pytest.fixture
def holidays() -> list[dt.datetime]:
    return [dt.datetime.combine(day, dt.time()) for day in HOLIDAYS]


def test_the_classic_profiles(monkeypatch: pytest.MonkeyPatch, holidays: list[Any]) -> None:
    # demandlib turns every warning into an error, and a newer pandas warns.
    monkeypatch.setattr(warnings, "simplefilter", lambda *_, **__: None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore")
        frame = demandlib_bdew.ElecSlp(2026, holidays=holidays).get_profiles()
    for name in ("g0", "g1", "g5", "l0"):
        theirs = frame[name].to_numpy() * 4
        assert year_profile(name, 2026, HOLIDAYS).ravel() == pytest.approx(theirs, rel=1e-9)
    # Their dynamic household profile uses fractional days and another normalisation.
    theirs = frame["h0_dyn"].to_numpy() * 4
    ours = year_profile("h0", 2026, HOLIDAYS).ravel()
    assert np.abs(ours / theirs - 1).max() < 0.02


def test_the_profiles_of_2025(holidays: list[Any]) -> None:
    index = pd.date_range("2026-01-01", "2026-12-31 23:45", freq="15min")
    for name in ("h25", "g25", "l25"):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore")
            theirs = getattr(demandlib_bdew, name.upper())(index, holidays=holidays).to_numpy()
        ours = year_profile(name, 2026, HOLIDAYS).ravel()
        assert ours == pytest.approx(theirs / theirs.sum() * 4, rel=1e-9)


def test_a_year_sums_to_one_kwh() -> None:
    for year, days in ((2026, 365), (2028, 366)):
        for name in ("h0", "h25", "g3", "l2"):
            profile = year_profile(name, year, ())
            assert profile.shape == (days, 96)
            assert profile.sum() / 4 == pytest.approx(1)


def test_seasons_and_dynamisation() -> None:
    days = [(3, 20), (3, 21), (5, 14), (5, 15), (9, 14), (9, 15), (10, 31), (11, 1)]
    assert [season(dt.date(2026, *d)) for d in days] == [0, 1, 1, 2, 2, 1, 1, 0]
    # BDEW prints 1.2420 for 1 January and a minimum near 0.8 in July.
    factor = dynamisation(np.arange(1.0, 366))
    assert factor[0] == pytest.approx(1.2420, abs=1e-4)
    assert 0.75 < factor.min() < 0.82
    assert 170 < int(factor.argmin()) < 230
