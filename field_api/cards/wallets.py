"""What a card says in Apple Wallet and in Google Wallet."""

from typing import Any

from field_api import clock
from field_api.cards import apple_pass, google_pass
from field_api.cards.cards import Card, link_of, settings
from field_api.customers.scope import require_customer
from field_api.errors import Clash
from field_api.loyalty import numbers, tiers
from field_api.loyalty.programmes import read_programme
from field_api.loyalty.standing import balance_of
from field_api.reps.company import company
from field_api.settings import Settings
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM

COLOUR = "#0b5d57"
_RGB = {"backgroundColor": "rgb(11,93,87)", "foregroundColor": "rgb(255,255,255)", "labelColor": "rgb(206,230,226)"}

# The keys under which a pass asks for its words; a phone shows those of its own language.
WORDS = {
    "fr": {
        "tier": "Statut",
        "holder": "Titulaire",
        "number": "Carte",
        "soon": "Bientôt à utiliser",
        "page": "Votre page",
        "rights": "Vos droits",
        "told": "Sur votre page, vous voyez tout ce que nous comptons pour vous, et vous pouvez quitter le programme.",
    },
    "en": {
        "tier": "Tier",
        "holder": "Holder",
        "number": "Card",
        "soon": "To use soon",
        "page": "Your page",
        "rights": "Your rights",
        "told": "Your page shows all that we count for you, and there you can leave the programme.",
    },
}


def has_apple() -> bool:
    """Whether passes for Apple Wallet can be signed here."""
    return settings().apple_pass_certificate is not None


def has_google() -> bool:
    """Whether links that save a card to Google Wallet can be signed here."""
    return settings().google_wallet_key is not None and settings().google_wallet_issuer is not None


def check(chosen: Settings) -> None:
    """Raises Refused for certificates and keys that cannot be used, at the start and not at the first customer."""
    if chosen.apple_pass_certificate is not None:
        apple_pass.read_signer(chosen.apple_pass_certificate)
    if chosen.google_wallet_key is not None:
        google_pass.read_account(chosen.google_wallet_key)


def apple(session: AnySession, card: Card) -> bytes:
    """The .pkpass of a card. Raises Clash, with what is missing, where passes cannot be signed."""
    certificate = settings().apple_pass_certificate
    if certificate is None:
        told = (
            "set FURET_APPLE_PASS_CERTIFICATE to a PEM file of the pass certificate, its key and the WWDR intermediate"
        )
        raise Clash(f"This server has no certificate for Apple Wallet passes; {told}.")
    document = _apple_document(session, card)
    return apple_pass.build(apple_pass.read_signer(certificate), document, WORDS, COLOUR)


def google(session: AnySession, card: Card) -> str:
    """The link that saves a card to Google Wallet. Raises Clash, with what is missing, where it cannot be signed."""
    key, issuer = settings().google_wallet_key, settings().google_wallet_issuer
    if key is None or issuer is None:
        told = "set FURET_GOOGLE_WALLET_KEY and FURET_GOOGLE_WALLET_ISSUER"
        raise Clash(f"This server has no service account for Google Wallet; {told}.")
    of_class, own = _google_documents(session, card, issuer)
    return google_pass.save_link(google_pass.read_account(key), own, of_class, clock.now())


def _apple_document(session: AnySession, card: Card) -> dict[str, Any]:
    programme = read_programme(session, card.member.programme_id)
    return _RGB | {
        "serialNumber": f"{card.own_id}-{card.link_number}",
        "organizationName": company(session)[0].name,
        "description": programme["name"][card.language],
        "logoText": programme["name"][card.language],
        "barcodes": [_apple_barcode(card, kind) for kind in ("PKBarcodeFormatQR", "PKBarcodeFormatCode128")],
        "voided": card.member.left_at is not None,
        "storeCard": _apple_fields(session, card, programme["unit"][card.language]),
    }


def _apple_barcode(card: Card, kind: str) -> dict[str, Any]:
    number = card.member.number
    told = {"format": kind, "message": number, "altText": numbers.grouped(number)}
    return told | {"messageEncoding": "iso-8859-1"}


def _apple_fields(session: AnySession, card: Card, unit: str) -> dict[str, Any]:
    """What stands on the front of the card and on its back."""
    had, tier = balance_of(session, card.member), tiers.described(session, card.member)["tier"]
    return {
        "headerFields": [_field("points", unit, had["points"])],
        "primaryFields": [_field("holder", "holder", _holder(session, card))],
        "secondaryFields": [_field("tier", "tier", tier["name"][card.language])] if tier else [],
        "auxiliaryFields": [_field("soon", "soon", had["expiring_soon"])] if had["expiring_soon"] else [],
        "backFields": [
            _field("number", "number", numbers.grouped(card.member.number)),
            _field("page", "page", link_of(card)),
            _field("rights", "rights", "told"),
        ],
    }


def _google_documents(session: AnySession, card: Card, issuer: str) -> tuple[dict[str, Any], dict[str, Any]]:
    member, programme = card.member, read_programme(session, card.member.programme_id)
    class_id = f"{issuer}.{member.programme_id}"
    of_class = {
        "id": class_id,
        "issuerName": company(session)[0].name,
        "programName": programme["name"][card.language],
        "programLogo": {"sourceUri": {"uri": f"{settings().public_url}/card-assets/logo.png"}},
        "hexBackgroundColor": COLOUR,
        "reviewStatus": "UNDER_REVIEW",
    }
    own = {
        "id": f"{issuer}.{card.own_id}",
        "classId": class_id,
        "state": "ACTIVE",
        "accountId": member.number,
        "accountName": _holder(session, card),
        "barcode": {"type": "QR_CODE", "value": member.number, "alternateText": numbers.grouped(member.number)},
        "loyaltyPoints": {
            "label": programme["unit"][card.language],
            "balance": {"int": balance_of(session, member)["points"]},
        },
    }
    return of_class, own


def _holder(session: AnySession, card: Card) -> str:
    return require_customer(session, THE_SYSTEM, card.member.customer_id).display_name


def _field(key: str, label: str, value: str | int) -> dict[str, Any]:
    return {"key": key, "label": label, "value": value}
