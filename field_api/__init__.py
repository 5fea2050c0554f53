"""Furet: the field API."""
