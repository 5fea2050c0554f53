"""A card's number as QR code and as Code 128, each as SVG and as PNG: black on white, with the quiet zone around."""

from functools import lru_cache
from io import BytesIO
from itertools import accumulate

import segno

from field_api.cards import code128, png

QR_QUIET_ZONE = 4
# Level Q: a quarter of the code may be scratched or glare.
QR_ERROR_CORRECTION = "Q"
QR_SCALE = 12
BAR_SCALE = 4
BAR_HEIGHT = 60
DRAWN_KEPT = 256


@lru_cache(maxsize=DRAWN_KEPT)
def qr_svg(number: str) -> str:
    """The QR code as an SVG element that fills what holds it; fit for a file and for a page."""
    code = _qr(number)
    side = int(code.symbol_size(border=QR_QUIET_ZONE)[0])
    marks = BytesIO()
    code.save(marks, kind="svg", border=QR_QUIET_ZONE, xmldecl=False, svgns=False, omitsize=True, nl=False)
    return _svg(side, side, marks.getvalue().decode().partition(">")[2].rpartition("</svg>")[0])


@lru_cache(maxsize=DRAWN_KEPT)
def qr_png(number: str) -> bytes:
    """The QR code as a PNG file."""
    file = BytesIO()
    _qr(number).save(file, kind="png", border=QR_QUIET_ZONE, scale=QR_SCALE)
    return file.getvalue()


@lru_cache(maxsize=DRAWN_KEPT)
def code128_svg(number: str) -> str:
    """The bars as an SVG element."""
    bars = "".join(f"M{start} 0h{width}v{BAR_HEIGHT}h-{width}z" for start, width in _bars(number))
    # Drawn out to whatever width holds it: what a reader measures are widths along one line.
    return _svg(_width(number), BAR_HEIGHT, f'<path d="{bars}"/>', ' preserveAspectRatio="none"')


@lru_cache(maxsize=DRAWN_KEPT)
def code128_png(number: str) -> bytes:
    """The bars as a PNG file, one bit a pixel."""
    pixels = ["1"] * (_width(number) * BAR_SCALE)
    for start, width in _bars(number):
        pixels[start * BAR_SCALE : (start + width) * BAR_SCALE] = "0" * (width * BAR_SCALE)
    length = len(pixels)
    row = int("".join(pixels).ljust(-(-length // 8) * 8, "1"), 2).to_bytes(-(-length // 8))
    return png.write(length, [row] * (BAR_HEIGHT * BAR_SCALE), png.GREY, 1)


def _qr(number: str) -> segno.QRCode:
    return segno.make(number, error=QR_ERROR_CORRECTION, micro=False, boost_error=False)


def _bars(number: str) -> list[tuple[int, int]]:
    """Where each bar begins, and how wide it is, in modules."""
    widths = code128.widths(number)
    starts = accumulate(widths, initial=code128.QUIET_ZONE)
    return list(zip(starts, widths, strict=False))[::2]


def _width(number: str) -> int:
    return sum(code128.widths(number)) + 2 * code128.QUIET_ZONE


def _svg(width: int, height: int, marks: str, more: str = ' shape-rendering="crispEdges"') -> str:
    # The ground is drawn, because a dark page shows through.
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"{more}>'
    return f'{head}<path fill="#fff" d="M0 0h{width}v{height}H0z"/>{marks}</svg>'
