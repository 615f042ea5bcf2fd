"""The public front page: find help by place and need, for anybody, without signing in.

A place may stand in the address (`/?district=315`: to share, to print for a wall). A need never does: it is sent in the
body, so it is in no history, no log and no link. Results carry everything in them, so that reading on does not mean
leaving an answer to a form.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import category

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from directory_service.domain.finding import Search
from directory_service.domain.needs import BY_CODE, NEEDS
from directory_service.pages.listing_words import district_name, languages_words, listing, statements, week_rows
from directory_service.store.shown_services import KnownDistrict, districts_named, services_shown
from directory_service.use_cases import find_services as finding
from directory_service.use_cases.find_services import find_services
from directory_service.use_cases.tools import search_index
from service_kit.web.auth import public
from service_kit.web.context import context
from service_kit.web.pages import render

blueprint = Blueprint("find_help", __name__, template_folder="templates")
AT_ONCE = 30
LONGEST = 80


@dataclass(frozen=True)
class Asked:
    """What the visitor asked for."""

    place: str = ""
    district: int | None = None
    need: str | None = None
    open_now: bool = False
    shown: int = AT_ONCE


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """The form; with a place in the address also what there is."""
    district = request.args.get("district", "")
    known = int(district) if district.isascii() and district.isdigit() and len(district) < 6 else None
    return _answer(Asked(place=_plain(request.args.get("place", "")), district=known), is_form=False)


@blueprint.post("/")
@public
def search() -> ResponseReturnValue:
    """What there is for a place and a need."""
    need = request.form.get("need", "")
    shown = request.form.get("shown", "")
    asked = Asked(
        place=_plain(request.form.get("place", "")),
        need=need if need in BY_CODE else None,
        open_now=request.form.get("open_now") == "yes",
        shown=min(int(shown), 500) if shown.isascii() and shown.isdigit() and len(shown) < 5 else AT_ONCE,
    )
    return _answer(asked, is_form=True)


def _plain(text: str) -> str:
    """At most `LONGEST` characters, without what no name contains and no database stores (controls, surrogates)."""
    return "".join(symbol for symbol in text if category(symbol) not in {"Cc", "Cs"})[:LONGEST].strip()


def _answer(asked: Asked, *, is_form: bool) -> ResponseReturnValue:
    now, snapshot = context().clock.now(), search_index().snapshot()
    with context().db.transaction() as session:
        known = districts_named(session, snapshot.districts_served)
        meant = _meant(asked, known)
        searched = is_form or bool(asked.place) or asked.district is not None
        nowhere = asked.district is not None and not meant
        found = find_services(snapshot, _sought(asked, meant, now), now) if searched and not nowhere else None
        rows = services_shown(session, snapshot.ids(found.hits)) if found else []
    shown = [listing(row, now) for row in rows]
    total = found.total if found else 0
    return render(
        "listings/find_help.html",
        asked=asked,
        searched=searched,
        is_form=is_form,
        districts=sorted(((each.code, district_name(each), each.state) for each in known), key=lambda each: each[1]),
        place_names=[district_name(district) for district in meant],
        place_text=asked.place or (district_name(meant[0]) if len(meant) == 1 else ""),
        total=total,
        found=[(each, _more(each)) for each in shown],
        more=asked.shown + AT_ONCE if total > asked.shown else None,
        needs=NEEDS,
        need=BY_CODE.get(asked.need or ""),
        public_page=True,
    )


def _sought(asked: Asked, meant: list[KnownDistrict], now: datetime) -> finding.Asked:
    """The same in the words of the index; a place that is no district is looked for in names and descriptions."""
    search = Search(
        words="" if meant else asked.place,
        districts=tuple(str(district.code) for district in meant),
        needs=(asked.need,) if asked.need else (),
        status="active",
        open_at=now if asked.open_now else None,
    )
    return finding.Asked(search, "relevance", size=asked.shown, open_first=True)


def _more(each: Any) -> dict[str, Any]:
    return {
        "statements": list(statements(each.services)),
        "languages": languages_words(each.services.languages),
        "week": week_rows(each.openings),
    }


def _meant(asked: Asked, known: list[KnownDistrict]) -> list[KnownDistrict]:
    """The districts that the words name, in any language: whole names first, then beginnings, then states."""
    if asked.district is not None:
        return [district for district in known if district.code == asked.district]
    text = asked.place.casefold()
    if not text:
        return []
    names = [({district.name, *district.names.values()}, district) for district in known]
    whole = [district for all_names, district in names if text in {name.casefold() for name in all_names}]
    if whole:
        return whole
    begun = [district for all_names, district in names if any(_fits(text, name) for name in all_names)]
    return begun or [district for district in known if text == district.state.casefold()]


def _fits(text: str, name: str) -> bool:
    folded = name.casefold()
    return len(text) > 1 and (folded.startswith(text) or text in folded.split() or text.startswith(folded + ","))
