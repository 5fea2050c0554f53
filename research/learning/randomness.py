"""Random streams named by purpose and number, so that no result depends on which worker drew it."""

from zlib import crc32

import numpy as np


def stream(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """The generator of one seed, purpose and replicate; always the same, on every worker."""
    key = (crc32(purpose.encode()), number)
    return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=key))
