"""In person: a person whom a case worker met yesterday, and the page on which that worker tells and puts right."""

from datetime import timedelta
from typing import Any

from werkzeug.test import TestResponse

from service_kit.identity import Principal
from support.desk import seen_by, signed_in_anew
from support.referral import WORKER, Referral, ReferralService

RIGHT = {
    "name": "Salim",
    "method": "phone",
    "number": "98300 54321",
    "hours": ["18-21"],
    "language": "hi",
    "needs": ["OST"],
}


def met(setu: ReferralService, **sent: Any) -> Referral:
    """A referral whose person WORKER met yesterday."""
    referral = setu.sent(**sent)
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="met")
    setu.must(WORKER, referral, "note", text="Came with her sister.")
    setu.clock.advance(timedelta(days=1))
    return referral


def page(setu: ReferralService, referral: Referral, who: Principal = WORKER) -> TestResponse:
    return setu.get(signed_in_anew(setu, who), f"/inbox/{referral.id}/in-person")


def send(setu: ReferralService, referral: Referral, what: str, who: Principal = WORKER, **data: object) -> TestResponse:
    """As a form opened now would; or with what an earlier one saw."""
    seen = {"seen": seen_by(page(setu, referral, who)), **data} if what == "correction" else data
    return setu.client(signed_in_anew(setu, who)).post(f"/inbox/{referral.id}/in-person/{what}", data=seen)
