"""`score`: the target of customers who answered only some questions, Parquet to Parquet."""

import argparse

from research.answers import read_partial_answers
from research.codebook import read_codebook
from research.score_files import score_file


def run(options: argparse.Namespace) -> None:
    codebook = read_codebook(options.codebook)
    answers = read_partial_answers(options.answers, codebook, options.id)
    count = score_file(answers, options.fit, codebook, options.target, options.out, workers=options.workers)
    print(f"{count:,} customers with probabilities and reasons are in {options.out}.")
