"""Where the surveys that ship with the package lie.

Each is a folder as `python -m research simulate --codebook ... --format parquet` writes it: `codebook.toml`,
`answers.parquet` and `truth.json`, which holds the seed and the paths behind the answers. The texts of the codebook
are the project's own; no published scale is copied.

* `attachment`: brand love (immediate attachment), pulse (intention to buy) and trust (lasting relation), what they come
  from (recognition, service, product, price) and what they lead to (loyalty). 6,000 simulated customers of two
  segments answer it, with gaps, weights and turnover; both segments are equally loyal, for different reasons.
"""

from pathlib import Path

from research.errors import SettingsError

SHIPPED = ("attachment",)


def shipped_folder(name: str) -> Path:
    """The folder of a survey that ships with the package.

    Raises
    ------
    SettingsError
        None of this name ships.
    """
    if name not in SHIPPED:
        raise SettingsError(f"No survey {name!r} ships with the package: choose from {', '.join(SHIPPED)}.")
    return Path(__file__).parent / name
