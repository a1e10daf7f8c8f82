"""A solver process: `python -m oracle.service.lab.worker MEMORY ANSWER_LIMIT`.

Reads requests `LENGTH SEED\\n` + LENGTH bytes of JSON from its standard input, answers
`STATUS LENGTH\\n` + JSON on its standard output, and ends when its input does, in mid-solve too.
The first answer, `0 0`, says that it is ready.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import sys
import threading
from typing import Any, BinaryIO

from oracle.community.scenario import ScenarioError, parse_scenario, solve_scenario

OK, WRONG, BROKEN, TOO_MUCH = 200, 422, 500, 503


def answer(body: bytes, seed: int, limit: int) -> tuple[int, Any]:
    """The HTTP status and the document for a scenario; file paths in it are refused."""
    try:
        scenario = parse_scenario(body, kind="json")
        document = solve_scenario(scenario, seed=seed).document()
        text = json.dumps(document, allow_nan=False).encode()
    except ScenarioError as error:
        return WRONG, {"error": str(error), "field": error.field, "message": error.message}
    except MemoryError:
        return TOO_MUCH, {"error": "this scenario needs more memory than the service allows"}
    except Exception as error:  # a fault of ours: told to the parent's log, not to the client
        return BROKEN, {"error": f"{type(error).__name__}: {error}"}
    if len(text) > limit:
        return TOO_MUCH, {"error": f"the solution is larger than {limit} bytes"}
    return OK, text


def serve(source: BinaryIO, target: BinaryIO, limit: int) -> None:
    """Answer requests until the input ends."""
    requests: queue.SimpleQueue[tuple[bytes, int]] = queue.SimpleQueue()

    def read() -> None:
        # A thread of its own sees the end of the input while a solve runs.
        while header := source.readline():
            length, seed = header.split()
            body = source.read(int(length))
            requests.put((body, int(seed)))
        os._exit(0)

    send(target, 0, b"")
    threading.Thread(target=read, daemon=True).start()
    while True:
        status, document = answer(*requests.get(), limit)
        send(target, status, document if status == OK else json.dumps(document).encode())


def send(target: BinaryIO, status: int, text: bytes) -> None:
    target.write(b"%d %d\n" % (status, len(text)))
    target.write(text)
    target.flush()


def main() -> None:
    memory, limit = int(sys.argv[1]), int(sys.argv[2])
    # What a library prints must not get between the answers.
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(ValueError, OSError):  # not on every system, or lower already
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, target, limit)


if __name__ == "__main__":
    main()
