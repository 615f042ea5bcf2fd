"""Counts help that nobody offers, as the page of step 2 shows it; the form remembers what was counted.

Why: it is counted by itself, and not by a button that the hurried leave out. When not to use it: for what is missing of
a form that is sent, which is counted with its sending.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.pages.new_referral.open_form import OpenForm
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.figures.count_unmet_search import UnmetSearch, count_unmet_search
from referral_service.use_cases.figures.find_unmet_needs import not_counted
from service_kit.web.context import dependency


def count_missing_help(session: Session, form: OpenForm, now: datetime) -> OpenForm:
    """The form with what its searches counted so far; each need once a form."""
    state = form.state
    needs = not_counted(state.many("place", "needs"), state.missing)
    search = UnmetSearch(state.key, needs, int(state.one("place", "district")))
    if not needs or not count_unmet_search(session, form.who, search, dependencies=dependency(Dependencies), now=now):
        return form
    return replace(form, state=replace(state, missing=(*state.missing, *needs)))
