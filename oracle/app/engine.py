"""Many independent pieces of work at once: over the processes of this machine, or a dask cluster.

`map_chunks(function, chunks)` is `[function(chunk) for chunk in chunks]`, with the pieces spread
over workers. The function must be pure and importable (a module's own, or a functools.partial of
one), since a worker runs it in another process; chunks and results are pickled. The order of the
results is that of the chunks, so the outcome does not depend on who finished first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any, TypeVar
from urllib.parse import urlsplit

from oracle import UserError

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")
Told = Callable[[int, int], None]
"""Called with the pieces done and the pieces there are."""

PROCESSES = "processes"
ALLOWED = "allowed: processes, or dask://HOST:PORT"
CONNECT_SECONDS = 10


def map_chunks(
    function: Callable[[Chunk], Result],
    chunks: Sequence[Chunk],
    *,
    engine: str = PROCESSES,
    jobs: int | None = None,
    told: Told | None = None,
) -> list[Result]:
    """The results in the order of the chunks.

    `engine`: ``processes`` with `jobs` of them (default: one a core; with one job, or one chunk,
    everything runs in this process), or ``dask://HOST:PORT``, the address of a dask scheduler whose
    workers have this package. Raises UserError for another engine, fewer than one job, a scheduler
    that does not answer or a missing extra `cluster`; what `function` raises, this raises.
    """
    check_engine(engine, jobs)
    if engine != PROCESSES:
        return _on_dask(function, chunks, engine, told)
    workers = min(jobs or os.cpu_count() or 1, len(chunks))
    if workers <= 1:
        return _here(function, chunks, told)
    return _in_processes(function, chunks, workers, told)


def check_engine(engine: str, jobs: int | None = None) -> None:
    """Raises UserError unless `engine` and `jobs` can be meant; connects to nothing."""
    if jobs is not None and jobs < 1:
        raise UserError(f"--jobs: {jobs}: at least 1")
    if engine == PROCESSES:
        return
    try:
        address = urlsplit(engine)
        known = address.scheme == "dask" and bool(address.hostname) and address.port is not None
    except ValueError:
        known = False
    if not known:
        raise UserError(f"--engine: {engine!r}: {ALLOWED}")


def _here(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], told: Told | None
) -> list[Result]:
    results = []
    for chunk in chunks:
        results.append(function(chunk))
        if told is not None:
            told(len(results), len(chunks))
    return results


def _in_processes(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], workers: int, told: Told | None
) -> list[Result]:
    from concurrent.futures import ProcessPoolExecutor, as_completed

    # A fork would copy the locks of whatever threads draw a progress bar.
    with (
        _one_thread_each(),
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
    ):
        futures = [pool.submit(function, chunk) for chunk in chunks]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if told is not None:
                    told(done, len(chunks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers already fill the cores; threads of BLAS would only spin beside them."""
    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = before or "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]


def _on_dask(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], engine: str, told: Told | None
) -> list[Result]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise UserError(
            f"--engine: {engine}: needs dask; allowed: processes, or install wattmarket[cluster]"
        ) from None
    scheduler = f"tcp://{engine.removeprefix('dask://').rstrip('/')}"
    try:
        client = distributed.Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        said = " ".join(str(error).split())[:100]
        raise UserError(f"--engine: {engine}: no scheduler answers ({said})") from None
    with client:
        if not client.ncores():
            raise UserError(f"--engine: {engine}: the scheduler has no worker; start dask worker")
        # The data is in the task: what was sent ahead to a worker is lost with it for good, while
        # the scheduler begins a lost worker's tasks anew on another.
        places = {
            client.submit(function, chunk, pure=False): place for place, chunk in enumerate(chunks)
        }
        results: dict[int, Result] = {}
        for future in distributed.as_completed(list(places), loop=client.loop):
            # Fetched at once, and let go: a worker that leaves later takes no result with it.
            place = places.pop(future)
            results[place] = future.result()
            future.release()
            if told is not None:
                told(len(results), len(chunks))
        return [results[place] for place in range(len(chunks))]
