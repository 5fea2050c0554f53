"""Reads pictures back: PNG by Pillow, SVG drawn by resvg, and what stands in them by ZXing."""

from io import BytesIO

import numpy as np
import vl_convert
import zxingcpp
from PIL import Image


def read_png(file: bytes) -> list[tuple[str, str]]:
    """What a decoder finds: the kind of code and its text."""
    with Image.open(BytesIO(file)) as picture:
        picture.verify()
    with Image.open(BytesIO(file)) as picture:
        grey = np.array(picture.convert("L"))
    return [(str(one.format), one.text) for one in zxingcpp.read_barcodes(grey)]


def read_svg(svg: str) -> list[tuple[str, str]]:
    """The same of a drawing."""
    return read_png(vl_convert.svg_to_png(svg, scale=4))
