"""Imports point one way, and the rule that says so bites."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_package_keeps_the_import_direction(root: Path) -> None:
    result = lint_imports(root)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("games/intruder.py", "import oracle.units"),
        ("community/intruder.py", "import oracle.rounds"),
        ("rounds/intruder.py", "from oracle import chain"),
        ("chain/intruder.py", "import oracle.devnet"),
        ("service/market/intruder.py", "import oracle.chain"),
        ("service/store/intruder.py", "import oracle.service.http"),
        ("service/lab/intruder.py", "import oracle.service.own"),
        ("service/room_without_a_place.py", ""),
        ("devnet/intruder.py", "import oracle.service"),
        ("units_intruder.py", "import oracle.cli"),
    ],
)
def test_a_wrong_import_is_found(root: Path, tmp_path: Path, module: str, line: str) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "artifacts", "*.csv", "default")
    shutil.copytree(root / "oracle", tmp_path / "oracle", ignore=ignore)
    shutil.copy(root / "pyproject.toml", tmp_path)
    intruder = tmp_path / "oracle" / module
    if module == "units_intruder.py":
        intruder = tmp_path / "oracle" / "units.py"
        intruder.write_text(intruder.read_text() + f"\n{line}\n")
    else:
        intruder.write_text(f"{line}\n")
    result = lint_imports(tmp_path)
    assert result.returncode != 0, result.stdout
    assert "BROKEN" in result.stdout


def imported(file: Path) -> set[str]:
    """Top-level names that a module imports, relative imports aside."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_what_the_package_imports_it_declares(root: Path) -> None:
    """Not what happens to come with something else: that goes when something else changes.
    `_typeshed` is the type checker's own and never imported at run time.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[<>=]", line)[0] for line in project["dependencies"]}
    distributions = packages_distributions()
    undeclared = {
        (file.name, name)
        for file in (root / "oracle").rglob("*.py")
        for name in imported(file) - sys.stdlib_module_names - {"oracle", "_typeshed"}
        if not {d.lower().replace("_", "-") for d in distributions.get(name, [])} & declared
    }
    assert undeclared == set()
