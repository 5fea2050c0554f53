"""Offers: what is offered, to whom, where and when, and whether that is fair."""
