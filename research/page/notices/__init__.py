"""Refusals and warnings in both languages, from the codes and figures under `notices` of the report."""

from research.page.notices.telling import told, told_all

__all__ = ["told", "told_all"]
