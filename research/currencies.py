"""How many minor units a currency has: the service counts money in whole minor units, people read major ones."""

# ISO 4217:2015, table A.1: these have other than two decimals.
_NONE = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THREE = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def minor_per_unit(currency: str) -> int:
    """Minor units in one unit of an ISO 4217 currency: 100 cents in a euro, 1 yen in a yen."""
    if currency in _NONE:
        return 1
    return 1_000 if currency in _THREE else 100
