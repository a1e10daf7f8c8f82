"""The wheel carries what the installed program needs beside its code."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, root], check=True)
    (file,) = folder.glob("wattmarket-*.whl")
    return zipfile.ZipFile(file)


@pytest.mark.parametrize("name", ["ElectricityTrading", "Elecoin", "EquilibriumOracle"])
def test_compiled_contracts_are_inside(wheel: zipfile.ZipFile, name: str) -> None:
    artifact = json.loads(wheel.read(f"oracle/chain/artifacts/{name}.json"))
    assert artifact["abi"]
    assert len(artifact["bytecode"]) > 1000


def test_every_tracked_file_of_the_package_is_inside(root: Path, wheel: zipfile.ZipFile) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "oracle"], cwd=root, capture_output=True, text=True, check=True
    )
    assert set(listed.stdout.split()) <= set(wheel.namelist())


def test_what_the_lab_shows_is_inside(root: Path, wheel: zipfile.ZipFile) -> None:
    for folder, packaged in (("examples", "examples"), ("docs/report", "papers")):
        for path in (root / folder).glob("*.*"):
            shipped = f"oracle/service/lab/material/{packaged}/{path.name}"
            assert wheel.read(shipped) == path.read_bytes()


def test_nothing_but_the_package_is_inside(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel.namelist()} == {
        "oracle",
        "wattmarket",
    }


def test_what_is_built_ships_though_git_ignores_it(root: Path, tmp_path: Path) -> None:
    """The page that vite builds, and the compiled contracts: in a tree that has both."""
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(root / name, tmp_path)
    built = {
        "oracle/service/page/index.html",
        "oracle/service/page/assets/app-1a2b3c.js",
        "oracle/chain/artifacts/Elecoin.json",
    }
    stray = {"oracle/service/app.log", "node_modules/a.js"}
    copied = {
        "examples/contest.toml": "oracle/service/lab/material/examples/contest.toml",
        "docs/report/fork.svg": "oracle/service/lab/material/papers/fork.svg",
    }
    for name in {"oracle/__init__.py", *copied} | built | stray:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".git").mkdir()
    included = WheelBuilder(str(tmp_path)).recurse_included_files()
    assert {file.distribution_path for file in included} == {
        "oracle/__init__.py",
        *copied.values(),
    } | built
