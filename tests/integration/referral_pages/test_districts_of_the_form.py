"""The form offers every district that has a provider, and the unit's own, by the names that the directory told."""

from datetime import timedelta
from uuid import UUID

from referral_service.store.directory import put_organization, put_service
from support.referral import HYDERABAD, OFFICER, SAHAYA, ReferralService
from support.referrals.directory import a_listing, an_organization
from support.referrals.form import NO_FORM

FAR, NAMELESS, LEFT = 640, 641, 642
STEP_ONE = f"/new/{NO_FORM}/place"


def tell(setu: ReferralService) -> None:
    names = {str(FAR): {"en": "Farther", "hi": "दूर"}, str(LEFT): {"en": "Left"}}
    gone = UUID(int=0xC9)
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(UUID(int=0xC8), SAHAYA, districts=[FAR, NAMELESS], district_names=names))
        put_service(session, a_listing(gone, SAHAYA, districts=[LEFT], deleted=True, district_names=names))


def test_a_district_of_another_state_is_offered_once_a_provider_serves_it(setu: ReferralService) -> None:
    tell(setu)

    page = setu.get(OFFICER, STEP_ONE).text

    assert f'value="{FAR}">Farther<' in page
    assert f'value="{NAMELESS}">District {NAMELESS}<' in page
    assert f'value="{LEFT}"' not in page
    assert f'value="{HYDERABAD}"' not in page, "nobody helps there"
    with setu.worker_db.transaction() as session:
        put_organization(session, an_organization(SAHAYA, version=2, district_names={str(NAMELESS): {"en": "Newly"}}))
    setu.clock.advance(timedelta(minutes=1))  # names are kept so long
    assert f'value="{NAMELESS}">Newly<' in setu.get(OFFICER, STEP_ONE).text
    hindi = setu.get(OFFICER, STEP_ONE, Accept_Language="hi").text
    assert f'value="{FAR}">Farther<' in hindi or f'value="{FAR}">दूर<' in hindi


def test_a_district_whose_only_provider_is_suspended_is_offered_no_more(setu: ReferralService) -> None:
    tell(setu)
    with setu.worker_db.transaction() as session:
        put_organization(session, an_organization(SAHAYA, version=2, status="suspended"))

    assert f'value="{FAR}"' not in setu.get(OFFICER, STEP_ONE).text
