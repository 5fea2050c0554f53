"""Offers: what is offered, to whom, where and when."""
