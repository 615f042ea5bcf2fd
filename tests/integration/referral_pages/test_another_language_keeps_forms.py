"""Another language on a page with a form keeps what was typed into it: every form, and nothing is done."""

from service_kit.identity import Principal
from support.card_orders import an_order
from support.desk import demand, emergency
from support.pages.typed_forms import walk_forms
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    NURSE,
    OFFICER,
    SECOND_DATA_OFFICER,
    SUPERVISOR,
    WORKER,
    ReferralService,
    events_of,
)
from support.referrals.form import SAME_SITE, FormFiller


def walked(setu: ReferralService, who: Principal, path: str) -> set[str]:
    client = FormFiller(setu, who).client
    return {f"{path.split('/')[1]} {form}" for form in walk_forms(client, path, headers=SAME_SITE)}


def test_every_form_comes_back_in_another_language_as_it_was_typed(setu: ReferralService) -> None:
    open_one, declined, asked = setu.sent(), setu.sent(), setu.sent(NURSE, setting="prison")
    setu.must(WORKER, declined, "decline", reason="no_capacity")
    setu.must(WORKER, asked, "open")
    setu.must(WORKER, asked, "ask", question="visit_possible")
    order = an_order(setu)
    before = events_of(setu)
    found = walked(setu, OFFICER, f"/sent/{open_one.id}")
    found |= walked(setu, NURSE, f"/sent/{asked.id}") | walked(setu, NURSE, f"/sent/{asked.id}/release")
    found |= walked(setu, WORKER, "/with-card") | walked(setu, WORKER, f"/team/{WORKER.account}")
    found |= walked(setu, WORKER, f"/inbox/{asked.id}") | walked(setu, WORKER, "/withdraw")
    found |= walked(setu, MANAGER, f"/overdue/{asked.id}") | walked(setu, SUPERVISOR, "/cards")
    for one in (open_one, declined):
        found |= walked(setu, COORDINATOR, f"/unanswered/{one.id}")
    found |= walked(setu, COORDINATOR, f"/card-orders/{order}")
    assert events_of(setu) == before
    found |= walked(setu, DATA_OFFICER, "/desk/erasure") | walked(setu, DATA_OFFICER, "/desk/demand")
    found |= walked(setu, DATA_OFFICER, "/desk/emergency")
    found |= walked(setu, SECOND_DATA_OFFICER, f"/desk/{demand(setu, open_one.reference)}")
    found |= walked(setu, DATA_OFFICER, f"/desk/{emergency(setu, open_one)}")
    assert {"sent form-withdraw", "sent form-answer", "sent release", "with-card form-find"} <= found
    assert {"inbox form-decline", "withdraw form-say", "overdue form-assign", "cards form-lost"} <= found
    assert {
        "desk form-code",
        "desk form-demand",
        "desk form-emergency",
        "desk form-decide",
        "desk form-report",
    } <= found
    assert {"unanswered form-settle", "unanswered form-void", "card-orders form-print-cards"} <= found
