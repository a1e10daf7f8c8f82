"""The locks name exact versions with hashes and no address; what the product asks for is locked."""

import json
import re
import tomllib
from pathlib import Path

import pytest

PEERS = tuple(
    path.stem for path in sorted((Path(__file__).parents[2] / "requirements").glob("peer-*.in"))
)
LOCKS = ("build", "run", "dev", "brownie", "bench", "prove", *PEERS)
NPM = (".", "packaging/npm-test", "tests/e2e", "web")


def read_lock(root: Path, name: str) -> dict[str, tuple[str, int]]:
    """Name -> (version, number of hashes)."""
    text = (root / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=[A-Za-z0-9])", "\n" + text)
    found = {}
    for entry in entries:
        if match := re.match(r"\n?([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;\\\n]+)", entry):
            found[re.sub(r"[-_.]+", "-", match[1]).lower()] = (match[2], entry.count("--hash="))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_python_package_has_a_hash(root: Path, name: str) -> None:
    lock = read_lock(root, name)
    pins = re.findall(
        r"^[A-Za-z0-9].*==", (root / "requirements" / f"{name}.txt").read_text(), re.M
    )
    assert len(lock) == len(pins) > 0
    assert [package for package, (_, hashes) in lock.items() if hashes == 0] == []


@pytest.mark.parametrize("name", LOCKS)
def test_python_locks_hold_no_address(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text()
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ file:", text)


def test_locks_that_share_an_environment_agree(root: Path) -> None:
    versions: dict[str, set[str]] = {}
    for name in ("build", "run", "dev"):
        for package, (version, _) in read_lock(root, name).items():
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_the_bench_measures_our_games_with_the_products_versions(root: Path) -> None:
    product, bench = read_lock(root, "run"), read_lock(root, "bench")
    shared = product.keys() & bench.keys()
    assert {"numba", "numpy", "scipy", "pydantic", "piqp"} <= shared
    assert {name: bench[name][0] for name in shared} == {name: product[name][0] for name in shared}


def test_what_the_product_needs_is_locked(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[;]", line)[0]).lower() for line in asked}
    assert names <= read_lock(root, "run").keys() | read_lock(root, "build").keys()


@pytest.mark.parametrize("folder", NPM)
def test_npm_lock_has_hashes_and_no_address(root: Path, folder: str) -> None:
    lock = json.loads((root / folder / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    bundled = [name for name, entry in packages.items() if entry.get("inBundle")]
    unhashed = {name for name, entry in packages.items() if "integrity" not in entry}
    assert unhashed <= set(bundled)
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert "omit-lockfile-registry-resolved=true" in (root / folder / ".npmrc").read_text()


@pytest.mark.parametrize("folder", NPM)
def test_npm_asks_for_exact_versions_that_are_locked(root: Path, folder: str) -> None:
    asked = json.loads((root / folder / "package.json").read_text())
    lock = json.loads((root / folder / "package-lock.json").read_text())["packages"]
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        for name, version in asked.get(kind, {}).items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
            assert lock[f"node_modules/{name}"]["version"] == version
            # The wrappers make a lock that npm ci refuses; the native packages do not.
            assert name not in ("@foundry-rs/anvil", "@foundry-rs/forge")
