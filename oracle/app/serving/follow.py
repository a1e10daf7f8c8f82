"""Follows a chain that other programs drive into the store that the service shows.

What a run's recorder writes is written by the same code. A cursor in the store says how far the
records go. What later events need of earlier ones is kept beside it whenever a period is over; so
after a start only the events since then are read again, and nothing is written of them (of all
events, where nothing was kept). A cursor moves after the records, which may be written twice, and
what is kept follows the cursor: whoever ends this at any point finds the same store when it starts
again.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from oracle.app.cursor_table import CursorTable
from oracle.app.day.recorder import MARKET_EVENTS, Recorder
from oracle.chain.client import ChainError, Client, Log
from oracle.chain.deployment import Deployment
from oracle.chain.event_cursor import SPAN, CursorMoved, EventCursor, Position
from oracle.chain.market import Market
from oracle.community.model import Community
from oracle.service.store.rewind import take_back
from oracle.service.store.store import Store

KEPT = 64
"""Blocks below the last one read whose hashes are remembered."""
REST = 1.0
"""Seconds between looks at the head."""
FORM = 1
"""Of what is kept; what was kept in another is not used."""


class Anew(RuntimeError):
    """What the store has of the chain does not hold: it is read anew."""


REORGANISED = "a reorganisation took back what was read: all of it is read anew"
RENAMED = "zones have names now: all of the chain is read anew"


@dataclass
class _Reading:
    """Where the reading is, at each start from where something is known; and where the records go.

    The cursor store and the sink of an `EventCursor`.
    """

    recorder: Recorder
    table: CursorTable
    recorded: Position | None
    position: Position | None = None

    @property
    def known(self) -> int:
        """The last block whose events are in the store."""
        return -1 if self.recorded is None else self.recorded.block

    @property
    def behind(self) -> bool:
        """Whether the store has more than was read again by now."""
        return self.position is None or self.position.block < self.known

    def cursor(self, name: str) -> Position | None:
        return self.position

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Each record's own, all of them before the cursor's."""
        yield

    def move(self, transaction: None, name: str, before: Position | None, after: Position) -> None:
        if after.block > self.known:
            with self.table.transaction() as connection:
                self.table.move(connection, name, self.recorded, after)
            self.recorded = after
        self.position = after

    def take(self, transaction: None, logs: Sequence[Log]) -> None:
        old = [log for log in logs if log.block <= self.known]
        if old:
            self.recorder.learn(old)
        if len(old) < len(logs):
            self.recorder.take(logs[len(old) :])

    def undo(self, transaction: None, block: int) -> None:
        raise Anew(REORGANISED)


@dataclass
class Follower:
    """`say` gets a line for what goes wrong or is left out, each once until something else is."""

    client: Client
    deployment: Deployment
    store: Store
    community: Community | None = None
    say: Callable[[str], None] = lambda line: None
    span: int = SPAN
    _reading: _Reading | None = None
    _cursor: EventCursor[None] | None = None
    _next_period: int = 0
    _said: set[str] = field(default_factory=set)

    def run(self, done: threading.Event) -> None:
        """Until `done`. A node that does not answer, or says what cannot be, is asked again."""
        while not done.is_set():
            try:
                while not done.is_set() and self.step():
                    pass
            except CursorMoved:
                self._tell(
                    "another process writes this store: this one no longer follows the chain"
                )
                return
            except ChainError as error:
                self._tell(f"the chain is not followed: {error}")
            except Exception as error:  # the page goes on with what it has
                self._tell(f"not recorded: {type(error).__name__}: {error}")
            else:
                self._said.clear()
            done.wait(REST)

    def step(self) -> bool:
        """One range of blocks further; False where there is nothing to do now. Raises ChainError,
        CursorMoved."""
        try:
            if self._cursor is None:
                self._begin()
            return self._further()
        except Anew as reason:
            self._tell(str(reason))
            self._start_over()
            return True

    def _further(self) -> bool:
        cursor, reading = self._cursor, self._reading
        assert cursor is not None
        assert reading is not None
        more = cursor.step()
        if reading.position is not None and not reading.behind:
            time = self.client.block(reading.position.block).timestamp
            following = reading.recorder.record_closed(time, self._next_period)
            if following != self._next_period:
                self._next_period = following
                self._keep(reading.recorder, reading.position)
        return more

    def _keep(self, recorder: Recorder, at: Position) -> None:
        """What a later start goes on with."""
        state = {"form": FORM, "recorder": recorder.learned(self._next_period)}
        _, hash_ = at.hashes[-1]
        self._table.keep(MARKET_EVENTS, at.block, hash_, json.dumps(state))

    def _recalled(self, recorder: Recorder, recorded: Position | None) -> Position | None:
        """Where the recorder is with what was kept; None where nothing that holds was."""
        kept = self._table.learned(MARKET_EVENTS)
        if kept is None or recorded is None:
            return None
        block, hash_, text = kept
        if block > recorded.block or self.client.block(block).hash != hash_:
            return None
        state = json.loads(text)
        if state["form"] != FORM:
            return None
        recorder.recall(state["recorder"])
        return Position(block, ((block, hash_),))

    def _begin(self) -> None:
        recorded = self._table.cursor(MARKET_EVENTS)
        if recorded is not None:
            self._check(recorded)
        market = Market(self.client, self.deployment)
        recorder = Recorder(
            self.community,
            None,
            market,
            self.store,
            self.deployment.schedule.start,
            unknown=self._unknown,
        )
        position = self._recalled(recorder, recorded)
        self._reading = _Reading(recorder, self._table, recorded, position)
        self._cursor = EventCursor(
            self.client, self._reading, self._reading, MARKET_EVENTS, recorder.places, [],
            self.deployment.block, KEPT, self.span, self.deployment.depth,
        )  # fmt: skip
        last = self.store.periods(limit=1, newest_first=True).items
        self._next_period = last[0].period + 1 if last else 0

    def _check(self, recorded: Position) -> None:
        """That the blocks of the records are still there, and zones are named as now. Raises
        Anew."""
        head = self.client.block().number
        if head < recorded.block:
            raise ChainError(
                f"{self.client.url}: is at block {head}, the store at {recorded.block}"
            )
        for number, hash_ in recorded.hashes[-1:]:
            if self.client.block(number).hash != hash_:
                raise Anew(REORGANISED)
        zones = () if self.community is None else self.community.zones
        numbers = {str(number) for number in range(len(zones))} - set(zones)
        if any(member.zone in numbers for member in self.store.members()):
            raise Anew(RENAMED)

    def _start_over(self) -> None:
        instance = self.store.instance()
        assert instance is not None
        self._reading = self._cursor = None
        table = self._table
        with table.transaction() as connection:
            take_back(connection, instance.instance_id)
            before = table.read(connection, MARKET_EVENTS)
            table.move(connection, MARKET_EVENTS, before, None)
            table.forget(connection, MARKET_EVENTS)

    @property
    def _table(self) -> CursorTable:
        instance = self.store.instance()
        assert instance is not None
        return CursorTable(self.store.database, instance.instance_id)

    def _unknown(self, account: str) -> None:
        if self.community is not None:
            self.say(
                f"{account}: nobody can say which member of the community's file she is: "
                "her bills have no lines of the grid"
            )

    def _tell(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self.say(line)


@contextmanager
def following(follower: Follower | None) -> Iterator[None]:
    """Follows in a thread of its own."""
    if follower is None:
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=follower.run, args=(done,), name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(60)
