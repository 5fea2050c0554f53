"""Furet: the research engine, usable without the API."""
