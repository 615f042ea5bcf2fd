"""Sealed details of a request at the desk: what a demand names, why an emergency is one, what a breach was.

Promises: frozen values; what `vars` gives, the constructor takes. Codes wherever a code does; a name of a person has no
field. When not to use it: for what stands open on the list (`desk_request.py`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from setu.guard import CaseDetails, faults_in

ITEMS = ("day_sent", "service", "name", "contact")
"""What an order may name and Setu may give; never a need, a note, an attempt or an outcome."""
REFUSALS = ("no_court_order", "names_nobody", "asks_too_much", "not_lawful")
"""Why a demand is answered with nothing; said inside alone."""
LONGEST_AUTHORITY, LONGEST_ORDER = 120, 80  # characters


@dataclass(frozen=True)
class Demand:
    """One order about one referral: `named` is a reference or a card's code, bare symbols; `items` what it orders."""

    authority: str
    order: str
    by_court: bool
    named: str
    items: Sequence[str]

    @property
    def may_be_given(self) -> bool:
        """Whether anybody may say yes: only what a court orders leaves Setu (HIV and AIDS Act 2017 s.8)."""
        return self.by_court and bool(self.items)


DANGERS = ("not_breathing", "overdose", "self_harm", "violence", "illness")
"""Why a life is in danger now; nothing less opens anything."""
EMERGENCY_REFUSALS = ("no_danger_to_life", "another_way", "cannot_judge")
REPORT_OUTCOMES = ("safe", "help_went", "not_reached", "not_needed")
PASSED_ON_TO = ("nobody", "ambulance", "hospital", "service")
LONGEST_REPORT = 1000  # characters
REPORT_MAY_TELL = frozenset({"time"})
"""Codes of the guard that a report is free of: when help came is what it is written for."""


@dataclass(frozen=True)
class Emergency:
    """A danger to somebody's life; `named` is a reference or a card's code, bare symbols.

    The report follows: what became of it, who was told name and contact, and words without either.
    """

    named: str
    danger: str
    outcome: str | None = None
    passed_on_to: str | None = None
    report: str | None = None


def check_report(report: str) -> None:
    """Refuse a report that could name the person. Raises CaseDetails."""
    if codes := tuple(code for code in faults_in(report) if code not in REPORT_MAY_TELL):
        raise CaseDetails(codes)


BREACH_KINDS = ("lost_device", "lost_paper", "wrong_receiver", "looked_without_right", "break_in", "not_available")
BREACH_DATA = ("names", "contacts", "requests", "cards", "staff")
NO_RISK = "none_known"
BREACH_RISKS = ("unwanted_contact", "others_learn", "help_delayed", NO_RISK)
BREACH_MEASURES = ("access_closed", "keys_changed", "got_back", "erased", "restored", "looked_into")
BREACH_ADVICE = ("other_number", "say_nothing", "new_card", "ask_us")
LONGEST_WAY_TO_ASK, MOST_PEOPLE = 100, 9_999_999
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
_ADDRESS = re.compile(rf"[a-z0-9._%+-]+@{_HOST}|(?:https?://)?{_HOST}(?:/\S*)?", re.ASCII | re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether it is one mail or web address, and nothing beside it."""
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True)
class Breach:
    """A personal data breach, in codes, so that its notice can be printed in any language of the screens.

    `happened_at` is ISO 8601 with a zone; `people` how many are concerned, None where nobody knows yet; `phone` is
    where they may ask: a phone number, a mail or a web address (the name is of the first release, whose rows are kept).
    Source: DPDP Rules of 2025, r.7.
    """

    kind: str
    happened_at: str
    data: Sequence[str]
    people: int | None
    risks: Sequence[str]
    measures: Sequence[str]
    advice: Sequence[str]
    phone: str
