"""report.html: a page in French or English that a board can read and a statistician can check."""

from research.page.document import render_page
from research.page.reading import read_report

__all__ = ["read_report", "render_page"]
