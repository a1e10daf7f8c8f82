"""Sheets of several files into one set of profiles: one step, one window, every member's power."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.community.errors import CommunityError, utc_text
from oracle.community.intake.sheet import Channel, Note, Sheet
from oracle.community.model import Meter
from oracle.community.profiles import fill_gaps

STEPS = (900, 1800, 3600)
NOISE = 0.02
"""A negative reading below this share of the largest is the meter's noise, and counts as zero."""
COMBINATIONS = (
    "load; load and generation; generation; import; import and export; net; "
    "or import, export and generation"
)
Array = NDArray[np.float64]
Piece = tuple[int, Array]
Parts = dict[Channel, list[Piece]]


@dataclass(frozen=True, eq=False)
class Metered:
    """A member's power in kW [T], NaN in gaps: used and made, or taken and given at the grid."""

    name: str
    source: str
    meter: Meter
    taken: Array | None
    given: Array | None


@dataclass(frozen=True, eq=False)
class Combined:
    """Members' power over the same `count` intervals from `start` (UTC seconds) on."""

    start: int
    count: int
    step: int
    members: tuple[Metered, ...]
    notes: tuple[Note, ...]
    gaps: bool

    @property
    def end(self) -> int:
        return self.start + self.count * self.step


def combine(
    sheets: Sequence[Sheet],
    *,
    step: int | None = None,
    since: int | None = None,
    until: int | None = None,
) -> Combined:
    """One set of profiles from `since` to `until` (UTC seconds; default: what all meters cover).

    Raises CommunityError: no common time, two values for one interval, columns that do not go
    together, a gap that no other week fills.
    """
    step = _step(sheets, step)
    parts = _parts(sheets, step)
    if not parts:
        raise CommunityError(None, "files", "no series", "needs at least one meter")
    start, end, notes = _window(parts, step, since, until)
    count = (end - start) // step
    names = member_names([*parts])
    members = []
    silenced = 0
    for meter, channels in parts.items():
        arrays = {
            channel: _joined(meter, channel, pieces, start, step, count)
            for channel, pieces in channels.items()
        }
        silenced += sum(_quiet(meter, channel, array) for channel, array in arrays.items())
        members.append(_metered(names[meter], meter, arrays))
    if silenced:
        notes.append(
            Note(
                "negative", f"{silenced} readings a little below zero (the meter's noise) set to 0"
            )
        )
    gap_notes = _gaps(members, start, step)
    unknown = [member.name for member in members if member.meter == "import_export"]
    if unknown:
        notes.append(
            Note(
                "own use",
                f"unknown behind import/export meters (at {len(unknown)}: {_few(unknown)}): "
                "self-sufficiency and self-consumption stay null",
            )
        )
    return Combined(start, count, step, tuple(members), (*notes, *gap_notes), bool(gap_notes))


def _step(sheets: Sequence[Sheet], wanted: int | None) -> int:
    coarsest = max(sheet.coarsest for sheet in sheets)
    fits = [
        s
        for s in STEPS
        if all(s % x == 0 for sheet in sheets for x in (sheet.step, sheet.coarsest))
    ]
    if wanted is not None:
        if wanted not in fits:
            raise CommunityError(
                None, "--step", wanted, f"one of {fits}: readings come every {coarsest} s"
            )
        return wanted
    if not fits:
        raise CommunityError(
            sheets[0].source,
            "stamps",
            f"{coarsest} s apart",
            "no multiple of it is 15, 30 or 60 min",
        )
    return fits[0]


def _parts(sheets: Sequence[Sheet], step: int) -> dict[str, Parts]:
    parts: dict[str, Parts] = {}
    for sheet in sheets:
        start, kw = _coarser(sheet, step)
        for column, values in zip(sheet.columns, kw, strict=True):
            if np.isnan(values).all():
                continue
            meter = column.meter or sheet.source.name.split(".")[0]
            channels = parts.setdefault(meter, {})
            channels.setdefault(column.channel or "load", []).append((start, values))
    return parts


def _coarser(sheet: Sheet, step: int) -> tuple[int, Array]:
    """The sheet at a longer step: means, NaN where one of an interval's parts lacks."""
    start = sheet.start - sheet.start % step
    times = step // sheet.step
    if times == 1:
        return start, sheet.kw
    before = (sheet.start - start) // sheet.step
    after = -(before + sheet.kw.shape[1]) % times
    padded = np.pad(sheet.kw, ((0, 0), (before, after)), constant_values=np.nan)
    return start, padded.reshape(len(padded), -1, times).mean(axis=2)


def _span(pieces: list[Piece], step: int) -> tuple[int, int]:
    firsts, lasts = [], []
    for start, values in pieces:
        there = ~np.isnan(values)
        firsts.append(start + int(np.argmax(there)) * step)
        lasts.append(start + (len(values) - int(np.argmax(there[::-1]))) * step)
    return min(firsts), max(lasts)


def _window(
    parts: dict[str, Parts], step: int, since: int | None, until: int | None
) -> tuple[int, int, list[Note]]:
    spans = {
        meter: _span(pieces, step)
        for meter, channels in parts.items()
        for pieces in channels.values()
    }
    late = max(spans, key=lambda meter: spans[meter][0])
    early = min(spans, key=lambda meter: spans[meter][1])
    start = spans[late][0] if since is None else since
    end = spans[early][1] if until is None else until
    if end - start < step:
        raise CommunityError(
            None,
            "files",
            f"{late} starts {utc_text(spans[late][0])}, {early} ends {utc_text(spans[early][1])}",
            "no time is left that all meters cover: leave one out with --skip, or use --from, --to",
        )
    notes = [Note("window", f"{utc_text(start)} to {utc_text(end)}, what all meters cover")]
    if since is not None or until is not None:
        notes = [Note("window", f"{utc_text(start)} to {utc_text(end)}, as told")]
    elif max(end for _, end in spans.values()) > end or min(s for s, _ in spans.values()) < start:
        notes.append(Note("window", f"cut by {late} (starts last) and {early} (ends first)"))
    return start, end, notes


def _joined(
    meter: str, channel: Channel, pieces: list[Piece], start: int, step: int, count: int
) -> Array:
    out = np.full(count, np.nan)
    for begin, values in pieces:
        shift = (begin - start) // step
        low, high = max(0, shift), min(count, shift + len(values))
        if high <= low:
            continue
        part, new = out[low:high], values[low - shift : high - shift]
        clash = ~np.isnan(part) & ~np.isnan(new) & (np.abs(part - new) > 1e-9)
        if clash.any():
            at = start + (low + int(np.argmax(clash))) * step
            raise CommunityError(
                None,
                f"{meter} {channel} at {utc_text(at)}",
                "two values",
                "files or columns differ",
            )
        out[low:high] = np.where(np.isnan(part), new, part)
    return out


def _quiet(meter: str, channel: Channel, values: Array) -> int:
    """Sets a meter's negative noise to zero, in place. Raises CommunityError for more than that."""
    if channel == "net":
        return 0
    with np.errstate(invalid="ignore"):
        low = values < 0
    if not low.any():
        return 0
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    if -least > max(NOISE * most, 0.01):
        raise CommunityError(
            None,
            f"{meter} {channel}",
            f"{least:g} kW",
            "must not be negative; a column of import less export is --channel net",
        )
    values[low] = 0.0
    return int(low.sum())


def _metered(name: str, source: str, arrays: dict[Channel, Array]) -> Metered:
    kinds = set(arrays)
    if kinds == {"net"}:
        net = arrays["net"]
        return Metered(name, source, "import_export", np.maximum(net, 0.0), np.maximum(-net, 0.0))
    if kinds <= {"load", "generation"}:
        return Metered(
            name, source, "load_generation", arrays.get("load"), arrays.get("generation")
        )
    if kinds == {"import"}:
        return Metered(name, source, "load_generation", arrays["import"], None)
    if kinds <= {"import", "export"}:
        taken = arrays.get("import", np.zeros(len(arrays["export"])))
        return Metered(name, source, "import_export", taken, arrays["export"])
    if kinds == {"import", "export", "generation"}:
        # With the plant's own meter, what the house used follows.
        load = arrays["import"] + arrays["generation"] - arrays["export"]
        _quiet(source, "load", load)
        return Metered(name, source, "load_generation", load, arrays["generation"])
    raise CommunityError(None, source, ", ".join(sorted(kinds)), f"must be {COMBINATIONS}")


def _gaps(members: Sequence[Metered], start: int, step: int) -> list[Note]:
    lost = cells = 0
    longest, where, who = 0, "", []
    for member in members:
        known = member.meter == "load_generation"
        for kind, values in (
            ("load" if known else "import", member.taken),
            ("generation" if known else "export", member.given),
        ):
            if values is None:
                continue
            cells += len(values)
            empty = np.isnan(values)
            if not empty.any():
                continue
            lost += int(empty.sum())
            who.append(member.name)
            left = np.isnan(fill_gaps(values, step))
            if left.any():
                at = utc_text(start + int(np.argmax(left)) * step)
                raise CommunityError(
                    None, f"{member.source} {kind} at {at}", "empty",
                    "no other week has this hour: choose a window with --from and --to, or --skip",
                )  # fmt: skip
            edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
            lengths = edges[1::2] - edges[::2]
            if int(lengths.max()) > longest:
                longest = int(lengths.max())
                first = start + int(edges[::2][np.argmax(lengths)]) * step
                where = f"{member.name} from {utc_text(first)}"
    if not lost:
        return []
    distinct = list(dict.fromkeys(who))
    text = (
        f"{lost} of {cells} readings lack ({lost / cells:.2%}), at {len(distinct)} meters "
        f"({_few(distinct)}), the longest for {longest * step / 3600:g} h ({where}): empty in the "
        'profiles; gaps = "estimate" fills them from another week and marks them'
    )
    return [Note("gaps", text)]


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def member_names(meters: Sequence[str]) -> dict[str, str]:
    """A name that a community file allows for each meter, every one different."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for meter in meters:
        name = re.sub(r"[^\w .\-]", "_", meter.strip())[:56].strip() or "meter"
        name = name if re.match(r"\w", name) else f"m{name}"
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name} {number}", number + 1
        taken.add(unique)
        names[meter] = unique
    return names
