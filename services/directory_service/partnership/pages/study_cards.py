"""Self-study cards: a list, a card with its check, and which statements were rightly judged. Nobody is scored."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.study_cards import CARDS, STATEMENTS, StudyCard, has_passed
from directory_service.partnership.pages.whom_to_ring import partners_to_ring
from directory_service.partnership.use_cases.training.answer_study_card import answer_study_card
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render, see_other
from setu.roles import STUDY_READERS

blueprint = Blueprint("study_cards", __name__, url_prefix="/study")
_SAID = {"true": True, "untrue": False}


@blueprint.get("")
@require(*STUDY_READERS)
def show() -> ResponseReturnValue:
    """The five cards; and, also where no script runs, the way of a focal point to the partners."""
    with context().db.transaction(principal().scope) as session:
        may_ring = bool(partners_to_ring(session))
    return render("partnership/study_cards.html", cards=list(CARDS.values()), may_ring=may_ring)


@blueprint.get("/<code>")
@require(*STUDY_READERS)
def card(code: str) -> ResponseReturnValue:
    """A card: its facts, then the check."""
    return _card_page(_card(code), {})


@blueprint.post("/<code>")
@require(*STUDY_READERS)
def answer(code: str) -> ResponseReturnValue:
    """Judge the answers and count that there were some; then show what was right."""
    one = _card(code)
    typed = [request.form.get(f"s{place}", "") for place in range(STATEMENTS)]
    missing = {f"s{place}": _missing_words(place) for place, said in enumerate(typed) if said not in _SAID}
    if missing:
        return _card_page(one, missing, status=422, typed=typed)
    with context().db.transaction(principal().scope) as session:
        answer_study_card(session, principal(), one, [_SAID[said] for said in typed], context().clock.now())
    said = "".join("t" if each == "true" else "u" for each in typed)
    return see_other(url_for("study_cards.result", code=code, said=said))


@blueprint.get("/<code>/answers")
@require(*STUDY_READERS)
def result(code: str) -> ResponseReturnValue:
    """Each statement with whether it was rightly judged, and why. `said`: a letter a statement, t or u."""
    one, said = _card(code), request.args.get("said", "")
    if len(said) != STATEMENTS or set(said) - {"t", "u"}:
        raise NotFound
    judged = one.judge([letter == "t" for letter in said])
    codes = list(CARDS)
    following = CARDS[codes[(codes.index(code) + 1) % len(codes)]]
    values: dict[str, Any] = {"card": one, "judged": judged, "passed": has_passed(judged), "following": following}
    return render("partnership/study_result.html", **values)


def _card_page(one: StudyCard, errors: dict[str, str], *, status: int = 200, **more: Any) -> Response:
    return render("partnership/study_card.html", status=status, card=one, errors=errors, **more)


def _missing_words(place: int) -> str:
    return _("Statement %(number)s: say whether it is true.", number=number(place + 1))


def _card(code: str) -> StudyCard:
    if code not in CARDS:
        raise NotFound
    return CARDS[code]
