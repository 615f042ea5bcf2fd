"""Count a search that found nobody in the district: each of its needs is unmet, whether or not a form is sent later.

Why: who finds nobody seldom says so, and the figure would lack the help that is missing most. Promises: the needs of
one form once each, however often its pages are shown; sealed as those of a submission are, since a referral for
something else may follow in the same minute; an account's searches have a limit of their own, and neither beyond it nor
without the keyring is anything counted or anybody stopped. When not to use it: for the needs of a submission, which
`submit_referral.py` finds by itself and which leaves out those that were counted here.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.outside.keyring_file import KeyringUnavailable
from referral_service.store.figure_tally import UNMET, sealed_tally_row
from referral_service.store.rows import insert_rows
from referral_service.use_cases.claim_key_without_record import claim_key_without_record
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.figures.seal_tally import seal_tally
from service_kit.db.idempotency import IdempotencyKey, claimed_resource
from service_kit.errors import InProgress, TooMany
from service_kit.identity import Principal

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UnmetSearch:
    """What was searched for and not counted yet: the form's key, codes of needs, the district (LGD code)."""

    form_key: str
    needs: Sequence[str]
    district: int

    def idempotency_key(self, dependencies: Dependencies) -> IdempotencyKey:
        """The same of the same needs of a form."""
        said = " ".join([self.form_key, *sorted(self.needs)])
        return IdempotencyKey(dependencies.mac.digest("search of a form", said.encode()))


def count_unmet_search(
    session: Session, searcher: Principal, search: UnmetSearch, *, dependencies: Dependencies, now: datetime
) -> bool:
    """Whether it is counted, now or before; False beyond the limit, and while the keyring cannot be read."""
    key = search.idempotency_key(dependencies)
    if claimed_resource(session, searcher.account, key) is not None:
        return True
    try:
        dependencies.searching.count(searcher.account)
        sealed = seal_tally(None, search.needs, dependencies)
    except TooMany:
        return False
    except KeyringUnavailable as error:
        _log.error("a search that found nobody is not counted: %s", error)
        return False
    said = dependencies.mac.digest("idempotency form", UNMET.encode())
    try:
        is_first = claim_key_without_record(session, searcher, key=key, fingerprint=said, now=now)
    except InProgress:
        return True  # the same page, loaded twice at once
    if is_first:
        insert_rows(session, [sealed_tally_row(sealed, at=now, district=search.district)])
    return True
