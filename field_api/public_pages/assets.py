"""Style sheets and scripts of ours, each under an address that changes with its content and can be kept for a year."""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from flask import Response

from field_api.errors import NotFound
from field_api.public_pages.answers import KEPT


class Assets:
    """The files of one room: their address begins with `prefix`, `kinds` are their media types by name."""

    def __init__(self, prefix: str, folder: Path, kinds: Mapping[str, str]) -> None:
        self._prefix, self._kinds = prefix, dict(kinds)
        self._contents = {name: (folder / name).read_bytes() for name in kinds}

    def __contains__(self, name: str) -> bool:
        return name in self._kinds

    def address_of(self, name: str) -> str:
        """Where a file is now."""
        return f"/{self._prefix}/{self._fingerprint(name)}/{name}"

    def answer(self, version: str, name: str) -> Response:
        """The file. Raises NotFound for one that there is not, and for a content that it no longer has."""
        if name not in self._kinds or version != self._fingerprint(name):
            raise NotFound("There is no such file.")
        return Response(self._contents[name], mimetype=self._kinds[name], headers=KEPT)

    def _fingerprint(self, name: str) -> str:
        return blake2b(self._contents[name], digest_size=6).hexdigest()


# What the pages of all rooms look like.
SHARED = Assets("page-assets", Path(__file__).with_name("pages"), {"base.css": "text/css"})
