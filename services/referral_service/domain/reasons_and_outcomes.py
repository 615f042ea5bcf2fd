"""Codes that the body of an act may carry: reasons, outcomes, attempts, questions and answers.

Why: the life-cycle table, the schemas, the screens and the docs spell them once. Promises: codes never change meaning.
Not for needs (`setu.needs`) or what is said about a person (`person_rules.py`).
"""

DECLINE_REASONS = ("no_capacity", "not_right_service", "outside_area")
"""About the service alone: what a referrer reads of a decline may say nothing about the person."""
HOLD_REASONS = ("travelling", "in_custody", "ill", "waiting_list", "other")
OUTCOMES = ("engaged", "referred_on", "other")
PERSON_DECLINED = "person_declined"
DIED = "died"
FAIL_REASONS = ("not_reachable", PERSON_DECLINED, "moved", DIED, "other")
WITHDRAW_REASONS = ("mistake", "duplicate", "person_asked", "other")
VOID_REASONS = ("mistake", "duplicate", "test", "other")
NO_SERVICE_EXISTS = "no_service_exists"
SETTLE_REASONS = ("nothing_to_do", "called_the_service", NO_SERVICE_EXISTS)
"""How a coordinator ends what needs a hand; that no service exists is an unmet need."""
ATTEMPTS = ("met", "reached", "no_answer", "wrong_contact", "message_left")
"""`met`: face to face, which alone lets a case worker tell a person what is kept; `reached`: by phone or message."""
IN_CONTACT = frozenset({"met", "reached"})
"""Which attempts are contact with the person."""
QUESTIONS = ("contact_still_right", "visit_possible", "release_date_known", "interpreter_needed", "medicine_continues")
"""Coded questions to prison health staff (rule 4: police are never asked back)."""
ANSWERS = ("yes", "no", "not_known", "ask_the_person")
