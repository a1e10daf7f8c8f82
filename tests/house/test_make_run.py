"""What `make run` adds to a run: a market that goes on, where somebody can end it."""

from __future__ import annotations

import house
import pytest

LIVE = ["--live", "--browser"]


@pytest.mark.parametrize(
    ("terminal", "pipeline", "given", "added"),
    [
        (True, "", [], LIVE),
        (True, "", ["--periods", "4", "--no-browser"], LIVE),
        (True, "true", [], []),
        (False, "", ["--periods", "4"], []),
        (False, "", ["--live"], []),
        (True, "", ["--live", "--live-seconds", "9"], []),
        (True, "", ["--keep"], []),
        (True, "", ["--help"], []),
    ],
)
def test_only_in_a_terminal_it_goes_on(
    terminal: bool,
    pipeline: str,
    given: list[str],
    added: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", pipeline)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal, raising=False)
    assert house.run_options(given) == [*added, *given]
    decided = bool(added) or {"--live", "--keep", "--help"} & set(given)
    said = capsys.readouterr().out
    assert ('make run ARGS="--live"' in said) is not bool(decided)
