"""Places for stores: files of SQLite, and databases of a real PostgreSQL; see tests/postgres.py."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL

from oracle.service.store.database import Database
from tests.postgres import Postgres, postgres

BACKENDS = ("sqlite", "postgresql")


def new_sqlite(path: Path) -> None:
    """A store with its tables and nothing in them, made once and copied: each would wait for its
    disk."""
    path.write_bytes(_new_sqlite())


@cache
def _new_sqlite() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        database = Database(path)
        database.upgrade()
        database.dispose()
        return path.read_bytes()


class Places:
    """Makes stores on either. PostgreSQL is started when the first asks for it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._numbers = count()
        self._patterns: dict[tuple[str, str], str] = {}

    @cached_property
    def server(self) -> Postgres:
        return self._stack.enter_context(postgres())

    def empty(self, backend: str) -> str:
        """The URL of a store that is not there yet, or of a database without a table."""
        if backend == "sqlite":
            return f"sqlite:///{self._folder / f'store-{next(self._numbers)}.db'}"
        return _text(self.server.database())

    def copy(self, backend: str, name: str, make: Callable[[str], None]) -> str:
        """The URL of a copy of what `make` does to an empty store; done once for each name."""
        if (backend, name) not in self._patterns:
            pattern = self.empty(backend)
            make(pattern)
            self._patterns[backend, name] = pattern
        pattern = self._patterns[backend, name]
        if backend == "sqlite":
            made = self.empty(backend)
            shutil.copy(_path(pattern), _path(made))
            return made
        return _text(self.server.database(template=_name(pattern)))

    def drop(self, url: str) -> None:
        """What a test is done with; files go with their folder."""
        if not url.startswith("sqlite"):
            self.server.drop(_name(url))


@contextmanager
def places(folder: Path) -> Iterator[Places]:
    with ExitStack() as stack:
        yield Places(folder, stack)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
