"""The doctor: one line for each missing thing, with the command that mends it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MACHINE = {"python3.11": None, "node": "20.19.0", "npm": "10.8.2"}


def examine(
    root: Path, folder: Path, machine: dict[str, str | None], **environment: str
) -> tuple[int, str, list[str]]:
    """Run the doctor with only `machine` on PATH; (exit code, stdout, lines of stderr)."""
    for name in ("sh", "uname", "dirname"):
        (folder / name).symlink_to(shutil.which(name) or name)
    for name, version in machine.items():
        if version is None:
            (folder / name).symlink_to(Path(sys.base_prefix) / "bin" / "python3.11")
        else:
            (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
            (folder / name).chmod(0o755)
    environment = {"PATH": str(folder), "HOME": str(folder), **environment}
    done = subprocess.run(
        ["sh", root / "packaging" / "doctor.sh"], env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr.splitlines()


def test_a_machine_with_everything(root: Path, tmp_path: Path) -> None:
    code, said, trouble = examine(root, tmp_path, MACHINE)
    assert (code, trouble) == (0, [])
    version = [said.strip(), "-c", "import sys; print(sys.version_info[:2])"]
    assert subprocess.run(version, capture_output=True, text=True).stdout == "(3, 11)\n"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("python3.11", ("Python 3.11 is missing", "python3.11")),
        ("node", ("Node is missing", "node")),
        ("npm", ("npm is missing", "install")),
    ],
)
def test_one_missing_thing_is_one_line(
    root: Path, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    machine = {other: version for other, version in MACHINE.items() if other != name}
    code, said, trouble = examine(root, tmp_path, machine)
    assert (code, said, len(trouble)) == (1, "", 1)
    assert "mend it with: " in trouble[0]
    assert all(word in trouble[0] for word in words)


def test_an_empty_machine_is_three_lines(root: Path, tmp_path: Path) -> None:
    code, _, trouble = examine(root, tmp_path, {})
    assert code == 1
    assert [line.split()[1] for line in trouble] == ["Python", "Node", "npm"]


@pytest.mark.parametrize(
    ("version", "good"),
    [("18.20.4", False), ("20.18.3", False), ("20.19.0", True), ("22.0.0", True)],
)
def test_node_must_be_new_enough(root: Path, tmp_path: Path, version: str, good: bool) -> None:
    code, _, trouble = examine(root, tmp_path, {**MACHINE, "node": version})
    assert (code == 0) is good
    if not good:
        assert len(trouble) == 1
        assert f"Node {version} is too old" in trouble[0]


def test_another_python_is_not_taken(root: Path, tmp_path: Path) -> None:
    # A program of that name that is no Python 3.11 answers with a failure, as 3.12 does.
    other = tmp_path / "python3"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    machine = {name: version for name, version in MACHINE.items() if name != "python3.11"}
    code, _, trouble = examine(root, tmp_path, machine, PYTHON=str(other))
    assert code == 1
    assert [f"PYTHON={other} is not a Python 3.11" in line for line in trouble] == [True]


def test_make_stops_at_the_doctor(root: Path, tmp_path: Path) -> None:
    """`make run` without Node: the line, exit code 2 of make, nothing set up or started."""
    shutil.copy(root / "Makefile", tmp_path)
    shutil.copytree(
        root / "packaging", tmp_path / "packaging", ignore=shutil.ignore_patterns("node_modules")
    )
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "uname", "dirname", "make", "npm"):
        (tools / name).symlink_to(shutil.which(name) or name)
    (tools / "python3.11").symlink_to(Path(sys.base_prefix) / "bin" / "python3.11")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    environment["PATH"] = str(tools)
    done = subprocess.run(
        [tools / "make", "run"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Node is missing" in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / ".venv").exists()
