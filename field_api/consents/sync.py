"""What phones follow of consents: the log of what customers said, which only grows."""

from field_api.consents import actions
from field_api.consents.models import CHANNELS, PURPOSES, SOURCES, events
from field_api.consents.schemas import NewConsentSchema
from field_api.customers import beside
from field_api.store.engine import AnySession
from field_api.sync.collections import ID, INSTANT, TEXT, TRUE_OR_FALSE, Document, Synced, Writing, one_of
from field_api.web.identity import Principal
from field_api.web.openapi import load

PROPERTIES = {
    "customer_id": ID,
    "purpose": one_of(*PURPOSES),
    "channel": one_of(*CHANNELS),
    "granted": TRUE_OR_FALSE,
    "wording": TEXT,
    "language": TEXT,
    "source": one_of(*SOURCES),
    "occurred_at": INSTANT,
    "recorded_at": INSTANT,
    "recorded_by_kind": TEXT,
    "recorded_by_id": ID,
}
_WRITABLE = ("customer_id", "purpose", "channel", "granted", "wording", "language", "source", "occurred_at")


def _create(session: AnySession, principal: Principal, document: Document) -> None:
    customer_id = beside.customer_of(document)
    said = {name: value for name, value in document.items() if name != "customer_id"}
    actions.record(session, principal, customer_id, load(NewConsentSchema, said))


COLLECTION = Synced(
    name="consents",
    title="Something a customer said about being reached",
    properties=PROPERTIES,
    placement=beside.placement(events),
    documents=beside.reader(events, ("id", *PROPERTIES)),
    writing=Writing(fields=dict.fromkeys(_WRITABLE), lock=beside.holder(events), create=_create, awaits=beside.awaits),
    followers=beside.followers(events),
)
