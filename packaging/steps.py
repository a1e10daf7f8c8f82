"""The steps of the set-up: what each makes, what it depends on, how to make it.

Standard library only: nothing is installed yet when this runs.
"""

import platform
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import geth
import stamps
import tools
from stamps import ROOT
from tools import Log, Trouble

REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
BROWNIE = ROOT / ".venv-brownie"
BENCH = ROOT / ".venv-bench"
PROVE = ROOT / ".venv-prove"
PEERS = ROOT / ".venv-peers"
NPM_TEST = ROOT / "packaging" / "npm-test"
WEB = ROOT / "web"
E2E = ROOT / "tests" / "e2e"
PAGE = ROOT / "oracle" / "service" / "page"
SOLC_JSON = ROOT / "packaging" / "solc.json"


@dataclass(frozen=True)
class Step:
    """One step: `make` runs when `stamp` does not hold the fingerprint of `files` and `facts`."""

    name: str
    does: str
    seconds: int  # about, cold, on two cores
    after: tuple[str, ...]
    stamp: Path
    files: Callable[[], Iterable[Path]]
    make: Callable[[Log], None]
    facts: Callable[[], tuple[str, ...]] = lambda: ()
    outputs: Callable[[], bool] = lambda: True

    def fingerprint(self) -> str:
        return stamps.fingerprint(self.files(), *self.facts())

    def done(self) -> bool:
        return stamps.read(self.stamp)[:1] == [self.fingerprint()] and self.outputs()

    def run(self, log: Log) -> None:
        wanted = self.fingerprint()
        self.stamp.unlink(missing_ok=True)
        self.make(log)
        stamps.write(self.stamp, wanted)


def pip(venv: Path, log: Log, *locks: str, extra: tuple[str, ...] = ()) -> None:
    """Install exactly what the locks name: hashes required, nothing resolved."""
    for lock in locks:
        log.run(
            venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input",
            "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes",
            *extra, "-r", REQUIREMENTS / f"{lock}.txt",
        )  # fmt: skip


def environment(venv: Path, log: Log) -> None:
    """A fresh virtual environment, unless a finished one of this very interpreter is there.

    An environment whose first stamp is missing was interrupted and is made anew; one whose lock
    changed is installed over.
    """
    mark = venv / ".interpreter"
    if stamps.read(mark) != [stamps.interpreter(), str(ROOT)]:
        mark.unlink(missing_ok=True)
        log.run(sys.executable, "-m", "venv", "--clear", venv)


def make_python(log: Log) -> None:
    environment(VENV, log)
    (VENV / ".interpreter").unlink(missing_ok=True)
    pip(VENV, log, "build", "run", extra=("--only-binary", ":all:"))
    stamps.write(VENV / ".interpreter", stamps.interpreter(), str(ROOT))
    log.run(
        VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input",
        "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--editable", ROOT,
    )  # fmt: skip


def make_python_test(log: Log) -> None:
    pip(VENV, log, "dev", extra=("--only-binary", ":all:"))


def make_brownie(log: Log) -> None:
    environment(BROWNIE, log)
    (BROWNIE / ".interpreter").unlink(missing_ok=True)
    pip(BROWNIE, log, "build")
    # One dependency is published as source only; setuptools of the lock above builds it.
    pip(BROWNIE, log, "brownie", extra=("--no-build-isolation",))
    # The compiled modules of this wheel have bugs (coverage, deployments); its sources do not.
    site = next((BROWNIE / "lib").glob("python3*/site-packages"))
    for compiled in [*site.glob("brownie/**/*.so"), *site.glob("eth_brownie__mypyc*.so")]:
        compiled.unlink()
    door = BROWNIE / "bin" / "brownie"
    door.unlink(missing_ok=True)
    tools.program(door, BROWNIE / "bin" / "python", ROOT / "packaging" / "brownie_run.py")
    stamps.write(BROWNIE / ".interpreter", stamps.interpreter(), str(ROOT))


def make_bench(log: Log) -> None:
    environment(BENCH, log)
    (BENCH / ".interpreter").unlink(missing_ok=True)
    pip(BENCH, log, "bench", extra=("--only-binary", ":all:"))
    stamps.write(BENCH / ".interpreter", stamps.interpreter(), str(ROOT))


def make_prove(log: Log) -> None:
    environment(PROVE, log)
    (PROVE / ".interpreter").unlink(missing_ok=True)
    pip(PROVE, log, "prove", extra=("--only-binary", ":all:"))
    stamps.write(PROVE / ".interpreter", stamps.interpreter(), str(ROOT))


def peer_step(name: str) -> "Step":
    """A peer of the bench has an environment of its own: no two agree on their dependencies."""
    venv = PEERS / name

    def make(log: Log) -> None:
        environment(venv, log)
        (venv / ".interpreter").unlink(missing_ok=True)
        pip(venv, log, f"peer-{name}", extra=("--only-binary", ":all:"))
        stamps.write(venv / ".interpreter", stamps.interpreter(), str(ROOT))

    return Step(
        f"peer-{name}", f"{name}, a peer of the bench", 20, (), venv / ".stamp",
        locks(f"peer-{name}"), make, python_facts,
    )  # fmt: skip


def npm_ci(folder: Path) -> Callable[[Log], None]:
    def make(log: Log) -> None:
        log.run(
            "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
            cwd=folder,
        )  # fmt: skip

    return make


def make_tools(log: Log) -> None:
    """.tools/solcx holds the compiler as py-solc-x and forge look for it, .tools/bin the node."""
    solc = ROOT / ".tools" / "solcx" / f"solc-v{tools.solc_version()}"
    native = tools.native_solc()
    if native is not None:
        tools.program(solc, native)
    else:
        tools.solc_shim(solc)
    log.run(solc, "--version")
    tools.program(ROOT / ".tools" / "bin" / "anvil", tools.foundry("anvil", ROOT))


def make_tools_test(log: Log) -> None:
    bin_folder = ROOT / ".tools" / "bin"
    tools.program(bin_folder / "forge", tools.foundry("forge", NPM_TEST))
    ganache = NPM_TEST / "node_modules" / "ganache" / "dist" / "node" / "cli.js"
    tools.program(bin_folder / "ganache-cli", Path(tools.which("node")), ganache)
    log.run(bin_folder / "forge", "--version")


def make_contracts(log: Log) -> None:
    log.run(VENV / "bin" / "python", ROOT / "packaging" / "compile_contracts.py")


def make_brownie_contracts(log: Log) -> None:
    """Brownie compiles for itself, with the release settings: before its tests, not within them."""
    log.run(BROWNIE / "bin" / "brownie", "compile")


def make_forge(log: Log) -> None:
    """Contracts and their tests without the IR pipeline, which would take minutes."""
    log.run(ROOT / ".tools" / "bin" / "forge", "build")


def make_page(log: Log) -> None:
    """The page, built into the package: the service serves it at `/`."""
    log.run("npm", "run", "build", "--loglevel=error", cwd=WEB)


def page_sources() -> list[Path]:
    own = [path for path in sorted((WEB / "src").rglob("*")) if path.is_file()]
    loose = [path for path in sorted(WEB.glob("*")) if path.is_file()]
    return [*own, *loose, *sorted((WEB / "public").glob("*"))]


def locks(*names: str) -> Callable[[], list[Path]]:
    return lambda: [REQUIREMENTS / f"{name}.txt" for name in names]


def npm_files(folder: Path) -> Callable[[], list[Path]]:
    return lambda: [folder / "package.json", folder / "package-lock.json"]


def python_facts() -> tuple[str, ...]:
    return (stamps.interpreter(),)


def tool_facts() -> tuple[str, ...]:
    return (str(tools.native_solc()), tools.which("node"), platform.system(), platform.machine())


def contract_sources() -> list[Path]:
    own = sorted((ROOT / "contracts").rglob("*.sol"))
    return [
        *own,
        SOLC_JSON,
        ROOT / "package-lock.json",
        ROOT / "packaging" / "compile_contracts.py",
    ]


def brownie_sources() -> list[Path]:
    return [
        *contract_sources(),
        ROOT / "brownie-config.yaml",
        ROOT / "packaging" / "brownie_run.py",
    ]


def forge_sources() -> list[Path]:
    tests = sorted((ROOT / "tests" / "contracts").rglob("*.sol"))
    return [*contract_sources(), *tests, ROOT / "foundry.toml"]


def artifacts_there() -> bool:
    """Every artifact that the last compilation listed is still there."""
    folder = ROOT / "oracle" / "chain" / "artifacts"
    listed = stamps.read(folder / ".list")
    return bool(listed) and all((folder / name).is_file() for name in listed)


STEPS = {
    step.name: step
    for step in (
        Step(
            "python", "the product's Python environment", 45, (), VENV / ".stamp-run",
            lambda: [*locks("build", "run")(), ROOT / "pyproject.toml"], make_python, python_facts,
        ),
        Step(
            "python-test", "test tools for Python", 15, ("python",), VENV / ".stamp-dev",
            locks("build", "run", "dev"), make_python_test, python_facts,
        ),
        Step(
            "npm", "compiler, contract library and local chain from npm", 5, (),
            ROOT / "node_modules" / ".stamp", npm_files(ROOT), npm_ci(ROOT), tool_facts,
        ),
        Step(
            "npm-test", "forge, Ganache and Solidity linters from npm", 20, (),
            NPM_TEST / "node_modules" / ".stamp", npm_files(NPM_TEST), npm_ci(NPM_TEST), tool_facts,
        ),
        Step(
            "tools", "compiler and chain where the programs look for them", 1, ("npm",),
            ROOT / ".tools" / ".stamp-run",
            lambda: [SOLC_JSON, ROOT / "packaging" / "tools.py", ROOT / "package-lock.json"],
            make_tools, tool_facts,
        ),
        Step(
            "tools-test", "forge and Ganache where the programs look for them", 1, ("npm-test",),
            ROOT / ".tools" / ".stamp-test",
            lambda: [ROOT / "packaging" / "tools.py", NPM_TEST / "package-lock.json"],
            make_tools_test, tool_facts,
        ),
        Step(
            "contracts", "compile the contracts", 50, ("python", "tools"),
            ROOT / ".build" / ".stamp-contracts", contract_sources, make_contracts,
            outputs=artifacts_there,
        ),
        Step(
            "web", "what the page is built with, from npm", 20, (),
            WEB / "node_modules" / ".stamp", npm_files(WEB), npm_ci(WEB), tool_facts,
        ),
        Step(
            "page", "build the page", 3, ("web",), ROOT / ".build" / ".stamp-page",
            page_sources, make_page, outputs=lambda: (PAGE / "index.html").is_file(),
        ),
        Step(
            "e2e", "a driver for browsers, and a browser, from npm", 15, (),
            E2E / "node_modules" / ".stamp", npm_files(E2E), npm_ci(E2E), tool_facts,
        ),
        Step(
            "brownie", "brownie's own environment", 30, (), BROWNIE / ".stamp",
            locks("build", "brownie"), make_brownie, python_facts,
        ),
        Step(
            "brownie-contracts", "compile the contracts for brownie", 120,
            ("brownie", "tools-test", "tools"), ROOT / ".build" / ".stamp-brownie",
            brownie_sources, make_brownie_contracts,
            outputs=lambda: (ROOT / "build" / "contracts" / "ElectricityTrading.json").is_file(),
        ),
        Step(
            "forge", "compile the contracts and their tests for forge", 120,
            ("tools", "tools-test"), ROOT / ".build" / ".stamp-forge", forge_sources, make_forge,
            outputs=lambda: (ROOT / ".build" / "forge").is_dir(),
        ),
        Step(
            "geth", "Geth, for a network of three", 90, (), ROOT / ".tools" / ".stamp-geth",
            lambda: [ROOT / "packaging" / "geth.py"], geth.make_geth,
            lambda: (str(geth.on_path()),), geth.GETH.exists,
        ),
        Step(
            "bench", "the solvers that the bench measures beside us", 25, (), BENCH / ".stamp",
            locks("bench"), make_bench, python_facts,
        ),
        Step(
            "prove", "provers of the contracts", 40, (), PROVE / ".stamp",
            locks("prove"), make_prove, python_facts,
        ),
    )
}  # fmt: skip

PEER_STEPS = tuple(path.stem for path in sorted(REQUIREMENTS.glob("peer-*.in")))
STEPS |= {name: peer_step(name.removeprefix("peer-")) for name in PEER_STEPS}
RUN = ("python", "npm", "tools", "contracts", "web", "page")
TEST = (
    *RUN,
    "python-test",
    "npm-test",
    "tools-test",
    "brownie",
    "brownie-contracts",
    "forge",
    "e2e",
)


def remove_built() -> None:
    """`make clean`: what was built goes; environments, packages and the finished steps stay."""
    for name in (".build", "build", "dist", "reports", "oracle/chain/artifacts",
                 "oracle/service/page",
                 ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"):  # fmt: skip
        shutil.rmtree(ROOT / name, ignore_errors=True)


__all__ = ["PEER_STEPS", "RUN", "STEPS", "TEST", "Step", "Trouble", "remove_built"]
