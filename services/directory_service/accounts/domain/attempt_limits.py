"""Limits of attempts: how often a password, a code, an invitation or a change of contacts may be tried.

Tests and pages read the same numbers. What an attempt counts in is `use_cases/count_attempts.py`.
"""

from datetime import timedelta

TRY_WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
"""Wrong tries at one account from one network, or from one device that the account knows."""
TRIES_PER_NETWORK = 120
"""Wrong tries from one network, whatever the account."""
TRIES_FROM_STRANGERS = 100
"""Wrong tries at one account from everywhere but the devices that it knows: against guessing from many networks."""
A_DAY = timedelta(days=1)
INVITATIONS_A_DAY = 30
"""Sent by one account."""
CONTACT_CHANGES_A_DAY = 10
"""Of one account."""
