"""Solving in processes of their own, so that a scenario can be stopped and costs nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from oracle.service.errors import ApiError
from oracle.service.settings import ServiceSettings

BROKEN = 500
START_SECONDS = 60.0

log = logging.getLogger(__name__)


class SolvePool:
    """Up to `solve_workers` processes, started when first needed and kept.

    Use it from one event loop, and close it there.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.solve_workers)
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._inside = 0
        self._closed = False

    async def solve(self, body: bytes, seed: int) -> tuple[int, bytes]:
        """The status and the JSON text for a scenario's JSON text.

        Raises ApiError 429 when too many wait, 503 when it takes too long or too much.
        """
        settings = self._settings
        if self._closed:
            raise ApiError(503, "the service is stopping")
        if self._inside >= settings.solve_workers + settings.solve_waiting:
            raise ApiError(429, "every solver is busy; try again", headers={"Retry-After": "2"})
        self._inside += 1
        try:
            async with self._slots:
                return await self._in_worker(body, seed)
        finally:
            self._inside -= 1

    async def close(self) -> None:
        """Kill the processes and wait for their end."""
        self._closed = True
        self._idle.clear()
        for process in list(self._all):
            await self._kill(process)

    async def _in_worker(self, body: bytes, seed: int) -> tuple[int, bytes]:
        process = self._idle.pop() if self._idle else await self._start()
        kept = False
        try:
            status, text = await asyncio.wait_for(
                _exchange(process, body, seed), self._settings.solve_seconds
            )
            # After running out of memory a process is in no state to go on.
            kept = status < BROKEN and not self._closed
        except TimeoutError:
            raise ApiError(
                503, f"not solved within {self._settings.solve_seconds:g} s; make it smaller"
            ) from None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            if self._closed:
                raise ApiError(503, "the service is stopping") from None
            log.warning("a solver process died with exit code %s", process.returncode)
            raise ApiError(503, "the solver ran out of memory or died") from None
        finally:
            if kept:
                self._idle.append(process)
            else:
                await self._kill(process)
        if status == BROKEN:
            log.error("solving failed: %s", json.loads(text)["error"])
            raise ApiError(500, "the solver failed; this is a fault of the program")
        return status, text

    async def _start(self) -> Process:
        settings = self._settings
        source = str(Path(__file__).resolve().parents[3])
        paths = [source, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # the folder we are in offers no modules
            "-m",
            "oracle.service.lab.worker",
            str(settings.solve_memory),
            str(settings.answer_limit),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={**os.environ, **one, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # Ctrl-C in the terminal is the parent's to handle
        )
        self._all.add(process)
        try:
            await asyncio.wait_for(_answer(process), START_SECONDS)
        except (TimeoutError, asyncio.IncompleteReadError, ValueError):
            await self._kill(process)
            if not self._closed:
                log.error("the solver process does not start")
            raise ApiError(503, "the solver does not start") from None
        except BaseException:
            await self._kill(process)
            raise
        return process

    async def _kill(self, process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        self._all.discard(process)


async def _exchange(process: Process, body: bytes, seed: int) -> tuple[int, bytes]:
    assert process.stdin is not None
    process.stdin.write(b"%d %d\n" % (len(body), seed))
    process.stdin.write(body)
    await process.stdin.drain()
    return await _answer(process)


async def _answer(process: Process) -> tuple[int, bytes]:
    assert process.stdout is not None
    header = await process.stdout.readline()
    if not header.endswith(b"\n"):
        raise asyncio.IncompleteReadError(header, None)
    status, length = map(int, header.split())
    return status, await process.stdout.readexactly(length)
