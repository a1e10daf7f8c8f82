"""`wattmarket report`: the papers' tables and figures again, as one page and as Markdown."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from oracle import UserError
from oracle.app.papers.section import Section

__all__ = ["build", "makers", "papers_report", "sections", "write"]

HTML, MARKDOWN, FIGURES = "report.html", "report.md", "report"
"""Below the folder: the page, the same in Markdown, and the folder of its figures."""
INDEX = f"{FIGURES}/figures.json"
"""What the figures are, for programs that show them."""
Ticker = Callable[[str], None]


def papers_report(out: Path) -> int:
    """Check `out`, compute, write; a bar on stderr meanwhile. Raises UserError."""
    check_out(out)
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description:24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("starting", total=len(makers()) + 1)

        def tick(what: str) -> None:
            bar.update(task, description=what)
            bar.advance(task)

        files = build(sections(tick))
        tick("figures")
    write(files, out)
    Console(highlight=False, soft_wrap=True).print(
        f"{out / HTML} and {out / MARKDOWN}, {len(files) - 3} figures", markup=False
    )
    return 0


def makers() -> dict[str, Callable[[], Section]]:
    """What makes each section, by its key, in the page's order."""
    from oracle.app.papers import (
        cournot,
        elecoin,
        fork,
        information,
        insurance,
        learners,
        network,
        poster,
        procurement,
        regulation,
    )

    return {
        "scenario_1": cournot.scenario_1,
        "scenarios": cournot.scenarios_2_and_3,
        "information": information.incomplete_information,
        "target": regulation.target_price,
        "strategies": regulation.supply_strategies,
        "equilibrium": elecoin.equilibrium,
        "convergence": learners.convergence,
        "two_peaks": elecoin.two_peaks,
        "members": elecoin.utilities_against_members,
        "baselines": learners.baselines,
        "price": elecoin.utilities_against_price,
        "mining": elecoin.mining_probability,
        "insurance": insurance.optimal_insurance,
        "merit_order": network.merit_order,
        "auction": procurement.auction_of_the_mismatch,
        "frequency": network.frequency_control,
        "fork": fork.miners_on_a_fork,
        "market": poster.private_market,
        "poster": poster.reputation_rounds,
    }


def sections(tick: Ticker = lambda what: None) -> dict[str, Section]:
    """All sections by their keys, in the page's order; `tick` hears the title of each."""
    made = {}
    for key, make in makers().items():
        made[key] = make()
        tick(made[key].title[:24])
    return made


def build(made: dict[str, Section]) -> dict[str, str]:
    """Every file of the report: its path below the folder, its text."""
    from oracle.app.papers.page import as_html, as_index, as_markdown, pictures
    from oracle.plots.papers import as_svg

    drawings = {
        picture.name: as_svg(picture.panels, picture.columns, picture.words)
        for picture in pictures(made)
    }
    figures = {f"{FIGURES}/{name}.svg": drawing for name, drawing in drawings.items()}
    return {
        HTML: as_html(made, drawings),
        MARKDOWN: as_markdown(made, FIGURES),
        INDEX: as_index(made),
        **figures,
    }


def check_out(out: Path) -> None:
    """Raises UserError unless a report can be written there, before anything is computed."""
    if out.exists() and not out.is_dir():
        raise UserError(f"--out: {out}: is a file; name a folder")
    if not out.exists() and not out.resolve().parent.is_dir():
        raise UserError(f"--out: {out}: its folder does not exist")
    if (out / FIGURES).is_file():
        raise UserError(f"--out: {out / FIGURES}: is a file; the figures' folder goes there")
    for name in (HTML, MARKDOWN):
        if (out / name).is_dir():
            raise UserError(f"--out: {out / name}: is a folder; the page goes there")
    place = out if out.exists() else out.resolve().parent
    if not os.access(place, os.W_OK | os.X_OK):
        raise UserError(f"--out: {out}: permission denied")


def write(files: dict[str, str], out: Path) -> None:
    """Write all files or none: first beside, then moved. Raises UserError."""
    made = not out.exists()
    try:
        out.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".report-") as folder:
            for name, text in files.items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            for parent in _folders(files):
                (out / parent).mkdir(exist_ok=True)
            for name in files:
                os.replace(Path(folder, name), out / name)
    except OSError as error:
        if made:
            with contextlib.suppress(OSError):
                out.rmdir()
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"--out: {out}: {reason}") from None


def _folders(names: Iterable[str]) -> list[Path]:
    return sorted({Path(name).parent for name in names} - {Path()})
