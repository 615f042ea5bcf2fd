"""A district with units, providers and people of every role, and its meetings; and figures as they come by event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from conftest import Keys
from directory_service.accounts.store.accounts import held_by
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sample_accounts import open_account
from directory_service.app import create_app
from directory_service.consumers import HANDLERS
from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import District, State
from directory_service.partnership.domain.meetings import PLANNED
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.propose_meetings import propose_meetings
from service_kit.clock import FrozenClock
from service_kit.envelope import Event
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens, by_cookie
from support.listings import KOLKATA, NOON, Directory, an_id

ELSEWHERE = 261
KIND_OF = {
    "officer": "police_unit",
    "unit_supervisor": "police_unit",
    "custody_health": "prison",
    "case_worker": "provider",
    "provider_manager": "provider",
    "coordinator": "coordinating_body",
    "data_officer": "coordinating_body",
}


def an_organization(name: str, kind: str, district: int = KOLKATA) -> Organization:
    return Organization(id=an_id(name), kind=kind, district=district, status="active", name=name)


STATION, OTHER_STATION = an_organization("Park Street", "police_unit"), an_organization("Lake", "police_unit")
PRISON = an_organization("Central prison", "prison")
NODI, ALO = an_organization("Nodi", "provider"), an_organization("Alo", "provider")
BODY = an_organization("District body", "coordinating_body")
FAR_STATION, FAR_PROVIDER = (
    an_organization("Aizawl", "police_unit", ELSEWHERE),
    an_organization("Shalom", "provider", ELSEWHERE),
)
FAR_BODY = an_organization("Aizawl body", "coordinating_body", ELSEWHERE)
EVERYBODY = (STATION, OTHER_STATION, PRISON, NODI, ALO, BODY, FAR_STATION, FAR_PROVIDER, FAR_BODY)
COMPLETE = NOON + timedelta(seconds=len(EVERYBODY))
"""When the last of them was saved."""
HOME = {
    "police_unit": STATION,
    "prison": PRISON,
    "provider": NODI,
    "coordinating_body": BODY,
}


def add_two_districts(directory: Directory) -> None:
    """Everybody of one district of a directory that has its first, and of another."""
    with directory.worker.transaction() as session:
        session.add(State(code=15, name="Mizoram", iso="IN-MZ"))
        session.flush()
        session.add(District(code=ELSEWHERE, state_code=15, name="Aizawl", names={}))
    directory.save(*EVERYBODY, indexed=False)


@dataclass
class Partnership:
    """A directory with two districts, seen by people of every role; `clock` is the web process's.

    `begun` makes the process, where it is not to be one of its own.
    """

    directory: Directory
    keys: Keys
    begun: Callable[..., Flask] = create_app
    ids: SystemIds = field(default_factory=SystemIds)
    members: dict[tuple[UUID, str], Principal] = field(default_factory=dict)  # the last made of each

    def __post_init__(self) -> None:
        public, private = self.keys.session.public_key().public_bytes_raw(), self.keys.session.private_bytes_raw()
        self.tokens = SessionTokens({"test": public}, private)
        self.clock = FrozenClock(NOON)
        self.app: Flask = self.begun(self.directory.settings, clock=self.clock, db=self.directory.web)

    def somebody(self, role: str, at: Organization | None = None) -> Principal:
        where = at or HOME[KIND_OF[role]]
        three, now = [self.ids.uuid() for _ in range(3)], self.clock.now()
        ends = now + timedelta(hours=8)
        return Principal(*three, where.id, where.kind, role, (where.district,), "en", now, now, ends)

    def browser(self, role: str, at: Organization | None = None) -> FlaskClient:
        return self._browser(self.somebody(role, at))

    def _browser(self, who: Principal) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie(f"setu_session_{self.directory.settings.port_base}", self.tokens.mint(by_cookie(who)))
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        return client

    def program(self, role: str, at: Organization | None = None) -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens.mint(self.somebody(role, at))}"
        return client

    def member(self, role: str, at: Organization | None = None) -> FlaskClient:
        """A browser of somebody who has an account and a membership, too."""
        where, who = at or HOME[KIND_OF[role]], self.somebody(role, at)
        dependencies = Dependencies.from_settings(self.directory.settings)
        with self.worker() as session:
            made = open_account(
                session,
                dependencies,
                where.id,
                user=f"m.{who.account.hex}",
                role=role,
                districts=(),
                now=self.clock.now(),
            )
            (membership,) = held_by(session, made.account)
        who = replace(who, account=made.account, membership=membership.id)
        self.members[who.organization, role] = who
        return self._browser(who)

    def again(self, role: str, at: Organization) -> FlaskClient:
        """The last such member, signed in again by now."""
        now = self.clock.now()
        return self._browser(replace(self.members[at.id, role], issued_at=now, expires_at=now + timedelta(hours=8)))

    def worker(self) -> Any:
        return self.directory.worker.transaction()

    def propose(self) -> int:
        with self.worker() as session:
            return propose_meetings(session, self.clock.now())

    def meetings(self, district: int = KOLKATA) -> list[Meeting]:
        with self.worker() as session:
            return list(
                session.scalars(select(Meeting).where(Meeting.district_code == district).order_by(Meeting.starts_at))
            )

    def a_meeting(self, *, begun: bool = True, district: int = KOLKATA) -> UUID:
        """A planned meeting; `begun`: the clock stands ten minutes after its hour."""
        if not self.meetings(district):
            self.propose()
        with self.worker() as session:
            meeting = plan_directly(session, district)
        if begun:
            self.clock.set(meeting.starts_at + timedelta(minutes=10))
        return meeting.id


def plan_directly(session: Session, district: int) -> Meeting:
    newest = select(Meeting).where(Meeting.district_code == district).order_by(Meeting.starts_at.desc())
    meeting = session.scalars(newest.limit(1)).one()
    meeting.state, meeting.place, meeting.sequence = PLANNED, "Conference room", 1
    meeting.version += 1
    return meeting


def a_cell(table: str, row: str, value: float | None, shown: str = "rounded") -> dict[str, Any]:
    return {"table": table, "row": row, "value": value, "shown": shown}


def frozen_data(
    *cells: Mapping[str, Any], month: str = "2026-11", district: int | None = KOLKATA, version: int = 1
) -> dict[str, Any]:
    frozen_at = datetime.fromisoformat(f"{month}-16T01:00:00+05:30").isoformat()
    where = {"state": 19, "district": district}
    return {"month": month, **where, "frozen_at": frozen_at, "cells": list(cells), "version": version}


def member_id(partnership: Partnership, at: Organization, role: str = "") -> UUID:
    """The membership of the last member that was made there, of this role or of whichever supervises."""
    role = role or ("unit_supervisor" if at.kind == "police_unit" else "provider_manager")
    return partnership.members[at.id, role].membership


def an_agreement(
    partnership: Partnership,
    unit: Organization = STATION,
    provider: Organization = NODI,
    *,
    by: Organization | None = None,
) -> UUID:
    """A draft between the station and the provider, for a year from November, by a coordinator of the body."""
    form = {"unit": str(unit.id), "provider": str(provider.id)}
    days = {"from_day": "2026-11-01", "to_day": "2027-11-01", "review_on": "2027-10-01"}
    answer = partnership.browser("coordinator", by).post("/partnerships", data=form | days)
    return agreement_at(answer.headers["Location"])


def agreement_at(address: str) -> UUID:
    """Which agreement the page is of, to which a form leads that was taken."""
    return UUID(urlsplit(address).path.rpartition("/")[2])


def in_force(
    partnership: Partnership,
    unit: Organization = STATION,
    provider: Organization = NODI,
    *,
    by: Organization | None = None,
) -> UUID:
    """The same, signed by both sides long ago."""
    made = an_agreement(partnership, unit, provider, by=by)
    with partnership.worker() as session:
        agreement = session.get_one(Agreement, made)
        agreement.state, agreement.unit_signed_on, agreement.provider_signed_on = "active", NOON.date(), NOON.date()
    return made


LONG_NAME = (
    "Manipur Network for Health, Shelter, Legal Aid and Livelihoods of Women and Their Children (central Kolkata)"
)


def filled_meeting(partnership: Partnership) -> UUID:
    """A meeting that has something of everything: an earlier one's action, figures, items, attendance, minutes."""
    partnership.directory.save(an_organization(LONG_NAME, "provider"), indexed=False)
    lapsing = in_force(partnership)
    with partnership.worker() as session:
        session.get_one(Agreement, lapsing).to_day = date(2027, 2, 15)
        session.get_one(Agreement, lapsing).review_on = date(2027, 2, 1)
    first = partnership.a_meeting()
    coordinator = partnership.browser("coordinator")
    order = {"action_text": "Order 40 cards for the night shift", "post": "station officer", "due": "2026-12-30"}
    coordinator.post(f"/meetings/{first}/actions", data=order | {"owner": str(STATION.id)})
    coordinator.post(f"/meetings/{first}/attendance", data={f"n.{STATION.id}": "2", f"n.{NODI.id}": "3"})
    coordinator.post(f"/meetings/{first}/settle", data={"seen": "2"})
    for month, sent in (("2026-10", 35), ("2026-11", 40), ("2026-12", 55)):
        freeze(partnership, *_figures_of(month, sent), month=month)
    partnership.propose()
    second = partnership.a_meeting()
    _talk(partnership, second)
    coordinator = partnership.browser("coordinator")
    coordinator.post("/meetings/calendar/315/days", data={"day": "2027-03-18", "reason": "election"})
    return second


def freeze(
    partnership: Partnership,
    *cells: Mapping[str, Any],
    version: int = 1,
    month: str = "2026-11",
    district: int | None = KOLKATA,
) -> None:
    """Hand the month's figures to the consumer, as the referral service publishes them."""
    data = frozen_data(*cells, month=month, version=version, district=district)
    subject = f"{month}-district-{district}" if district else f"{month}-state-19"
    event = Event("referral.figures.frozen.v1", subject, data, partnership.ids.uuid(), partnership.clock.now())
    with partnership.worker() as session:
        HANDLERS[event.type](session, event)


def _figures_of(month: str, sent: int) -> list[dict[str, Any]]:
    needs = [a_cell("unmet_need", "WOMEN", 15), a_cell("unmet_need", "OST", None, "fewer_than_10")]
    return [
        a_cell("consent", "sent", sent),
        a_cell("consent", "only_card", 20),
        a_cell("consent", "declined", None, "fewer_than_10"),
        a_cell("views", "accepted", 30),
        a_cell("views", "not_answered", None, "fewer_than_10"),
        a_cell("share", "women", 17, "exact"),
        a_cell("share", "answered_24_hours", 64, "exact"),
        a_cell("first_response", "median_hours", 6.5, "exact"),
        *(needs if month.endswith("12") else []),
    ]


def _talk(partnership: Partnership, meeting: UUID) -> None:
    coordinator = partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/agenda", data={"text": "Opening hours for women on Sundays", "part": "5"})
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "2", f"n.{NODI.id}": "3"})
    lines = (
        ("2", "note", "The cards came late; two units had none for a week."),
        ("5", "decision", "The women's hours move to Sunday, from January."),
        ("8", "note", "Training for constables of all stations in February."),
    )
    for part, kind, words in lines:
        line = {"line": str(partnership.ids.uuid()), "part": part, "kind": kind, "text": words}
        coordinator.post(f"/meetings/{meeting}/minutes", data=line)
    hours = {"action_text": "Tell every unit of the new hours", "post": "manager", "due": "2027-01-31"}
    coordinator.post(f"/meetings/{meeting}/actions", data=hours | {"owner": str(an_id(LONG_NAME))})
