"""A card's number as Code 128, as SVG and as PNG: black on white, with the quiet zone around."""

from functools import lru_cache
from itertools import accumulate

from field_api.cards import code128, png
from field_api.public_pages.qr_codes import framed

BAR_SCALE = 4
BAR_HEIGHT = 60
DRAWN_KEPT = 256


@lru_cache(maxsize=DRAWN_KEPT)
def code128_svg(number: str) -> str:
    """The bars as an SVG element."""
    bars = "".join(f"M{start} 0h{width}v{BAR_HEIGHT}h-{width}z" for start, width in _bars(number))
    # Drawn out to whatever width holds it: what a reader measures are widths along one line.
    return framed(_width(number), BAR_HEIGHT, f'<path d="{bars}"/>', ' preserveAspectRatio="none"')


@lru_cache(maxsize=DRAWN_KEPT)
def code128_png(number: str) -> bytes:
    """The bars as a PNG file, one bit a pixel."""
    pixels = ["1"] * (_width(number) * BAR_SCALE)
    for start, width in _bars(number):
        pixels[start * BAR_SCALE : (start + width) * BAR_SCALE] = "0" * (width * BAR_SCALE)
    length = len(pixels)
    row = int("".join(pixels).ljust(-(-length // 8) * 8, "1"), 2).to_bytes(-(-length // 8))
    return png.write(length, [row] * (BAR_HEIGHT * BAR_SCALE), png.GREY, 1)


def _bars(number: str) -> list[tuple[int, int]]:
    """Where each bar begins, and how wide it is, in modules."""
    widths = code128.widths(number)
    starts = accumulate(widths, initial=code128.QUIET_ZONE)
    return list(zip(starts, widths, strict=False))[::2]


def _width(number: str) -> int:
    return sum(code128.widths(number)) + 2 * code128.QUIET_ZONE
