"""Between the service's threads and the run's: who waits gets an answer, whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, cast

import pytest

from oracle.app.day.door import ENDED, NOT_YET, Door, Host
from oracle.app.day.live import LiveMarket
from oracle.app.day.market_day import MarketDay, Phase
from oracle.chain.transactions import TransactionFailed
from oracle.service.ports import Joined, JoinError

ANYBODY = "0x" + "11" * 20


class Guestbook:
    """A host who lets everybody in, or fails."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure
        self.names: list[str | None] = []

    def admit(self, account: str, name: str | None) -> Joined:
        self.names.append(name)
        if self.failure is not None:
            raise self.failure
        return Joined(account, ("0x1",), "0x2")


def opened(host: Guestbook, patience: float = 10.0) -> Door:
    door = Door(patience)
    door.open(cast(Host, host), 40.0)
    return door


def asked(door: Door, then: Callable[[], Any]) -> Joined | str:
    """What a visitor is told who asks before `then` happens in the run's thread."""
    told: list[Joined | str] = []

    def ask() -> None:
        try:
            told.append(door.join(ANYBODY, "Nora"))
        except JoinError as error:
            told.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    while asking.is_alive() and door.waiting == 0:
        time.sleep(0.001)
    then()
    asking.join(20)
    return told[0]


def test_she_waits_until_the_run_lets_her_in() -> None:
    host = Guestbook()
    door = opened(host)
    assert (door.running().live, door.running().seconds_per_period) == (True, 40.0)
    assert asked(door, door.attend) == Joined(ANYBODY, ("0x1",), "0x2")
    assert host.names == ["Nora"]


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (JoinError("no room"), "no room"),
        (TransactionFailed("empower", "PeriodOpen"), "empower: PeriodOpen"),
    ],
)
def test_a_failure_is_hers_to_read(failure: Exception, told: str) -> None:
    door = opened(Guestbook(failure))
    assert asked(door, door.attend) == told


def test_before_and_after_nobody_comes_in() -> None:
    door = Door()
    assert asked(door, lambda: None) == NOT_YET
    assert not door.running().live
    host = Guestbook()
    door.open(cast(Host, host), 40.0)
    assert asked(door, door.shut) == ENDED
    assert asked(door, lambda: None) == ENDED
    assert host.names == []


def test_who_gave_up_waiting_is_not_let_in_behind_her_back() -> None:
    host = Guestbook()
    door = opened(host, patience=0.05)
    assert "does not answer" in str(asked(door, lambda: None))
    door.attend()
    assert host.names == []


class Days:
    """A day of three phases, of which one fails as nothing should."""

    margin = 0

    def __init__(self) -> None:
        self.performed: list[str] = []
        self.troubles: list[str] = []
        self.postings: list[object] = []

    def phases(self) -> list[Phase]:
        return [Phase(1, 0, "past", 0), *(Phase(10 + i, 0, "trade", i) for i in range(3))]

    def perform(self, phase: Phase) -> None:
        self.performed.append(f"{phase.action}:{phase.index}")
        if phase.index == 1:
            self.troubles.append("somebody: reading: late")
            raise ZeroDivisionError("of no use")


class Now:
    """A pace that is always there."""

    def come(self, when: int) -> bool:
        return True


def test_no_failure_ends_the_market() -> None:
    day, said, host = Days(), [], Guestbook(KeyError("a fault of ours"))
    door = opened(host)
    live = LiveMarket(
        cast(MarketDay, day),
        cast(Any, Now()),
        now=lambda: 5,
        follow=lambda: cast(None, 1 // 0),
        attend=door.attend,
        end=door.shut,
        say=said.append,
    )
    assert asked(door, live.run) == "the market could not let her in"
    assert day.performed == ["trade:0", "trade:1", "trade:2"]
    assert said == [
        "not let in: 'a fault of ours'",
        "not recorded: integer division or modulo by zero",
        "trade:1: of no use",
        "somebody: reading: late",
    ]
