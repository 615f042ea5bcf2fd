"""Numbers that are given up and changed, and a gateway that says which of them were called."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID, uuid4

from notification_service.domain.notices import Channel
from support.notices.sending import Recorder, deliver_once, dependencies
from support.notification import NGO, OTHER_NGO, OTHER_WORKER, WORKER, Scene, add_member, an_event, referral_data

FORMER, OWN, OF_ANOTHER = "+919800012301", "+919800012302", "+919800012303"
BOTH = frozenset({Channel.MAIL, Channel.SMS})


@dataclass
class Phones:
    """A gateway that takes each SMS, behind the service's own sender."""

    scene: Scene
    _taken: Recorder = field(default_factory=Recorder)

    def called(self) -> Sequence[str]:
        """Send what is due, and what is due once a pause after a failed try is over; the numbers called so far."""
        self.scene.clock.advance(timedelta(minutes=5))
        sending = replace(dependencies(self.scene, Recorder()), carriers=dict.fromkeys(BOTH, self._taken))
        while deliver_once(sending, [Channel.SMS]):
            pass
        return [message.to for message in self._taken.sent]


def tell(scene: Scene, account: UUID, phone: str | None, version: int) -> None:
    """What the directory tells of a case worker."""
    organization = {WORKER: NGO, OTHER_WORKER: OTHER_NGO}[account]
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, account, organization, "case_worker", None, version, phone)


def submit_to(scene: Scene, organization: UUID) -> None:
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), organization)), channels=BOTH)
