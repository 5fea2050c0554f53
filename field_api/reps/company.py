"""What the company decides about itself: its name, language, time zone, currency and quiet hours.

Settings are data, not environment. Every change is a further version, so what held at a past date can be asked.
"""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from field_api import clock
from field_api.errors import Clash
from field_api.store import audit
from field_api.store.base import Base
from field_api.store.columns import Instant, Json
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# The audit trail names subjects by id; this one stands for the company.
COMPANY_ID = "00000000-0000-7000-8000-00000000c0de"


class CompanySettings(Base):
    """One version of the settings that differ from the defaults; the highest version holds."""

    __tablename__ = "company_settings"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    since_at: Mapped[datetime] = mapped_column(Instant, index=True)


@dataclass(frozen=True)
class Company:
    """The settings with their defaults. Quiet hours are local times of day, "HH:MM"; nobody is written to in them."""

    name: str = "Furet"
    locale: str = "fr"
    time_zone: str = "Europe/Paris"
    currency: str = "EUR"
    quiet_from: str = "20:00"
    quiet_until: str = "08:00"


KEYS = tuple(field.name for field in fields(Company))


def company(session: AnySession, at: datetime | None = None) -> tuple[Company, int]:
    """The settings that hold, or that held `at` a past instant, and their version; version 0 is all defaults."""
    newest = select(CompanySettings.version, CompanySettings.values).order_by(CompanySettings.version.desc()).limit(1)
    if at is not None:
        newest = newest.where(CompanySettings.since_at <= at)
    found = session.execute(newest).one_or_none()
    if found is None:
        return Company(), 0
    # A key that a later version of Furet dropped is no reason to fail.
    return Company(**{key: value for key, value in found.values.items() if key in KEYS}), found.version


def is_quiet(firm: Company, at: datetime) -> bool:
    """Whether nobody is written to at this moment, by the clocks where the company is."""
    now = at.astimezone(ZoneInfo(firm.time_zone)).time()
    since, until = time.fromisoformat(firm.quiet_from), time.fromisoformat(firm.quiet_until)
    return since <= now < until if since <= until else now >= since or now < until


def change_company(session: AnySession, principal: Principal, changed: Company) -> int:
    """Let other settings hold from now on; gives their version. Two changes at once: one of them fails on the key.

    Raises Clash for a time zone that nobody knows.
    """
    _check_zone(changed.time_zone)
    held, version = company(session)
    session.add(CompanySettings(version=version + 1, values=asdict(changed), since_at=clock.now()))
    session.flush()
    audit.record(session, principal.actor, "company.change", COMPANY_ID, asdict(held), asdict(changed))
    return version + 1


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Clash(f"The time zone {name!r} is not in the IANA list; write one such as Europe/Paris.") from None
