"""The public front page: find help by place and need, for anybody, without signing in.

A place may stand in the address (`/?district=315`: to share, to print for a wall). A need never does, nor anything else
that is asked for: it is sent in the body and comes back in a sealed cookie (`kept_searches`), so it is in no history,
no log and no link, and the page of results is one that the back button finds again (docs/adr/0011).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.finding.pages import kept_searches
from directory_service.finding.pages.help_form import (
    AT_ONCE,
    HelpForm,
    read_form,
    trimmed_text,
)
from directory_service.finding.pages.match_districts import districts_meant
from directory_service.finding.pages.public_links import (
    carry_language,
    links_of,
)
from directory_service.finding.store.search.reader import SearchIndex, Snapshot
from directory_service.finding.use_cases.look_for_help import (
    RADII,
    Help,
    Relaxation,
    look_for_help,
)
from directory_service.finding.use_cases.public_snapshot import public_snapshot
from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.pin_codes import pin_code_in
from directory_service.listings.pages.listing_words import (
    ServiceView,
    district_name,
    languages_words,
    listing,
    rows_of_hours,
    statements,
)
from directory_service.listings.store.public_services import (
    KnownDistrict,
    districts_named,
    services_shown,
)
from service_kit.web.access.require import public
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import (
    gettext,
    number,
)
from service_kit.web.html.render import render, see_other
from setu.need_pictures import NEED_PICTURES
from setu.needs import (
    BY_CODE,
    NEEDS,
)

_CLOSE = 2_000  # metres
_FEW = 3
_MANY = 60  # districts; of more than that the states are listed, so that the page stays light
blueprint = Blueprint("find_help", __name__, template_folder="templates")
carry_language(blueprint)


@blueprint.get("/")
@public
def front() -> ResponseReturnValue:
    """The form; with a place in the address also what there is."""
    code = request.args.get("district", "")
    district = int(code) if code.isascii() and code.isdigit() and len(code) < 6 else None
    asked = HelpForm(place=trimmed_text(request.args.get("place", "")), district=district)
    return _answer(asked, searched=bool(asked.place) or district is not None)


@blueprint.post("/results")
@public
def search() -> ResponseReturnValue:
    """Takes the form, and leads to the page of what it found."""
    key = kept_searches.new_key()
    return kept_searches.keep(see_other(url_for("find_help.results", key=key)), key, read_form(request.form))


@blueprint.get("/results/<key>")
@public
def results(key: str) -> ResponseReturnValue:
    """What there is for a place and a need; the empty form where this browser does not keep the search any more."""
    asked = kept_searches.find(key)
    answer = _answer(asked or HelpForm(), searched=asked is not None, is_form=True)
    answer.headers["Cache-Control"] = "no-store"  # a shared computer keeps no page with a need
    return answer


@dataclass(frozen=True)
class _LookUp:
    """What the directory says to a form: the districts that it knows, those that were meant, and what was found there.

    `shown`: the services of each part of `help`, as the page tells them.
    """

    known: Sequence[KnownDistrict]
    meant: Sequence[KnownDistrict]
    help: Help
    shown: Sequence[Sequence[ServiceView]]


def _look_up(asked: HelpForm, now: datetime, *, searched: bool) -> _LookUp:
    """`searched` False: nothing is asked for yet, or something is wrong with it."""
    snapshot = public_snapshot(dependency(SearchIndex), context().db)
    with context().db.transaction() as session:
        known = districts_named(session, snapshot.districts_served)
        meant = _meant(asked, known)
        nowhere = asked.district is not None and not meant
        found = _look(snapshot, asked, meant, now) if searched and not nowhere else Help(None)
        ids = [snapshot.ids(part.hits) for part in (found.found, found.unplaced) if part]
        rows = {str(row.id): row for row in services_shown(session, [each for part in ids for each in part])}
    return _LookUp(known, meant, found, [[listing(rows[each], now) for each in part if each in rows] for part in ids])


def _answer(asked: HelpForm, *, searched: bool, is_form: bool = False) -> Response:
    """The page: the form, and below it what there is."""
    errors = asked.errors()
    looked = _look_up(asked, context().clock.now(), searched=searched and not errors)
    known, meant, found, shown = looked.known, looked.meant, looked.help, looked.shown
    pin = None if meant else pin_code_in(asked.place)
    named = {each.code: district_name(each) for each in known}
    return render(
        "finding/find_help.html",
        status=400 if errors else 410 if is_form and not searched else 200,
        asked=asked,
        errors=errors,
        searched=searched,
        is_form=is_form,
        places=_places(known, named),
        by_state=len(known) > _MANY,
        place_names=_names(meant, named),
        around=[named[code] for code in found.districts if code in named],
        place_text=asked.place or (named[meant[0].code] if len(meant) == 1 else ""),
        answer=found,
        near=_with_more(shown[0], _distances(found, pin)) if shown else [],
        unplaced=_with_more(shown[1]) if len(shown) > 1 else [],
        more=list(replace(asked, shown=asked.shown + AT_ONCE).fields()) if _has_more(found, asked) else None,
        relaxations=[(_way_words(way), list(asked.like(way.wish).fields())) for way in found.relaxations],
        needs=NEEDS,
        need_pictures=NEED_PICTURES,
        need=BY_CODE.get(asked.need or ""),
        pin_code=pin,
        chosen=_chosen(asked),
        choices=_choices(asked, found),
        radii=[(radius, gettext("within %(km)s km", km=number(radius))) for radius in RADII],
        links=None if is_form or asked.place else links_of("/", **({"district": asked.district} if meant else {})),
    )


def _places(known: Sequence[KnownDistrict], named: dict[int, str]) -> list[tuple[dict[str, object], str, str]]:
    """What the page suggests: the parameters of its address, its name, and the state that it lies in."""
    if len(known) > _MANY:
        return [({"place": state}, state, "") for state in sorted({each.state for each in known})]
    return sorted((({"district": each.code}, named[each.code], each.state) for each in known), key=itemgetter(1))


def _names(meant: Sequence[KnownDistrict], named: dict[int, str]) -> list[str]:
    """The districts' names; of many the state's."""
    states = sorted({each.state for each in meant})
    return states if len(meant) > _FEW else [named[each.code] for each in meant]


def _meant(asked: HelpForm, known: Sequence[KnownDistrict]) -> list[KnownDistrict]:
    if asked.district is not None:
        return [district for district in known if district.code == asked.district]
    return [] if pin_code_in(asked.place) else districts_meant(asked.place, known)


def _look(snapshot: Snapshot, asked: HelpForm, meant: Sequence[KnownDistrict], now: datetime) -> Help:
    return look_for_help(snapshot, asked.wish(tuple(each.code for each in meant)), now, size=asked.shown)


def _has_more(found: Help, asked: HelpForm) -> bool:
    return any(part.total > asked.shown for part in (found.found, found.unplaced) if part)


def _with_more(shown: Sequence[Any], distances: Sequence[str] = ()) -> list[tuple[Any, dict[str, Any]]]:
    """Services with what stands folded under them."""
    return [
        (
            each,
            {
                "statements": list(statements(each.services)),
                "languages": languages_words(each.services.languages),
                "week": rows_of_hours(each.openings),
                "distance": distances[at] if distances else "",
            },
        )
        for at, each in enumerate(shown)
    ]


def _distances(found: Help, pin: str | None) -> list[str]:
    """As near as is honest: a PIN code is an area, and the middle of a sorting district is no place to measure from."""
    if found.found is None or found.found.metres is None or found.around != pin:
        return []
    return [
        gettext("close by") if metres < _CLOSE else gettext("about %(km)s km away", km=number(round(metres / 1000)))
        for metres in found.found.metres
    ]


def _chosen(asked: HelpForm) -> list[str]:
    """Everything but the place that is asked for, in words."""
    said = [gettext("Open now")] if asked.open_now else []
    said += [gettext("Takes new people")] if asked.taking else []
    said += [gettext(flag.name) for flag in FLAGS if flag.field in asked.statements]
    said += [languages_words((asked.language,))] if asked.language else []
    said += [gettext("Age: %(years)s", years=asked.age)] if asked.age else []
    return said + ([gettext("With a child, age: %(years)s", years=asked.child)] if asked.child else [])


def _choices(asked: HelpForm, found: Help) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: each with how many of what was found have it; what none has is not offered."""
    return {
        "needs": [(need.code, _counted(gettext(need.name), found, "needs", need.code)) for need in NEEDS],
        "statements": [
            (flag.field, _counted(gettext(flag.name), found, "statements", flag.field))
            for flag in FLAGS
            if found.counts.get("statements", {}).get(flag.field) or flag.field in asked.statements
        ],
        "language": sorted(_languages(asked, found), key=lambda each: each[1]),
    }


def _languages(asked: HelpForm, found: Help) -> Iterator[tuple[str, str]]:
    spoken = {*found.counts.get("language", {}), *([asked.language] if asked.language else [])}
    for code in spoken:
        yield code, _counted(languages_words((code,)), found, "language", code)


def _counted(words: str, found: Help, facet: str, value: str) -> str:
    count = found.counts.get(facet, {}).get(value, 0)
    return f"{words} ({number(count)})" if found.total and facet in found.counts else words


def _way_words(way: Relaxation) -> str:
    count = number(way.count)
    if way.without == "radius":
        return gettext("Look within %(km)s km (%(num)s)", km=number(way.wish.radius), num=count)
    if way.without == "open_now":
        return gettext("Also what is closed now (%(num)s)", num=count)
    if way.without == "more":
        return gettext("Without the other choices (%(num)s)", num=count)
    if way.without == "need":
        return gettext("Every kind of help (%(num)s)", num=count)
    return gettext("Everything there is here (%(num)s)", num=count)
