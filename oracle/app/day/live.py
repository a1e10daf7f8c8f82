"""The market that goes on by itself after a run's day: `wattmarket run --live`.

Phases are those of the day, at their chain times. What fails is said and left out; nothing that a
visitor sends stops the market.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from oracle.app.day.market_day import MarketDay, Phase
from oracle.app.day.pace import LivePace
from oracle.chain.client import ChainError
from oracle.community.model import Community

MORNING = dt.time(10)
"""Local time to which the market goes quickly: the sun is up, and neighbours trade."""
FOLLOW_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
"""For so long a chain may not answer; then it is gone, and the market ends."""
REMEMBERED = 1000
"""Lines of trouble that are not said twice."""
LATE = frozenset({"pay bonds", "meter", "close", "settle", "hold contest"})
"""What can still be done, and must, when its time is over."""


def next_morning(community: Community, after: int) -> int:
    """The first local MORNING at or after these UTC seconds."""
    day = dt.datetime.fromtimestamp(after, tz=community.tz).date()
    while True:
        moment = int(dt.datetime.combine(day, MORNING, tzinfo=community.tz).timestamp())
        if moment >= after:
            return moment
        day += dt.timedelta(days=1)


@dataclass
class LiveMarket:
    """Performs a day's phases one by one as their times come, until they end or Ctrl-C.

    `now` is the chain's time. `follow` brings events into the store and `attend` does what came in
    from outside; both are called between phases, and about every second while there is none. Nobody
    is attended to before `begin` and after `end`.
    `say` gets a line for whatever was left out.
    """

    day: MarketDay
    pace: LivePace
    now: Callable[[], int]
    follow: Callable[[], None]
    attend: Callable[[], None] = lambda: None
    begin: Callable[[], None] = lambda: None
    end: Callable[[], None] = lambda: None
    say: Callable[[str], None] = lambda line: None
    clock: Callable[[], float] = time.monotonic
    _said: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _followed: float = float("-inf")
    _answered: float = 0.0

    def run(self) -> None:
        """Raises ChainError where the chain has not answered for PATIENCE_SECONDS."""
        self._answered = self.clock()
        self.begin()
        try:
            for phase in self.pending():
                while not self._come(phase.when):
                    self._meanwhile()
                self._meanwhile()
                self._perform(phase)
            self._follow()
        finally:
            self.end()

    def pending(self) -> Iterator[Phase]:
        """The phases from now on, by time, and what must be made up for of those before."""
        # Who could not declare any more has no price either.
        begin = self.now() + self.day.margin
        return (p for p in self.day.phases() if p.when > begin or p.action in LATE)

    def _come(self, when: int) -> bool:
        try:
            return self.pace.come(when)
        except ChainError as error:
            self._failed(str(error))
            return False

    def _perform(self, phase: Phase) -> None:
        try:
            self.day.perform(phase)
            self._answered = self.clock()
        except ChainError as error:
            self._failed(f"{phase.action}:{phase.index}: {error}")
        except Exception as error:  # the next period is another one: no failure may end them all
            self._tell(f"{phase.action}:{phase.index}: {error}")
        for trouble in self.day.troubles:
            self._tell(trouble)
        # Certificates of every posting would fill the memory in a day.
        self.day.troubles.clear()
        self.day.postings.clear()

    def _meanwhile(self) -> None:
        try:
            self.attend()
        except Exception as error:  # who could not be let in was told so; the market goes on
            self._tell(f"not let in: {error}")
        if self.clock() >= self._followed + FOLLOW_SECONDS:
            self._follow()

    def _follow(self) -> None:
        try:
            self.follow()
            self._answered = self.clock()
        except ChainError as error:
            self._failed(str(error))
        except Exception as error:  # what cannot be told of a period must not end the next one
            self._tell(f"not recorded: {error}")
        self._followed = self.clock()

    def _failed(self, line: str) -> None:
        """A chain that is busy is asked again; one that is gone ends the market."""
        if self.clock() > self._answered + PATIENCE_SECONDS:
            raise ChainError(line)
        self._tell(line)
        time.sleep(FOLLOW_SECONDS)

    def _tell(self, line: str) -> None:
        if line not in self._said:
            self.say(line)
            self._said[line] = None
            if len(self._said) > REMEMBERED:
                self._said.popitem(last=False)
