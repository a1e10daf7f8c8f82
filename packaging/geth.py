"""Geth 1.13.15, the last with Clique: from PATH, else built from its published module by Go.

The build needs no C compiler. The program says of itself which modules it was built from: Geth's
own must be the one named here, the others those that Geth's go.sum names. Go's checksum database is
asked besides, unless whoever set Go up turned that off.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from stamps import ROOT
from tools import Log, Trouble, program

MODULE, VERSION = "github.com/ethereum/go-ethereum", "v1.13.15"
SUM = "h1:U7sSGYGo4SPjP6iNIifNoyIAiNjrmQkz6EwQG+/EZWo="
GETH = ROOT / ".tools" / "bin" / "geth"
OLDEST_GO, STRICT_LINKER_GO = (1, 21), (1, 23)


def go_version(go: str) -> tuple[int, int] | None:
    """Major and minor, or None where it does not say."""
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True).stdout
    found = re.match(r"go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def find_go() -> str | None:
    """Go that can build it, or None."""
    go = shutil.which("go")
    version = None if go is None else go_version(go)
    return go if version is not None and version >= OLDEST_GO else None


def on_path() -> Path | None:
    """A geth of this very version that somebody installed, or None."""
    for folder in os.environ["PATH"].split(os.pathsep):
        geth = Path(folder or ".") / "geth"
        if geth.resolve().is_relative_to((ROOT / ".tools").resolve()):
            continue
        if geth.is_file() and os.access(geth, os.X_OK):
            said = subprocess.run([geth, "version"], capture_output=True, text=True).stdout
            if f"Version: {VERSION.removeprefix('v')}-" in said:
                return geth.resolve()
    return None


def lacking() -> str | None:
    """Why there can be no Geth here, in one line; None if there can."""
    if find_go() is None and on_path() is None:
        return f"neither geth {VERSION.removeprefix('v')} nor Go 1.21 or later is on PATH"
    return None


def make_geth(log: Log) -> None:
    """.tools/bin/geth: a door to the one on PATH, or the one that Go builds."""
    found = on_path()
    if found is not None:
        program(GETH, found)
        return
    go = find_go()
    if go is None:
        raise Trouble(f"{lacking()}; mend it with: https://go.dev/doc/install")
    # A dependency reaches into the runtime, which newer linkers refuse unless told not to.
    strict = (go_version(go) or OLDEST_GO) >= STRICT_LINKER_GO
    link = "-s -w -checklinkname=0" if strict else "-s -w"
    with tempfile.TemporaryDirectory(prefix="wattmarket-geth-build-") as folder:
        log.run(
            "env", f"GOBIN={folder}", "CGO_ENABLED=0", "GOFLAGS=",
            go, "install", "-trimpath", f"-ldflags={link}", f"{MODULE}/cmd/geth@{VERSION}",
        )  # fmt: skip
        check(built_from(go, Path(folder) / "geth"), sums_of_geth(go))
        GETH.parent.mkdir(parents=True, exist_ok=True)
        draft = GETH.with_name("geth.draft")
        shutil.copy2(Path(folder) / "geth", draft)
        draft.replace(GETH)


def built_from(go: str, geth: Path) -> dict[str, str]:
    """The modules in a program, "path version" to hash, as `go version -m` reads them."""
    said = subprocess.run([go, "version", "-m", geth], capture_output=True, text=True).stdout
    rows = (line.split() for line in said.splitlines())
    return {f"{row[1]} {row[2]}": row[3] for row in rows if row[:1] in (["mod"], ["dep"])}


def sums_of_geth(go: str) -> dict[str, str]:
    """What Geth's own go.sum names, in the same form."""
    cache = subprocess.run([go, "env", "GOMODCACHE"], capture_output=True, text=True).stdout
    lines = (Path(cache.strip()) / f"{MODULE}@{VERSION}" / "go.sum").read_text().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines)


def check(found: dict[str, str], sums: dict[str, str]) -> None:
    """Raises Trouble where a module is not the one that it must be."""
    wanted = {**sums, f"{MODULE} {VERSION}": SUM}
    if f"{MODULE} {VERSION}" not in found:
        raise Trouble(f"geth: not built from {MODULE} {VERSION}")
    for module, found_sum in found.items():
        if wanted.get(module) != found_sum:
            raise Trouble(f"geth: {module} is {found_sum}; it must be {wanted.get(module)}")
