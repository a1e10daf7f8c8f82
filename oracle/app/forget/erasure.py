"""Forgetting a member: the store's name and salt, the run's reports, and what else names her."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oracle import UserError
from oracle.app.day.options import STORE
from oracle.app.day.run import LOCK
from oracle.app.files import plain_name
from oracle.service.own.forget import Forgettable, find_member, forget_member
from oracle.service.store.store import Store, open_store

PICTURES = {".png", ".pdf", ".jpg", ".jpeg"}
NAMED_KEYS = {"members", "odds", "saving"}
"""Of the JSON of `run` and `compare`: objects by member's name, and values that are one or some."""
NAMED_VALUES = {"leaders", "winner", "worse_off", "member", "least_saving_member"}
LARGEST = 256 << 20
"""Bytes of a file that is searched; larger ones are named instead."""
OWN_FILES = {STORE, f"{STORE}-wal", f"{STORE}-shm", LOCK, "token", "deployment.toml", "chain.json"}
"""Of the run's folder: files that never hold a name, and the store, which is compacted."""


@dataclass(frozen=True)
class Forgotten:
    """What was done. `holding` are files that still have the name, `pictures` those that may."""

    members: tuple[Forgettable, ...]
    rewritten: tuple[Path, ...]
    holding: tuple[Path, ...]
    pictures: tuple[Path, ...]
    salts_of_seed: bool
    run_under_way: bool


def store_of(folder: Path, url: str | None) -> Store:
    """The store of a run's folder, or of a URL. Raises UserError where there is none."""
    if url is not None:
        return open_store(url)
    path = folder / STORE
    if not path.is_file():
        raise UserError(f"{path}: no store there; name the run's --folder, or --store URL")
    return open_store(path)


def forget(
    store: Store,
    folder: Path,
    who: str,
    *,
    search: Sequence[Path] = (),
    step: Callable[[str], None] = lambda done: None,
) -> Forgotten:
    """Erase name and salt of `who`, a name or an address. Raises UserError if nobody has it.

    Reports come first and the store's one transaction after them, so that whatever is cut short is
    found by its name again; what follows the transaction is noted in the store and made up for by
    the next call. `search` are more files and folders to look through. `step` hears how far it is.
    """
    found = find_member(store, who)
    if not found and not store.database.uncompacted():
        raise UserError(f"NAME: {who!r}: nobody in the store has it, or not any more")
    instance = store.instance()
    facts = {} if instance is None else dict(instance.deployment)
    files = _files([folder, *search], facts)
    labels = {name: one.label for one in found for name in one.names}
    rewritten = [path for path in files if _rewrite(path, labels, step)]
    forget_member(store, who, step=step)
    store.database.compact()
    step("compacted")
    names = list(labels) if found else [who]
    return Forgotten(
        members=found,
        rewritten=tuple(rewritten),
        holding=tuple(path for path in files if _holds(path, names)),
        pictures=tuple(path for path in files if path.suffix.lower() in PICTURES),
        salts_of_seed=facts.get("salts") == "of the seed",
        run_under_way=_locked(folder),
    )


def _files(places: Sequence[Path], facts: dict[str, Any]) -> list[Path]:
    """The files of some places, and those that the run read or wrote elsewhere."""
    named = [Path(text) for text in facts.get("files", ())]
    inside = [path for place in places for path in (place, *sorted(place.rglob("*")))]
    unique = dict.fromkeys(path.resolve() for path in (*inside, *named))
    return [path for path in unique if path.is_file() and path.name not in OWN_FILES]


def _rewrite(path: Path, labels: dict[str, str], step: Callable[[str], None]) -> bool:
    """Put labels for names in a JSON file, as keys and as whole values; all or nothing."""
    if path.suffix != ".json" or not labels:
        return False
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    changed = _renamed(document, labels)
    if changed == document:
        return False
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(json.dumps(changed, indent=1) + "\n", encoding="utf-8")
        shutil.copymode(path, part)
        step("report written")
        part.replace(path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; nothing was erased from the store") from None
    step("report replaced")
    return True


def _renamed(value: Any, labels: dict[str, str], under: str = "") -> Any:
    """The same with labels, only where reports have members' names: a name may be any word."""
    if isinstance(value, dict):
        return {
            labels.get(key, key) if under in NAMED_KEYS else key: _renamed(item, labels, key)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_renamed(item, labels, under) for item in value]
    named = isinstance(value, str) and under in NAMED_VALUES
    return labels.get(value, value) if named else value


def _holds(path: Path, names: Iterable[str]) -> bool:
    """Whether a name stands in the file as a word of its own, or in the file's own name."""
    if not path.is_file():
        return False
    words = [re.compile(rf"(?<!\w){re.escape(form)}(?!\w)") for n in names for form in _forms(n)]
    if any(word.search(path.name) for word in words) or _is_named_for(path, names):
        return True
    if path.stat().st_size > LARGEST:
        return bool(words)
    text = path.read_bytes().decode(errors="replace")
    return any(word.search(text) for word in words)


def _is_named_for(path: Path, names: Iterable[str]) -> bool:
    """Whether its name has a member's, as statements' files do."""
    return any(f"-{plain_name(name)}-" in f"-{path.stem}-" for name in names)


def _forms(name: str) -> Iterator[str]:
    """As text, and as JSON writes it."""
    yield name
    yield json.dumps(name)[1:-1]


def _locked(folder: Path) -> bool:
    """Whether a run uses the folder: it may still write a report with every name."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
