"""Whose webhook goes next: no organisation, whatever it asks for, holds up another's."""

from datetime import timedelta
from uuid import UUID, uuid4

from notification_service.domain.webhook_schedule import LEASE
from notification_service.store import webhooks
from support.notification import NGO, OTHER_NGO, Scene, an_event, referral_data
from support.webhooks.endpoints import an_endpoint

URL = "https://hooks.example.org/setu"


def submit(scene: Scene, organization: UUID) -> None:
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), organization)))


def claim(scene: Scene) -> UUID | None:
    """Whose webhook a sender takes now, and has under way."""
    with scene.db.transaction() as session:
        claimed = webhooks.claim(session, now=scene.clock.now(), lease=uuid4())
        return claimed and claimed[0].organization_id


def test_an_organisation_with_many_slow_endpoints_holds_one_sender_and_not_all(scene: Scene) -> None:
    for _ in range(4):
        an_endpoint(scene, URL)
    an_endpoint(scene, URL, organization=OTHER_NGO)
    for _ in range(3):
        submit(scene, NGO)
    scene.clock.advance(timedelta(seconds=1))
    submit(scene, OTHER_NGO)
    assert [claim(scene) for _ in range(3)] == [NGO, OTHER_NGO, None]
    scene.clock.advance(LEASE)  # whoever sent died
    assert [claim(scene) for _ in range(3)] == [NGO, OTHER_NGO, None]
