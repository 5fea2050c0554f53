"""The odd objects of `odd/`, as bytes by their names."""

from pathlib import Path

ODD = {file.stem: file.read_bytes() for file in sorted(Path(__file__).with_name("odd").glob("*.ics"))}
