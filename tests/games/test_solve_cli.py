"""`wattmarket solve`: keys, exit codes, one error line, files in and out."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from oracle.cli import main
from oracle.community.scenario import (
    ScenarioError,
    read_scenario,
    solve_document,
)
from oracle.games._base import RESIDUAL_LIMIT
from oracle.games.registry import GAMES

EXAMPLES = [Path(__file__).parents[2] / "examples" / f"{name}.toml" for name in GAMES]
CONTEST = {"game": "contest", "prize": 10.0, "costs": [1.0, 2.0]}


def keys(name: str) -> tuple[set[str], set[str]]:
    """The keys that a game's solution always has, and those that it may have."""
    fields = dataclasses.fields(get_type_hints(GAMES[name].module.solve)["return"])
    always = {field.name for field in fields if field.default is dataclasses.MISSING}
    return always - {"diagnostics"}, {field.name for field in fields} - {"diagnostics"}


def write(folder: Path, document: Any, name: str = "scenario.json") -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on stderr of a command that must exit with 2 and print nothing."""
    assert main(["solve", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("wattmarket: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err.removeprefix("wattmarket: ").rstrip("\n")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_json_has_exactly_the_keys(path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["solve", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    document = json.loads(out)
    assert set(document) == {"game", "solution", "diagnostics"}
    assert document["game"] == path.stem
    always, maybe = keys(path.stem)
    assert always
    assert always <= set(document["solution"]) <= maybe
    diagnostics = document["diagnostics"]
    assert diagnostics["converged"] is True
    if path.stem != "learning":  # whose residual is a distance that learners keep
        assert diagnostics["residual"] <= RESIDUAL_LIMIT
    assert {"exploitability", "seconds"} < set(diagnostics)
    assert {"iterations", "evaluations"} & set(diagnostics)


def test_examples_cover_every_game():
    folder = EXAMPLES[0].parent
    assert {path.stem for path in folder.glob("*.toml")} == set(GAMES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_a_readable_table_without_json(path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["solve", str(path)]) == 0
    out = capsys.readouterr().out
    for key in keys(path.stem)[0] | {"converged", "residual"}:
        assert key in out
    assert max(len(line) for line in out.splitlines()) <= 100
    assert not set("{}[]'") & set(out)  # tables are tables, not what Python prints of them


def test_tables_of_tables_have_a_row_for_each(capsys: pytest.CaptureFixture[str]):
    path = EXAMPLES[0].parent / "mining.toml"
    assert main(["solve", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("equilibria"))
    assert lines[at].split() == ["equilibria", "fractions", "payoff", "stable"]
    count = len(solve_document(tomllib.loads(path.read_text()))["solution"]["equilibria"])
    assert [line.split()[0] for line in lines[at + 1 : at + 1 + count]] == [*map(str, range(count))]
    assert all(line.split()[-1] in {"yes", "no"} for line in lines[at + 1 : at + 1 + count])


def test_a_game_without_equilibrium_exits_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = write(tmp_path, CONTEST | {"costs": [1.0, 1.0], "activation": 7.0})
    assert main(["solve", path, "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["diagnostics"]["converged"] is False
    assert "no pure equilibrium" in document["diagnostics"]["message"]
    assert set(document["solution"]) == keys("contest")[0]
    assert main(["solve", path, "--plot", str(tmp_path / "none.png")]) == 3


def test_toml_json_and_standard_input_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    answers = []
    toml = 'game = "contest"\nprize = 10\ncosts = [1, 2]\n'
    sources = [write(tmp_path, CONTEST), write(tmp_path, toml, "s.toml")]
    sources += [write(tmp_path, toml, "s.txt"), write(tmp_path, CONTEST, "noending")]
    for source in sources:
        assert main(["solve", source, "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out)["solution"])
    for text in (toml, json.dumps(CONTEST)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert main(["solve", "-", "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out)["solution"])
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.json", "", "scenario: not JSON"),
        ("a.toml", "", f"game: missing; allowed: {', '.join(GAMES)}"),
        ("a.json", "{", "scenario: not JSON"),
        ("a.toml", "game = ", "scenario: not TOML"),
        ("a.json", "[1, 2]", "scenario: value [1, 2]; allowed: a table"),
        ("a.json", '{"game": "chess"}', f"game: value 'chess'; allowed: {', '.join(GAMES)}"),
        ("a.json", '{"game": ["contest"]}', "game: value ['contest']; allowed"),
        ("a.json", '{"game": "contest", "prize": NaN}', "scenario: value NaN; allowed: finite"),
        ("a.json", '{"game": "contest", "prize": 1, "prize": 2}', "'prize': given twice"),
        ("a.json", '{"game": "contest", "prize": 1e999}', "prize: value inf"),
        ("a.toml", 'game = "contest"\nprize = inf', "prize: value inf"),
        ("a.toml", 'game = "contest"\nprize = 1979-05-27', "prize: value datetime.date"),
        ("a.json", "[" * 100_000, "scenario: nested too deeply"),
        ("a.json", '{"game": "contest", "prize": ' + "9" * 5000 + "}", "scenario: not JSON"),
        ("a.json", '{"game": "contest", "self": 1}', "self: unknown key; allowed: prize, costs"),
        ("a.json", '{"game": "contest", "a\\nb": 1}', "'a\\\\nb': unknown key"),
        ("a.json", '{"game": "clearing", "consumers": 3}', "consumers: value 3; allowed: a table"),
    ],
)
def test_bad_files_are_one_line(
    name: str, text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    message = refused(capsys, write(tmp_path, text, name))
    assert message.startswith(says.replace("\\\\", "\\"))


def test_bad_paths_and_options_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    good = write(tmp_path, CONTEST)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "no such file" in refused(capsys, str(tmp_path / "absent.toml"))
    assert "allowed: a readable file" in refused(capsys, str(tmp_path))
    assert "not UTF-8" in refused(capsys, str(binary))
    assert "--seed" in refused(capsys, good, "--seed", "x")
    assert refused(capsys, good, "--seed", "-1").startswith("seed: value -1; allowed")
    assert "--plot" in refused(capsys, good, "--plot", str(tmp_path / "figure.txt"))
    assert "--plot" in refused(capsys, good, "--plot", str(tmp_path / "no" / "figure.png"))
    (tmp_path / "folder.png").mkdir()
    assert "--plot" in refused(capsys, good, "--plot", str(tmp_path / "folder.png"))
    assert "SCENARIO" in refused(capsys)
    assert "--jsn" in refused(capsys, good, "--jsn")


def test_plots_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for path in EXAMPLES:
        figure = tmp_path / f"{path.stem}.png"
        assert main(["solve", str(path), "--json", "--plot", str(figure)]) == 0
        assert figure.read_bytes().startswith(b"\x89PNG")
        json.loads(capsys.readouterr().out)


# --- tables in files ---------------------------------------------------------------------------

COLUMNS = {
    "consumers": {"target": [0.4, 0.2], "curvature": [0.3, 0.5], "capacity": [0.4, 0.2]},
    "prosumers": {
        "target": [0.1],
        "curvature": [1.0],
        "capacity": [0.8],
        "cost_linear": [0.02],
        "cost_quadratic": [0.05],
    },
}
CLEARING = {"game": "clearing", "price_bounds": [0.0, 0.3]}


def csv_text(columns: dict[str, list[float]]) -> str:
    rows = [
        ",".join(columns),
        *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True)),
    ]
    return "\n".join(rows) + "\n"


def test_tables_may_be_csv_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name, columns in COLUMNS.items():
        write(tmp_path, csv_text(columns), f"{name}.csv")
    paths = {name: f"{name}.csv" for name in COLUMNS}
    assert main(["solve", write(tmp_path, CLEARING | paths), "--json"]) == 0
    from_files = json.loads(capsys.readouterr().out)["solution"]
    assert from_files == solve_document(CLEARING | COLUMNS)["solution"]
    assert (
        from_files
        == solve_document(CLEARING | paths, allow_paths=True, folder=tmp_path)["solution"]
    )
    with pytest.raises(ScenarioError, match=r"^consumers: value 'consumers.csv'; allowed: a table"):
        solve_document(CLEARING | paths)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "allowed: distinct columns"),
        ("target,target\n1,2\n", "allowed: distinct columns"),
        ("target,curvature\n1,2\n", "consumers.capacity: missing"),
        ("target,curvature,capacity,x\n1,2,3,4\n", "consumers.x: unknown key"),
        ("target,curvature,capacity\n1,2\n", "line 2: 2 values; allowed: 3"),
        ("target,curvature,capacity\n1,2,a\n", "consumers.capacity: 'consumers.csv' line 2: 'a'"),
        ("target,curvature,capacity\n1,nan,3\n", "consumers.curvature[0]: value nan"),
        ("target,curvature,capacity\n", "consumers.target: value []"),
        ('target,curvature,capacity\n"1,2,3\n', "allowed: UTF-8 CSV"),
    ],
)
def test_bad_tables_are_one_line(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    write(tmp_path, text, "consumers.csv")
    document = CLEARING | COLUMNS | {"consumers": "consumers.csv"}
    assert says in refused(capsys, write(tmp_path, document))


def test_other_paths_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for path in ("absent.csv", "table.xlsx", "", "\0.csv", "."):
        document = CLEARING | COLUMNS | {"consumers": path}
        assert refused(capsys, write(tmp_path, document)).startswith("consumers: value")
    (tmp_path / "folder.csv").mkdir()
    document = CLEARING | COLUMNS | {"consumers": "folder.csv"}
    assert "allowed: a readable file" in refused(capsys, write(tmp_path, document))


def test_tables_from_parquet(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Both tables as pyarrow writes them, 32-bit floats as well; and what is wrong."""
    parquet, table = pyarrow.parquet, pyarrow.table
    rng = np.random.default_rng(5)
    sides = {
        name: {column: rng.integers(1, 9, 50) / 8 for column in COLUMNS[name]} for name in COLUMNS
    }
    for name, columns in sides.items():
        typed = columns | {"target": columns["target"].astype(np.float32)}
        parquet.write_table(table(typed), tmp_path / f"{name}.parquet", compression="zstd")
    files = {name: f"{name}.parquet" for name in sides}
    path = write(tmp_path, CLEARING | files)
    assert main(["solve", path, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["solution"]
    plain = {name: {key: v.tolist() for key, v in side.items()} for name, side in sides.items()}
    assert answer == solve_document(CLEARING | plain)["solution"]

    first = COLUMNS["consumers"]
    for name, columns, said in (
        ("text", first | {"target": ["a"] * len(first["target"])}, "consumers.target"),
        ("empty", first | {"target": [None] * len(first["target"])}, "consumers.target: empty"),
        ("other", first | {"colour": first["target"]}, "consumers.colour: unknown key"),
        ("few", {"target": first["target"]}, "consumers.curvature: missing"),
    ):
        parquet.write_table(table(columns), tmp_path / f"{name}.parquet")
        path = write(tmp_path, CLEARING | COLUMNS | {"consumers": f"{name}.parquet"})
        assert said in refused(capsys, path)
    (tmp_path / "no.parquet").write_text("target,curvature\n")
    for name, said in (("no", "allowed: Parquet"), ("none", "no such file")):
        path = write(tmp_path, CLEARING | COLUMNS | {"consumers": f"{name}.parquet"})
        assert said in refused(capsys, path)


def test_parquet_without_pyarrow_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = write(tmp_path, CLEARING | COLUMNS | {"consumers": "consumers.parquet"})
    said = refused(capsys, path)
    assert said.startswith("consumers: value 'consumers.parquet' needs pyarrow")
    assert "install wattmarket[parquet]" in said


# --- the program itself ------------------------------------------------------------------------


def test_as_a_program(tmp_path: Path):
    good = write(tmp_path, CONTEST)
    command = [sys.executable, "-m", "oracle.cli"]
    done = subprocess.run([*command, "solve", good, "--json"], capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["game"] == "contest"
    bad = subprocess.run([*command, "solve", "/dev/null"], capture_output=True, check=False)
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.decode().startswith("wattmarket: game: missing")


def test_help_is_quick_and_shows_an_example(capsys: pytest.CaptureFixture[str]):
    assert main(["solve", "--help"]) == 0
    assert "wattmarket solve examples/" in capsys.readouterr().out
    heavy = (
        "import oracle.cli, sys; print([m for m in ('numpy', 'scipy', 'web3') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_large_scenarios_keep_their_numbers(tmp_path: Path):
    """A thousand players through JSON and back: every float returns as it was."""
    costs = np.random.default_rng(1).uniform(1, 2, 1000)
    scenario = read_scenario(Path(write(tmp_path, CONTEST | {"costs": costs.tolist()})))
    assert np.array_equal(scenario.problem.costs, costs)  # type: ignore[attr-defined]
