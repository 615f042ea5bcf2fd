"""A month of one district: its meeting is planned, held, minuted; people are trained; actions are done or not."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import uuid4

from partnership_year.doors import Doors, Visitor
from partnership_year.journal import DistrictJournal
from partnership_year.shape import BODY, POLICE, PRISON, PRISON_STRENGTH, PROVIDER, STATION, STRENGTH, Place, Shape
from setu.india import INDIA

API = "/api/partnership"
NOTES = (
    "The drop-in centre has places; the stations did not know its hours.",
    "Cards are short in two units.",
    "The prison asks that doctors of both sides agree on doses before a release.",
    "Nights are thin: nobody answers after ten.",
    "Officers ask for a card with the words for the front desk.",
)
DECISIONS = (
    "Each station keeps two sheets of cards at the front desk.",
    "The women's hours move to Sunday morning.",
    "Beat constables of two stations are trained before the next meeting.",
    "The provider sends its hours to every station.",
    "The prison tells the provider of releases a fortnight ahead.",
)
ACTIONS = (
    "Order cards for the night shift",
    "Send the hours to every station",
    "Name who comes to the training",
    "Put up the helplines at the lock-up",
    "Agree on a duty phone for nights",
)


@dataclass
class DistrictMonth:
    """One district in one month. `starts_at`: when it meets, once that is planned."""

    doors: Doors
    shape: Shape
    district: int
    journal: DistrictJournal
    chance: random.Random
    meeting: str = ""
    starts_at: datetime = field(default=datetime.max.replace(tzinfo=INDIA))

    def plan(self) -> None:
        """The coordinator confirms the date that proposed itself; a provider proposes something to talk about."""
        coordinator = self._coordinator()
        meetings = coordinator.get(f"{API}/meetings?limit=5")["items"]
        ahead = next(each for each in reversed(meetings) if each["state"] in ("proposed", "planned"))
        self.meeting = ahead["id"]
        self.starts_at = datetime.fromisoformat(ahead["starts_at"]).astimezone(INDIA)
        place, hour = "Conference room of the district office", f"{self.starts_at:%H:%M}"
        form = {"day": self.starts_at.date(), "at": hour, "place": place, "seen": ahead["version"]}
        coordinator.post(f"/meetings/{self.meeting}/plan", **form)
        provider = self._head(self.chance.choice(self._places(PROVIDER)))
        text = self.chance.choice(("A visit of officers to the centre", "A poster for the front desk"))
        provider.put(f"{API}/meetings/{self.meeting}/agenda/{uuid4()}", {"text": text})

    def meet(self, month: date) -> None:
        """Each side enters who came; lines and actions are written, then the coordinator confirms."""
        coordinator = self._coordinator()
        rare = self.chance.random() < 0.12  # a month in which hardly anybody comes
        for place in self._places(POLICE, STATION, PRISON, PROVIDER):
            came = 0 if rare or self.chance.random() < 0.25 else self.chance.randint(1, 4)
            side = self._head(place)
            side.put(f"{API}/meetings/{self.meeting}/attendance/{side.organization}", {"number": came})
        for _ in range(self.chance.randint(2, 4)):
            self._line(coordinator, "note", self.chance.choice(NOTES))
        self._line(coordinator, "decision", self.chance.choice(DECISIONS))
        for _ in range(self.chance.randint(1, 3)):
            self._agree(coordinator, self.starts_at.date())
        version = coordinator.get(f"{API}/meetings/{self.meeting}")["version"]
        coordinator.post(f"/meetings/{self.meeting}/settle", seen=version)
        self.journal.meetings[month] = coordinator.get(f"{API}/meetings/{self.meeting}")["state"]

    def train(self, today: date) -> None:
        """A session: a provider and the police side by side; each unit counts its own, the coordinator closes it."""
        coordinator, session = self._coordinator(), f"{API}/training/{uuid4()}"
        provider, units = self._head(self._places(PROVIDER)[0]), self._places(STATION, PRISON)
        plan = {"district": self.district, "day": f"{today}", "place": "Police lines", "topics": ["law", "overdose"]}
        coordinator.put(session, plan | {"trainers": [str(provider.organization)]})
        for place in units:
            unit = self._head(place)
            counts = [self._count(rank, posted) for rank, posted in _posted(place).items()]
            unit.put(f"{session}/counts/{unit.organization}", {"counts": counts})
            for count in counts:
                self.journal.trained[str(count["rank"])] += int(count["attended"]) - int(count["repeat"])
        whole = coordinator.get(session)
        if whole["state"] == "planned":
            coordinator.act(f"{session}/held", whole["version"])

    def follow_actions(self) -> None:
        """The coordinator notes what the owners say that they did."""
        coordinator = self._coordinator()
        for row in coordinator.get(f"{API}/meetings?limit=3")["items"]:
            for action in coordinator.get(f"{API}/meetings/{row['id']}")["actions"]:
                if action["state"] == "open" and self.chance.random() < 0.35:
                    coordinator.act(f"{API}/actions/{action['id']}/done", action["version"])
                    self.journal.actions[action["id"]] = (date.fromisoformat(action["due"]), "done")

    def _line(self, coordinator: Visitor, kind: str, text: str) -> None:
        line = {"text": text, "kind": kind, "part": self.chance.randint(2, 8)}
        coordinator.put(f"{API}/meetings/{self.meeting}/minutes/{uuid4()}", line)
        self.journal.lines += 1

    def _agree(self, coordinator: Visitor, day: date) -> None:
        owner, made = self._head(self.chance.choice(self._places(STATION, PROVIDER))), str(uuid4())
        due = day + timedelta(days=self.chance.randint(7, 25))
        action = {"text": self.chance.choice(ACTIONS), "post": "duty officer", "due": f"{due}"}
        where = {"organization_id": str(owner.organization)}
        coordinator.put(f"{API}/meetings/{self.meeting}/actions/{made}", action | where)
        self.journal.actions[made] = (due, "open")

    def _count(self, rank: str, posted: int) -> dict[str, int | str]:
        attended = self.chance.randint(0, max(1, posted // 4))
        return {"rank": rank, "attended": attended, "repeat": self.chance.randint(0, attended // 3)}

    def _places(self, *kinds: str) -> list[Place]:
        return self.shape.in_district(self.district, *kinds)

    def _coordinator(self) -> Visitor:
        return self.doors.visit(self.shape.person(self._places(BODY)[0], "coordinator"))

    def _head(self, place: Place) -> Visitor:
        role = "provider_manager" if place.kind == PROVIDER else "unit_supervisor"
        return self.doors.visit(self.shape.person(place, role))


def _posted(place: Place) -> dict[str, int]:
    return PRISON_STRENGTH if place.kind == PRISON else STRENGTH
