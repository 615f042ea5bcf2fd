"""One agreement as a page: shown again with what is wrong wherever a form of it is refused."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import Member, members_of
from directory_service.partnership.domain import agreements as rules
from directory_service.partnership.domain.agreement_clauses import CLAUSES
from directory_service.partnership.domain.focal_points import FOCAL_POINTS
from directory_service.partnership.pages.agreement_words import AGREEMENT_WORDS, DONE_WORDS, SIDE_WORDS
from directory_service.partnership.store.agreements import document_of, renewal_of
from directory_service.partnership.store.agreements_in_force import resting_of
from directory_service.partnership.store.focal_points import accounts_named_in, focal_points_of, vacant_points_of
from directory_service.partnership.store.handovers import open_handovers
from directory_service.partnership.store.meetings import names_of, open_actions_of
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.focal_points.name_focal_point import acts_for
from directory_service.partnership.use_cases.write_agreement import find_agreement
from service_kit.identity import Principal
from service_kit.phone_numbers import in_groups
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.html.render import render, see_other
from setu.india import day_in_india


def agreement_page(
    agreement_id: UUID, errors: Mapping[str, str], status: int = 200, at: UUID | None = None
) -> Response:
    """Render it, with what is wrong in a form of it; `at`: the focal point whose form that is. Raises NotFound."""
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        row = find_agreement(session, who, agreement_id)
        names, sides = names_of(session, [row.unit_id, row.provider_id]), _parties_to_act_for(who, row)
        members = {side: members_of(session, side) for side in sides}
        follow = _members(members, accounts_named_in(session, row.id, vacant_too=True))
        free = _members(members, accounts_named_in(session, row.id, vacant_too=False))
        by_days = rules.state_on(row.state, row.terms, today)
        rests = row.id in resting_of(session, [row.id])
        points = focal_points_of(session, [row.id])
        signed = (row.unit_signed_on is not None, row.provider_signed_on is not None)
        values: dict[str, Any] = {
            "agreement": row,
            "points": points,
            "is_complete": rules.may_become_active(signed, Counter(each.side for each in points)),
            "vacant": vacant_points_of(session, row.id),
            "handovers": {each.focal_point_id: each for each in open_handovers(session, [row.id])},
            "document": document_of(session, row.id),
            "renewal": renewal_of(session, row.id),
            "names": names,
            "members": members,
            "successors": follow,
            "choices": _choices(free, names),
            "state": rules.shown_state(row.state, row.terms, today, rests=rests),
            "in_force": by_days in rules.IN_FORCE,
            "review_due": rules.review_is_due(by_days, row.review_on, today, closed=row.review_closed),
            "next_review": rules.next_review(row.terms, today),
            "clauses": CLAUSES[row.clauses],
            "open_actions": open_actions_of(session, who.organization) if who.organization in sides else [],
        }
    return render(
        "partnership/agreement.html",
        status=status,
        errors=errors,
        at=at,
        states=AGREEMENT_WORDS,
        sides=SIDE_WORDS,
        points_of_a_side=FOCAL_POINTS,
        in_groups=in_groups,
        today=today,
        said=DONE_WORDS.get(request.args.get("done", ""), ""),
        typed=request.form,
        **values,
    )


def back_to_agreement(agreement_id: UUID, done: str) -> ResponseReturnValue:
    """Redirect to the page, which says what was `done` there: a key of `DONE_WORDS`."""
    return see_other(url_for("agreement.show", agreement_id=agreement_id, done=done))


def _parties_to_act_for(who: Principal, row: Agreement) -> list[UUID]:
    return [each for each in (row.unit_id, row.provider_id) if acts_for(who, each, row.district_code)]


def _choices(members: Mapping[UUID, list[tuple[UUID, str]]], names: Mapping[UUID, str]) -> list[tuple[UUID, str]]:
    """Everybody who can be named; where there are two sides, the side stands behind, as a list may be cut."""
    of_both = [(each, f"{name}, {names[side]}") for side in members for each, name in members[side]]
    return of_both if len(members) > 1 else [one for those in members.values() for one in those]


def _members(members: Mapping[UUID, Sequence[Member]], named: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Of each side whoever can still be named: two focal points are two people."""
    return {
        side: [(each.membership.id, each.account.name) for each in those if each.account.id not in named]
        for side, those in members.items()
    }
