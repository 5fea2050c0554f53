"""report.html: a page in French or English that a board can read and a statistician can check."""

from research.page.document import render_page

__all__ = ["render_page"]
