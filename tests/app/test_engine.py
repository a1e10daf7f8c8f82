"""Pieces of work over processes: the same results in the same order, errors, and wrong engines."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from oracle import UserError
from oracle.app import engine
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
    "named", ["threads", "dask://", "dask://host", "dask://host:x", "http://h:1"]
)
def test_an_unknown_engine_is_one_line(named: str) -> None:
    with pytest.raises(UserError, match="allowed: processes, or dask://HOST:PORT"):
        check_engine(named)


def test_no_job_at_all_is_refused() -> None:
    with pytest.raises(UserError, match="--jobs: 0: at least 1"):
        map_chunks(square_and_process, [1], jobs=0)


def test_a_scheduler_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CONNECT_SECONDS", 0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"dask://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UserError, match="no scheduler answers"):
        map_chunks(square_and_process, [1, 2], engine=address)


def test_without_dask_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"install wattmarket\[cluster\]"):
        map_chunks(square_and_process, [1, 2], engine="dask://127.0.0.1:8786")


def test_a_dask_scheduler_gives_what_a_loop_gives_in_its_order() -> None:
    """A real scheduler over TCP; without a worker it says so."""
    from distributed import LocalCluster

    told: list[tuple[int, int]] = []
    with LocalCluster(
        n_workers=0, threads_per_worker=1, processes=False, dashboard_address=None,
        protocol="tcp://", host="127.0.0.1",
    ) as cluster:  # fmt: skip
        address = f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"
        with pytest.raises(UserError, match="the scheduler has no worker"):
            map_chunks(square_and_process, [1], engine=address)
        cluster.scale(1)
        cluster.wait_for_workers(1)
        found = map_chunks(
            square_and_process, range(4), engine=address,
            told=lambda done, whole: told.append((done, whole)),
        )  # fmt: skip
        assert [square for square, _ in found] == [0, 1, 4, 9]
        assert told == [(done, 4) for done in range(1, 5)]
        with pytest.raises(ArithmeticError, match="one"):
            map_chunks(refuse, [0, 1], engine=address)
