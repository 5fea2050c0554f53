"""A text as a QR code, as SVG and as PNG: black on white, with the quiet zone around."""

from functools import lru_cache
from io import BytesIO

import segno

QUIET_ZONE = 4
# Level Q: a quarter of the code may be scratched or glare.
ERROR_CORRECTION = "Q"
SCALE = 12
DRAWN_KEPT = 256


@lru_cache(maxsize=DRAWN_KEPT)
def qr_svg(text: str) -> str:
    """The QR code as an SVG element that fills what holds it; fit for a file and for a page."""
    code = _qr(text)
    side = int(code.symbol_size(border=QUIET_ZONE)[0])
    marks = BytesIO()
    code.save(marks, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=False, omitsize=True, nl=False)
    return framed(side, side, marks.getvalue().decode().partition(">")[2].rpartition("</svg>")[0])


@lru_cache(maxsize=DRAWN_KEPT)
def qr_png(text: str) -> bytes:
    """The QR code as a PNG file."""
    file = BytesIO()
    _qr(text).save(file, kind="png", border=QUIET_ZONE, scale=SCALE)
    return file.getvalue()


def framed(width: int, height: int, marks: str, more: str = ' shape-rendering="crispEdges"') -> str:
    """Black marks on white as an SVG element; the ground is drawn, because a dark page shows through."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"{more}>'
    return f'{head}<path fill="#fff" d="M0 0h{width}v{height}H0z"/>{marks}</svg>'


def _qr(text: str) -> segno.QRCode:
    return segno.make(text, error=ERROR_CORRECTION, micro=False, boost_error=False)
