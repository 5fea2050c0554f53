"""How pages and mails write numbers, days and months in French and English."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

# A narrow no-break space, as French typography wants between thousands; English takes a comma.
THOUSANDS = {"fr": "\u202f", "en": ","}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
}


# What stands in French behind a narrow space, at which no line may end; people type an ordinary one.
_SPACED = re.compile(r"[ \u00a0](?=[;:!?»])|(?<=«)[ \u00a0]")


def spaced(text: str, language: str) -> str:
    """A text with the spaces that its language wants before punctuation."""
    return _SPACED.sub("\u202f", text) if language == "fr" else text


def number(value: int, language: str) -> str:
    """A whole number with its thousands apart, and a true minus sign."""
    return f"{value:,}".replace(",", THOUSANDS[language]).replace("-", "−")


def signed(value: int, language: str) -> str:
    """The same with a sign in front."""
    return f"+{number(value, language)}" if value > 0 else number(value, language)


def day(at: datetime | date, language: str, zone: str) -> str:
    """A day as one writes it, where days are counted by the clocks of `zone`."""
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
