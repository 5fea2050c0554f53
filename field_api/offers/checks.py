"""What must hold of offers."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select, tuple_

from field_api.offers.fairness import unfair_pairs
from field_api.offers.models import offer_cells, offer_places, offer_territories, offer_versions, offers
from field_api.offers.places import TOLD, Row, cell_rows, place_rows, told
from field_api.offers.versions import read_document
from field_api.store.checks import Check
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM


def _unlike_their_last_version(session: AnySession) -> Sequence[str]:
    kept = offer_versions.c
    here = (kept.offer_id == offers.c.id) & (kept.number == offers.c.version)
    query = select(offers, kept.document.label("kept_document")).outerjoin(offer_versions, here)
    found = []
    for row in session.execute(query.execution_options(yield_per=1_000)):
        offer = row._asdict()
        document = offer.pop("kept_document")
        if document is None or read_document(document) != offer:
            found.append(f"The offer {offer['id']} is not what its version {offer['version']} says.")
    return found


def _numbers_that_miss(session: AnySession) -> Sequence[str]:
    kept = offer_versions.c
    counted = select(kept.offer_id, func.count().label("many"), func.max(kept.number).label("last"))
    one = counted.group_by(kept.offer_id).subquery()
    query = select(one.c.offer_id).where(one.c.many != one.c.last)
    return [f"Versions of the offer {own} are missing." for own in session.scalars(query)]


def _territories_unlike(session: AnySession) -> Sequence[str]:
    named = {own: set(ids) for own, ids in session.execute(select(offers.c.id, offers.c.territory_ids)) if ids}
    for offer_id, territory_id in session.execute(select(offer_territories)):
        if territory_id in named.get(offer_id, ()):
            named[offer_id].discard(territory_id)
        else:
            named.setdefault(offer_id, {territory_id})
    return [f"The offer {own} and its rows name different territories." for own, left in named.items() if left]


def _places_unlike(session: AnySession) -> Sequence[str]:
    """Offers whose standing places are not what the offer says."""
    said: dict[str, list[Row]] = defaultdict(list)
    standing = select(offer_places).where(offer_places.c.replaced_at.is_(None))
    for row in session.execute(standing.order_by(offer_places.c.offer_id, offer_places.c.number)).mappings():
        said[row["offer_id"]].append(dict(row))
    query = select(*(offers.c[name] for name in (*TOLD, "state", "updated_at")))
    found = []
    for offer in session.execute(query.execution_options(yield_per=1_000)).mappings():
        wanted = place_rows(dict(offer), offer["updated_at"]) if offer["state"] == "live" else []
        if list(map(told, wanted)) != list(map(told, said[offer["id"]])):
            found.append(f"The map does not say where the offer {offer['id']} holds.")
    return found


def _cells_unlike(session: AnySession) -> Sequence[str]:
    """Places whose cells are not what the place says; all are there and none is left over when the counts agree."""
    wanted, found = 0, []
    key = tuple_(*(offer_cells.c[name] for name in ("layer", "cell", "offer_id", "number")))
    for places in session.execute(select(offer_places).execution_options(yield_per=100)).mappings().partitions():
        cells = {
            (one["layer"], one["cell"], one["offer_id"], one["number"]): one
            for row in places
            for one in cell_rows(dict(row))
        }
        wanted += len(cells)
        kept = session.execute(select(offer_cells).where(key.in_(list(cells)))).mappings()
        standing = {(one["layer"], one["cell"], one["offer_id"], one["number"]): dict(one) for one in kept}
        found += [
            f"The place {at[3]} of the offer {at[2]} lacks a cell." for at in cells if standing.get(at) != cells[at]
        ]
    left = (session.scalar(select(func.count()).select_from(offer_cells)) or 0) - wanted
    return found + ([f"{left} cells of the map belong to no place."] if left > 0 else [])


def _unfair(session: AnySession) -> Sequence[str]:
    return [
        f"By the offer {one['prospect_offer_id']} a prospect gets {one['prospect_benefit']} ({one['kind']}), by "
        f"{one['client_offer_id']} a client {one['client_benefit']}. {one['because']['en']}"
        for one in unfair_pairs(session, THE_SYSTEM)
    ]


CHECKS = (
    Check("offers: each is what its last version says", _unlike_their_last_version),
    Check("offers: every version is kept", _numbers_that_miss),
    Check("offers: territories are named alike", _territories_unlike),
    Check("offers: the map says where each one holds", _places_unlike),
    Check("offers: the map's cells are those of its places", _cells_unlike),
    Check("offers: no prospect is given more than a client like them", _unfair),
)
