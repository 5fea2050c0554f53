"""How a simulated survey is written: answers, codebook and truth as the files a researcher would get."""

import json
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from research.codebook.writing import codebook_text
from research.languages import wording
from research.simulate.surveys import SimulatedSurvey


def write_survey(survey: SimulatedSurvey, folder: Path, file_format: Literal["csv", "parquet"] = "csv") -> None:
    """Write answers.csv (or answers.parquet), codebook.toml and truth.json into an existing folder."""
    table = _table(survey)
    if file_format == "parquet":
        pyarrow.parquet.write_table(table, folder / "answers.parquet")
    else:
        pyarrow.csv.write_csv(table, folder / "answers.csv")
    (folder / "codebook.toml").write_text(codebook_text(survey.codebook), encoding="utf-8")
    (folder / "truth.json").write_text(json.dumps(truth_facts(survey), indent=1) + "\n", encoding="utf-8")


def truth_facts(survey: SimulatedSurvey) -> dict[str, object]:
    """What was planned and what is true in each segment."""
    codebook = survey.plan.codebook
    plan = vars(survey.plan) | {"codebook": None if codebook is None else wording(codebook.title, "en", "")}
    if codebook is not None:
        plan |= {"kind": "reflective", "items": len(codebook.items)}
    return {"plan": plan, "segments": [truth.facts() for truth in survey.truths]}


def _table(survey: SimulatedSurvey) -> pa.Table:
    """Codes become the states of their items, gaps become empty cells."""
    columns = {name: pa.array(values) for name, values in survey.columns.items()}
    for item, codes in zip(survey.codebook.items, survey.codes.T, strict=True):
        columns[item.name] = pa.array(np.array(item.states)[codes], mask=codes < 0)
    return pa.table(columns)
