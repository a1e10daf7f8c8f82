"""Pieces of work over processes: the same results in the same order, errors, and wrong engines."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from oracle import UserError
from oracle.app import engine
from oracle.app.engine import check_engine, map_chunks
from oracle.app.sweep.axes import parse_axis
from oracle.app.sweep.run import sweep
from oracle.community.scenario import document_of


def square_and_process(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def refuse(number: int) -> int:
    if number == 1:
        raise ArithmeticError("one")
    return number


def dies_once(marks: Path, number: int) -> tuple[int, int]:
    """The first worker that comes to 5 kills itself in the middle of it, as the kernel would."""
    if number == 5:
        try:
            with (marks / "died").open("x") as mark:
                mark.write(str(os.getpid()))
        except FileExistsError:
            return square_and_process(number)
        os.kill(os.getpid(), signal.SIGKILL)
    return square_and_process(number)


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


class Cluster(NamedTuple):
    """A scheduler over TCP as its own process would be, and two worker processes."""

    address: str
    restart: Callable[[], None]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=0, threads_per_worker=1, processes=True, dashboard_address=None,
        protocol="tcp://", host="127.0.0.1",
    ) as made:  # fmt: skip
        address = f"dask://{made.scheduler_address.removeprefix('tcp://')}"
        with pytest.raises(UserError, match="the scheduler has no worker"):
            map_chunks(square_and_process, [1], engine=address)

        def restart() -> None:
            made.scale(2)
            made.wait_for_workers(2)

        restart()
        yield Cluster(address, restart)


def test_a_dask_scheduler_gives_what_a_loop_gives_in_its_order(cluster: Cluster) -> None:
    told: list[tuple[int, int]] = []
    found = map_chunks(
        square_and_process, range(4), engine=cluster.address,
        told=lambda done, whole: told.append((done, whole)),
    )  # fmt: skip
    assert [square for square, _ in found] == [0, 1, 4, 9]
    assert os.getpid() not in {process for _, process in found}
    assert told == [(done, 4) for done in range(1, 5)]
    with pytest.raises(ArithmeticError, match="one"):
        map_chunks(refuse, [0, 1], engine=cluster.address)


def test_a_worker_lost_in_the_middle_costs_time_and_nothing_else(
    cluster: Cluster, tmp_path: Path
) -> None:
    """One worker process is killed while it solves: nothing of it is lost."""
    document = document_of(Path("examples/stackelberg.toml"))
    axes = [parse_axis("payment_factor=0.1:0.9:0.1"), parse_axis("price_bounds.1=90,120")]
    whole = sweep(document, axes, draws=2, seed=5, jobs=1)
    assert sweep(document, axes, draws=2, seed=5, engine=cluster.address) == whole

    marks = tmp_path / "marks"
    marks.mkdir()
    dying = partial(dies_once, marks)
    found = map_chunks(dying, range(12), engine=cluster.address)
    assert [square for square, _ in found] == [n * n for n in range(12)]
    # What it had done before was fetched already; what killed it, another did.
    assert (marks / "died").read_text() != str(found[5][1])
    cluster.restart()
