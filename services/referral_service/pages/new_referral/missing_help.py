"""Counts help that nobody offers, as the page of step 2 shows it, and answers its buttons where nobody is chosen.

Why: it is counted by itself, and not by a button that the hurried leave out; the form remembers what was counted. When
not to use it: for what is missing of a form that is sent, which is counted with its sending.
"""

from dataclasses import replace
from datetime import datetime

from flask import Response
from sqlalchemy.orm import Session

from referral_service.domain.child_path import OF_CHILDREN
from referral_service.domain.form_state import FormState
from referral_service.pages.new_referral.form_address import carry_to_step, redirect_to_step
from referral_service.pages.new_referral.form_cookie import drop_form
from referral_service.pages.new_referral.open_form import OpenForm, read_form
from referral_service.pages.new_referral.receipt import Receipt, redirect_to_receipt
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.figures.count_unmet_search import UnmetSearch, count_unmet_search
from referral_service.use_cases.figures.find_unmet_needs import not_counted
from service_kit.identity import Principal
from service_kit.web.context import context, dependency


def count_missing_help(session: Session, form: OpenForm, now: datetime) -> OpenForm:
    """The form with what its searches counted so far; each need once a form."""
    state = form.state
    needs = not_counted(state.needs, state.missing)
    search = UnmetSearch(state.key, needs, state.district)
    if not needs or not count_unmet_search(session, form.who, search, dependencies=dependency(Dependencies), now=now):
        return form
    return replace(form, state=replace(state, missing=(*state.missing, *needs)))


def _finish_unmet(state: FormState, who: Principal) -> Response:
    """Nobody in the district takes this on: the form ends. What the page did not count, of this person, is counted."""
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        form = read_form(session, who, state, "who")
        if form.matches(now):
            return redirect_to_step(state, "who")
        count_missing_help(session, form, now)
    return drop_form(redirect_to_receipt(Receipt("unmet", state.district, "", form_id=state.form_id), who))


def _ask_a_childrens_service(state: FormState, who: Principal) -> Response:
    """Asks for a children's service beside what was asked: under 18 nobody here offers that itself."""
    with context().db.transaction(who.scope) as session:
        helps = read_form(session, who, state, "who").child_need_helps(context().clock.now())
    return carry_to_step(state.with_need(OF_CHILDREN) if helps else state, "who", who)


INSTEAD_OF_A_CHOICE = {"unmet": _finish_unmet, "for-a-child": _ask_a_childrens_service}
"""What a button of step 2 asks for where nobody is chosen; in the body, since access logs keep addresses (rule 6)."""
