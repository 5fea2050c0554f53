"""What the pages and mails of cards say, in French and English, and how they write numbers, days and months."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

# A narrow no-break space, as French typography wants between thousands; English takes a comma.
THOUSANDS = {"fr": "\u202f", "en": ","}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
}

# What moves points, by the kind of the event that earned them, else by the kind of the operation.
MOVES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "purchase": "Achat",
        "visit": "Visite",
        "survey": "Enquête",
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


def number(value: int, language: str) -> str:
    """A whole number with its thousands apart, and a true minus sign."""
    return f"{value:,}".replace(",", THOUSANDS[language]).replace("-", "−")


def signed(value: int, language: str) -> str:
    """The same with a sign in front."""
    return f"+{number(value, language)}" if value > 0 else number(value, language)


def day(at: datetime | date, language: str, zone: str) -> str:
    """A day as one writes it, where the programme counts its days."""
    local = at.astimezone(ZoneInfo(zone)).date() if isinstance(at, datetime) else at
    first = "1er" if language == "fr" and local.day == 1 else str(local.day)
    return f"{first} {MONTHS[language][local.month - 1]} {local.year}"


def moment(at: datetime, language: str, zone: str) -> str:
    """A day and the time of day."""
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local.hour} h {local:%M}" if language == "fr" else f"{local:%H:%M}"
    return f"{day(at, language, zone)}, {clock}"


def month(first: date, language: str) -> str:
    """A month as one writes it."""
    return f"{MONTHS[language][first.month - 1]} {first.year}"


def of_month(first: date, language: str) -> str:
    """The same after a noun: French elides before a vowel."""
    if language == "en":
        return f"of {month(first, language)}"
    return ("d’" if MONTHS["fr"][first.month - 1][0] in "ao" else "de ") + month(first, language)


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
