"""The form on which one enrols in the demo company's club."""

from datetime import datetime
from random import Random

from sqlalchemy import insert, select

from field_api.cards.models import forms
from field_api.customers.demo import id_at
from field_api.loyalty.models import programmes
from field_api.store.engine import AnySession

_CLUB = select(programmes.c.id).where(programmes.c.is_main, programmes.c.state == "live")
_FORM = {
    "name": "Affiche au comptoir",
    "state": "open",
    "title": {"fr": "Rejoignez le Club Furet", "en": "Join Club Furet"},
    "text": {
        "fr": "Une carte sur votre téléphone, un point par euro, et des cadeaux choisis avec nos producteurs.",
        "en": "A card on your phone, a point a euro, and gifts chosen with our producers.",
    },
    "consent": {
        "fr": "J’accepte que Maison Furet garde mes achats et mes visites pour compter mes points.",
        "en": "I agree that Maison Furet keeps my purchases and visits to count my points.",
    },
    "choices": [
        {
            "purpose": "loyalty",
            "channel": "email",
            "wording": {
                "fr": "Écrivez-moi mon relevé chaque mois, par e-mail.",
                "en": "Write me my statement every month, by e-mail.",
            },
        }
    ],
}


def fill(session: AnySession, rng: Random, territory_id: str, at: datetime) -> None:
    """Write the form, for the main programme; who is new becomes a customer of this territory."""
    stamps = {"version": 1, "created_at": at, "updated_at": at}
    own = {"id": id_at(rng, at), "programme_id": session.scalar(_CLUB), "territory_id": territory_id}
    session.execute(insert(forms), _FORM | own | stamps)
