"""Find what nobody offers of the help that is asked for: each such need counts as unmet, once a submission.

What meets a need is `unmet` of `domain/matching/eligibility.py`: a listed service that fits and may be asked. Not for
what a coordinator finds later: `settle` counts that apart (`use_cases/act_on_task.py`).
"""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import Wanted, unmet
from referral_service.store.directory import listed_in
from setu.needs import MOST_NEEDS


def find_unmet_needs(
    session: Session, wanted: Wanted, receivers: Sequence[ListedService] = (), *, counted_before: Collection[str]
) -> Sequence[str]:
    """The needs that no service of the district meets, but for those that searches of the same form counted before.

    The district is read only where the receivers leave some.
    """
    if not unmet(receivers, wanted):
        return ()
    nobody_offers = unmet(listed_in(session, wanted.district), wanted)
    return not_counted(sorted(nobody_offers), counted_before)


def not_counted(needs: Sequence[str], before: Collection[str]) -> Sequence[str]:
    """Those that count now: each once a form, and three of one at most, with those that its searches counted before."""
    return [need for need in needs if need not in before][: MOST_NEEDS - len(before)]
