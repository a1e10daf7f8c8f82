"""`wattmarket community import`: meters' files in, a community's folder out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from oracle import UserError
from oracle.community.intake.combine import Combined, combine
from oracle.community.intake.compose import Wishes, compose
from oracle.community.intake.facts import Facts, read_facts
from oracle.community.intake.folder import profiles_name, write_folder
from oracle.community.intake.read import read_meters
from oracle.community.intake.sheet import Channel, Dates, Note, Sheet, Stamps, Told, Unit
from oracle.community.load import load_community
from oracle.community.model import Community
from oracle.community.profiles import load_profiles


@dataclass(frozen=True)
class ImportOptions:
    """What the command line was given; None where it was not."""

    files: tuple[Path, ...]
    out: Path
    unit: str | None = None
    stamps: str = "auto"
    dates: str = "auto"
    channel: str | None = None
    timezone: str | None = None
    step: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    skip: tuple[str, ...] = ()
    members: Path | None = None
    template: Path | None = None
    retail: str | None = None
    zone: str | None = None
    feed_in: float | None = None
    currency: str | None = None
    location: tuple[float, float] | None = None
    prices: Path | None = None
    area: str | None = None
    margin: float = 0.0
    name: str | None = None
    force: bool = False


def import_command(options: ImportOptions) -> int:
    """Reads, combines, writes, and says what was assumed. Raises UserError before it writes."""
    template = load_community(options.template)
    timezone = options.timezone or template.timezone
    told = _told(options, timezone)
    facts = Facts() if options.members is None else read_facts(options.members)
    with _watching() as progress:
        sheets = [_read(file, told, progress) for file in options.files]
    wishes, notes = _wishes(options, template, timezone)
    build(sheets, facts, wishes, options, notes)
    return 0


def simbench_command(code: str, options: ImportOptions) -> int:
    """The same from a grid of the package simbench. Raises UserError where it is missing."""
    from oracle.community.intake.simbench_grid import TIMEZONE, read_simbench

    template = load_community(options.template)
    with Console(stderr=True).status(f"reading {escape(code)}"):
        grid = read_simbench(code)
    wishes, notes = _wishes(options, template, TIMEZONE)
    files = {"ATTRIBUTION.md": grid.attribution}
    build([grid.sheet], grid.facts, wishes, options, notes, files)
    return 0


def _wishes(
    options: ImportOptions, template: Community, timezone: str
) -> tuple[Wishes, list[Note]]:
    prices, currency, notes = None, None, []
    if options.prices is not None:
        from oracle.community.intake.entsoe import read_day_ahead

        auction = read_day_ahead(options.prices, area=options.area, zone=timezone)
        prices, currency, notes = auction.series, auction.currency, list(auction.notes)
        stated = options.currency or template.currency
        if currency is not None and currency != stated:
            raise UserError(
                f"--prices: {currency} a kWh, but the community's currency is {stated}: "
                "give a --template in that currency, or --currency"
            )
    named = "the example community" if options.template is None else str(options.template)
    return Wishes(
        template=template,
        template_name=named,
        name=options.name or options.out.resolve().name or "community",
        timezone=timezone,
        currency=options.currency,
        retail=options.retail,
        zone=options.zone,
        feed_in=options.feed_in,
        location=options.location,
        prices=prices,
        margin=options.margin,
    ), notes


def build(
    sheets: Sequence[Sheet],
    facts: Facts,
    wishes: Wishes,
    options: ImportOptions,
    notes: Sequence[Note],
    files: dict[str, str] | None = None,
) -> None:
    """Writes the folder of what was read, reads it back, and prints what was assumed."""
    combined = combine(
        sheets,
        step=options.step,
        since=_midnight(options.since, wishes.timezone),
        until=_midnight(options.until, wishes.timezone),
    )
    cells = len(combined.members) * combined.count
    wishes = replace(wishes, profiles=profiles_name(cells))
    composed = compose(combined, wishes, facts)
    every = [*_of_files(sheets), *combined.notes, *notes, *composed.notes]

    def check(file: Path) -> None:
        load_profiles(load_community(file), file)

    console = Console(stderr=True)
    with console.status("writing"):
        write_folder(
            options.out,
            combined,
            composed,
            every,
            files=files,
            replace=options.force,
            check=check,
        )
    _report(options.out, combined, every)


def _told(options: ImportOptions, timezone: str) -> Told:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"--timezone: {timezone!r}: must be an IANA time zone such as Europe/Berlin"
        ) from None
    unit: Unit | None = next((u for u in get_args(Unit) if u == options.unit), None)
    channel: Channel | None = next((c for c in get_args(Channel) if c == options.channel), None)
    stamps: Stamps = next(s for s in get_args(Stamps) if s == options.stamps)
    dates: Dates = next(d for d in get_args(Dates) if d == options.dates)
    given = options.timezone is not None
    return Told(timezone, given, unit, stamps, dates, channel, options.skip)


@contextmanager
def _watching() -> Iterator[Progress]:
    bar = Progress(
        TextColumn("{task.description:32}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        yield bar


def _read(file: Path, told: Told, bar: Progress) -> Sheet:
    task = bar.add_task(escape(file.name[:32]), total=None)
    return read_meters(
        file, told, lambda done, total: bar.update(task, completed=done, total=total)
    )


def _midnight(day: dt.date | None, timezone: str) -> int | None:
    if day is None:
        return None
    return int(dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(timezone)).timestamp())


def _of_files(sheets: Sequence[Sheet]) -> list[Note]:
    """Each line once, with the files that it holds for if these are not all."""
    files: dict[Note, list[str]] = {}
    for sheet in sheets:
        for note in sheet.notes:
            files.setdefault(note, []).append(sheet.source.name)
    return [
        note if len(names) == len(sheets) else Note(note.about, f"{', '.join(names)}: {note.text}")
        for note, names in files.items()
    ]


def _report(out: Path, combined: Combined, notes: Sequence[Note]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for note in notes:
        console.print(f"[bold]{escape(note.about)}[/bold]: {escape(note.text)}")
    days = combined.count * combined.step / 86_400
    console.print(
        f"\n{len(combined.members)} members, {combined.count} periods of "
        f"{combined.step // 60} min ({days:.4g} days)\n"
        f"wattmarket run {escape(str(out / 'community.toml'))}"
    )
