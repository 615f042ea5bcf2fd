"""The monthly figures: of a district or a state, as plots, a table, CSV; what everybody may see, and what bodies may.

Why: a meeting, a newspaper and a statistician look at the same frozen tables. Promises: the public page is made of the
set that is everybody's and of the public directory, whoever reads it; the other one is for providers and bodies; no
need stands in an address. When not to use it: for a program, which reads `/api/figures`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from referral_service.domain.figures.behind_the_wall import SERVICE_READERS, SERVICE_TABLES
from referral_service.domain.figures.cells import EVERYBODY, SERVICES, Figures
from referral_service.domain.matching.eligibility import count_open
from referral_service.pages import district_names
from referral_service.pages.figure_csv import csv_of
from referral_service.pages.figure_plots import grids_of, plots_of, span_words
from referral_service.store.directory import listed_in
from referral_service.store.frozen_figures import FrozenFigures, PlacesTold, frozen_of_place, is_told, newest_frozen
from service_kit.errors import NotFound
from service_kit.identity import Scope
from service_kit.web.access.require import maybe_principal, principal, public, require
from service_kit.web.context import context, dependency
from service_kit.web.html.render import render
from setu.districts import STATE_CODES, STATE_OF_DISTRICT
from setu.figures import TABLES, FigureTable

MONTHS = 36  # of a place, to choose from
blueprint = Blueprint("figures", __name__, url_prefix="/figures")


@dataclass(frozen=True)
class FigurePlace:
    """A district, or a state where `district` is None: LGD codes."""

    state: int
    district: int | None

    @property
    def code(self) -> str:
        """As it stands in an address."""
        return f"state-{self.state}" if self.district is None else f"district-{self.district}"

    @property
    def name(self) -> str:
        """In the reader's language."""
        return (
            district_names.state_name_of(self.state) if self.district is None else district_names.name_of(self.district)
        )


@blueprint.get("")
@public
def show() -> ResponseReturnValue:
    """Of a place; without one, of the reader's district, else nothing but the choice."""
    return _page(EVERYBODY, TABLES, Scope())


@blueprint.get("/services")
@require(*SERVICE_READERS)
def show_services() -> ResponseReturnValue:
    """What happened after a service accepted: for providers and bodies."""
    return _page(SERVICES, SERVICE_TABLES, principal().scope)


@blueprint.get("/figures.csv")
@public
def download() -> ResponseReturnValue:
    """All that everybody is told of a place; without one, of the newest month."""
    return _download(EVERYBODY, Scope())


@blueprint.get("/services/figures.csv")
@require(*SERVICE_READERS)
def download_services() -> ResponseReturnValue:
    """The same of what providers and bodies are told."""
    return _download(SERVICES, principal().scope)


def _page(audience: str, tables: Mapping[str, FigureTable], scope: Scope) -> Response:
    known = [FigurePlace(*each) for each in dependency(PlacesTold).all()]
    with context().db.transaction(scope) as session:
        place = _asked_place(session, known)
        told = _of_place(session, audience, place) if place else []
        chosen = _chosen(told)
        open_services = _open_services(session, place) if audience == EVERYBODY else None
    earlier = [each.figures for each in told if chosen and each.figures.month <= chosen.figures.month]
    return render(
        "referral/figures.html",
        places=_choices({*known, place} if place else known),
        place=place,
        told=[each for each in told if each.figures.cells],
        chosen=chosen,
        plots=plots_of(tables, chosen.figures, earlier) if chosen else [],
        grids=grids_of(tables, chosen.figures, earlier) if chosen else [],
        open_services=open_services,
        span_words=_span,
        of_services=audience == SERVICES,
        readers=SERVICE_READERS,
    )


def _choices(known: Collection[FigurePlace]) -> list[tuple[str, str]]:
    """States first, each by its name."""
    return sorted(((each.code, each.name) for each in known), key=lambda pair: (pair[0][0] == "d", pair[1]))


def _span(figures: Figures) -> str:
    """The span of what is told with a month: the shorter one, where a month and a quarter are."""
    return span_words(figures.month, min(cell.months for cell in figures.cells))


def _asked_place(session: Session, known: Sequence[FigurePlace] = ()) -> FigurePlace | None:
    """The one that is asked for (NotFound for another than those that are told), else the reader's first district."""
    asked = request.args.get("place")
    if asked:
        found = _read_place(asked)
        if found is None or not is_told(session, found.state, found.district):
            raise NotFound
        return found
    reader = maybe_principal()
    mine = sorted(reader.districts) if reader else []
    return next((each for code in mine for each in known if each.district == code), None)


def _read_place(code: str) -> FigurePlace | None:
    """`district-315` or `state-19`; None for what is no place."""
    kind, _, number = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 5):
        return None
    if kind == "state":
        return FigurePlace(int(number), None)
    state = STATE_OF_DISTRICT.get(int(number)) if kind == "district" else None
    return None if state is None else FigurePlace(STATE_CODES[state], int(number))


def _of_place(session: Session, audience: str, place: FigurePlace) -> Sequence[FrozenFigures]:
    return frozen_of_place(session, audience=audience, state=place.state, district=place.district, limit=MONTHS)


def _chosen(told: Sequence[FrozenFigures]) -> FrozenFigures | None:
    with_cells = [each for each in told if each.figures.cells]
    asked = request.args.get("month", "")
    return next((each for each in with_cells if f"{each.figures.month:%Y-%m}" == asked), next(iter(with_cells), None))


def _open_services(session: Session, place: FigurePlace | None) -> tuple[int, int] | None:
    """Services of the district that take women, and children, today: public facts, beside the shares."""
    if place is None or place.district is None:
        return None
    return count_open(listed_in(session, place.district))


def _download(audience: str, scope: Scope) -> Response:
    with context().db.transaction(scope) as session:
        place = _asked_place(session)
        told = _of_place(session, audience, place) if place else newest_frozen(session, audience)
    response = Response(csv_of([each.figures for each in told]), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return response
