"""The people of the demo company and their territories: France, four regions, and a sector for each of twelve reps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import insert

from field_api.reps.company import CompanySettings
from field_api.reps.models import Assignment, Territory, User
from field_api.reps.rules import child_path
from field_api.store.engine import AnySession

COMPANY = "Maison Furet"

# The sectors are the twelve administrative regions of mainland France, under the names they have in `communes.csv`.
REGIONS = {
    "Nord": ("Hauts-de-France", "Île-de-France", "Centre-Val de Loire"),
    "Ouest": ("Bretagne", "Normandie", "Pays de la Loire"),
    "Est": ("Grand Est", "Bourgogne-Franche-Comté", "Auvergne-Rhône-Alpes"),
    "Sud": ("Nouvelle-Aquitaine", "Occitanie", "Provence-Alpes-Côte d'Azur"),
}

REPS = (
    ("Camille", "Lefèvre"), ("Yanis", "Benali"), ("Léa", "Moreau"), ("Erwan", "Le Goff"),
    ("Manon", "Dubois"), ("Thomas", "Girard"), ("Chloé", "Schmitt"), ("Hugo", "Marchand"),
    ("Inès", "Fontaine"), ("Lucas", "Etcheverry"), ("Sarah", "Delmas"), ("Nathan", "Rossi"),
)  # fmt: skip
MANAGERS = (("Sophie", "Carpentier"), ("Gwenaëlle", "Kermarrec"), ("Marc", "Weber"), ("Nadia", "Haddad"))
ADMIN, RESEARCHER = ("Claire", "Aubert"), ("Émile", "Garnier")

PLAIN = str.maketrans("éèêëîïàâôöûüçÉ' ", "eeeeiiaaoouuce--")


@dataclass(frozen=True)
class DemoUser:
    """Somebody of the demo company."""

    id: str
    role: str
    email: str
    name: str


@dataclass(frozen=True)
class DemoStaff:
    """The people of the demo company. `sectors` gives the territory of each administrative region, `rep_of` its rep."""

    users: tuple[DemoUser, ...]
    sectors: dict[str, str]
    rep_of: dict[str, str]


def fill(session: AnySession, rng: Random, since: datetime) -> DemoStaff:
    """Write the settings, the tree of territories, the people and their assignments, all as of `since`."""
    stamps = {"version": 1, "created_at": since, "updated_at": since}
    settings = {"version": 1, "values": {"name": COMPANY}, "since_at": since}
    session.execute(insert(CompanySettings), settings)
    territories = _territories(rng)
    session.execute(insert(Territory), [row | stamps for row in territories.values()])
    users = _users(rng)
    rows = [{"id": user.id, "role": user.role, "email": user.email, "name": user.name} for user in users]
    session.execute(insert(User), [row | {"locale": "fr", "locked_at": None} | stamps for row in rows])
    looked_after = (*(name for names in REGIONS.values() for name in names), *REGIONS)
    pairs = [(user.id, territories[name]["id"]) for user, name in zip(users, looked_after, strict=False)]
    session.execute(insert(Assignment), [row | stamps for row in _assignments(rng, pairs, since)])
    sectors = {name: str(territories[name]["id"]) for names in REGIONS.values() for name in names}
    return DemoStaff(users, sectors, {str(place): user for user, place in pairs[: len(REPS)]})


def _territories(rng: Random) -> dict[str, dict[str, str | None]]:
    """Rows by name, parents before children."""
    rows: dict[str, dict[str, str | None]] = {}

    def add(name: str, parent: str | None) -> None:
        own_id, above = _new_id(rng), rows[parent] if parent else None
        path = child_path(above["path"] if above else None, own_id)
        rows[name] = {"id": own_id, "name": name, "path": path, "parent_id": above["id"] if above else None}

    add("France", None)
    for region, sectors in REGIONS.items():
        add(region, "France")
        for sector in sectors:
            add(sector, region)
    return rows


def _users(rng: Random) -> tuple[DemoUser, ...]:
    """The reps in the order of the sectors, the managers in that of the regions, the admin and the researcher."""
    roles = ("rep",) * len(REPS) + ("manager",) * len(MANAGERS) + ("admin", "researcher")
    people = (*REPS, *MANAGERS, ADMIN, RESEARCHER)
    return tuple(
        DemoUser(_new_id(rng), role, f"{given}.{family}@furet.example".lower().translate(PLAIN), f"{given} {family}")
        for role, (given, family) in zip(roles, people, strict=True)
    )


def _assignments(rng: Random, pairs: list[tuple[str, str | None]], since: datetime) -> list[dict[str, object]]:
    """Everybody's own, open; the second rep also stood in for the first one during the third month."""
    rows: list[dict[str, object]] = [
        {"id": _new_id(rng), "user_id": user, "territory_id": place, "starts_at": since, "ends_at": None}
        for user, place in pairs
    ]
    away, back = since + timedelta(days=60), since + timedelta(days=90)
    stand_in = {"user_id": pairs[1][0], "territory_id": pairs[0][1], "starts_at": away, "ends_at": back}
    return [*rows, {"id": _new_id(rng), **stand_in}]


def _new_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))
