"""The demo company: believable and French, and the same again for the same seed and day."""
