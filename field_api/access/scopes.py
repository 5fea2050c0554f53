"""The scopes that a token can carry; a scope narrows what the role may do and never widens it."""

from functools import lru_cache

# Every token may ask who it is.
ALWAYS = frozenset({"me:read"})

# What programs of a user may be given (personal tokens), in the order in which people are shown them.
PERSONAL_SCOPES = (
    "customers:read",
    "customers:write",
    "consents:read",
    "consents:write",
    "interactions:read",
    "interactions:write",
    "purchases:read",
    "purchases:write",
    "shops:read",
    "shops:write",
    "coupons:read",
    "coupons:write",
    "coupons:redeem",
    "loyalty:read",
    "loyalty:write",
    "offers:read",
    "offers:write",
    "surveys:read",
    "surveys:write",
    "answers:read",
    "insights:read",
    "insights:write",
    "appointments:read",
    "appointments:write",
    "people:read",
    "people:write",
    "audit:read",
)

# What tills and other machines may be given.
SERVICE_SCOPES = ("purchases:write", "loyalty:read", "loyalty:write", "coupons:redeem", "surveys:write")

# What an app password opens: the calendar, and nothing else.
CALENDAR_SCOPE = "dav"

ALL_SCOPES = tuple(sorted({*PERSONAL_SCOPES, *SERVICE_SCOPES, CALENDAR_SCOPE, *ALWAYS}))


@lru_cache(maxsize=1024)
def scope_set(text: str) -> frozenset[str]:
    """The scopes that a stored text grants."""
    return frozenset(text.split()) | ALWAYS
