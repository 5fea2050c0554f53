"""Shops, what is bought in them or elsewhere, what is given back, and the till that finds its customer."""
