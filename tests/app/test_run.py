"""Running, stopping and refusing: `wattmarket run` as a process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from oracle.app.day.options import RunOptions, check
from oracle.cli import main
from oracle.community.load import load_community
from tests.app.conftest import command
from tests.app.kept import no_anvil_in

ROOT = Path(__file__).resolve().parents[2]
BAD_OPTIONS = {
    "--periods 0": "--periods: 0: at least 1",
    "--periods x": "--periods",
    "--start 2026-13-01": "--start: '2026-13-01': must be a date",
    "--start 2031-01-01": "the profiles cover",
    "--forecast tarot": "--forecast: 'tarot': one of persistence, weekly, profile, learned",
    "--node http://127.0.0.1:9 --period-seconds 20": "no node answers there",
    "--period-seconds 20": "--period-seconds: not on anvil",
    "--depth 3": "--depth: only with --node URL",
    "--report /no/such/folder/report.json": "its folder does not exist",
    "/no/such/community.toml": "No such file",
    "--no-such-option": "No such option",
    "--port 70000 --keep": "--port: 70000",
    "--port 70000 --live": "--port: 70000",
    "--live-seconds 30": "--live-seconds: only with --live",
    "--browser": "--browser: only with --keep or --live",
    "--live --live-seconds 0.1": "--live-seconds: 0.1: from 0.5 to 3600 s",
    "--live --live-seconds 30 --node geth": "--live-seconds: only on anvil",
}


BAD_VERIFY = {
    "": "posting: name one",
    "--all elecoin:1": "posting: name one",
    "gas:1": "must be electricity:PERIOD, elecoin:EPOCH or rewards:ROUND",
    "electricity:-1": "must be electricity:PERIOD, elecoin:EPOCH or rewards:ROUND",
    "electricity:1": "deployment.toml",
}
REFUSED = [("run", options, says) for options, says in BAD_OPTIONS.items()]
REFUSED += [("verify", options, says) for options, says in BAD_VERIFY.items()]


@pytest.mark.parametrize(("name", "options", "says"), REFUSED)
def test_wrong_options_are_one_line_and_start_nothing(
    name: str,
    options: str,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([name, *options.split()]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert says in said.err
    assert not list(tmp_path.glob(".wattmarket/anvil.log"))


@pytest.mark.parametrize("arguments", ["run", "verify", "solve", ""])
def test_help_shows_an_example(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments.split(), "--help"]) == 0
    assert "Example" in capsys.readouterr().out


@pytest.mark.usefixtures("signals_kept")
def test_what_a_day_left_out_is_said_ten_lines_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(plan: object, progress: object, ready: Callable[[object, None], None]) -> None:
        ready(SimpleNamespace(troubles=tuple(f"[{n}]: trade: NotAgent" for n in range(12))), None)

    monkeypatch.setattr("oracle.app.day.run.run", run)
    monkeypatch.setattr("oracle.app.day.summary.render", lambda outcome, console: None)
    assert main(["run", "--folder", str(tmp_path)]) == 0
    said = capsys.readouterr().err
    assert [line for line in said.splitlines() if line.startswith("left out")] == [
        *(f"left out: [{n}]: trade: NotAgent" for n in range(10)),
        "left out: 2 more",
    ]


def test_clock_changes_make_days_of_92_periods() -> None:
    import datetime as dt

    community = load_community()
    assert check(RunOptions(start=dt.date(2026, 3, 29))).periods == 92
    assert check(RunOptions(start=dt.date(2026, 3, 30))).periods == 96
    assert community.periods_of_day(dt.date(2026, 10, 25)) == 100


@pytest.mark.node
@pytest.mark.usefixtures("signals_kept")
def test_the_same_seed_gives_the_same_report_gas_included(tmp_path: Path) -> None:
    reports = []
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        options = ["--periods", "3", "--seed", seed, "--folder", str(tmp_path / name)]
        assert main(["run", *options, "--report", str(tmp_path / f"{name}.json")]) == 0
        report = json.loads((tmp_path / f"{name}.json").read_text())
        report.pop("seconds")
        reports.append(report)
    assert reports[0] == reports[1]
    addresses = [{m["address"] for m in r["members"].values()} for r in reports]
    assert addresses[0].isdisjoint(addresses[2])


@pytest.mark.node
@pytest.mark.usefixtures("signals_kept")
@pytest.mark.parametrize("method", ["weekly", "profile", "perfect"])
def test_every_forecast_runs(method: str, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    options = ["--periods", "1", "--forecast", method, "--report", str(report)]
    assert main(["run", *options, "--folder", str(tmp_path / "run")]) == 0
    members = json.loads(report.read_text())["members"]
    worst = max(m["forecast_mae_wh"] for m in members.values())
    assert worst == 0 if method == "perfect" else worst > 0


def test_ctrl_c_while_it_loads_is_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    with started() as process:
        # Python itself is up; what the command needs is loaded next, and compiled code calls back.
        while not next(process.stderr).rstrip().endswith("| oracle.cli"):
            pass
        assert interrupt(process) in (130, -signal.SIGINT)


def test_an_interrupt_that_a_library_turns_into_an_error_is_an_interrupt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def turned(**_: object) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise ValueError("as pydantic does while it builds a model") from None

    monkeypatch.setattr("oracle.app.day.command.run_command", turned)
    former = signal.getsignal(signal.SIGINT)
    assert main(["run"]) == 130
    assert capsys.readouterr().err == "wattmarket: interrupted\n"
    assert signal.getsignal(signal.SIGINT) is former


def test_an_interrupt_that_python_drops_in_a_finalizer_is_an_interrupt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Dropping:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def runs_on(**_: object) -> int:
        Dropping()
        time.sleep(60)
        return 0

    monkeypatch.setattr("oracle.app.day.command.run_command", runs_on)
    hook = sys.unraisablehook
    assert main(["run"]) == 130
    assert capsys.readouterr().err.strip() == "wattmarket: interrupted"
    assert sys.unraisablehook is hook


@pytest.mark.node
@pytest.mark.parametrize("seconds", [0.0, 3.0])
def test_ctrl_c_leaves_nothing_behind(seconds: float, tmp_path: Path) -> None:
    with started("--folder", tmp_path) as process:
        wait_for(lambda: not no_anvil_in(tmp_path))
        time.sleep(seconds)
        assert interrupt(process) in (130, -signal.SIGINT)
    assert no_anvil_in(tmp_path)


@pytest.mark.node
def test_a_killed_run_takes_its_chain_with_it(tmp_path: Path) -> None:
    with started("--folder", tmp_path) as process:
        wait_for(lambda: not no_anvil_in(tmp_path))
        process.kill()
        process.wait()
        wait_for(lambda: no_anvil_in(tmp_path))


def test_a_taken_port_is_one_line_naming_port_and_flag(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for flag in ("--chain-port", "--port"):
            assert main(["run", "--keep", flag, port, "--folder", str(tmp_path)]) == 2
            said = capsys.readouterr().err
            assert len(said.strip().splitlines()) == 1
            assert port in said
            assert flag in said
    assert no_anvil_in(tmp_path)


@contextlib.contextmanager
def started(*options: object):  # type: ignore[no-untyped-def]
    process = subprocess.Popen(
        command("run", *options),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def interrupt(process: subprocess.Popen[str]) -> int:
    """The exit code."""
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    return process.returncode


def wait_for(reached, seconds: float = 60.0) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
