"""A service of each kind with something of everything in it, at a frozen clock, for requests that are made up.

Why: of an empty service each item is 404, whatever is sent about it. Not a test module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from conftest import Keys
from directory_service.listings.store.tables import ServiceAtLocation
from directory_service.partnership.store.tables import MeetingAction
from directory_service.settings import load
from notification_service.store.tables import DeliveryRow, NoticeRow
from notification_service.store.tables_webhooks import WebhookRow
from service_kit.db.engine import Database
from support import notification as notices
from support import referral as referrals
from support.fresh_databases import Urls
from support.listings import Directory, a_place, a_service
from support.partnership import ALO, NODI, OTHER_STATION, Partnership, add_two_districts, an_agreement, filled_meeting
from support.referrals.app import a_referral_service
from support.training import plan_session, post_strength, today
from support.visits import ASKED, a_visit
from support.webhooks.endpoints import an_endpoint


@dataclass(frozen=True)
class Stocked:
    """`token` is of somebody who may do something with it; `ids` are of what is there, by path parameter.

    `of_operation`: the same for an operation that wants a thing of its own, by method and path; `tags` are their ETags.
    """

    app: Flask
    token: str
    ids: Mapping[str, object]
    of_operation: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def stocked_directory(urls: Urls, environment: Mapping[str, str], keys: Keys, role: str) -> Stocked:
    """A listing with a place, and a meeting, an agreement, a training session and a visit of its provider."""
    directory = Directory(Database(urls.worker), Database(urls.web), load(environment))
    directory.add_districts()
    add_two_districts(directory)
    place = a_place(NODI)
    service = a_service(NODI, places=(place.id,))
    directory.save(place, service)
    there = Partnership(directory, keys)
    meeting = filled_meeting(there)
    post_strength(there, {"PC": 40})
    with there.worker() as session:
        at_location = session.scalars(select(ServiceAtLocation.id)).first()
        action = session.scalars(select(MeetingAction.id)).first()
    due = a_visit(there, today(there) - timedelta(days=1), to=service)
    of_coordinator = {"POST /api/partnership/visits/{visit_id}/{step}": {"visit_id": due, "step": "hold"}}
    directory.index()
    directory.pack()
    ids = {
        "organization_id": NODI.id,
        "service_id": service.id,
        "location_id": place.id,
        "at_location_id": at_location,
        "meeting_id": meeting,
        "action_id": action,
        "agreement_id": an_agreement(there, OTHER_STATION, ALO),
        "training_id": plan_session(there),
        "visit_id": a_visit(there, today(there) + timedelta(days=7), ASKED, to=service),
    }
    own = of_coordinator if role == "coordinator" else {}
    return Stocked(there.app, there.tokens.mint(there.somebody(role)), ids, own)


BEFORE: Mapping[str, Sequence[tuple[str, dict[str, object]]]] = {
    "open": [],
    "claim": [],
    "void": [],
    "withdraw": [],
    "accept": [("open", {})],
    "decline": [("open", {})],
    "withdraw-consent": [("open", {})],
    "ask": [("open", {})],
    "start": [("accept", {})],
    "note": [("accept", {})],
    "assign": [("accept", {})],
    "contact": [("accept", {}), ("start", {"first_contact": "2026-03-02"})],
    "hold": [("accept", {}), ("start", {"first_contact": "2026-03-02"})],
    "complete": [("accept", {}), ("start", {"first_contact": "2026-03-02"})],
    "fail": [("accept", {}), ("start", {"first_contact": "2026-03-02"})],
    "resume": [
        ("accept", {}),
        ("start", {"first_contact": "2026-03-02"}),
        ("hold", {"reason": "ill", "review_on": "2026-03-09"}),
    ],
    "forward": [("open", {}), ("decline", {"reason": "no_capacity"})],
}
"""What is done to a referral, so that the event is allowed next."""


def stocked_referrals(urls: Urls, _environment: Mapping[str, str], _keys: Keys, role: str) -> Stocked:
    """A referral for each event, in a state that allows it."""
    setu = a_referral_service(urls)
    who = {"officer": referrals.OFFICER, "case_worker": referrals.WORKER, "coordinator": referrals.COORDINATOR}[role]
    of_operation, tags = {}, {}
    for event, acts in BEFORE.items():
        more = {"candidates": [str(referrals.OST), str(referrals.OST_OF_JIBAN)]} if event == "claim" else {}
        sent = setu.sent(referrals.NURSE, setting="prison") if event == "ask" else setu.sent(**more)
        for act, body in acts:
            setu.must(referrals.WORKER, sent, act, **body)
        operation = f"POST /api/referrals/{{referral_id}}/{event}"
        of_operation[operation] = {"referral_id": sent.id}
        tags[operation] = setu.get(who, f"/api/referrals/{sent.id}").headers.get("ETag", "")
    ids = {
        "referral_id": of_operation["POST /api/referrals/{referral_id}/note"]["referral_id"],
        "account_id": referrals.COLLEAGUE_OF_WORKER.account,
    }
    return Stocked(setu.app, referrals.TOKENS.mint(who), ids, of_operation, tags)


def stocked_notifications(urls: Urls, environment: Mapping[str, str], _keys: Keys, role: str) -> Stocked:
    """Notices, messages that wait, and a webhook's endpoint of a body, with a message."""
    scene = notices.a_scene(urls, environment)
    who = {"coordinator": notices.COORDINATOR, "provider_manager": notices.MANAGER}[role]
    home = notices.ORGANIZATION_OF[who]
    endpoint = an_endpoint(scene, "https://hooks.example.org/setu", organization=home)
    submitted = notices.an_event("referral.submitted.v1", notices.referral_data(uuid4(), notices.NGO))
    late = notices.an_event("referral.escalation.due.v1", notices.referral_data(uuid4(), notices.NGO))
    scene.plan(submitted, late)
    scene.client.post(f"/api/webhooks/{endpoint}/test", headers=scene.headers(who))
    with scene.db.transaction() as session:
        ids = {
            "endpoint_id": endpoint,
            "message_id": session.scalars(select(WebhookRow.id)).first(),
            "delivery_id": session.scalars(select(DeliveryRow.id).where(DeliveryRow.account_id == who)).first(),
            "notice_id": session.scalars(select(NoticeRow.id).where(NoticeRow.account_id == who)).first(),
            "account": notices.WORKER,
        }
    bearer = scene.headers(who)["Authorization"]
    return Stocked(scene.client.application, bearer.removeprefix("Bearer "), ids)


STOCKED: Mapping[str, Callable[[Urls, Mapping[str, str], Keys, str], Stocked]] = {
    "directory": stocked_directory,
    "referral": stocked_referrals,
    "notification": stocked_notifications,
}
