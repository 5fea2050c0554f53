"""A page to print: coupons the size of business cards, ten on a sheet of A4, each with its QR code, and marks to cut.

The page holds everything it shows; a browser prints it at 100 %, without margins of its own.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import segno

from field_api.coupons.batches import Batch, PrintedCoupon
from field_api.coupons.signatures import QR_ERROR_CORRECTION, QR_VERSION

COLUMNS, ROWS = 2, 5
A_SHEET = COLUMNS * ROWS
# ISO 7810 ID-1 is 85.6 mm wide; business cards on sheets of ten are 85 x 54.
CARD_MM, HEIGHT_MM = 85, 54
LEFT_MM, TOP_MM = (210 - COLUMNS * CARD_MM) / 2, (297 - ROWS * HEIGHT_MM) / 2
MARK_MM = 5
QUIET_ZONE = 4
# Of title and text together, which are cut at the end of a line; there is room for them beside a name of any length.
MOST_LINES = 7
# Any of the eight masks is right (ISO/IEC 18004, 7.8). Signatures look random under each, and trying all of them to
# choose one takes six times as long.
MASK = 2

WORDS = {
    "en": {
        "between": "from {first} until {last}",
        "from": "from {first} on",
        "until": "until {last}",
        "open": "until further notice",
        "day": "{day}",
        "moment": "{day}, {time}",
        "once": "Good once",
        "times": "Good {uses} times",
        "own": "For {name}.",
    },
    "fr": {
        "between": "du {first} au {last}",
        "from": "à partir du {first}",
        "until": "jusqu’au {last}",
        "open": "jusqu’à nouvel ordre",
        "day": "{day} inclus",
        "moment": "{day} à {time}",
        "once": "Valable une fois",
        "times": "Valable {uses} fois",
        "own": "Pour {name}.",
    },
}
DAYS = {"en": "%d %B %Y", "fr": "%d/%m/%Y"}

STYLE = f"""
@page {{ size: A4; margin: 0 }}
* {{ box-sizing: border-box; margin: 0 }}
body {{ font: 8.5pt/1.3 system-ui, "DejaVu Sans", sans-serif; color: #111; background: #ddd }}
section {{ position: relative; width: 210mm; height: 297mm; padding: {TOP_MM}mm {LEFT_MM}mm; background: #fff;
  display: grid; grid: repeat({ROWS}, {HEIGHT_MM}mm) / repeat({COLUMNS}, {CARD_MM}mm); overflow: hidden;
  break-after: page }}
section:last-child {{ break-after: auto }}
section > svg {{ position: absolute; inset: 0; width: 210mm; height: 297mm; stroke: #000; stroke-width: .2 }}
article {{ display: grid; grid: 1fr auto / 1fr 33mm; padding: 3.5mm 3mm 3mm 4.5mm; gap: 0 2mm; overflow: hidden }}
article div {{ overflow: hidden; overflow-wrap: anywhere }}
article .qr {{ width: 33mm; height: 33mm; display: block }}
.by {{ font-size: 7pt; letter-spacing: .3pt; margin-bottom: .8mm; white-space: nowrap; text-overflow: ellipsis;
  overflow: hidden }}
.told {{ display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: {MOST_LINES}; overflow: hidden }}
h2 {{ font-size: 9.5pt; line-height: 1.15; margin-bottom: 1mm }}
.foot {{ grid-column: 1 / 3; display: flex; justify-content: space-between; align-items: last baseline; gap: 3mm }}
.when {{ font-size: 7pt; line-height: 1.2 }}
code {{ font: 700 12pt/1 ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: .4pt; white-space: nowrap }}
@media screen {{ section {{ margin: 8mm auto; box-shadow: 0 1mm 3mm #0004 }} }}
"""


def sheets(batch: Batch, printed: Sequence[PrintedCoupon], language: str) -> Iterator[str]:
    """The page of some coupons of a batch, sheet by sheet; `language` is en or fr."""
    head = f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield f"{head}<title>{escape(batch.campaign_name)}</title><style>{STYLE}</style></head><body>"
    for start in range(0, len(printed), A_SHEET):
        cards = "".join(_card(batch, one, language) for one in printed[start : start + A_SHEET])
        yield f"<section>{MARKS}{cards}</section>"
    yield "</body></html>"


def _card(batch: Batch, one: PrintedCoupon, language: str) -> str:
    title, told = escape(batch.title[language]), escape(batch.text[language])
    return (
        f'<article><div><p class="by">{escape(batch.issuer)}</p>'
        f'<div class="told"><h2>{title}</h2><p>{told}</p></div></div>{_qr(one.qr_text)}'
        f'<p class="foot"><code>{one.code}</code><span class="when">{escape(_when(batch, one, language))}</span></p>'
        "</article>"
    )


def _when(batch: Batch, one: PrintedCoupon, language: str) -> str:
    words = WORDS[language]
    own = [words["own"].format(name=one.customer_name)] if one.customer_name else []
    uses = words["once"] if one.uses == 1 else words["times"].format(uses=one.uses)
    return " ".join([*own, f"{uses}, {_period(batch, one, language)}."])


def _period(batch: Batch, one: PrintedCoupon, language: str) -> str:
    """From when until when; a beginning that is over when the coupon is issued goes without saying."""
    words, zone = WORDS[language], ZoneInfo(batch.time_zone)
    told = {}
    if one.starts_at > batch.issued_at:
        told["first"] = _day(one.starts_at.astimezone(zone), language)
    if one.ends_at is not None:
        told["last"] = _end(one.ends_at.astimezone(zone), language)
    pattern = {("first", "last"): "between", ("first",): "from", ("last",): "until", (): "open"}[tuple(told)]
    return words[pattern].format(**told)


def _end(ends_at: datetime, language: str) -> str:
    """Until when; an end at midnight is the end of the day before, which is how people say it."""
    words = WORDS[language]
    if (ends_at.hour, ends_at.minute) == (0, 0):
        return words["day"].format(day=_day(ends_at - timedelta(days=1), language))
    return words["moment"].format(day=_day(ends_at, language), time=f"{ends_at:%H:%M}")


def _day(at: datetime, language: str) -> str:
    return at.strftime(DAYS[language]).removeprefix("0") if language == "en" else at.strftime(DAYS[language])


def _qr(text: str) -> str:
    code = segno.make(
        text,
        version=QR_VERSION,
        error=QR_ERROR_CORRECTION,
        mode="alphanumeric",
        mask=MASK,
        boost_error=False,
        micro=False,
    )
    return str(code.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None))


def _marks() -> str:
    """Short lines outside the cards, on the edges along which one cuts."""
    right, bottom = LEFT_MM + COLUMNS * CARD_MM, TOP_MM + ROWS * HEIGHT_MM
    lines = []
    for column in range(COLUMNS + 1):
        x = LEFT_MM + column * CARD_MM
        lines += [(x, top, x, top + MARK_MM) for top in (TOP_MM - MARK_MM - 1, bottom + 1)]
    for row in range(ROWS + 1):
        y = TOP_MM + row * HEIGHT_MM
        lines += [(left, y, left + MARK_MM, y) for left in (LEFT_MM - MARK_MM - 1, right + 1)]
    drawn = "".join(f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>' for x1, y1, x2, y2 in lines)
    return f'<svg viewBox="0 0 210 297" aria-hidden="true">{drawn}</svg>'


MARKS = _marks()
