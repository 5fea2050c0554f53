"""`simulate`: a survey whose truth is known."""

import argparse

from research.codebook import read_codebook
from research.errors import SettingsError
from research.output import whole_folder
from research.simulate import SurveyPlan, simulate_survey, write_survey


def run(options: argparse.Namespace) -> None:
    if options.codebook and (options.kind or options.items):
        raise SettingsError("A codebook says what is answered: leave --kind and --items out.")
    plan = SurveyPlan(
        codebook=read_codebook(options.codebook) if options.codebook else None,
        kind=options.kind or "monotone",
        respondents=options.respondents,
        items=options.items or 24,
        missing_share=options.missing,
        mechanism=options.mechanism,
        weights=options.weights,
        segments=options.segments,
        turnover=options.turnover,
        careless_share=options.careless,
        seed=options.seed,
    )
    with whole_folder(options.out) as folder:
        write_survey(simulate_survey(plan), folder, options.format)
    print(f"{plan.respondents:,} simulated answers with codebook and truth are in {options.out}.")
