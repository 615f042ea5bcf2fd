"""What an agreement's page and the list say of signatures, of taking back, and of agreements that have ended."""

import re

from directory_service.organizations.store.tables import Organization
from support.partnership import (
    ALO,
    BODY,
    FAR_BODY,
    NODI,
    STATION,
    Partnership,
    an_agreement,
    in_force,
    member_id,
)


def seen_version(page: str) -> str:
    return re.findall(r'name="seen" value="(\d+)"', page)[0]


def test_a_side_that_has_signed_has_the_sign_of_it(partnership: Partnership) -> None:
    address, coordinator = f"/partnerships/{an_agreement(partnership)}", partnership.browser("coordinator")
    assert "✓" not in coordinator.get(address).text

    coordinator.post(f"{address}/sign", data={"side": "unit", "day": "2026-11-20", "seen": "1"})

    page = coordinator.get(address).text
    unit, provider = (
        page.partition(f"<dt>{words}</dt>")[2].partition("</dd>")[0]
        for words in ("The unit signed", "The provider signed")
    )
    assert ("✓" in unit, "signed" in unit, "2026-11-20" in unit) == (True, True, True)
    assert ("✓" in provider, "not yet" in provider) == (False, True)


def test_taking_a_focal_point_back_asks_first(partnership: Partnership) -> None:
    address, supervisor = f"/partnerships/{in_force(partnership)}", partnership.member("unit_supervisor", STATION)
    form = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    supervisor.post(f"{address}/focal-points", data=form)

    page = supervisor.get(address).text

    (step,) = re.findall(r'<details class="more"><summary>Take it back.*?</details>', page, re.DOTALL)
    assert "the other side has nobody to ring for it until somebody is named" in step
    (way,) = re.findall(r'action="([^"]+/end)"', page)
    assert f'action="{way}"' in step, "the button stands behind the question alone"
    assert supervisor.post(way).status_code == 303


def test_an_ended_agreement_says_when_and_stays_in_the_list(partnership: Partnership) -> None:
    agreement, coordinator = in_force(partnership), partnership.browser("coordinator")
    address = f"/partnerships/{agreement}"

    ended = coordinator.post(f"{address}/end", data={"seen": seen_version(coordinator.get(address).text)})

    listed = coordinator.get(ended.headers["Location"]).text
    assert "The agreement has ended." in listed
    assert ("No agreement yet." in listed, "Those that have ended stand below." in listed) == (False, True)
    for reader in (coordinator, partnership.browser("unit_supervisor"), partnership.browser("provider_manager")):
        below = reader.get("/partnerships").text.partition('id="ended"')[2]
        assert (address in below, "ended on" in below, "2026-11-24" in below) == (True, True, True)
        page = reader.get(address).text
        assert ("It ended on" in page, "<dt>Ended on</dt>" in page) == (True, True)
    assert address not in partnership.browser("coordinator", FAR_BODY).get("/partnerships").text


def test_an_ended_agreement_says_who_stood_for_it_and_no_number_to_ring(partnership: Partnership) -> None:
    address, supervisor = f"/partnerships/{in_force(partnership)}", partnership.member("unit_supervisor", STATION)
    form = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    supervisor.post(f"{address}/focal-points", data=form)
    before = supervisor.get(address).text
    assert ("station officer" in before, "9830012345" in before) == (True, True)

    coordinator = partnership.browser("coordinator")
    coordinator.post(f"{address}/end", data={"seen": seen_version(coordinator.get(address).text)})

    page = supervisor.get(address).text
    assert ("station officer" in page, "9830012345" in page, "12345" in page) == (True, False, False)


def test_a_draft_that_was_thrown_away_is_in_no_list(partnership: Partnership) -> None:
    address, coordinator = f"/partnerships/{an_agreement(partnership)}", partnership.browser("coordinator")

    coordinator.post(f"{address}/end", data={"seen": "1"})

    assert address not in coordinator.get("/partnerships").text
    assert "This draft was thrown away on" in coordinator.get(address).text


def test_a_provider_that_is_suspended_is_not_offered_for_a_new_agreement(partnership: Partnership) -> None:
    in_force(partnership)
    with partnership.worker() as session:
        session.get_one(Organization, NODI.id).status = "suspended"

    page = partnership.browser("coordinator", BODY).get("/partnerships").text

    (form,) = re.findall(r'<form id="form-draft".*?</form>', page, re.DOTALL)
    assert (str(NODI.id) in form, str(ALO.id) in form) == (False, True)
