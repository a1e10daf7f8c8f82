"""A member's own data: what she saved, her meter, her statements."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from oracle.service.errors import ApiError
from oracle.service.http.bodies import Address, Authorization, problems
from oracle.service.http.context import Context
from oracle.service.http.paging import After, Limit, Order
from oracle.service.own.access import own_member
from oracle.service.own.saving import Received, Terms, savings
from oracle.service.own.schemas import Meter, MeterPeriod, Quality, Saving, Statements
from oracle.service.ports import Language, StatementFormat, StatementPort
from oracle.service.store.records import CorrectionRecord, InstanceRecord, ReadingRecord
from oracle.service.store.store import Store
from oracle.units import WAD

OWN = problems(401, 403, 404, 422, 429)
DAY = 86_400
Days = Annotated[int, Query(ge=1, le=400, description="at most so many local days, the newest")]
Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")]


def router(context: Context) -> APIRouter:
    """The endpoints over one store."""
    routes = APIRouter()
    store = context.store

    @routes.get("/api/members/{address}/saving", responses=OWN)
    def saving(
        request: Request, address: Address, days: Days = 31, authorization: Authorization = None
    ) -> Saving:
        """What the market saved her against the grid alone, by local day."""
        own = own_member(context, request, address, authorization)
        return saving_of(store, own.address, days)

    @routes.get("/api/members/{address}/meter", responses=OWN)
    def meter(
        request: Request,
        address: Address,
        after: After = None,
        limit: Limit = 96,
        order: Order = "newest",
        authorization: Authorization = None,
    ) -> Meter:
        """What her meter said, period by period."""
        own = own_member(context, request, address, authorization)
        return meter_of(store, own.address, after, limit, order == "newest")

    @routes.get("/api/members/{address}/statements", responses=OWN)
    def statements(
        request: Request, address: Address, authorization: Authorization = None
    ) -> Statements:
        """The months of which she can download a statement."""
        own = own_member(context, request, address, authorization)
        return Statements(
            months=list(_statements(context).months(own.address)),
            formats=list(get_args(StatementFormat)),
            languages=list(get_args(Language)),
        )

    @routes.get(
        "/api/members/{address}/statement",
        response_class=Response,
        responses={200: {"content": {"text/html": {}, "text/csv": {}}}, **OWN},
    )
    def statement(
        request: Request,
        address: Address,
        month: Month,
        format: StatementFormat = "html",
        language: Language = "en",
        authorization: Authorization = None,
    ) -> Response:
        """Her statement of a month, to keep: a page, its lines or its periods as a sheet."""
        own = own_member(context, request, address, authorization)
        port = _statements(context)
        months = port.months(own.address)
        if month not in months:
            there = ", ".join(months) or "none yet"
            raise ApiError(404, f"{month}: no data; there is {there}", field="month")
        made = port.statement(own.address, month, format, language)
        return Response(
            made.content,
            media_type=made.media_type,
            headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
        )

    return routes


def _statements(context: Context) -> StatementPort:
    if context.ports.statements is None or context.store.instance() is None:
        raise ApiError(404, "this service makes no statements")
    return context.ports.statements


def _instance(store: Store) -> InstanceRecord:
    found = store.instance()
    assert found is not None  # a member is there, so her deployment is
    return found


# --- saving ---------------------------------------------------------------------------------------


def saving_of(store: Store, address: str, days: int) -> Saving:
    """Of the newest `days` local days. Raises ApiError 404 where no terms of supply are known."""
    facts = _instance(store).deployment
    supply = store.supplies().get(address)
    if supply is None or "redemption_wei" not in facts:
        raise ApiError(404, f"{address}: her terms with the supplier are not known here")
    terms = Terms(
        supply=supply,
        prices={price.period: price for price in store.supply_prices(supply.tariff)},
        redemption=Fraction(int(facts["redemption_wei"]), WAD),
        zone=ZoneInfo(str(facts["timezone"])),
    )
    schedule = facts["schedule"]
    # A day more than asked for: the clocks may change, and the oldest day may be cut.
    most = (days + 1) * DAY // int(schedule["step"]) + 1
    page = store.member_periods(address, limit=most, newest_first=True)
    corrections = [c for c in store.corrections(address) if c.period in terms.prices]
    found = savings(
        terms,
        [record for record in page.items if record.period in terms.prices],
        store.elecoin_moves(address),
        corrections,
        [
            record
            for period in {correction.period for correction in corrections}
            for record in store.member_periods(address, after=period - 1, limit=1).items
            if record.period == period
        ],
        _prizes(store, address, terms, int(schedule["round_periods"])),
    )
    return Saving.of(dict(list(found.items())[-days:]), str(facts["currency"]))


def _prizes(store: Store, address: str, terms: Terms, round_periods: int) -> list[Received]:
    """What she won, at the time of the round's last period."""
    won = []
    for contest in store.contests_won(address):
        last = terms.prices.get((contest.round + 1) * round_periods - 1)
        if last is not None and contest.prize_wei is not None:
            won.append(Received(last.starts_at, contest.prize_wei))
    return won


# --- meter ----------------------------------------------------------------------------------------


def meter_of(
    store: Store, address: str, after: int | None, limit: int, newest_first: bool
) -> Meter:
    """Her readings, and the periods that were closed without one."""
    schedule = _instance(store).deployment["schedule"]
    readings = {
        reading.period: reading
        for reading in store.readings_page(
            address, after=after, limit=limit + 1, newest_first=newest_first
        )
    }
    closed = store.member_periods(
        address, after=after, limit=limit + 1, newest_first=newest_first
    ).items
    numbers = sorted(readings.keys() | {own.period for own in closed}, reverse=newest_first)
    wrong: dict[int, list[CorrectionRecord]] = defaultdict(list)
    for correction in store.corrections(address):
        wrong[correction.period].append(correction)
    start, length = int(schedule["start"]), int(schedule["period"])
    items = [
        _meter_period(number, start + number * length, readings.get(number), wrong[number])
        for number in numbers[:limit]
    ]
    return Meter(items=items, next=items[-1].period if len(numbers) > limit else None)


def _meter_period(
    period: int, starts_at: int, reading: ReadingRecord | None, wrong: list[CorrectionRecord]
) -> MeterPeriod:
    quality: Quality = "missing"
    if wrong:
        quality = "corrected"
    elif reading is not None:
        quality = "estimated" if reading.estimated else "measured"
    known = reading is not None or bool(wrong)
    generated = 0 if reading is None else reading.generated_wh
    consumed = 0 if reading is None else reading.consumed_wh
    return MeterPeriod(
        period=period,
        starts_at=starts_at,
        generated_wh=generated + sum(c.generated_wh for c in wrong) if known else None,
        consumed_wh=consumed + sum(c.consumed_wh for c in wrong) if known else None,
        generation_wh=None if reading is None else reading.generation_wh,
        consumption_wh=None if reading is None else reading.consumption_wh,
        quality=quality,
    )
