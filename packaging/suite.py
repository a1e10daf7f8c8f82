"""Every test and check, in phases with a time budget each; a closing line sums all runners."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geth
from alongside import Beside, Building
from stamps import ROOT

VENV = ROOT / ".venv" / "bin"
NODE = ROOT / "packaging" / "npm-test" / "node_modules" / ".bin"
WEB = ROOT / "web"
E2E = ROOT / "tests" / "e2e"
SOLIDITY = ("contracts/**/*.sol", "tests/contracts/**/*.sol")
WORKERS = min(4, os.cpu_count() or 1)
SET_UP_BUDGET = 300
GETH_BUDGET = 180  # seconds after the last phase

Counts = tuple[int, int]


@dataclass(frozen=True)
class Task:
    """One program. `count` reads (passed, failed) from its output; a check has none.

    `beside`: runs while its phase's other tasks do, and says what it has to when they are done.
    `patient`: lets those go first that must keep up with a clock.
    """

    name: str
    command: tuple[str | Path, ...]
    count: Callable[[str], Counts | None] | None = None
    beside: bool = False
    patient: bool = False
    folder: Path = ROOT


@dataclass(frozen=True)
class Phase:
    name: str
    budget: int  # seconds
    tasks: tuple[Task, ...]


def count_pytest(output: str) -> Counts | None:
    """From pytest's own closing line, the last one; None if there is none."""
    lines = re.findall(r"^=+ (.*) in [\d.]+s(?: \([\d:]+\))? =+$", output, re.MULTILINE)
    if not lines:
        return None
    return _count_words(lines[-1], ("failed", "error", "errors", "xpassed"))


def count_forge(output: str) -> Counts | None:
    """From forge's own closing line; None if there is none."""
    found = re.findall(r": (\d+) tests passed, (\d+) failed, \d+ skipped \(\d+ total", output)
    return (int(found[-1][0]), int(found[-1][1])) if found else None


def count_vitest(output: str) -> Counts | None:
    """From vitest's line on tests, which has no part for what did not happen."""
    lines = re.findall(r"^ +Tests +(.*) \(\d+\)$", output, re.MULTILINE)
    return _count_words(lines[-1], ("failed",)) if lines else None


def count_playwright(output: str) -> Counts | None:
    """From playwright's closing lines; a test that passed when it was tried again failed."""
    lines = re.findall(r"^ +\d+ (?:passed|failed|flaky|interrupted|did not run)\b.*$", output, re.M)
    return _count_words("\n".join(lines), PLAYWRIGHT_WRONG) if lines else None


PLAYWRIGHT_WRONG = ("failed", "flaky", "interrupted", "did")


def _count_words(text: str, wrong: tuple[str, ...]) -> Counts:
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (\w+)", text)}
    return numbers.get("passed", 0), sum(numbers.get(word, 0) for word in wrong)


def show(text: str) -> None:
    """At once: who watches sees what runs."""
    print(text, end="", flush=True)


SLOWEST = ("--durations=5", "--durations-min=5")


def pytest(
    *folders: str, workers: int = WORKERS, without: tuple[str, ...] = (), patient: bool = False
) -> Task:
    """The tests of folders, but for the files `without`, which another task runs."""
    names = [f"tests/{folder}" for folder in folders]
    # A module is one worker's, and modules begin as they are listed: the long ones first.
    spread = ("-n", str(workers), "--dist", "loadscope", "--no-loadscope-reorder")
    left = [f"--ignore={file}" for file in without]
    words = (VENV / "pytest", *spread, *SLOWEST, *left, *names)
    return Task(f"pytest {' '.join(names)}", words, count_pytest, patient=patient)


CHECKS = (
    Task("ruff check", (VENV / "ruff", "check", ".")),
    Task("ruff format", (VENV / "ruff", "format", "--check", ".")),
    Task("mypy", (VENV / "mypy",), beside=True),
    Task("import direction", (VENV / "lint-imports",)),
)
SOLIDITY_CHECKS = (
    Task(
        "prettier",
        (NODE / "prettier", "--check", "--log-level", "warn", *SOLIDITY),
        beside=True,
    ),
    Task(
        "solhint",
        (NODE / "solhint", "--noPoster", "--disc", "-w", "0", "contracts/**/*.sol"),
        beside=True,
    ),
)
STYLED = "**/*.{ts,tsx,css,mjs,json,html}"
TYPESCRIPT = (("page", WEB), ("page's tests", E2E))


def typescript_checks() -> Iterator[Task]:
    """Types, lint and format of each folder that has TypeScript."""
    for name, folder in TYPESCRIPT:
        tsc = folder / "node_modules" / ".bin" / "tsc"
        oxlint = (NODE / "oxlint", "--deny-warnings", "--report-unused-disable-directives", ".")
        prettier = (NODE / "prettier", "--check", "--log-level", "warn", STYLED)
        yield Task(f"tsc of the {name}", (tsc, "--noEmit"), beside=True, folder=folder)
        yield Task(f"oxlint of the {name}", oxlint, folder=folder)
        yield Task(f"prettier of the {name}", prettier, folder=folder)


def typescript_formats() -> Iterator[Task]:
    for name, folder in TYPESCRIPT:
        prettier = (NODE / "prettier", "--write", "--log-level", "warn", STYLED)
        yield Task(f"prettier of the {name}", prettier, folder=folder)


WEB_CHECKS = tuple(typescript_checks())
GENERATED = Task("what the page generates", ("node", "generate/all.mjs", "--check"), folder=WEB)
# Its market has a clock of its own, so it mostly waits: beside the tests of the program.
PLAYWRIGHT = Task(
    "playwright",
    (E2E / "node_modules" / ".bin" / "playwright", "test"),
    count_playwright,
    beside=True,
    folder=E2E,
)
VITEST = Task("vitest", (WEB / "node_modules" / ".bin" / "vitest", "run"), count_vitest, folder=WEB)
FORGE = Task("forge test", (ROOT / ".tools" / "bin" / "forge", "test"), count_forge)
GAS = Task("gas against its snapshot", (VENV / "python", "bench/gas.py", "--check"))
BROWNIE = Task(
    "brownie test on Ganache",
    (ROOT / ".venv-brownie" / "bin" / "brownie", "test", "--network", "ganache-cli"),
    count_pytest,
    beside=True,
)
# A chain's own clock, and a market's that takes its time: one after the other, beside the rest.
BY_THE_CLOCK = ("tests/app/test_run_on_a_chain.py", "tests/app/test_live.py")
CLOCKS = Task(
    "pytest by the clock", (VENV / "pytest", *SLOWEST, *BY_THE_CLOCK), count_pytest, beside=True
)
# Three nodes, whose clock is the world's: this runs beside all phases.
GETH = Task("pytest tests/geth", (VENV / "pytest", "tests/geth"), count_pytest)
PHASES = {
    "test": (
        Phase("Solidity", 120, (*SOLIDITY_CHECKS, BROWNIE, FORGE, GAS)),
        # The house's modules first: none here is longer than their longest.
        Phase("games", 180, (pytest("house", "games", "community", "rounds", "planning"),)),
        # One worker more: these wait for servers and nodes.
        Phase(
            "end to end",
            180,
            (
                CLOCKS,
                PLAYWRIGHT,
                pytest("app", "daemon", workers=WORKERS + 1, without=BY_THE_CLOCK, patient=True),
            ),
        ),
        Phase(
            "the rest",
            120,
            (*CHECKS, *WEB_CHECKS, GENERATED, VITEST, pytest("chain", "service")),
        ),
    ),
    "lint": (Phase("lint", 60, (*CHECKS, *WEB_CHECKS, *SOLIDITY_CHECKS)),),
    "format": (
        Phase(
            "format",
            60,
            (
                Task("ruff format", (VENV / "ruff", "format", ".")),
                Task("ruff check", (VENV / "ruff", "check", "--fix", ".")),
                Task("prettier", (NODE / "prettier", "--write", "--log-level", "warn", *SOLIDITY)),
                *typescript_formats(),
            ),
        ),
    ),
}


def run_task(
    task: Task, environment: dict[str, str], say: Callable[[str], object] = show
) -> Counts:
    """Run a program, `say` what it says (of a check only if it fails), and count."""
    say(f"--- {task.name}\n")
    first = ("nice", "-n", "5") if task.patient else ()
    words = [str(word) for word in (*first, *task.command)]
    said = []
    try:
        process = subprocess.Popen(
            words, cwd=task.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
    except OSError as error:
        say(f"{task.name}: {error}\n")
        return 0, 1
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if task.count is not None:
            say(line)
    code = process.wait()
    output = re.sub(r"\x1b\[[0-9;]*m", "", "".join(said))
    if task.count is None:
        if code != 0:
            say(output)
        return 0, int(code != 0)
    counts = task.count(output) or (0, 0)
    if sum(counts) == 0:
        say(f"{task.name}: ran no test\n")
        return 0, 1
    # A runner can fail for another reason than a failed test; that is a failure too.
    return counts[0], max(counts[1], int(code != 0))


def run_phase(phase: Phase, environment: dict[str, str]) -> list[tuple[Task, Counts]]:
    """What each task of a phase counted, in the order of the phase."""
    counted: dict[str, Counts] = {}
    late: dict[str, list[str]] = {task.name: [] for task in phase.tasks if task.beside}

    def run_beside(task: Task) -> None:
        counted[task.name] = run_task(task, environment, late[task.name].append)

    threads = [
        threading.Thread(target=run_beside, args=(task,)) for task in phase.tasks if task.beside
    ]
    for thread in threads:
        thread.start()
    for task in phase.tasks:
        if not task.beside:
            counted[task.name] = run_task(task, environment)
    for thread, said in zip(threads, late.values(), strict=True):
        thread.join()
        show("".join(said))
    return [(task, counted[task.name]) for task in phase.tasks]


def on_geth(
    building: Building, environment: dict[str, str], say: Callable[[str], object]
) -> Counts:
    """The tests on Geth, once it is built; without Geth and Go, one line that says so."""
    if building is None:
        say(f"left out: {GETH.name}: {geth.lacking()}\n")
        return 0, 0
    said, _ = building.communicate()
    if building.returncode != 0:
        say(f"--- {GETH.name}\n{said}")
        return 0, 1
    return run_task(GETH, environment, say)


def run(target: str, set_up_seconds: float, building: Building = None) -> int:
    """Run a target's phases; the exit code is 0 if nothing failed."""
    path = os.pathsep.join([str(ROOT / ".tools" / "bin"), str(VENV), os.environ["PATH"]])
    # The test workers share the cores: threads of BLAS would only spin beside them.
    environment = dict(os.environ, PATH=path, NO_COLOR="1", OPENBLAS_NUM_THREADS="1")
    environment.pop("FORCE_COLOR", None)
    # Many short programs: what Python compiled of the packages is kept, beside the other builds.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(ROOT / ".build" / "pycache")
    # A shell ignores Ctrl-C for what it starts in the background; the tests press it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    times = [("set-up", set_up_seconds, SET_UP_BUDGET)]
    passed = 0
    failures: list[tuple[str, int]] = []
    if target == "test":
        beside = Beside(lambda say: on_geth(building, environment, say))
    for phase in PHASES[target]:
        began = time.monotonic()
        for task, (good, bad) in run_phase(phase, environment):
            passed += good
            if bad:
                failures.append((task.name, bad))
        times.append((phase.name, time.monotonic() - began, phase.budget))
    if target == "test":
        (good, bad), said, waited = beside.result()
        show(said)
        passed += good
        failures += [(GETH.name, bad)] if bad else []
        times.append(("Geth beside", waited, GETH_BUDGET))
    print()
    for name, seconds, budget in times:
        over = "" if seconds <= budget else f"  over by {seconds - budget:.0f} s"
        print(f"{name:<11}{seconds:>5.0f} s of {budget} s{over}")
    for name, bad in failures:
        print(f"failed: {name} ({bad})")
    if target == "test":
        print(f"{passed} passed, {sum(bad for _, bad in failures)} failed")
    sys.stdout.flush()
    return int(bool(failures))
