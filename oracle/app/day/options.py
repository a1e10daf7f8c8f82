"""What `wattmarket run` is asked to do, checked before anything is started."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from oracle import UserError
from oracle.app.figures import check_figure
from oracle.community.forecast import METHODS, Method
from oracle.community.learned import require
from oracle.community.load import load_community, profiles_path
from oracle.community.model import Community
from oracle.community.profiles import DAY, Profiles, load_profiles, repeated
from oracle.community.tariff import check_prices, prices_end
from oracle.devnet.ports import free_port

MARKETS = ("bilateral", "pool")
FOLDER = Path(".wattmarket")
"""The run folder, unless another is named."""
STORE = "store.sqlite"
"""The store in a run folder."""
MOST_DELAY = 192
"""Periods of `--meter-delay`: the oracle's history must fit one block of 30 million gas."""

MOST_DEPTH = 100

LIVE_SECONDS, LEAST_LIVE_SECONDS, MOST_LIVE_SECONDS = 40.0, 0.5, 3600.0
"""Wall time of a live period: time enough to press a button in her trading window."""
LIVE_DAYS = 92
"""For so long the market goes on by itself, in days of its own clock."""


@dataclass(frozen=True)
class RunOptions:
    """What the command line was given."""

    community: Path | None = None
    start: dt.date | None = None
    periods: int | None = None
    forecast: str = "persistence"
    market: str = "bilateral"
    node: str = "anvil"
    period_seconds: int | None = None
    depth: int = 0
    meter_delay: int = 0
    report: Path | None = None
    plot: Path | None = None
    keep: bool = False
    live: bool = False
    live_seconds: float | None = None
    browser: bool = False
    seed: int | None = None
    port: int | None = None
    chain_port: int | None = None
    folder: Path = FOLDER


@dataclass(frozen=True)
class RunPlan:
    """A checked run: nothing is started before there is one.

    The market lives through `periods` of them; with `--live` it goes on, `periods_in_all` long.
    """

    options: RunOptions
    community: Community
    profiles: Profiles
    profile_start: int
    periods: int
    method: Method
    periods_in_all: int

    @property
    def serves(self) -> bool:
        """Whether chain and service stay up."""
        return self.options.keep or self.options.live

    @property
    def live_seconds(self) -> float:
        """Wall time of a live period on our own Anvil."""
        given = self.options.live_seconds
        return LIVE_SECONDS if given is None else given

    @property
    def files(self) -> list[Path]:
        """What this run reads or writes outside its folder and may hold members' names."""
        source, made = self.options.community, (self.options.report, self.options.plot)
        read = []
        if source is not None:
            told = source.with_name("import.json")
            read = [source, profiles_path(self.community, source), told]
        return [*read, *(path for path in made if path is not None)]


def check(options: RunOptions) -> RunPlan:
    """Everything that can be wrong before anything is started. Raises UserError, one line."""
    community = load_community(options.community)
    profiles = load_profiles(community, options.community)
    if not community.edge_servers:
        raise UserError("edge_server: none: a market needs 1, 3, 5 … of them")
    if options.forecast not in METHODS:
        raise UserError(f"--forecast: {options.forecast!r}: one of {', '.join(METHODS)}")
    method = next(m for m in METHODS if m == options.forecast)
    if method == "learned":
        require()
    if options.market not in MARKETS:
        raise UserError(f"--market: {options.market!r}: one of {', '.join(MARKETS)}")
    day = options.start or community.default_start or _first_day(community, profiles)
    start = community.local_midnight(day)
    periods = options.periods if options.periods is not None else community.periods_of_day(day)
    if periods < 1:
        raise UserError(f"--periods: {periods}: at least 1")
    if options.period_seconds is not None and options.node == "anvil":
        raise UserError("--period-seconds: not on anvil, where the run sets the clock")
    if options.period_seconds is not None and options.period_seconds < 10:
        raise UserError(f"--period-seconds: {options.period_seconds}: at least 10")
    if options.depth != 0 and options.node in ("anvil", "geth"):
        raise UserError("--depth: only with --node URL; anvil and geth have their own")
    if not 0 <= options.depth <= MOST_DEPTH:
        raise UserError(f"--depth: {options.depth}: from 0 to {MOST_DEPTH} blocks")
    if not 0 <= options.meter_delay <= MOST_DELAY:
        raise UserError(f"--meter-delay: {options.meter_delay}: from 0 to {MOST_DELAY} periods")
    try:
        profiles.window(start, periods)
    except ValueError as error:
        raise UserError(f"--start {day}: {error}") from None
    check_prices(community, start, periods)
    if options.report is not None and not options.report.resolve().parent.is_dir():
        raise UserError(f"--report: {options.report}: its folder does not exist")
    if options.report is not None and options.report.is_dir():
        raise UserError(f"--report: {options.report}: is a folder; name a file")
    if options.plot is not None:
        check_figure(options.plot)
    if options.keep or options.live:
        free_port(options.port, "--port")
    if options.node == "anvil":
        free_port(options.chain_port, "--chain-port")
    _check_live(options)
    if options.browser and not (options.keep or options.live):
        raise UserError("--browser: only with --keep or --live")
    in_all = periods
    if options.live:
        end = start + periods * community.step + LIVE_DAYS * DAY
        known = prices_end(community)
        end = end if known is None else min(end, known)
        profiles = repeated(profiles, end)
        in_all = max(periods, (end - start) // community.step)
    return RunPlan(options, community, profiles, start, periods, method, in_all)


def _check_live(options: RunOptions) -> None:
    seconds = options.live_seconds
    if seconds is None:
        return
    if not options.live:
        raise UserError("--live-seconds: only with --live")
    if options.node != "anvil":
        raise UserError("--live-seconds: only on anvil; elsewhere --period-seconds says it")
    if not LEAST_LIVE_SECONDS <= seconds <= MOST_LIVE_SECONDS:
        allowed = f"from {LEAST_LIVE_SECONDS:g} to {MOST_LIVE_SECONDS:g} s"
        raise UserError(f"--live-seconds: {seconds:g}: {allowed}")


def _first_day(community: Community, profiles: Profiles) -> dt.date:
    first = dt.datetime.fromtimestamp(int(profiles.start[0]), tz=community.tz)
    midnight = first.time() == dt.time()
    return first.date() if midnight else first.date() + dt.timedelta(days=1)
