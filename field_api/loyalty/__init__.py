"""Programmes, their rules and tiers, their members, and which event earns what; the books themselves are `points`."""
