"""Rules of access to an identity: when a referral's holder may open it, for how long, and for how long the desk may.

Why: rule 5. Promises: the span runs from the moment at which it was opened, and nothing that is done meanwhile makes it
longer. Not for the second factor, which is asked each time, nor for whose provider holds the referral
(`use_cases/read_identity.py`), nor for who may open one at the desk (`desk/desk_request.py`).
"""

from datetime import timedelta

from referral_service.domain.status import UNDECIDED, Status

IDENTITY_ACCESS_LASTS = timedelta(minutes=30)
"""Of a case worker, in one session to one identity: what is done beside it is no new access, and no new line."""
DESK_IDENTITY_ACCESS_LASTS = timedelta(minutes=60)
"""From the second decision, or the answer to a demand: how long what two people opened can be read."""
_NEVER_ACCEPTED = UNDECIDED | {Status.CANCELLED}


def may_open_identity(
    status: Status, *, is_held: bool, is_ghost: bool, was_forwarded: bool, opened: bool, card_shown: bool
) -> bool:
    """Whether the holder may: what was opened, or whose card was shown; a forwarded one after acceptance.

    `opened`: by a service, or answered; `card_shown`: whoever it is about stood there. What ended behind the wall opens
    no more; so a forwarded one that is cancelled and no ghost was ended by the clock, before anybody accepted it.
    """
    if not is_held or is_ghost or status is Status.REJECTED:
        return False
    return status not in _NEVER_ACCEPTED if was_forwarded else opened or card_shown
