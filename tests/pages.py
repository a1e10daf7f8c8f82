"""The examples of a page, and running them.

`<!-- file: NAME -->` before a fence writes the block to a file, `<!-- tested -->` runs it: in a
console block each `$ ` line, whose output must be the lines below it (a line `...` stands for any
lines, `...` in a line for any text in it); a python block as a program. A page's blocks share one
folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKED = re.compile(
    r"<!-- (?P<what>tested|file: (?P<file>[\w.-]+)) -->\n```(?P<kind>\w+)\n(?P<text>.*?)```",
    re.DOTALL,
)


def has_examples(page: Path) -> bool:
    return "<!-- tested -->" in page.read_text(encoding="utf-8")


def run_examples(page: Path, folder: Path, instead: Mapping[str, str] | None = None) -> None:
    """Write and run them in the folder, in order. `instead` replaces words that stand for a
    user's own, such as a port."""
    ran = 0
    for block in MARKED.finditer(page.read_text(encoding="utf-8")):
        text = block["text"]
        for word, own in (instead or {}).items():
            text = text.replace(word, own)
        if block["file"]:
            (folder / block["file"]).write_text(text, encoding="utf-8")
            continue
        if block["kind"] == "python":
            done = run([sys.executable, "-c", text], folder)
            assert done.returncode == 0, done.stderr
            ran += 1
            continue
        for command, expected in commands(text):
            done = run(command, folder)
            assert done.returncode == 0, f"{command}: {done.stderr}"
            said = "".join(f"{line.rstrip()}\n" for line in done.stdout.strip("\n").splitlines())
            assert as_pattern(expected).fullmatch(said), f"{command} says\n{said}"
            ran += 1
    assert ran > 0


def as_pattern(expected: str) -> re.Pattern[str]:
    """Trailing blanks do not count."""
    lines = [line.rstrip() for line in expected.strip("\n").splitlines()]
    return re.compile("".join(map(_line, lines)))


def _line(line: str) -> str:
    if line == "...":
        return r"(?:.*\n)*?"
    return ".*".join(map(re.escape, line.split("..."))) + r"\n"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each `$ ` line with the output expected of it."""
    for piece in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = piece.partition("\n")
        yield command, expected


def run(command: list[str] | str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        command,
        shell=isinstance(command, str),
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "110"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
