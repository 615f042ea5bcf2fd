"""Sends what the five steps gathered, and leads to the page after it; tells what a form made already.

Promises: the card's code goes to this browser alone, sealed (`receipt.py`); a second press sends nothing twice, and has
the code again, since the first answer may have been lost: within ten minutes, in the same session, of the form that the
browser keeps, whatever the directory says by then. Whatever submission refuses (a service closed meanwhile, a card
already used) leads back to the step where it can be put right.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from referral_service.api.submission_schema import SubmissionSchema
from referral_service.domain.form_body import body, field_of
from referral_service.domain.form_state import STEPS, FormState
from referral_service.pages.new_referral.form_address import carry_to_step, mark_page, render_form_gone
from referral_service.pages.new_referral.form_cookie import drop_form
from referral_service.pages.new_referral.open_form import OpenForm
from referral_service.pages.new_referral.receipt import Receipt, finished_form_id, redirect_to_receipt
from referral_service.use_cases.claim_key_without_record import NOTHING_MADE
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.replay_submission import Submitted, replay_submission
from referral_service.use_cases.submit_referral import submit_referral
from service_kit.db.idempotency import claimed_resource
from service_kit.errors import FieldError, Invalid, KeyReused
from service_kit.identity import Principal
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render
from service_kit.web.idempotency import key_from_text
from service_kit.web.parsing import load


def send(form: OpenForm) -> Response:
    """Submits in one transaction; drops the form and leads to the page after it, or back to what has to be put right.

    Of candidates those are asked that can take it: the others were struck by name on the page before. Where nobody is
    asked all stand in the body, which a second press thus repeats whatever the directory says by then.
    """
    who, state, now = form.who, form.state, context().clock.now()
    asked = form.fitting()
    candidates = [str(service.id) for service in asked] if state.said_yes else state.picked
    try:
        done = _submit(who, state, body(state, candidates=candidates), now)
    except (Invalid, KeyReused) as refused:
        if not refused.errors:
            raise
        return _lead_back(state, who, refused.errors)
    services = [service.id for service in asked]
    return drop_form(redirect_to_receipt(Receipt.of_sending(state, services, done, now), who))


def made_of(session: Session, state: FormState, who: Principal) -> UUID | None:
    """What this form made already: the id of its referral, or NOTHING_MADE where nobody was asked; else None."""
    return claimed_resource(session, who.account, key_from_text(state.key)) if state.done else None


def answer_sent_form(state: FormState, who: Principal, made: UUID) -> Response:
    """Drops it; but where its page after sending never arrived, "Send" once more leads to that and its card."""
    if made != NOTHING_MADE and finished_form_id(who) != state.form_id:
        return render("referral/new/answer_lost.html", status=410, state=state, page_mark=mark_page(state))
    return drop_form(render_form_gone(who, state.form_id))


def send_again(state: FormState, who: Principal, referral_id: UUID) -> Response:
    """Answers "Send" once more as the first time, before anybody asks whether it could be sent now: sends nothing."""
    now, dependencies = context().clock.now(), dependency(Dependencies)
    code = dependencies.card_code_of_form(state.key, who.session)
    with context().db.transaction(who.scope) as session:
        done = replay_submission(session, who, referral_id, card_code=code, dependencies=dependencies, now=now)
    asked = () if done.sent is None else done.sent.asked_services
    return drop_form(redirect_to_receipt(Receipt.of_sending(state, asked, done, now), who))


def _submit(who: Principal, state: FormState, sent_body: dict[str, object], now: datetime) -> Submitted:
    written = json.dumps(sent_body, sort_keys=True, ensure_ascii=False).encode()
    dependencies = dependency(Dependencies)
    with context().db.transaction(who.scope) as session:
        return submit_referral(
            session,
            who,
            load(SubmissionSchema, sent_body),
            key=key_from_text(state.key),
            fingerprint=context().mac.digest("idempotency form", written),
            dependencies=dependencies,
            now=now,
            card_code=dependencies.card_code_of_form(state.key, who.session),
            counted_before=state.missing,
        )


def _lead_back(state: FormState, who: Principal, errors: Iterable[FieldError]) -> Response:
    """To the first step on which something has to be put right."""
    placed = [field_of(error.field, said_yes=state.said_yes) for error in errors]
    step = min((step for step, _field in placed), key=STEPS.index)
    fields = list(dict.fromkeys(field for at, field in placed if at == step))
    return carry_to_step(state.turned_down(step, fields), step, who)


def words_for(field: str) -> str:
    """What to do, in the reader's language; the schema's own words are for programs."""
    if field == "service":
        return _("One of the chosen services cannot take this any more. Choose again.")
    if field == "card":
        return _("This is not the number of an unused card of your unit. Check it, or leave it empty.")
    return _("This answer was not accepted. Check it and try again.")
