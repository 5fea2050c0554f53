"""Use cases of customers: each checks the caller's scope, applies the rules, writes, and leaves its audit line."""

from field_api.customers.scope import require_customer

__all__ = ["require_customer"]
