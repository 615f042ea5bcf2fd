"""Shape of a played state: districts, units, providers, people, and the files by which they come in. All invented."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

STATE, STATE_NAME = 19, "West Bengal"
DISTRICTS = {
    315: "Kolkata", 313: "Howrah", 303: "North 24 Parganas", 304: "South 24 Parganas", 312: "Hooghly", 320: "Nadia",
    319: "Murshidabad", 316: "Malda", 309: "Darjeeling", 314: "Jalpaiguri", 307: "Birbhum", 321: "Purulia",
}  # fmt: skip
NAMES = ("Anjali", "Bikash", "Champa", "Dipak", "Esha", "Farid", "Gopal", "Hasina", "Indra", "Jaya", "Kamal", "Lakshmi")
FAMILIES = ("Barman", "Chettri", "Das", "Ghosh", "Hembram", "Khatun", "Mahato", "Naskar", "Oraon", "Rai", "Sheikh")
STRENGTH = {"PC": 44, "HC": 12, "ASI": 6, "SI": 7, "INSP": 2, "DYSP": 1, "ADDL_SP": 1, "SP": 1, "HOME_GUARD": 10}
"""Of a station, as the letter of its superintendent counts it in."""
PRISON_STRENGTH = {
    "WARDER": 30, "HEAD_WARDER": 6, "ASST_JAILOR": 3, "DEPUTY_JAILOR": 2, "JAILOR": 1, "DEPUTY_SUPDT": 1, "SUPDT": 1,
    "MEDICAL_OFFICER": 1, "WELFARE_OFFICER": 1, "NURSE": 2,
}  # fmt: skip
MANAGER = "provider_manager"
POLICE, STATION, PRISON, PROVIDER, BODY = "police_district", "police_station", "prison", "provider", "body"
ROLES = {
    BODY: ("coordinator",),
    PROVIDER: (MANAGER, "case_worker"),
    STATION: ("unit_supervisor", "officer"),
    PRISON: ("unit_supervisor", "officer"),
    POLICE: ("unit_supervisor", "officer"),
}
OFFERS = ("OST; COUNS", "TESTING; DIC", "WOMEN; MATERNAL", "COUNS; LEGAL", "OD; DIC", "DETOX; SHELTER")


@dataclass(frozen=True)
class Place:
    """An organisation of the file: kind, code, name, district."""

    kind: str
    code: str
    name: str
    district: int


@dataclass(frozen=True)
class Person:
    """Somebody with a role in a place; `user` are letters, to which the slip adds digits."""

    name: str
    user: str
    role: str
    place: Place


@dataclass(frozen=True)
class Shape:
    """The whole state. `units` counts police and prisons together, at least two a district."""

    districts: Sequence[int]
    places: Sequence[Place]
    people: Sequence[Person]

    @classmethod
    def of(cls, districts: int, units: int, providers: int, seed: int) -> "Shape":
        """Raises ValueError beyond twelve districts, or below two units and a provider for each."""
        if not 1 <= districts <= len(DISTRICTS) or units < 2 * districts or providers < districts:
            raise ValueError("at most twelve districts, with two units and a provider each")
        codes = list(DISTRICTS)[:districts]
        places = [*_bodies(codes), *_units(codes, units), *_providers(codes, providers)]
        return cls(codes, places, list(_people(places, random.Random(seed))))  # noqa: S311  # a seed that plays again

    def in_district(self, district: int, *kinds: str) -> list[Place]:
        """The district's places of these kinds."""
        return [each for each in self.places if each.district == district and each.kind in kinds]

    def person(self, place: Place, role: str) -> Person:
        """Who has a role in a place."""
        return next(each for each in self.people if (each.place, each.role) == (place, role))

    def units_file(self) -> str:
        """The registry's file."""
        lines = ["kind,code,name,parent_code,district_code,opened_on"]
        for each in self.places:
            above = f"P-{each.district}" if each.kind == STATION else ""
            lines.append(f"{each.kind},{each.code},{each.name},{above},{each.district},")
        return "\n".join(lines) + "\n"

    def people_file(self) -> str:
        """The coordinator's file of members: of a provider its manager alone, who lets the others in."""
        return _members_file(one for one in self.people if one.place.kind != PROVIDER or one.role == MANAGER)

    def team_file(self, provider: Place) -> str:
        """The manager's file: the provider's case workers."""
        return _members_file(one for one in self.people if one.place == provider and one.role != MANAGER)

    def strength_file(self, today: date) -> str:
        """Posted strength: a letter for each district's police but the last one's, and each prison's own."""
        lines = ["unit_code,scope,rank,posted,as_of,source"]
        for place in self.places:
            if place.kind == PRISON:
                lines += [f"{place.code},own,{rank},{posted},{today},Roll" for rank, posted in PRISON_STRENGTH.items()]
            elif place.kind == POLICE and place.district != self.districts[-1]:
                stations = len(self.in_district(place.district, STATION))
                each = {rank: posted * stations for rank, posted in STRENGTH.items()}
                lines += [
                    f"{place.code},with_sub_units,{rank},{n},{today},Letter of the SP" for rank, n in each.items()
                ]
        return "\n".join(lines) + "\n"

    def services_file(self, provider: Place) -> str:
        """What a provider offers in its district, with the places that are free today."""
        number = int(provider.code.rpartition("-")[2])
        needs, accepting = OFFERS[number % len(OFFERS)], ("open", "open", "open", "waiting_list", "closed")[number % 5]
        title = "Women's centre" if "WOMEN" in needs else "Health and support"
        return (
            "name,needs,districts,phone,genders,status,accepting,places_available\n"
            f"{title} {number},{needs},{provider.district},+91 98300 {10000 + number},woman; man,active,{accepting},"
            f"{1 + number % 7 if accepting == 'open' else 0}\n"
        )


def _members_file(people: Iterable[Person]) -> str:
    lines = [f"{one.name},{one.user},{one.role},{one.place.code}" for one in people]
    return "\n".join(["name,user_name,role,organization", *lines]) + "\n"


def _bodies(districts: Sequence[int]) -> Iterator[Place]:
    for code in districts:
        yield Place(BODY, f"B-{code}", f"{DISTRICTS[code]} district body", code)


def _units(districts: Sequence[int], count: int) -> Iterator[Place]:
    for code in districts:
        yield Place(POLICE, f"P-{code}", f"{DISTRICTS[code]} district police", code)
    for number in range(count - len(districts)):
        code = districts[number % len(districts)]
        kind, title = (PRISON, "prison") if number >= len(districts) and number % 3 == 0 else (STATION, "station")
        yield Place(kind, f"U-{number + 1}", f"{DISTRICTS[code]} {title} {number // len(districts) + 1}", code)


def _providers(districts: Sequence[int], count: int) -> Iterator[Place]:
    for number in range(count):
        code = districts[number % len(districts)]
        yield Place(PROVIDER, f"N-{number + 1}", f"{FAMILIES[number % len(FAMILIES)]} Kendra {number + 1}", code)


def _people(places: Sequence[Place], chance: random.Random) -> Iterator[Person]:
    number = 0
    for place in places:
        for role in ROLES[place.kind]:
            letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03d}")
            yield Person(f"{chance.choice(NAMES)} {chance.choice(FAMILIES)}", f"person.{letters}", role, place)
            number += 1
