"""Tests of the API, the research package and the notebooks."""

import gc

# What is imported and collected stays: looking for garbage in it again and again took two fifths of that time.
gc.set_threshold(50_000, 20, 50)
