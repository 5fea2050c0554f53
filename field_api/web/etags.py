"""Versions as entity tags: what a reader held is compared with what stands before it is changed (RFC 9110, 13.1.1)."""

from flask import request

from field_api.errors import Stale, VersionRequired


def version_tag(row_id: str, version: int) -> str:
    """The strong ETag of one version of one row; the tail of the id keeps two rows' first versions apart."""
    return f'"{row_id[-12:]}-{version}"'


def check_version(row_id: str, version: int) -> None:
    """Hold the request's If-Match against the version that stands.

    Raises VersionRequired without the header, and Stale, with the version that stands, when it names another.
    """
    held = version_tag(row_id, version)
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionRequired("Send the ETag you read as If-Match.")
    # If-Match compares strongly: a weakened tag never matches.
    if given.strip() != "*" and held not in (tag.strip() for tag in given.split(",")):
        raise Stale("It was changed after you read it; read it again and redo your change.", held)
