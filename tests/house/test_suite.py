"""The suite's counting: real outputs of the runners in, the right sums out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import suite

MIXED = """
import pytest

@pytest.fixture
def broken():
    raise RuntimeError

def test_good(): pass
def test_good_too(): pass
def test_bad(): assert False
def test_error(broken): pass
"""

FORGE = """\
Ran 2 tests for tests/contracts/Elecoin.t.sol:ElecoinTest
[FAIL: no] testBad() (gas: 7628)
[PASS] testFuzzMint(uint96) (runs: 256, μ: 51911, ~: 53155)
Suite result: FAILED. 1 passed; 1 failed; 0 skipped; finished in 17.93ms (16.37ms CPU time)

Ran 3 test suites in 20.75ms (17.93ms CPU time): 41 tests passed, 2 failed, \
0 skipped (43 total tests)

Failing tests:
Encountered a total of 2 failing tests, 41 tests succeeded
"""


def pytest_output(folder: Path, text: str, *options: str) -> str:
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_pytest_is_counted(tmp_path: Path, options: tuple[str, ...]) -> None:
    assert suite.count_pytest(pytest_output(tmp_path, MIXED, *options)) == (2, 2)


def test_no_test_is_not_a_pass(tmp_path: Path) -> None:
    assert suite.count_pytest(pytest_output(tmp_path, "")) == (0, 0)
    assert suite.count_pytest("Traceback (most recent call last):\n") is None


def test_forge_is_counted() -> None:
    assert suite.count_forge(FORGE) == (41, 2)
    assert suite.count_forge("Error: no tests to run\n") is None


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("      Tests  12 passed (12)", (12, 0)),
        ("      Tests  2 failed | 10 passed (12)", (10, 2)),
        ("      Tests  3 failed (3)", (0, 3)),
    ],
)
def test_vitest_is_counted(line: str, counts: tuple[int, int]) -> None:
    assert suite.count_vitest(f" Test Files  1 passed (1)\n{line}\n   Duration  1s\n") == counts
    assert suite.count_vitest("No test files found\n") is None


@pytest.mark.parametrize(
    ("lines", "counts"),
    [
        ("  9 passed (4.2s)", (9, 0)),
        ("  1 failed\n    a.spec.ts:3:1 › it ─────\n  8 passed (4.2s)", (8, 1)),
        ("  1 flaky\n    a.spec.ts:3:1 › it ─────\n  8 passed (4.2s)", (8, 1)),
        ("  1 failed\n  2 did not run\n  1 passed (9s)", (1, 3)),
    ],
)
def test_playwright_is_counted(lines: str, counts: tuple[int, int]) -> None:
    assert suite.count_playwright(f"Running 9 tests using 1 worker\n\n{lines}\n") == counts
    assert suite.count_playwright("Error: No tests found\n") is None


def task(script: str, counted: bool = True) -> suite.Task:
    count = suite.count_pytest if counted else None
    return suite.Task("it", (sys.executable, "-c", script), count)


@pytest.mark.parametrize(
    ("script", "counted", "counts"),
    [
        ("print('= 3 passed in 0.1s =')", True, (3, 0)),
        ("print('\\x1b[32m= \\x1b[1m3 passed\\x1b[0m in 0.1s =\\x1b[0m')", True, (3, 0)),
        ("print('= 3 passed in 70.10s (0:01:10) ='); raise SystemExit(1)", True, (3, 1)),
        ("print('= no tests ran in 0.1s =')", True, (0, 1)),
        ("raise SystemExit(4)", True, (0, 1)),
        ("print('= 2 failed, 3 passed, 1 skipped in 0.1s =')", True, (3, 2)),
        ("pass", False, (0, 0)),
        ("raise SystemExit(1)", False, (0, 1)),
    ],
)
def test_a_runner_that_fails_or_runs_nothing_counts_as_failed(
    script: str, counted: bool, counts: tuple[int, int]
) -> None:
    assert suite.run_task(task(script, counted), dict(os.environ)) == counts


def test_a_missing_runner_counts_as_failed() -> None:
    missing = suite.Task("it", ("/nowhere/runner",), suite.count_pytest)
    assert suite.run_task(missing, dict(os.environ)) == (0, 1)


def test_a_task_runs_beside_the_others_and_speaks_after_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The one beside ends only once the other has begun, and the other way round."""
    meet = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
end = time.monotonic() + 20
while not other.exists():
    assert time.monotonic() < end
    time.sleep(0.01)
print("= 1 passed in 0.1s =")
"""

    def task(mine: str, other: str, beside: bool) -> suite.Task:
        words = (sys.executable, "-c", meet, tmp_path / mine, tmp_path / other)
        return suite.Task(mine, words, suite.count_pytest, beside)

    phase = suite.Phase("both", 9, (task("late", "first", True), task("first", "late", False)))
    counted = suite.run_phase(phase, dict(os.environ))
    assert [(task.name, counts) for task, counts in counted] == [
        ("late", (1, 0)),
        ("first", (1, 0)),
    ]
    said = capfd.readouterr().out
    assert said.index("--- first") < said.index("--- late")


def built(script: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)


def test_without_geth_and_go_one_line_says_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    assert suite.on_geth(None, dict(os.environ), said.append) == (0, 0)
    assert said == [
        "left out: pytest tests/geth: neither geth 1.13.15 nor Go 1.21 or later is on PATH\n"
    ]


def test_a_build_of_geth_that_fails_counts_as_failed_and_says_why() -> None:
    said: list[str] = []
    failing = built("print('go failed: no such module'); raise SystemExit(1)")
    assert suite.on_geth(failing, dict(os.environ), said.append) == (0, 1)
    assert "go failed: no such module" in "".join(said)


def test_the_tests_on_geth_begin_when_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    building = built("import time; time.sleep(0.3)")
    monkeypatch.setattr(suite, "GETH", task("print('= 5 passed in 0.1s =')"))
    beside = suite.Beside(lambda say: suite.on_geth(building, dict(os.environ), say))
    counts, said, waited = beside.result()
    assert counts == (5, 0)
    assert "5 passed" in said
    assert waited >= 0.2
    assert building.poll() == 0


def test_every_folder_of_tests_is_run(root: Path) -> None:
    """Nobody adds a folder of tests that `make test` does not know."""
    tasks = [suite.GETH, *(task for phase in suite.PHASES["test"] for task in phase.tasks)]
    commands = [str(word) for task in tasks for word in task.command]
    others = {"brownie", "contracts"}  # brownie's and forge's own settings name them
    folders = {path.parent for path in (root / "tests").rglob("test_*.py")}
    tops = {folder.relative_to(root / "tests").parts[0] for folder in folders} - others
    assert {f"tests/{top}" for top in tops} <= set(commands)
    left_out = {word.removeprefix("--ignore=") for word in commands if word.startswith("--ignore=")}
    assert left_out
    for file in left_out:
        assert file in commands
        assert (root / file).is_file()


@pytest.mark.parametrize(
    ("recipe", "code", "closing"),
    [
        ("@echo 5 passed, 0 failed", 0, "5 passed, 0 failed"),
        ("@echo 4 passed, 1 failed; exit 1", 2, "4 passed, 1 failed"),
        ("@echo set-up broke; exit 1", 1, "0 passed, 1 failed"),
    ],
)
def test_ci_ends_with_the_sum(
    root: Path, tmp_path: Path, recipe: str, code: int, closing: str
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(root / ".ci" / "run", tmp_path / ".ci")
    (tmp_path / "Makefile").write_text(f"test:\n\t{recipe}\n")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    done = subprocess.run(
        [tmp_path / ".ci" / "run"], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (code, closing)
