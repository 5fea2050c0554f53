"""Writes what passed between the demo company and its customers beside their purchases."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from field_api.customers.demo import id_at
from field_api.interactions.models import entries
from field_api.store.engine import AnySession

# Channel, direction, and what was noted; as often as it stands here.
NOTES = (
    ("visit", "outbound", "Visite de courtoisie. Satisfait de la dernière livraison, intéressé par les coffrets."),
    ("visit", "outbound", "Présentation de la nouvelle gamme. Souhaite un échantillon avant de se décider."),
    ("visit", "outbound", "Passage rapide, responsable absent. Repasser en début de semaine."),
    ("call", "outbound", "Appel de suivi : tout va bien, rappeler avant les fêtes."),
    ("call", "outbound", "Message laissé sur le répondeur."),
    ("call", "inbound", "Demande les horaires d’ouverture de la boutique."),
    ("call", "inbound", "Question sur une facture, réglée au téléphone."),
    ("email", "outbound", "Envoi du catalogue de saison."),
    ("email", "inbound", "Demande un devis pour vingt coffrets d’entreprise."),
    ("email", "inbound", "Remercie pour l’accueil en boutique."),
    ("sms", "outbound", "Rappel du rendez-vous de demain."),
    ("web", "inbound", "Formulaire de contact : souhaite être recontacté."),
    ("chat", "inbound", "Demande si le thé de Noël est encore disponible."),
    ("social", "inbound", "Commentaire positif sur la page de la boutique."),
    ("mail", "outbound", "Carte de vœux."),
)


@dataclass(frozen=True, slots=True)
class Contacted:
    """With whom something passed, who looks after them, from when to when, and how often a year."""

    customer_id: str
    rep_id: str
    since: datetime
    until: datetime
    contacts_a_year: float


def fill(session: AnySession, rng: Random, contacted: Iterable[Contacted]) -> None:
    """Write the entries of all of them."""
    rows = [_entry(rng, one, at) for one in contacted for at in _moments(rng, one)]
    if rows:
        session.execute(insert(entries), rows)


def _moments(rng: Random, one: Contacted) -> Iterator[datetime]:
    """At random, on working days and in working hours."""
    gap_days = 365 / one.contacts_a_year
    moment = one.since + timedelta(days=rng.expovariate(1 / gap_days))
    while moment < one.until:
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        if moment.weekday() < 5 and (at := day + timedelta(minutes=rng.randrange(8 * 60, 17 * 60))) < one.until:
            yield at
        moment += timedelta(days=rng.expovariate(1 / gap_days) + 0.5)


def _entry(rng: Random, one: Contacted, at: datetime) -> dict[str, Any]:
    channel, direction, content = NOTES[int(rng.random() * len(NOTES))]
    by_rep = direction == "outbound" or channel in {"call", "email"}
    return {
        "id": id_at(rng, at),
        "customer_id": one.customer_id,
        "channel": channel,
        "direction": direction,
        "content": content,
        "occurred_at": at,
        "recorded_at": at,
        "recorded_by_kind": "user" if by_rep else "system",
        "recorded_by_id": one.rep_id if by_rep else None,
        "corrects_id": None,
        "about_kind": None,
        "about_id": None,
    }
