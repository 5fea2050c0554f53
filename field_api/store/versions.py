"""Rows that change under a version number, from which readers get their ETag."""

from datetime import datetime

from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from field_api import clock
from field_api.store.columns import Instant


class Versioned(MappedAsDataclass, kw_only=True):
    """Mixin of tables whose rows are edited: a version that grows by one, when it began and when it last changed."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)
    updated_at: Mapped[datetime] = mapped_column(Instant, default_factory=clock.now)

    def touch(self) -> None:
        """Mark a change: the next version, as of now."""
        self.version, self.updated_at = self.version + 1, clock.now()
