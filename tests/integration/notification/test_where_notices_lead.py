"""Every line of routing followed by every role that it tells, through the three services: a page, and never a 403."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from notification_service.domain.notices import MOVED
from notification_service.domain.routing_table import ROUTES, Audience
from notification_service.settings import load
from notification_service.store.tables import DeliveryRow, MemberRow, NoticeRow
from notification_service.use_cases.apply_organization import apply_organization
from notification_service.use_cases.write_mail import write_text
from support import referral as sent_by
from support.accounts import (
    House,
    Person,
    a_house,
)
from support.fresh_databases import Urls
from support.notification import (
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    SUPERVISOR,
    TERM,
    UNIT,
    WORKER,
    Scene,
    an_event,
    an_organization_event,
    membership_of,
    referral_data,
)
from support.referral import ReferralService
from support.referrals.app import a_referral_service

READERS = {
    "case_worker": (WORKER, sent_by.WORKER),
    "provider_manager": (MANAGER, sent_by.MANAGER),
    "coordinator": (COORDINATOR, sent_by.COORDINATOR),
    "data_officer": (DATA_OFFICER, sent_by.DATA_OFFICER),
    "unit_supervisor": (SUPERVISOR, sent_by.SUPERVISOR),
    "officer": (OFFICER, sent_by.OFFICER),
    "custody_health": (OFFICER, sent_by.NURSE),
}
ROLES = {
    Audience.CASE_WORKERS: ["case_worker"],
    Audience.PROVIDER_MANAGERS: ["provider_manager"],
    Audience.SUPERVISORS: ["unit_supervisor"],
    Audience.FOCAL_POINTS: ["case_worker", "officer"],
    Audience.FORMER_FOCAL_POINTS: ["case_worker", "officer"],
    Audience.COORDINATORS: ["coordinator"],
    Audience.DATA_OFFICERS: ["data_officer"],
    Audience.STATE_COORDINATORS: [],  # the same role and page as whoever hears where none of them is home
    Audience.REFERRER: ["officer", "custody_health"],
    Audience.CUSTODY_TEAM: [],  # the line beside it leads their colleague who sent it to the same page
    Audience.OWNER: ["case_worker", "officer"],
}
OF_COORDINATORS = {"directory.provider.approved.v1#entered"}
"""What is told to the account that did it, which only a coordinator can have done."""
LINES = [
    (topic, role)
    for topic, rules in ROUTES.items()
    for rule in rules
    for role in (
        ["coordinator"] if rule.audience is Audience.OWNER and topic in OF_COORDINATORS else ROLES[rule.audience]
    )
]
STAND_INS = {
    (rule.leads(audience), role): (topic, role)
    for topic, rules in ROUTES.items()
    for rule in rules
    for audience in rule.audiences[1:]
    for role in ROLES[audience]
    if (topic, role) not in LINES
}
"""One line for each page that somebody who stands in is led to."""


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls]) -> ReferralService:
    return a_referral_service(fresh_database("referral"))


@pytest.fixture
def house(fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]) -> House:
    urls = fresh_database("directory")
    return a_house(settings_env("directory", urls, SETU_TEST_WORKER_URL=urls.worker))


def told(scene: Scene, topic: str, referral: UUID, account: UUID) -> None:
    """Plan the notices of one event of this topic, about this referral and to this account, or a focal point's."""
    kind, _, state = topic.partition("#")
    data = referral_data(referral, NGO, UNIT, account_id=str(account), organization_id=str(UNIT))
    data["focal_points"] = [str(membership_of(account))]
    if state == MOVED:
        data["moved_from"], state = NOON.isoformat(), ""
    elif state and kind == "directory.meeting.planned.v1":
        del data["due_at"]  # those tell that it is off
    if kind == "directory.action.due.v1":
        data["receivers"] = [str(UNIT if account == SUPERVISOR else NGO)]  # an action has one owner
    data |= {"region": "IN-WB", "expires_at": (NOON + TERM).isoformat()} | ({"state": state} if state else {})
    scene.plan(an_event(kind, data))


def a_member(house: House, role: str) -> Person:
    kinds = dict.fromkeys(("officer", "unit_supervisor"), "police_unit")
    kinds |= dict.fromkeys(("coordinator", "data_officer"), "coordinating_body")
    kind = kinds.get(role, "provider")
    return house.person(role, house.organization(kind), districts=(315,) if role == "coordinator" else ())


def forget_notices(scene: Scene) -> None:
    """Nobody was told anything yet."""
    with scene.db.transaction() as session:
        session.execute(delete(NoticeRow))


def led(scene: Scene, role: str) -> str:
    """Open the notice and follow it: the address that it leads to."""
    headers = scene.headers(READERS[role][0], role=role)
    item, *_ = scene.client.get("/api/notices", headers=headers).get_json()["items"]  # a supervisor's, and an owner's
    opened = scene.client.post(f"/open/{item['id']}", headers=headers)
    assert (opened.status_code, opened.headers["Location"]) == (303, item["link"])
    return str(item["link"])


@dataclass
class Visitors:
    """Somebody in each role, signed in to all three services."""

    scene: Scene
    setu: ReferralService
    house: House
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def status_of(self, link: str, role: str) -> int:
        """What somebody in this role is answered at that address."""
        address = urlsplit(link)
        if address.hostname == "referral.test":
            return self.setu.get(READERS[role][1], address.path).status_code
        if address.hostname == "notification.test":
            headers = self.scene.headers(READERS[role][0])
            return self.scene.client.get(address.path, headers=headers).status_code
        if role not in self.headers:
            self.headers[role] = self.house.bearer(a_member(self.house, role))
        browser = self.house.app.test_client()  # an address of one handover leads on
        return int(browser.get(address.path, headers=self.headers[role], follow_redirects=True).status_code)


def test_every_line_leads_every_role_that_it_tells_to_a_page(scene: Scene, setu: ReferralService, house: House) -> None:
    """What a page answers is asked once for each role that is led there, of a referral that is there."""
    links = dict[tuple[str, str], str]()
    street, prison = setu.sent(sent_by.OFFICER), setu.sent(sent_by.NURSE, setting="prison")
    with scene.db.transaction() as session:  # nobody is home, so that what falls to somebody else is told, too
        for organization, kind in ((NGO, "provider"), (UNIT, "police_unit")):
            apply_organization(session, an_organization_event(organization=organization, kind=kind, staffed=[]).data)
    lines = [*LINES, *STAND_INS.values()]
    for number, (topic, role) in enumerate(lines):
        if number == len(LINES):  # for those who stand in no data officer is home either
            with scene.db.transaction() as session:
                session.execute(update(MemberRow).where(MemberRow.role == "data_officer").values(active=False))
        forget_notices(scene)
        referral = uuid4()
        told(scene, topic, referral, READERS[role][0])

        there = prison if role == "custody_health" else street
        links[topic, role] = led(scene, role).replace(str(referral), there.id)

    visitors = Visitors(scene, setu, house)
    answers = {page: visitors.status_of(*page) for page in {(link, role) for (_, role), link in links.items()}}
    assert {line: link for line, link in links.items() if answers[link, line[1]] != 200} == {}
    assert len(links) == len(lines)


def test_a_mail_leads_where_its_recipients_role_may_go(scene: Scene, setu: ReferralService) -> None:
    referral = setu.sent()
    told(scene, "referral.escalation.due.v1", UUID(referral.id), OFFICER)
    with scene.db.transaction() as session:
        rows = list(session.scalars(select(DeliveryRow)))
    links = load(scene.environment).links
    bodies = {row.recipient_role: write_text(row, links)[1] for row in rows}
    assert set(bodies) == {"provider_manager", "coordinator"}
    for role, path in (("provider_manager", "overdue"), ("coordinator", "unanswered")):
        assert f"http://referral.test/{path}/{referral.id}" in bodies[role]
        assert setu.get(READERS[role][1], f"/{path}/{referral.id}").status_code == 200
