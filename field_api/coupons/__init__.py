"""Coupons: campaigns of codes, their life, and a log of every operation from which all totals follow."""
