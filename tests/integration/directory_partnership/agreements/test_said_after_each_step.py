"""The page of an agreement says what was done there; a draft is thrown away, not ended."""

import re
from datetime import timedelta

import pytest

from support.partnership import NODI, STATION, Partnership, an_agreement, in_force, member_id


def said_after(partnership: Partnership, address: str, step: str, data: dict[str, str]) -> str:
    """The words above the page that follows a form of the coordinator's."""
    coordinator = partnership.browser("coordinator")
    seen = re.search(r'name="seen" value="(\d+)"', coordinator.get(address).text)
    form = data | {"seen": seen[1] if seen else ""}
    page = coordinator.post(f"{address}/{step}", data=form, follow_redirects=True)
    told = re.search(r'<div class="banner done".*?</div>', page.text, re.DOTALL)
    return re.sub(r"<[^>]+>", "", told[0]) if told else ""


def test_a_signature_a_review_and_a_renewal_are_said(partnership: Partnership) -> None:
    draft, stands = f"/partnerships/{an_agreement(partnership)}", f"/partnerships/{in_force(partnership)}"
    day = partnership.clock.now().date()
    renewed = {"from_day": "2027-11-01", "to_day": "2028-10-31", "review_on": "2028-10-01"}

    assert "The signature is noted." in said_after(partnership, draft, "sign", {"side": "unit", "day": str(day)})
    assert "The review is noted." in said_after(partnership, stands, "review", {"held_on": str(day)})
    assert "The renewal is drafted" in said_after(partnership, stands, "renew", renewed)


def name_all(partnership: Partnership, address: str) -> str:
    """Two focal points of each side; the page after the last one."""
    page = ""
    for side in (STATION, NODI):
        for post in ("day duty", "night duty"):
            role = "unit_supervisor" if side is STATION else "provider_manager"
            member = partnership.member(role, side)
            form = {"post": post, "duty_phone": "9830012345", "member": str(member_id(partnership, side))}
            page = member.post(f"{address}/focal-points", data=form, follow_redirects=True).text
            assert "The focal point is named." in page
    return page


def test_a_draft_that_has_everything_says_so_until_the_clock_comes_by(partnership: Partnership) -> None:
    address, day = f"/partnerships/{an_agreement(partnership)}", str(partnership.clock.now().date())
    for side in ("unit", "provider"):
        said_after(partnership, address, "sign", {"side": side, "day": day})
    words = "it comes into force by itself, within a minute"
    assert words not in partnership.browser("coordinator").get(address).text

    assert words in name_all(partnership, address)


def test_the_last_signature_says_that_it_is_agreed(partnership: Partnership) -> None:
    address, day = f"/partnerships/{an_agreement(partnership)}", str(partnership.clock.now().date())
    name_all(partnership, address)

    first = said_after(partnership, address, "sign", {"side": "unit", "day": day})
    last = said_after(partnership, address, "sign", {"side": "provider", "day": day})

    assert ("both sides have agreed" in first, "both sides have agreed" in last) == (False, True)


@pytest.mark.parametrize(
    ("signed", "button", "words"),
    [(False, "Throw the draft away", "The draft is thrown away."), (True, "End it today", "The agreement has ended.")],
    ids=["draft", "in force"],
)
def test_a_draft_is_thrown_away_and_what_was_signed_is_ended(
    partnership: Partnership, signed: bool, button: str, words: str
) -> None:
    made = in_force(partnership) if signed else an_agreement(partnership)
    address = f"/partnerships/{made}"

    page = partnership.browser("coordinator").get(address).text

    assert [each in page for each in ("Throw the draft away", "End it today")] == [not signed, signed], button
    assert words in said_after(partnership, address, "end", {})


def test_the_new_version_leads_back_to_the_one_that_it_renews(partnership: Partnership) -> None:
    before = f"/partnerships/{in_force(partnership)}"
    later = partnership.clock.now().date() + timedelta(days=400)
    renewed = {"from_day": "2027-11-01", "to_day": str(later), "review_on": str(later)}
    made = partnership.browser("coordinator").post(f"{before}/renew", data=renewed).headers["Location"]

    assert f'href="{before}"' in partnership.browser("coordinator").get(made).text
