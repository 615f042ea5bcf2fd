"""Partners of a district: who works with whom, drawn; and the form of a new agreement."""

from datetime import date
from uuid import UUID, uuid5

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.agreements import Terms
from directory_service.partnership.pages.agreement_words import AGREEMENT_WORDS
from directory_service.partnership.pages.meeting_words import district_name
from directory_service.partnership.pages.partner_map import partner_map
from directory_service.partnership.use_cases.show_partners import (
    ProviderChoice,
    providers_to_choose,
    show_ended,
    show_partners,
    show_ties_elsewhere,
)
from directory_service.partnership.use_cases.write_agreement import NewAgreement, draft_agreement
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.india import day_in_india
from setu.roles import COORDINATOR, PARTNERSHIP_READERS

blueprint = Blueprint("partners", __name__, url_prefix="/partnerships")


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show() -> ResponseReturnValue:
    """The drawing and the list, a part for each district."""
    return _page({})


@blueprint.post("")
@require(COORDINATOR)
def draft() -> ResponseReturnValue:
    """Draft an agreement."""
    unit, provider = typed_uuid("unit"), typed_uuid("provider")
    wrong_days, terms = typed_terms()
    errors = {} if unit else {"unit": _("Choose the unit or prison.")}
    if provider is None:
        errors["provider"] = _("Choose the provider.")
    errors |= wrong_days
    if errors or terms is None or unit is None or provider is None:
        return _page(errors, 422)
    with context().db.transaction(principal().scope) as session:
        wanted = NewAgreement(unit, provider, terms)
        made = draft_agreement(session, principal(), _draft_id(wanted), wanted, context().clock.now())
    return see_other(url_for("agreement.show", agreement_id=made.id, done="drafted"))


def _draft_id(wanted: NewAgreement) -> UUID:
    """One id for the form and what it says: sent twice it drafts once, gone back to and changed it drafts another."""
    form, terms = typed_uuid("agreement") or context().ids.uuid(), wanted.terms
    return uuid5(form, f"{wanted.unit}/{wanted.provider}/{terms.from_day}/{terms.to_day}/{terms.review_on}")


def typed_terms() -> tuple[dict[str, str], Terms | None]:
    """The days of the form, and what is wrong with them."""
    errors: dict[str, str] = {}
    days: dict[str, date] = {}
    for field, words in (
        ("from_day", _("Enter the day from which it is in force.")),
        ("to_day", _("Enter the day on which it ends.")),
        ("review_on", _("Enter the day of the next review.")),
    ):
        try:
            days[field] = date.fromisoformat(request.form.get(field, ""))
        except ValueError:
            errors[field] = words
    if errors:
        return errors, None
    terms = Terms(**days)
    if terms.fault == "to_day":
        return {"to_day": _("It ends after it begins, within five years.")}, None
    if terms.fault == "review_on":
        return {"review_on": _("It is reviewed before it ends.")}, None
    return {}, terms


def typed_uuid(field: str) -> UUID | None:
    """The id that the form's field holds."""
    try:
        return UUID(request.form.get(field, ""))
    except ValueError:
        return None


def _located(provider: ProviderChoice) -> str:
    """`Nodi, Kolkata`."""
    return f"{provider.name}, {district_name(provider.district)}" if provider.district else provider.name


def _page(errors: dict[str, str], status: int = 200) -> Response:
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        districts, elsewhere = show_partners(session, who, today), show_ties_elsewhere(session, who, today)
        providers = providers_to_choose(session, who, districts)
        ended = show_ended(session, who)
    return render(
        "partnership/partners.html",
        status=status,
        errors=errors,
        districts=[(each, partner_map(each)) for each in districts],
        elsewhere=elsewhere,
        ended=ended,
        ended_districts={each.district_code for each in ended.agreements},
        done=request.args.get("done", ""),
        units=[(unit.id, unit.name) for each in districts for unit in each.units],
        providers=[(each.id, _located(each)) for each in providers],
        states=AGREEMENT_WORDS,
        district_name=district_name,
        typed=request.form,
        new_id=context().ids.uuid,
        today=today,
        in_a_year=today.replace(year=today.year + 1, day=min(today.day, 28)),
    )
