"""Lifetimes of what opens an account or waits for somebody: sessions, tickets, slips, resets, invitations, grants.

Not for what ends a session earlier: ten idle minutes in a browser (`service_kit.web.access.idle_lock`), and revocation
(`use_cases/sessions.py`); nor for when a second factor is asked again (`service_kit.web.access.fresh_second_factor`).
"""

from datetime import timedelta

SESSION_LASTS = timedelta(hours=8)
TOKEN_LASTS = timedelta(minutes=15)
"""Of the token for which a program exchanges its API key."""
TICKET_LASTS = timedelta(minutes=15)
"""Between a right password and what the sign-in still asks for."""
ENROLMENT_LASTS = timedelta(minutes=30)
"""How long a new second factor waits for its first code, in the browser that began it."""
SLIP_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(days=7)
"""How long a reset that one person asked for waits for the second."""
INVITATION_LASTS = timedelta(days=14)
GRANT_LASTS = timedelta(days=7)
"""How long a proposal waits for its second person, and then for its slip."""
