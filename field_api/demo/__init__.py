"""The demo company: believable, French, and the same again for the same seed and day."""
