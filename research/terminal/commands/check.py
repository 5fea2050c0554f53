"""`check`: data quality alone."""

import argparse
import sys

from research.output import canonical_json, whole_folder
from research.quality import check_quality, quality_text
from research.terminal.answers import survey_answers


def run(options: argparse.Namespace) -> None:
    quality = check_quality(survey_answers(options))
    if options.out is not None:
        with whole_folder(options.out) as folder:
            (folder / "quality.json").write_text(canonical_json({"quality": quality}), encoding="utf-8")
    sys.stdout.write(quality_text(quality))
