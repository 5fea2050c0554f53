"""What phones follow of the timeline: entries that are added and never changed."""

from field_api.customers import beside
from field_api.interactions import actions
from field_api.interactions.models import CHANNELS, DIRECTIONS, entries
from field_api.interactions.schemas import NewInteractionSchema
from field_api.store.engine import AnySession
from field_api.sync.collections import ID, INSTANT, TEXT, Document, Synced, Writing, one_of
from field_api.web.identity import Principal
from field_api.web.openapi import load

PROPERTIES = {
    "customer_id": ID,
    "channel": one_of(*CHANNELS),
    "direction": one_of(*DIRECTIONS),
    "content": TEXT,
    "occurred_at": INSTANT,
    "recorded_at": INSTANT,
    "recorded_by_kind": TEXT,
    "recorded_by_id": ID,
    "corrects_id": ID,
    "about_kind": TEXT,
    "about_id": ID,
}
_WRITABLE = ("customer_id", "channel", "direction", "content", "occurred_at", "corrects_id")


def _create(session: AnySession, principal: Principal, document: Document) -> None:
    customer_id = beside.customer_of(document)
    told = {name: value for name, value in document.items() if name != "customer_id"}
    actions.record(session, principal, customer_id, load(NewInteractionSchema, told))


COLLECTION = Synced(
    name="interactions",
    title="Something that passed between a customer and us",
    properties=PROPERTIES,
    placement=beside.placement(entries),
    documents=beside.reader(entries, ("id", *PROPERTIES)),
    writing=Writing(fields=dict.fromkeys(_WRITABLE), lock=beside.holder(entries), create=_create, awaits=beside.awaits),
    followers=beside.followers(entries),
)
