"""Pieces of work over processes: the same results in the same order, errors, and wrong engines."""

from __future__ import annotations

import os
import socket

import pytest

from oracle import UserError
from oracle.app.engine import check_engine, map_chunks


def square_and_process(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def refuse(number: int) -> int:
    if number == 1:
        raise ArithmeticError("one")
    return number


def test_processes_give_what_a_loop_gives_in_its_order() -> None:
    told: list[tuple[int, int]] = []
    found = map_chunks(
        square_and_process, range(5), jobs=2, told=lambda done, whole: told.append((done, whole))
    )
    assert [square for square, _ in found] == [0, 1, 4, 9, 16]
    assert os.getpid() not in {process for _, process in found}
    assert told == [(done, 5) for done in range(1, 6)]
    with pytest.raises(ArithmeticError, match="one"):
        map_chunks(refuse, [0, 1], jobs=2)


def test_one_job_stays_in_this_process_and_nothing_is_nothing() -> None:
    told: list[tuple[int, int]] = []
    found = map_chunks(
        square_and_process, [2, 3], jobs=1, told=lambda done, whole: told.append((done, whole))
    )
    assert found == [(4, os.getpid()), (9, os.getpid())]
    assert told == [(1, 2), (2, 2)]
    assert map_chunks(square_and_process, []) == []


@pytest.mark.parametrize(
    "engine", ["threads", "dask://", "dask://host", "dask://host:x", "http://h:1"]
)
def test_an_unknown_engine_is_one_line(engine: str) -> None:
    with pytest.raises(UserError, match="allowed: processes, or dask://HOST:PORT"):
        check_engine(engine)


def test_no_job_at_all_is_refused() -> None:
    with pytest.raises(UserError, match="--jobs: 0: at least 1"):
        map_chunks(square_and_process, [1], jobs=0)


def test_a_scheduler_that_is_not_there_is_one_line() -> None:
    """With dask or without: what to do is said."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        engine = f"dask://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UserError, match=r"no scheduler answers|install wattmarket\[cluster\]"):
        map_chunks(square_and_process, [1, 2], engine=engine)
