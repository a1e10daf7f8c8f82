"""What `wattmarket run` does around a run: progress, summary, waiting, stopping."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from oracle import UserError
from oracle.app.day.browser import open_page
from oracle.app.day.options import RunOptions, RunPlan, check

if TYPE_CHECKING:
    from oracle.app.day.run import Outcome

FOLLOW_SECONDS = 2.0

TROUBLES = 10
"""Shown; each is a line."""


def run_command(*, start: str | None, **options: Any) -> int:
    """Checks the options, runs the day, prints the summary; waits for Ctrl-C with `keep`."""
    plan = check(RunOptions(start=_day(start), **options))
    # Chain and service take seconds to import: not before the options are known to be right.
    from oracle.app.day.run import run
    from oracle.app.day.summary import render

    signal.signal(signal.SIGTERM, _interrupt)
    console = Console()
    bar = Progress(
        TextColumn("{task.description:24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )

    def ready(outcome: Outcome, url: str | None) -> None:
        bar.stop()
        render(outcome, console)
        for trouble in outcome.troubles[:TROUBLES]:
            bar.console.print(f"left out: {trouble}", markup=False, highlight=False)
        if len(outcome.troubles) > TROUBLES:
            bar.console.print(f"left out: {len(outcome.troubles) - TROUBLES} more")
        if url is not None:
            _stay(outcome, url, console, plan)

    with bar:
        task = bar.add_task("starting", total=plan.periods)
        run(
            plan,
            lambda done, total, what: bar.update(
                task, completed=done, total=total, description=what
            ),
            ready,
        )
    return 0


def _stay(outcome: Outcome, url: str, console: Console, plan: RunPlan) -> None:
    """Says where chain and service are, and stays until Ctrl-C."""
    deployment = outcome.folder / "deployment.toml"
    lines = [f"\nchain {outcome.chain}", f"service {url}", f"deployment {deployment}"]
    if outcome.live is not None:
        lines.append(f"the market goes on by itself{_speed(plan)}")
        lines.append(f'open {url}/ and press "Join" there')
    if plan.options.browser:
        open_page(f"{url}/")
    console.print("\n".join((*lines, "Ctrl-C stops")), soft_wrap=True)
    try:
        if outcome.live is not None:
            outcome.live.say = lambda line: console.print(
                f"left out: {line}", markup=False, highlight=False
            )
            outcome.live.run()
            console.print("the profiles end here: no further period begins; Ctrl-C stops")
        _keep(outcome)
    except KeyboardInterrupt:
        console.print("stopping")


def _speed(plan: RunPlan) -> str:
    if plan.options.node != "anvil":
        return ""
    return f": quickly to 10:00, then a period in {plan.live_seconds:g} s"


def _keep(outcome: Outcome) -> None:
    """Brings what happens on the chain meanwhile into the store."""
    stop = threading.Event()
    while not stop.wait(FOLLOW_SECONDS):
        # A node that is busy is asked again; one that is gone ends with the run.
        with contextlib.suppress(UserError):
            outcome.follow()


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UserError(f"--start: {text!r}: must be a date such as 2026-03-31") from None
