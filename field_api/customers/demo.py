"""Writes the customers of the demo company, many at a time, from plain records made by whoever invents the company."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Table, insert

from field_api.customers import names, word_index
from field_api.customers.models import contact_points, customer_roles, customer_words, customers, places
from field_api.progress import Progress
from field_api.store.engine import AnySession

BATCH = 5_000

_town_key = lru_cache(names.town_key)


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A person or a firm as invented. A firm comes before the people in it.

    `roles` are (role, since when), in order; the first is the first touch. Phones are in E.164, e-mails normalised, and
    with `verified` the first phone and the first e-mail count as verified: no other customer may have them.
    """

    id: str
    territory_id: str
    kind: str
    name: str
    roles: Sequence[tuple[str, datetime]]
    first_touch_source: str
    town: str
    given_name: str | None = None
    firm_id: str | None = None
    job_title: str | None = None
    first_touch_detail: str | None = None
    street: str | None = None
    postcode: str | None = None
    lat: float | None = None
    lon: float | None = None
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    verified: bool = True


def fill(session: AnySession, rng: Random, records: Iterable[DemoCustomer], total: int, progress: Progress) -> None:
    """Write all records; `total` of them are expected, which only the progress shown depends on."""
    written = 0
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        for table, rows in _rows(rng, batch):
            if rows:
                session.execute(insert(table), rows)
        written += len(batch)
        progress(written, total)


def id_at(rng: Random, moment: datetime) -> str:
    """A UUIDv7 (RFC 9562) of that moment from the generator: the same seed gives the same ids, in the order of time."""
    bits = rng.getrandbits(74)
    number = int(moment.timestamp() * 1000) << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _rows(rng: Random, batch: list[DemoCustomer]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    main = [_customer(one) for one in batch]
    yield customers, main
    yield customer_roles, [row for one in batch for row in _roles(one)]
    words = (word_index.rows_for(row["id"], row["territory_id"], row["name_words"]) for row in main)
    yield customer_words, [row for rows in words for row in rows]
    yield contact_points, [row for one in batch for row in _contact_points(rng, one)]
    yield places, [_place(rng, one) for one in batch]


def _customer(one: DemoCustomer) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": 1,
        "created_at": one.roles[0][1],
        "updated_at": one.roles[-1][1],
        "retired_at": None,
        "territory_id": one.territory_id,
        "kind": one.kind,
        "name": one.name,
        "given_name": one.given_name,
        "firm_id": one.firm_id,
        "job_title": one.job_title,
        "role": one.roles[-1][0],
        "first_touch_source": one.first_touch_source,
        "first_touch_detail": one.first_touch_detail,
        "first_touch_at": one.roles[0][1],
        "sort_name": names.sort_name(one.name, one.given_name),
        "name_words": names.name_words(one.name, one.given_name),
    }


def _roles(one: DemoCustomer) -> Iterator[dict[str, Any]]:
    ends = [since for _, since in one.roles[1:]] + [None]
    for (role, since), until in zip(one.roles, ends, strict=True):
        yield {"customer_id": one.id, "role": role, "starts_at": since, "ends_at": until}


def _contact_points(rng: Random, one: DemoCustomer) -> Iterator[dict[str, Any]]:
    since = one.roles[0][1]
    for kind, values in (("phone", one.phones), ("email", one.emails)):
        for place, value in enumerate(values):
            yield {
                "id": id_at(rng, since),
                "customer_id": one.id,
                "kind": kind,
                "value": value,
                "label": None,
                "verified_at": since if one.verified and place == 0 else None,
                "created_at": since,
            }


def _place(rng: Random, one: DemoCustomer) -> dict[str, Any]:
    known = one.lat is not None
    return {
        "id": id_at(rng, one.roles[0][1]),
        "customer_id": one.id,
        "territory_id": one.territory_id,
        "label": None,
        "street": one.street,
        "postcode": one.postcode,
        "town": one.town,
        "town_folded": _town_key(one.town),
        "country": "FR",
        "lat": one.lat,
        "lon": one.lon,
        "position_origin": "typed" if known else None,
        "accuracy_m": 50.0 if known else None,
        "created_at": one.roles[0][1],
    }
