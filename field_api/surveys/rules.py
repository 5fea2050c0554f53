"""What is decided of surveys without a look at the database: states, waves, and when somebody may be asked again."""

from datetime import date, datetime, timedelta

from field_api.errors import Clash, Fault, Invalid

# draft -> live -> closed; what was asked once is never a draft again.
LEADS_TO = {"draft": ("live",), "live": ("closed",), "closed": ()}

# A link is open so long: what is answered later belongs to another wave.
LINK_LASTS = timedelta(days=30)
# A mail that nobody answered is followed by one more, so long afterwards, and by no other.
REMINDED_AFTER = timedelta(days=7)


def next_state(state: str, wanted: str) -> str:
    """The state wanted. Raises Clash where the present one does not lead there."""
    if wanted not in LEADS_TO[state]:
        raise Clash(f"A survey that is {state} cannot become {wanted}.")
    return wanted


def check_period(starts_at: datetime, ends_at: datetime | None) -> None:
    """Raises Invalid for a survey that ends before it starts."""
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid("The survey contradicts itself.", Fault("/ends_at", "It ends before it starts."))


def wave_of(day: date) -> str:
    """The wave that a day would begin, by its week (ISO 8601): 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def check_wave(wave: str) -> None:
    """Raises Invalid for a week that its year has not."""
    try:
        date.fromisocalendar(int(wave[:4]), int(wave[6:]), 1)
    except ValueError:
        raise Invalid("There is no such week.", Fault("/wave", f"{wave} is no week of its year.")) from None


def runs(state: str, starts_at: datetime, ends_at: datetime | None, at: datetime) -> bool:
    """Whether a survey asks and is answered at that moment."""
    return state == "live" and starts_at <= at and (ends_at is None or at < ends_at)


def open_until(invited_at: datetime, ends_at: datetime | None) -> datetime:
    """When a link given at that moment ends."""
    latest = invited_at + LINK_LASTS
    return latest if ends_at is None else min(latest, ends_at)


def free_from(last_asked_at: datetime | None, quiet_days: int) -> datetime | None:
    """When somebody may be asked again; None for one who was never asked."""
    return None if last_asked_at is None else last_asked_at + timedelta(days=quiet_days)


def coarse(amount_minor: int) -> int:
    """An amount to two figures: what one spent to the cent would name a person to whoever holds a list of sales."""
    step: int = 10 ** max(0, len(str(abs(amount_minor))) - 2)
    return round(amount_minor / step) * step


def whole_years(since: datetime, until: datetime) -> int:
    """How many years have passed in full; none for what is still to come."""
    passed = until.year - since.year - ((until.month, until.day) < (since.month, since.day))
    return max(0, passed)
