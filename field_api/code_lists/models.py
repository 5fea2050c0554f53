"""The table of code lists: as the version that started last declared them, and as phones know them."""

from typing import cast

from sqlalchemy import Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import Id


class CodeListEntry(Base):
    """One code that a field may take, with its labels; `position` orders the list in forms."""

    __tablename__ = "code_list_entries"
    __table_args__ = (Index("ix_code_list_entries_list", "list", "code", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    list: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    label_en: Mapped[str] = mapped_column(String(80))
    label_fr: Mapped[str] = mapped_column(String(80))


code_list_entries = cast(Table, CodeListEntry.__table__)
