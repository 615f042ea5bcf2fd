"""Looks at an identity: how long one lasts that was logged, and one that two people opened at the desk.

Why: rule 5. Promises: a span runs from the look's beginning, and nothing that is done meanwhile makes it longer. Not
for who may look: the second factor and the referral's state decide that each time, at the desk `desk/desk_request.py`.
"""

from datetime import timedelta

LOOK_LASTS = timedelta(minutes=30)
"""Of a case worker, in one session at one identity: what is done beside it is no new look."""
DESK_LOOK_LASTS = timedelta(minutes=60)
"""From the second decision, or the answer to a demand: how long what two people opened can be read."""
