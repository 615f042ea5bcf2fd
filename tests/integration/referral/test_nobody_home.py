"""Who is home, as the directory's events tell it: what is offered, and whose a district is that nobody coordinates."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from referral_service.consumers import HANDLERS
from referral_service.store.directory import find_organization, listed_by_id
from service_kit.envelope import Event
from support.referral import (
    BODY,
    COORDINATOR_ELSEWHERE,
    HYDERABAD,
    JIBAN,
    KOLKATA,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    SAHAYA,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    ReferralService,
)
from support.referrals.directory import an_organization

MANAGER_ALONE = ["provider_manager"]
BOTH = ["case_worker", "provider_manager"]


def told(setu: ReferralService, organization: UUID, *versions: dict[str, Any]) -> None:
    """Events of one organisation, in this order."""
    with setu.worker_db.transaction() as session:
        for more in versions:
            data = an_organization(organization, **more)
            event = Event(
                "directory.organization.changed.v1", str(organization), data, setu.ids.uuid(), setu.clock.now()
            )
            HANDLERS[event.type](session, event)


def offered(setu: ReferralService, service: UUID = OST) -> bool:
    with setu.worker_db.transaction() as session:
        return listed_by_id(session, [service])[service].somebody_home


def test_a_service_is_refused_by_name_while_nobody_there_can_sign_in(setu: ReferralService) -> None:
    assert setu.submit().status_code == 201  # nobody has said who is home: unknown excludes nothing
    told(setu, SAHAYA, {"version": 2, "staffed": MANAGER_ALONE})

    for field, body in (("service_id", {}), ("candidates", {"candidates": [str(OST_OF_JIBAN), str(OST)]})):
        refused = setu.submit(**body)
        assert refused.status_code == 422
        (error,) = refused.get_json()["errors"]
        assert error["field"] == field
        assert error["detail"].endswith("cannot take it yet: nobody there can sign in.")
    assert setu.submit(candidates=[str(OST_OF_JIBAN)]).status_code == 201

    told(setu, SAHAYA, {"version": 3, "staffed": BOTH})
    assert setu.submit().status_code == 201


def test_nobody_is_forwarded_to_where_nobody_is_home(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.must(WORKER, referral, "forward")
    told(setu, JIBAN, {"version": 2, "staffed": []})
    told(setu, BODY, {"version": 2, "staffed": ["coordinator"], "stands_in_for": [KOLKATA]})

    page = setu.get(COORDINATOR_ELSEWHERE, f"/unanswered/{referral.id}").text
    setu.must(COORDINATOR_ELSEWHERE, referral, "forward")

    assert str(OST_OF_JIBAN) not in page
    assert setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"] == []
    assert len(setu.get(WORKER_OF_SHISHU, "/api/referrals").get_json()["items"]) == 1


def test_whatever_the_order_and_the_repetitions_the_newest_word_counts(setu: ReferralService) -> None:
    events = ({"version": 2, "staffed": BOTH}, {"version": 3, "staffed": []}, {"version": 3, "staffed": []})
    for number, order in enumerate(permutations(events)):
        shift = 10 * number
        told(setu, SAHAYA, *({**each, "version": each["version"] + shift} for each in order))
        assert not offered(setu)


def test_an_event_as_new_completes_a_row_of_before_and_is_not_undone(setu: ReferralService) -> None:
    before, after = {"version": 2}, {"version": 2, "staffed": [], "name": "Sahaya"}
    told(setu, SAHAYA, before, after, before, after)
    assert not offered(setu)
    told(setu, JIBAN, after | {"name": "Jiban"}, before)
    assert not offered(setu, OST_OF_JIBAN)
    with setu.worker_db.transaction() as session:
        found = find_organization(session, JIBAN)
    assert found is not None
    assert found.name == "Jiban"


def test_a_district_falls_to_its_state_and_back_at_once_whatever_the_token_says(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.clock.advance(timedelta(days=5))
    state = COORDINATOR_ELSEWHERE
    assert state.districts == (HYDERABAD,)

    def seen() -> tuple[int, int, int]:
        listed = setu.get(state, "/api/referrals").get_json()["items"]
        waiting = setu.get(state, "/counts").get_json()["/today"]
        return setu.get(state, f"/api/referrals/{referral.id}").status_code, len(listed), waiting

    assert seen() == (404, 0, 0)
    told(setu, BODY, {"version": 2, "staffed": ["coordinator"], "stands_in_for": [KOLKATA]})
    assert seen() == (200, 1, 1)
    assert "so they are yours meanwhile: Kolkata" in " ".join(setu.get(state, "/today").text.split())

    told(setu, BODY, {"version": 3, "staffed": ["coordinator"], "stands_in_for": []})
    assert seen() == (404, 0, 0)
    told(setu, BODY, {"version": 4, "deleted": True, "stands_in_for": [KOLKATA]})
    assert seen() == (404, 0, 0)


def test_the_coordinator_reads_where_nobody_is_home_and_whom_to_ring(setu: ReferralService) -> None:
    state = COORDINATOR_ELSEWHERE
    told(setu, BODY, {"version": 2, "staffed": ["coordinator"], "stands_in_for": [KOLKATA]})
    assert "In every provider of your districts" in setu.get(state, "/nobody-home").text
    told(setu, SAHAYA, {"version": 2, "staffed": MANAGER_ALONE, "phone": "033 5550 0101"})
    told(setu, JIBAN, {"version": 2, "staffed": BOTH})

    page, day = setu.get(state, "/nobody-home").text, " ".join(setu.get(state, "/today").text.split())

    assert "Sahaya Trust" in page
    assert 'href="tel:03355500101"' in page
    assert "Jiban" not in page
    assert '<strong class="figure">1</strong> Providers where nobody is there' in day
    assert setu.get(OFFICER, "/nobody-home").status_code == 403
