"""Row-level security: for each table the relation that lets a role in, as data for migrations.

Why: rule 10 holds twice, in the queries (`tasks.py`, `sent.py`) and here. Promises: without settings every table but
the public ones is empty; `officer` and `custody_health` reach their own `referral_sent`, views and cards
(`custody_health` also what the team of the same prison shares) and nothing of the provider's side; a case worker
reaches what the own organisation holds, or may claim; coordinators and data officers their districts, never an identity
but one that two data officers decided to open. Relations: sender, custody team, receiver, candidate, district.

*In hand*: a use case that has decided, by what its own role may see, takes exactly one referral in hand
(`store/referral_lock.py`) to write both sides of the wall in one transaction; the policies then let in that referral
and no other. When not to use it: at run time. `POLICIES` is as the first migration made it; later tables have their
own below.
"""

from collections.abc import Mapping

from service_kit.db.row_security import (
    ACCOUNT,
    DISTRICTS,
    ORGANIZATION,
    ROLE,
)

HAND = "(SELECT NULLIF(current_setting('setu.hand', true), '')::uuid)"
_REFERRER = f"{ROLE} IN ('officer', 'custody_health')"
_OWN = f"account_id = {ACCOUNT} AND organization_id = {ORGANIZATION}"
SENDER = f"({_REFERRER} AND {_OWN})"
CUSTODY_SENDER = f"({ROLE} = 'custody_health' AND {_OWN})"
RECEIVER = f"({ROLE} = 'case_worker' AND organization_id = {ORGANIZATION})"
CANDIDATE = f"({ROLE} = 'case_worker' AND organization_id IS NULL AND candidate_organizations @> ARRAY[{ORGANIZATION}])"
DISTRICT = f"({ROLE} IN ('coordinator', 'data_officer') AND district = ANY ({DISTRICTS}))"
_TASK_IN_HAND = f"id = {HAND} OR root_id = {HAND}"
_IN_HAND = f"referral_id = {HAND}"
_HELD = (  # conditions of policies are SQL made of constants
    f"({ROLE} = 'case_worker' AND EXISTS"  # our own words
    f" (SELECT 1 FROM task WHERE task.id = referral_id AND task.organization_id = {ORGANIZATION}))"
)
_CARD_OF_MINE = (
    f"{ROLE} = 'case_worker' AND (referral_id IS NULL OR EXISTS"  # our own words
    " (SELECT 1 FROM task WHERE task.root_id = card_holder.referral_id))"
)
_NEW_TASK = f"({_REFERRER} AND sender_account = {ACCOUNT} AND sender_organization = {ORGANIZATION})"

_HANGS_ON_A_TASK = {
    "web select": f"{_HELD} OR {_IN_HAND}",
    "web insert": _IN_HAND,
    "web update": _IN_HAND,
    "web delete": _IN_HAND,
}
_SEALED = {
    "web select": f"{_HELD} OR {_IN_HAND}",
    "web insert": f"{_REFERRER} OR {_IN_HAND}",
    "web delete": _IN_HAND,
}

POLICIES: Mapping[str, Mapping[str, str]] = {
    "referral_sent": {"web select": SENDER, "web insert": SENDER},
    "referrer_view": {
        "web select": f"{SENDER} OR id = {HAND}",
        "web insert": SENDER,
        "web update": f"{SENDER} OR id = {HAND}",
    },
    "custody_view": {
        "web select": f"{CUSTODY_SENDER} OR id = {HAND}",
        "web insert": CUSTODY_SENDER,
        "web update": f"{CUSTODY_SENDER} OR id = {HAND}",
    },
    "task": {
        "web select": f"{RECEIVER} OR {CANDIDATE} OR {DISTRICT} OR {_TASK_IN_HAND}",
        "web insert": f"{_NEW_TASK} OR root_id = {HAND}",
        "web update": _TASK_IN_HAND,
    },
    "task_event": _HANGS_ON_A_TASK,
    "attempt": _HANGS_ON_A_TASK,
    "question": _HANGS_ON_A_TASK,
    "referral_key": _SEALED,
    "identity": _SEALED,
    "card": {
        "web select": f"({_REFERRER} OR {ROLE} = 'unit_supervisor') AND organization_id = {ORGANIZATION}",
        "web update": f"{_REFERRER} AND organization_id = {ORGANIZATION}",
    },
    "card_holder": {"web select": _CARD_OF_MINE, "web insert": _REFERRER, "web update": _CARD_OF_MINE},
    "arrival": {"web select": RECEIVER, "web insert": RECEIVER},
    "tally": {"web insert": _REFERRER},
    "directory_organization": {"web select": "true"},
    "directory_service": {"web select": "true"},
}

WITHDRAWAL_POLICIES: Mapping[str, Mapping[str, str]] = {
    "withdrawal_request": {"web insert": "true"},  # anybody's, unread: only the worker may know what becomes of it
    "futile_withdrawal": {},
}
"""Of the second migration; the one of the voices calls `withdrawal_request` `card_request`."""

_OPEN_TO_THE_HOLDER = (  # conditions of policies are SQL made of constants
    f"({ROLE} = 'case_worker' AND EXISTS"  # our own words
    f" (SELECT 1 FROM task WHERE task.id = referral_id AND task.organization_id = {ORGANIZATION} AND NOT task.ghost))"
)
TEAM_POLICIES: Mapping[str, Mapping[str, str]] = {
    "case_note": {
        "web select": f"{_OPEN_TO_THE_HOLDER} OR {_IN_HAND}",
        "web insert": f"{ROLE} = 'case_worker' AND account_id = {ACCOUNT} AND {_IN_HAND}",
        "web delete": _IN_HAND,
    },
    "team_member": {
        "web select": f"{ROLE} IN ('case_worker', 'provider_manager') AND organization_id = {ORGANIZATION}",
    },
}
"""Of the sixth migration."""
SETTLED_TALLY = f"{ROLE} = 'coordinator' AND answer = 'settled-unmet'"
"""Of the sixth migration, on `tally`: what a coordinator adds by settling."""

WORKLIST_POLICIES: Mapping[str, Mapping[str, str]] = {
    "inbox_change": {"web select": RECEIVER, "web insert": "true"},  # whoever changes a referral, and reads none
    "inbox_version": {"web select": RECEIVER},
}
"""Of the migration that counts what changes in an inbox."""

_SUPERVISOR = f"({ROLE} = 'unit_supervisor' AND organization_id = {ORGANIZATION})"
_BODY = f"({ROLE} = 'coordinator' AND district = ANY ({DISTRICTS}))"
_ORDERED = (
    f"({ROLE} = 'coordinator' AND EXISTS (SELECT 1 FROM card_order"  # our own words
    " WHERE card_order.id = order_id AND card_order.organization_id = card_sheet.organization_id))"
)
_PRINTED = (
    f"{ROLE} = 'coordinator' AND EXISTS (SELECT 1 FROM card_sheet"  # our own words
    " WHERE card_sheet.number = sheet AND card_sheet.organization_id = card.organization_id)"
)

CARD_SHEET_POLICIES: Mapping[str, Mapping[str, str]] = {
    "card_order": {"web select": f"{_SUPERVISOR} OR {_BODY}", "web insert": _SUPERVISOR, "web update": _BODY},
    "card_sheet": {
        "web select": f"({_REFERRER} AND organization_id = {ORGANIZATION}) OR {_SUPERVISOR} OR {_ORDERED}",
        "web insert": _ORDERED,
        "web update": f"{_SUPERVISOR} OR {_ORDERED}",
    },
}
"""Of the migration that gave cards their sheets: who prints never reads which cards were used."""
CARDS_ON_ORDERED_SHEETS = _PRINTED
"""Of the same: a coordinator may add cards to a sheet of an order, and read none."""

_OPENED = "'received', 'accepted', 'in-progress', 'on-hold', 'completed', 'failed'"
_HOLDS_OPENED_CHAIN = (
    f"({ROLE} = 'case_worker' AND EXISTS (SELECT 1 FROM task WHERE task.root_id = referral_id"  # our own words
    f" AND task.organization_id = {ORGANIZATION} AND NOT task.ghost AND task.status IN ({_OPENED})))"
)
VOICE_POLICIES: Mapping[str, Mapping[str, str]] = {
    "heard_voice": {},
    "team_voice": {"web select": f"{_HOLDS_OPENED_CHAIN} OR {_IN_HAND}", "web delete": _IN_HAND},
    "voice_count": {
        "web select": f"audience && {DISTRICTS} AND ({ROLE} = 'data_officer'"
        f" OR ({ROLE} = 'coordinator' AND said <> 'money_or_sex'))"
    },
}
"""Of the migration that let a person say how it went."""

OVERSEER = (  # conditions of policies are SQL made of constants
    f"{ROLE} = 'coordinator' AND child_due IS NOT NULL AND child_told_at IS NOT NULL AND EXISTS"  # our own words
    " (SELECT 1 FROM directory_organization AS body"
    f" WHERE body.id = {ORGANIZATION} AND NOT body.deleted AND task.district = ANY (body.oversees))"
)
"""Of the migration of the child path, on `task`: the state's body sees what its clock of 24 hours has told it of."""
TEAM_TABLES = ("referral_sent", "referrer_view", "custody_view")
CUSTODY_TEAM = f"{ROLE} = 'custody_health' AND organization_id = {ORGANIZATION} AND shared_with_team"
"""Of the migration that made prison health staff a team, on `TEAM_TABLES`: the same prison, sent to be shared."""
SHARED_BY_HEALTH_STAFF = f"NOT shared_with_team OR {ROLE} = 'custody_health'"
"""Of the same: nobody else's referral is the team's."""
BY_ROLE = (
    f"CASE {ROLE} WHEN 'case_worker' THEN organization_id = {ORGANIZATION}"
    f" OR (organization_id IS NULL AND candidate_organizations @> ARRAY[{ORGANIZATION}])"
    f" WHEN 'coordinator' THEN district = ANY ({DISTRICTS})"
    f" WHEN 'data_officer' THEN district = ANY ({DISTRICTS}) ELSE false END OR {_TASK_IN_HAND}"
)
"""Of the migration of that name, on `task`, for reading: the same relations, asked by role.

Written with OR and AND, the planner expects next to nothing to pass, and sorts all that a provider holds to find the
first 25; of a CASE it expects half.
"""

FIGURE_POLICIES: Mapping[str, Mapping[str, str]] = {
    "figure_tally": {"web insert": "true"},  # whoever does what is counted, and reads none
    "frozen_figures": {
        "web select": "audience = 'everybody'"
        f" OR {ROLE} IN ('case_worker', 'provider_manager', 'coordinator', 'data_officer')"
    },
}
"""Of the migration of the figures."""

_DESK = f"({ROLE} = 'data_officer' AND audience <@ {DISTRICTS})"
_OF_THE_DESK = (  # conditions of policies are SQL made of constants
    f"{ROLE} = 'data_officer' AND EXISTS"  # our own words
    " (SELECT 1 FROM desk_request WHERE desk_request.id = request_id)"
)
DESK_POLICIES: Mapping[str, Mapping[str, str]] = {
    "desk_request": {
        "web select": _DESK,
        "web insert": f"{_DESK} OR ({ROLE} = 'case_worker' AND kind IN ('access', 'correction'))",
        "web update": _DESK,
    },
    "desk_detail": {"web select": _OF_THE_DESK, "web insert": _OF_THE_DESK, "web update": _OF_THE_DESK},
    "desk_step": {"web select": _OF_THE_DESK, "web insert": _OF_THE_DESK},
    "desk_code": {"web insert": _OF_THE_DESK},
}
"""Of the migration of the data officer's desk: of whoever reaches the whole state; a case worker only adds a line."""
DATA_OFFICER_POLICIES: Mapping[str, Mapping[str, str]] = {"data_officer": {"web select": f"{ROLE} = 'data_officer'"}}
"""Of the migration after it: ids of accounts alone; written by the worker."""
CODE_AT_THE_DESK = (
    f"{ROLE} = 'data_officer' AND encode(code_mac, 'hex') = (SELECT NULLIF(current_setting('setu.code', true), ''))"
)
"""Of the same, on `card_holder`: the one card whose code a legal demand names (`store/desk/desk_referral.py`)."""
CODE_OF_OWN_REFERRAL = (  # conditions of policies are SQL made of constants
    f"{_REFERRER} AND encode(code_mac, 'hex') = (SELECT NULLIF(current_setting('setu.code', true), '')) AND EXISTS"
    f" (SELECT 1 FROM referral_sent WHERE referral_sent.id = referral_id AND {_OWN})"
)
"""Of the migration after the cards that were handed out alone, on `card_holder`: a sender who brings a code along is
told whether it is that of the own referral (`is_own_card` of `store/cards/card_holders.py`), and nothing of any
other card."""
