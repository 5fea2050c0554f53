"""How an amount in minor units is written for people."""

# ISO 4217: the currencies whose minor unit is not a hundredth.
_WHOLE = (
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
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
DECIMALS = dict.fromkeys(_WHOLE, 0) | dict.fromkeys(_THOUSANDTHS, 3)


def written(amount_minor: int, currency: str) -> str:
    """The amount in major units with its currency, such as "45.90 EUR"."""
    decimals = DECIMALS.get(currency, 2)
    # Whole numbers throughout: a float would lose the last digits of a large sum.
    whole, part = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole}.{part:0{decimals}} {currency}" if decimals else f"{sign}{whole} {currency}"
