"""`make wheel`: the wheel in dist/, installed into an empty environment and used there.

What it must bring along is used, not listed: contracts by a market period, migrations by a new
store, pages by requests. Nothing of the source tree is in reach of that environment.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
PROBE = """
import sys
from pathlib import Path
import oracle
assert Path(oracle.__file__).is_relative_to(sys.prefix), oracle.__file__
from oracle.service.store.database import Database, head_revision
store = Database("sqlite:///" + sys.argv[1])
store.upgrade()
with store.read() as connection:
    (found,) = connection.exec_driver_sql("SELECT version_num FROM alembic_version").one()
assert found == head_revision(), found
print("migrations to", found)

import httpx
from oracle.service.live import LastHead
from oracle.service.serve import Server
from oracle.service.settings import ServiceSettings
from oracle.service.store.store import Store
settings = ServiceSettings(token_path=Path(sys.argv[1] + ".token"))
with Store(store) as opened, Server(settings, opened, live=LastHead()) as server:
    for page in ("/", "/docs", "/openapi.json"):
        answer = httpx.get(server.url + page)
        assert answer.status_code == 200, (page, answer.status_code)
        print("served", page, len(answer.content), "bytes")
"""


def build() -> Path:
    shutil.rmtree(DIST, ignore_errors=True)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(DIST))
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    (wheel,) = DIST.glob("wattmarket-*.whl")
    print(f"built {wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
    return wheel


def install(wheel: Path, home: Path) -> Path:
    """An environment of the lock's packages and the wheel; its bin folder."""
    venv.create(home, with_pip=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps"]
    lock = ROOT / "requirements" / "run.txt"
    quiet = ("--disable-pip-version-check", "--no-input", "--only-binary", ":all:")
    subprocess.run([*pip, *quiet, "--require-hashes", "-r", str(lock)], check=True)
    subprocess.run([*pip, *quiet, "--no-index", str(wheel)], check=True)
    return home / "bin"


def use(bin_folder: Path, folder: Path) -> None:
    """In an empty folder, with nothing but the environment and the chain's program in reach."""
    path = os.pathsep.join([str(bin_folder), str(ROOT / ".tools" / "bin"), "/usr/bin", "/bin"])
    environment = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"}

    def run(*words: str) -> None:
        print("+", *words, flush=True)
        subprocess.run(words, cwd=folder, env=environment, check=True)

    run("wattmarket", "--version")
    run("wattmarket", "run", "--periods", "1", "--report", "day.json")
    run("wattmarket", "verify", "--all")
    run("python", "-c", PROBE, str(folder / "new.sqlite"))
    run("wattmarket", "export", "--out", "tables")


def main() -> None:
    wheel = build()
    with tempfile.TemporaryDirectory(prefix="wattmarket-wheel-") as name:
        place = Path(name)
        (place / "empty").mkdir()
        use(install(wheel, place / "home"), place / "empty")
    print(f"{wheel.name} works by itself")


if __name__ == "__main__":
    main()
