"""The same days under every mechanism: the run is observed once, then cut up for the engine.

Observing (forecasts, batteries, elecoin prices) goes in order of time; a mechanism sees each period
alone, so what remains is spread over workers in pieces of about a week, and so are the lies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from oracle.app.engine import PROCESSES, map_chunks
from oracle.community.days import local_hours, span
from oracle.community.forecast import Method
from oracle.community.mechanisms import MECHANISMS, Mechanism
from oracle.community.mechanisms.lies import Gain, best_lie
from oracle.community.mechanisms.metrics import Metrics, metrics
from oracle.community.mechanisms.observe import Observed, observe
from oracle.community.mechanisms.periods import Ints, Periods
from oracle.community.mechanisms.totals import Totals, elecoin_spread, joined, total
from oracle.community.model import Community
from oracle.community.profiles import Profiles
from oracle.community.tariff import check_prices
from oracle.units import TICKS_PER_ELE

WEEK_SECONDS = 7 * 86_400
LIAR_PIECES = 16
OURS = "equilibrium"

Item = TypeVar("Item")
Told = Callable[[str, int, int], None]
"""Called with what is being done, how much of it, and how much there is."""


@dataclass(frozen=True)
class Compared:
    """One mechanism: its figures, when it trades at which price, and the best lie.

    by_hour [2, 24]: money and Wh traded by local hour; `gain` None: it uses no declarations.
    """

    mechanism: Mechanism
    metrics: Metrics
    by_hour: tuple[tuple[float, ...], ...]
    gain: Gain | None


@dataclass(frozen=True)
class Comparison:
    """All mechanisms over the same days; `lie_days`: those on which lies were tried."""

    community: Community
    first: dt.date
    days: int
    periods: int
    method: Method
    seed: int
    results: tuple[Compared, ...]
    lie_days: tuple[dt.date, ...]


@dataclass(frozen=True)
class _Piece:
    """A part of the run for all mechanisms (liars None), or all lie days for some liars."""

    periods: Periods
    hour: Ints
    epoch_periods: int
    liars: tuple[int, ...] | None
    redemption: float


def compare(
    community: Community,
    profiles: Profiles,
    days: Sequence[dt.date],
    *,
    method: Method = "persistence",
    lie_days: int = 0,
    seed: int = 0,
    engine: str = PROCESSES,
    jobs: int | None = None,
    told: Told | None = None,
) -> Comparison:
    """The mechanisms over consecutive local days that the profiles cover whole.

    Lies are tried on `lie_days` of them, drawn by `seed`. Raises ValueError where the profiles end
    before, CommunityError where a price series does, and what the engine raises.
    """
    say = told or (lambda what, done, whole: None)
    start, count = span(community, days[0], days[-1])
    check_prices(community, start, count)
    seen = observe(
        community, profiles, start, count, method,
        told=lambda done: say("observing", done, 2 * count),
    )  # fmt: skip
    drawn = _drawn(days, lie_days, seed)
    pieces = [*_parts(community, seen), *_liars(community, seen, drawn)]
    found = map_chunks(
        _evaluate, pieces, engine=engine, jobs=jobs,
        told=lambda done, whole: say("comparing", done, whole),
    )  # fmt: skip
    results = tuple(_result(community, seen, mechanism, found) for mechanism in MECHANISMS)
    return Comparison(community, days[0], len(days), count, method, seed, results, drawn)


def _drawn(days: Sequence[dt.date], count: int, seed: int) -> tuple[dt.date, ...]:
    rng = np.random.default_rng(seed)
    picked = rng.choice(len(days), size=min(count, len(days)), replace=False)
    return tuple(days[int(i)] for i in sorted(picked))


def _parts(community: Community, seen: Observed) -> list[_Piece]:
    """Parts of about a week that begin with an epoch."""
    epochs = max(1, WEEK_SECONDS // (community.step * seen.epoch_periods))
    size = epochs * seen.epoch_periods
    hour = local_hours(community, seen.periods.start)
    return [
        _Piece(
            seen.periods.rows(slice(at, at + size)), hour[at : at + size], seen.epoch_periods,
            None, community.market.redemption,
        )
        for at in range(0, len(seen.periods), size)
    ]  # fmt: skip


def _liars(community: Community, seen: Observed, days: Sequence[dt.date]) -> list[_Piece]:
    """Members in turn, so that no piece has all the big ones."""
    if not days:
        return []
    inside = np.zeros(len(seen.periods), dtype=bool)
    for day in days:
        start, count = span(community, day, day)
        inside |= (seen.periods.start >= start) & (
            seen.periods.start < start + count * community.step
        )
    periods, size = seen.periods.rows(inside), len(community.members)
    step = min(LIAR_PIECES, size)
    none = np.zeros(0, dtype=np.int64)
    return [
        _Piece(periods, none, seen.epoch_periods, tuple(range(i, size, step)),
               community.market.redemption)
        for i in range(step)
    ]  # fmt: skip


def _evaluate(piece: _Piece) -> dict[str, Totals] | dict[str, Gain]:
    """What a worker does: a piece under every mechanism, or some members' best lies."""
    if piece.liars is None:
        return {
            m.name: total(piece.periods, m.flows(piece.periods), piece.hour, piece.epoch_periods)
            for m in MECHANISMS
        }
    return {
        m.name: best_lie(
            piece.periods, m.flows, piece.liars,
            redemption=piece.redemption if m.name == OURS else None,
        )
        for m in MECHANISMS
        if m.declares
    }  # fmt: skip


def _result(
    community: Community,
    seen: Observed,
    mechanism: Mechanism,
    found: Sequence[dict[str, Totals] | dict[str, Gain]],
) -> Compared:
    own = [part[mechanism.name] for part in found if mechanism.name in part]
    gains = [entry for entry in own if isinstance(entry, Gain)]
    totals = joined([entry for entry in own if isinstance(entry, Totals)])
    known, spread = community.own_use_known, None
    if mechanism.name == OURS:
        prices = seen.periods.words.elecoin[:: seen.epoch_periods] / TICKS_PER_ELE
        spread = elecoin_spread(totals, seen.wanted, prices, community.market.redemption)
    return Compared(
        mechanism,
        metrics(
            totals,
            consumed_wh=float(seen.periods.consumed.sum()) if known else None,
            generated_wh=float(seen.periods.generated.sum()) if known else None,
            step=community.step,
            spread=spread,
        ),
        tuple(tuple(float(v) for v in row) for row in totals.by_hour),
        max(gains, key=lambda gain: gain.gain) if gains else None,
    )
