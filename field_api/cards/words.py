"""What the pages of cards call what moves points, in French and English."""

from collections.abc import Mapping

# What moves points, by the kind of the event that earned them, else by the kind of the operation.
MOVES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "purchase": "Achat",
        "visit": "Visite",
        "survey": "Enquête",
        "answer": "Réponse à une enquête",
        "review": "Avis",
        "referral": "Parrainage",
        "birthday": "Anniversaire",
        "card_installed": "Carte installée",
        "gift": "Cadeau",
        "earn": "Points gagnés",
        "spend": "Points utilisés",
        "reserve": "Points mis de côté",
        "confirm": "Confirmation",
        "cancel": "Annulation",
        "reverse": "Points repris",
        "adjust": "Correction",
        "transfer": "Transfert",
        "merge": "Réunion de deux cartes",
        "expire": "Points expirés",
        "lease": "Points confiés à un appareil",
        "return": "Points rendus par un appareil",
    },
    "en": {
        "purchase": "Purchase",
        "visit": "Visit",
        "survey": "Survey",
        "answer": "Survey answered",
        "review": "Review",
        "referral": "Referral",
        "birthday": "Birthday",
        "card_installed": "Card installed",
        "gift": "Gift",
        "earn": "Points earned",
        "spend": "Points spent",
        "reserve": "Points set aside",
        "confirm": "Confirmation",
        "cancel": "Cancellation",
        "reverse": "Points taken back",
        "adjust": "Correction",
        "transfer": "Transfer",
        "merge": "Two cards made one",
        "expire": "Points expired",
        "lease": "Points lent to a device",
        "return": "Points back from a device",
    },
}


def move(event: str | None, kind: str, language: str) -> str:
    """What moved points, in a word or two."""
    known = MOVES[language]
    # A confirmation that changes what can be spent is that of an earning, and reads as what was earned.
    if event is not None and kind in {"earn", "reserve", "spend", "confirm"}:
        return known.get(event, event.replace("_", " ").capitalize())
    if event is not None and event in known:
        return (
            f"{known[event]} : {known[kind].lower()}" if language == "fr" else f"{known[event]}: {known[kind].lower()}"
        )
    return known[kind]
