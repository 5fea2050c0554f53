"""`page`: report.html of a fit again, in another language."""

import argparse

from research.output import whole_folder
from research.page import read_report, render_page
from research.terminal.progress import ProgressShown


def run(options: argparse.Namespace) -> None:
    content = read_report(options.fit)
    with whole_folder(options.fit) as folder, ProgressShown() as progress:
        (folder / "report.html").write_text(render_page(content, options.lang, progress), encoding="utf-8")
    print(f"report.html is in {options.fit}.")
