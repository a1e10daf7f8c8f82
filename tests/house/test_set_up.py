"""The set-up mends itself: an interrupted step is made anew, a finished one is left alone."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

# Stands for npm: counts its calls, writes half of its work, and ends as it is told.
NPM = """#!/bin/sh
echo call >> "$CALLS"
mkdir -p node_modules/half
[ -z "$BREAK" ] || exit 1
mkdir -p node_modules/whole
"""


@dataclass
class Clone:
    """A copy of the house's scripts and locks in an empty folder, with an npm of our own."""

    folder: Path
    calls: Path

    def set_up(self, *names: str, broken: bool = False) -> subprocess.CompletedProcess[str]:
        program = f"import house; house.set_up({names!r})"
        environment = dict(
            os.environ,
            PATH=f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            PYTHONPATH=str(self.folder / "packaging"),
            CALLS=str(self.calls),
            BREAK="yes" if broken else "",
        )
        return subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True
        )

    def count(self) -> int:
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Clone:
    shutil.copytree(
        root / "packaging",
        tmp_path / "packaging",
        ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
    )
    shutil.copytree(root / "requirements", tmp_path / "requirements")
    for name in ("package.json", "package-lock.json", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(NPM)
    npm.chmod(0o755)
    return Clone(tmp_path, tmp_path / "calls")


def test_a_finished_step_is_left_alone(clone: Clone) -> None:
    first = clone.set_up("npm")
    assert first.returncode == 0
    assert "(about " in first.stdout
    again = clone.set_up("npm")
    assert (again.returncode, again.stdout, clone.count()) == (0, "", 1)


def test_an_interrupted_step_is_made_anew(clone: Clone) -> None:
    assert clone.set_up("npm", broken=True).returncode != 0
    assert (clone.folder / "node_modules" / "half").exists()
    assert clone.set_up("npm").returncode == 0
    assert (clone.folder / "node_modules" / "whole").exists()
    assert clone.count() == 2


def test_a_step_that_breaks_after_it_was_finished_is_not_taken_for_done(clone: Clone) -> None:
    assert clone.set_up("npm").returncode == 0
    lock = clone.folder / "package-lock.json"
    before = lock.read_text()
    lock.write_text(json.dumps({**json.loads(before), "version": "9"}))
    assert clone.set_up("npm", broken=True).returncode != 0
    lock.write_text(before)  # back at the lock of the first stamp, with a broken folder
    assert clone.set_up("npm").returncode == 0
    assert clone.count() == 3


def test_a_changed_lock_runs_the_step_again(clone: Clone) -> None:
    assert clone.set_up("npm").returncode == 0
    lock = clone.folder / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert clone.set_up("npm").returncode == 0
    assert clone.count() == 2


def test_a_failed_step_is_said_and_stops_what_waits_for_it(clone: Clone) -> None:
    result = clone.set_up("npm", "tools", broken=True)
    assert result.returncode != 0
    assert "npm failed" in result.stderr
    assert "compiler and chain" not in result.stdout
    assert not (clone.folder / ".tools" / "solcx").exists()


def test_a_removed_artifact_means_compiling_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import stamps
    import steps

    monkeypatch.setattr(steps, "ROOT", tmp_path)
    folder = tmp_path / "oracle" / "chain" / "artifacts"
    assert not steps.artifacts_there()
    folder.mkdir(parents=True)
    (folder / "Elecoin.json").write_text("{}")
    stamps.write(folder / ".list", "Elecoin.json")
    assert steps.artifacts_there()
    (folder / "Elecoin.json").unlink()
    assert not steps.artifacts_there()


def test_an_environment_without_its_mark_is_cleared(tmp_path: Path) -> None:
    import stamps
    import steps
    from tools import Log

    venv = tmp_path / "venv"
    leftover = venv / "half-installed"
    log = Log(tmp_path / "log")
    leftover.parent.mkdir()
    leftover.write_text("")
    steps.environment(venv, log)
    assert not leftover.exists()
    assert (venv / "bin" / "python").exists()

    stamps.write(venv / ".interpreter", stamps.interpreter(), str(steps.ROOT))
    leftover.write_text("")
    steps.environment(venv, log)
    assert leftover.exists()


def test_the_stamp_depends_on_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    import stamps
    import steps

    before = steps.STEPS["python"].fingerprint()
    monkeypatch.setattr(stamps, "interpreter", lambda: "3.11.99 /elsewhere")
    assert steps.STEPS["python"].fingerprint() != before


def test_make_run_installs_only_what_it_runs() -> None:
    import steps

    needed = set(steps.RUN)
    assert needed.isdisjoint({"brownie", "bench", "npm-test", "tools-test", "python-test"})
    for name in needed:
        assert set(steps.STEPS[name].after) <= needed
