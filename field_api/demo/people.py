"""Invents the people and firms of the demo company, each with a home in a true commune and a course of their own."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from math import cos, radians
from random import Random

from field_api.customers.demo import DemoCustomer, id_at
from field_api.customers.models import SOURCES
from field_api.customers.names import fold
from field_api.demo.communes import Commune
from field_api.demo.courses import Course, draw
from field_api.demo.names import FAMILY_NAMES, GIVEN_NAMES, SIGNS, STREETS, TRADES

M_PER_DEGREE = 111_320

# What the French numbering plan keeps for fiction: mobiles, and a range for each zone by departments' old regions.
MOBILES = "+3363998"
LANDLINES = {
    "Île-de-France": "+3319900",
    "Bretagne": "+3326191",
    "Normandie": "+3326191",
    "Pays de la Loire": "+3326191",
    "Centre-Val de Loire": "+3326191",
    "Hauts-de-France": "+3335301",
    "Grand Est": "+3335301",
    "Bourgogne-Franche-Comté": "+3335301",
    "Auvergne-Rhône-Alpes": "+3346571",
    "Provence-Alpes-Côte d'Azur": "+3346571",
    "Nouvelle-Aquitaine": "+3353649",
    "Occitanie": "+3353649",
}
PERSONAL_DOMAINS = ("example.fr", "example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Invented:
    """A customer as they are written, where they live, and the course they took."""

    record: DemoCustomer
    commune: Commune
    course: Course


class Inventor:
    """Invents customers one after the other from a generator; every phone and e-mail is given out once."""

    def __init__(self, rng: Random, communes: Sequence[Commune], sectors: Mapping[str, str], at: datetime) -> None:
        self.rng, self.at, self.sectors = rng, at, sectors
        self.communes = tuple(communes)
        # By the square root of the population: cities lead, and villages are not forgotten.
        self.weights = list(accumulate(commune.population**0.5 for commune in self.communes))
        # Some names are met far more often than others.
        self.frequent = list(accumulate(1 / (place + 12) for place in range(len(FAMILY_NAMES))))
        self.family_names = rng.sample(FAMILY_NAMES, len(FAMILY_NAMES))
        self.numbers = {prefix: rng.sample(range(10_000), 10_000) for prefix in {MOBILES, *LANDLINES.values()}}
        self.mailboxes: dict[str, int] = {}

    def invent(self, count: int) -> Iterator[Invented]:
        """`count` customers; the people of a firm come right after it."""
        while count > 0:
            if self.rng.random() < 0.12:
                firm = self._firm()
                yield firm
                staff = min(self.rng.choice((0, 1, 1, 2)), count - 1)
                for _ in range(staff):
                    yield self._person(firm)
                count -= 1 + staff
            else:
                yield self._person(None)
                count -= 1

    def _firm(self) -> Invented:
        rng = self.rng
        pattern, _ = rng.choice(TRADES)
        on_sign = pattern.endswith("{}") and rng.random() < 0.35
        name = pattern.format(rng.choice(SIGNS) if on_sign else self._family_name())
        commune, course = self._commune(), draw(rng, self.at)
        domain = "-".join(fold(name))
        return self._invented(
            commune,
            course,
            kind="firm",
            name=name,
            phones=self._number(LANDLINES[commune.region]),
            emails=(self._mailbox("contact", f"{domain}.example"),),
        )

    def _person(self, firm: Invented | None) -> Invented:
        rng = self.rng
        given, family = rng.choice(GIVEN_NAMES), self._family_name()
        commune = firm.commune if firm else self._commune()
        written = ".".join("-".join(fold(name)) for name in (given, family))
        domain = firm.record.emails[0].partition("@")[2] if firm else rng.choice(PERSONAL_DOMAINS)
        mobile = rng.random() < 0.85
        return self._invented(
            commune,
            draw(rng, self.at),
            kind="person",
            name=family,
            given_name=given,
            firm_id=firm.record.id if firm else None,
            job_title=rng.choice(TRADES)[1] if firm else None,
            phones=self._number(MOBILES if mobile else LANDLINES[commune.region]),
            emails=(self._mailbox(written, domain),) if rng.random() < 0.9 else (),
        )

    def _invented(self, commune: Commune, course: Course, **told: object) -> Invented:
        rng = self.rng
        # A commune's size in metres grows with the root of its population.
        spread_m = 250 + 3.5 * commune.population**0.5
        lat = commune.lat + rng.gauss(0, spread_m) / M_PER_DEGREE
        lon = commune.lon + rng.gauss(0, spread_m) / M_PER_DEGREE / cos(radians(commune.lat))
        record = DemoCustomer(
            id=id_at(rng, course.roles[0][1]),
            territory_id=self.sectors[commune.region],
            roles=course.roles,
            first_touch_source=rng.choice(SOURCES),
            town=commune.name,
            street=f"{rng.randrange(1, 120)} {rng.choice(STREETS)}",
            postcode=commune.postcode,
            lat=round(lat, 6),
            lon=round(lon, 6),
            **told,  # type: ignore[arg-type]  # names and kinds as the two callers above give them
        )
        return Invented(record, commune, course)

    def _commune(self) -> Commune:
        return self.communes[bisect(self.weights, self.rng.random() * self.weights[-1])]

    def _family_name(self) -> str:
        return self.family_names[bisect(self.frequent, self.rng.random() * self.frequent[-1])]

    def _number(self, prefix: str) -> tuple[str, ...]:
        left = self.numbers[prefix]
        return (f"{prefix}{left.pop():04}",) if left else ()

    def _mailbox(self, written: str, domain: str) -> str:
        address = f"{written}@{domain}"
        count = self.mailboxes[address] = self.mailboxes.get(address, 0) + 1
        return address if count == 1 else f"{written}.{count}@{domain}"
