"""What others than the referrer do in a history of the wall: the person, teams, coordinator, desk and worker.

Each act goes as far as its actor's own view allows, by HTTP where there is a way. Not a test module.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from referral_service.store.task_history import AttemptLine, add_attempt
from referral_service.use_cases.enforce_retention import enforce_retention
from referral_service.use_cases.fold_inbox_changes import fold_inbox_changes
from referral_service.use_cases.keys.rotate_keys import rotate_keys
from service_kit.identity import Principal
from setu.india import INDIA
from support.desk import begin_emergency, decide, demand, let_the_worker_look, seen_by, signed_in_anew, version_on
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    SECOND_DATA_OFFICER,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    Referral,
    ReferralService,
)
from support.referrals.form import FormFiller

TEAMS = (WORKER, WORKER_OF_JIBAN, WORKER_OF_SHISHU)


@dataclass(frozen=True)
class Step:
    """One act of a history: who, what, with which body; `who` indexes the teams."""

    event: str
    team: int = 0
    body: tuple[tuple[str, Any], ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The body."""
        return dict(self.body)


class OthersActs:
    """An act of a step `event` is the method `_event`; those that have none are a team's transition."""

    setu: ReferralService
    referral: Referral

    def _act(self, step: Step) -> int:
        return self.setu.act(TEAMS[step.team], self.referral, step.event, step.fields).status_code

    def _look(self, step: Step) -> int:
        """By the API and on the page, as a team does before it acts: `act` asks the database for the version."""
        who = self._now(TEAMS[step.team])
        asked = (f"/api/referrals/{self.referral.id}", "/api/referrals", f"/inbox/{self.referral.id}")
        return [self.setu.get(who, path).status_code for path in asked][-1]

    def _code(self, _step: Step) -> int:
        return self.setu.withdraw_by_code(self.referral.card_code).status_code

    def _voice(self, step: Step) -> int:
        return self.setu.say_by_code(self.referral.card_code, step.fields["said"]).status_code

    def _arrival(self, step: Step) -> int:
        return self.setu.post(TEAMS[step.team], "/api/arrivals", {"code": self.referral.card_code}).status_code

    def _identity(self, step: Step) -> int:
        return self.setu.get(TEAMS[step.team], f"/api/referrals/{self.referral.id}/identity").status_code

    def _desk_by_code(self, step: Step) -> int:
        """Taken back by phone, or erased on demand, and the certificate printed."""
        desk = FormFiller(self.setu, self._now(DATA_OFFICER))
        page = desk.post(f"/desk/{step.fields['kind']}", {"code": self.referral.card_code})
        let_the_worker_look(self.setu)
        return desk.get(f"{page.request.path}/certificate").status_code

    def _desk_emergency(self, _step: Step) -> int:
        """Two data officers open the contact, one looks and reports."""
        request_id = begin_emergency(self.setu, self.referral)
        if request_id is None:
            return 0
        decide(self.setu, self._now(SECOND_DATA_OFFICER), request_id, "yes")
        officer = self._now(DATA_OFFICER)
        status = self.setu.get(officer, f"/desk/{request_id}/contact").status_code
        desk = FormFiller(self.setu, officer)
        version = version_on(desk.get(f"/desk/{request_id}"))
        told = {"outcome": "safe", "passed_on_to": "nobody", "report": "Was reached."}
        desk.post(f"/desk/{request_id}/report", {**told, "version": version})
        return status

    def _desk_demand(self, step: Step) -> int:
        """Written down, decided by two, and answered."""
        request_id = demand(self.setu, self.referral.reference, officer=self._now(DATA_OFFICER))
        for who in (DATA_OFFICER, SECOND_DATA_OFFICER):
            decide(self.setu, self._now(who), request_id, step.fields["answer"], "not_lawful")
        desk = FormFiller(self.setu, self._now(DATA_OFFICER))
        version = version_on(desk.get(f"/desk/{request_id}"))
        return desk.post(f"/desk/{request_id}/answer", {"version": version}).status_code

    def _in_person(self, step: Step) -> int:
        """A case worker who reached the person yesterday tells what is kept, and corrects it."""
        who = self._now(TEAMS[step.team])
        yesterday = self.setu.clock.now() - timedelta(days=1)
        with self.setu.worker_db.transaction() as session:
            line = AttemptLine(yesterday, "met", None, who.account, yesterday)
            add_attempt(session, UUID(self.referral.id), line)
        client, path = self.setu.client(who), f"/inbox/{self.referral.id}/in-person"
        status = client.post(f"{path}/told").status_code
        right = {"name": "Salim", "method": "phone", "number": "98300 54321", "language": "hi", "gender": "man"}
        corrected = client.post(f"{path}/correction", data={**right, "needs": "OD", "seen": seen_by(client.get(path))})
        assert (corrected.status_code == 303) == (status == 303), corrected.text
        return status

    def _now(self, who: Principal) -> Principal:
        """Signed in anew, whatever the time: a browser has locked meanwhile."""
        return signed_in_anew(self.setu, who)

    def _void(self, step: Step) -> int:
        """With a case worker's word, where it has been opened."""
        self.setu.act(TEAMS[step.team], self.referral, "void", step.fields)
        return self.setu.act(COORDINATOR, self.referral, "void", step.fields).status_code

    def _hand_on(self, _step: Step) -> int:
        """Setu picks: three services are too few for a name."""
        return self.setu.act(COORDINATOR, self.referral, "forward").status_code

    def _take_on(self, _step: Step) -> int:
        """The service that it was handed on to accepts."""
        listed = self.setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
        handed_on = [Referral(item["id"], item["reference"], None) for item in listed if item["id"] != self.referral.id]
        return self.setu.act(WORKER_OF_JIBAN, handed_on[-1], "accept").status_code if handed_on else 0

    def _ask_for_another(self, step: Step) -> int:
        """The person said yes again, today."""
        today = self.setu.clock.now().astimezone(INDIA).date().isoformat()
        body = {"said_yes_on": today, "channel": "phone"}
        return self.setu.act(TEAMS[step.team], self.referral, "forward", body).status_code

    def _look_for_another(self, _step: Step) -> int:
        """The coordinator's page, for which what was sealed is matched."""
        return self.setu.get(COORDINATOR, f"/unanswered/{self.referral.id}").status_code

    def _settle(self, step: Step) -> int:
        return self.setu.act(COORDINATOR, self.referral, "settle", step.fields).status_code

    def _hand_to(self, step: Step) -> int:
        return self.setu.act(MANAGER, self.referral, "assign", step.fields).status_code

    def _hand_over(self, step: Step) -> int:
        """All that the first team's case worker holds, by the manager or by a case worker of the own team."""
        who = WORKER if step.team else MANAGER
        return self.setu.post(who, f"/api/team/{WORKER.account}/hand-over", step.fields).status_code

    def _sweep(self, _step: Step) -> int:
        enforce_retention(self.setu.worker_db, dependencies=self.setu.dependencies, now=self.setu.clock.now())
        fold_inbox_changes(self.setu.worker_db)
        rotate_keys(self.setu.rotation)
        return 0
