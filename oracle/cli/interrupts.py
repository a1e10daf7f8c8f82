"""Ctrl-C, whatever Python or a library makes of it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 0.05
"""After which an interrupt that Python dropped is sent again."""


@contextmanager
def interrupts() -> Iterator[Sequence[int]]:
    """Notes each SIGINT that Python turns into a KeyboardInterrupt, and sees that it is one.

    Compiled libraries make errors of their own of one that hits while they call back into Python:
    pydantic a SchemaError while it builds a model. Python itself drops one that hits in a
    finalizer, such as SQLAlchemy's: that one is sent again.
    """
    seen: list[int] = []
    former = signal.getsignal(signal.SIGINT)
    if (
        former is not signal.default_int_handler
        or threading.current_thread() is not threading.main_thread()
    ):
        yield seen
        return

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    again: list[threading.Timer] = []
    former_hook = sys.unraisablehook

    def dropped(what: sys.UnraisableHookArgs) -> None:
        if not issubclass(what.exc_type, KeyboardInterrupt):
            former_hook(what)
            return
        # Later: a signal that hits in here would be dropped like the first.
        timer = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), signal.SIGINT))
        timer.daemon = True
        again.append(timer)
        timer.start()

    signal.signal(signal.SIGINT, note)
    sys.unraisablehook = dropped
    try:
        yield seen
    finally:
        for timer in again:
            timer.cancel()
        if sys.unraisablehook is dropped:
            sys.unraisablehook = former_hook
        if signal.getsignal(signal.SIGINT) is note:
            signal.signal(signal.SIGINT, former)
