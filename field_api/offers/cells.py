"""The Earth as a quadtree of cells: what lies in one cell is one range of numbers, so that a plain index finds it.

The map (plate carrée) is cut in four, each part again, LEVELS times. A cell's number is its path from the root, a one,
and zeros; the numbers of all cells inside it surround its own (Morton order, with the sentinel bit of Google's S2).
"""

from collections.abc import Collection, Iterable

from field_api.geo import Box

# The smallest cells are 7 cm high.
LEVELS = 28
ROOT = 1 << 2 * LEVELS
_ACROSS = 1 << LEVELS

Range = tuple[int, int]


def cell_at(lat: float, lon: float) -> int:
    """The smallest cell that holds the position."""
    return _cell(_spread(_row(lat)) << 1 | _spread(_column(lon)), 0)


def cover(boxes: Iterable[Box], most: int) -> list[int]:
    """Cells that hold every position of the boxes, and some beyond: at most `most` (four or more) of one size a box."""
    return [cell for box in boxes for cell in _cover(box, most)]


def spans(cells: Iterable[int]) -> list[Range]:
    """The ranges, ends included, of the numbers of these cells and of all cells inside them; neighbours are merged."""
    merged: list[Range] = []
    for cell in sorted(cells):
        lowest = cell & -cell
        first, last = cell - lowest + 1, cell + lowest - 1
        # Neighbours leave out one number in between, that of a larger cell.
        if merged and first <= merged[-1][1] + 2:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def above(cells: Collection[int]) -> set[int]:
    """All larger cells that hold one of these."""
    found: set[int] = set()
    for bit in {cell & -cell for cell in cells}:
        larger = {cell for cell in cells if cell & -cell == bit}
        while bit < ROOT:
            bit <<= 2
            larger = {cell & -bit | bit for cell in larger}
            found |= larger
    return found


def _cover(box: Box, most: int) -> list[int]:
    west, east, south, north = _column(box.west), _column(box.east), _row(box.south), _row(box.north)
    # Past this size the box touches at most two cells each way.
    size = max(east - west, north - south).bit_length()
    while size > 0 and _touched(west, east, south, north, size - 1) <= most:
        size -= 1
    columns = [_spread(column) for column in range(west >> size, (east >> size) + 1)]
    rows = [_spread(row) << 1 for row in range(south >> size, (north >> size) + 1)]
    return [_cell(row | column, size) for row in rows for column in columns]


def _touched(west: int, east: int, south: int, north: int, size: int) -> int:
    return ((east >> size) - (west >> size) + 1) * ((north >> size) - (south >> size) + 1)


def _column(lon: float) -> int:
    return min(_ACROSS - 1, int((lon + 180) / 360 * _ACROSS))


def _row(lat: float) -> int:
    return min(_ACROSS - 1, int((lat + 90) / 180 * _ACROSS))


def _cell(path: int, size: int) -> int:
    """The cell at the end of a path from the root, `size` levels above the smallest ones."""
    return (path << 1 | 1) << 2 * size


def _spread(number: int) -> int:
    """Its 32 bits with a zero before each (https://graphics.stanford.edu/~seander/bithacks.html, "Interleave bits")."""
    number = (number | number << 16) & 0x0000FFFF0000FFFF
    number = (number | number << 8) & 0x00FF00FF00FF00FF
    number = (number | number << 4) & 0x0F0F0F0F0F0F0F0F
    number = (number | number << 2) & 0x3333333333333333
    return (number | number << 1) & 0x5555555555555555
