"""The addresses of what CalDAV shows.

    /dav/                                     where clients begin
    /dav/principals/{user id}/                a person
    /dav/calendars/{user id}/                 their calendars
    /dav/calendars/{user id}/{slug}/          one calendar
    /dav/calendars/{user id}/{slug}/{name}    one object, under the name that its client gave it

A UID is a text of its client and never part of an address; a name is a key of the database and never a file's.
"""

from urllib.parse import quote, unquote, urlsplit

PREFIX = "/dav"
ROOT = f"{PREFIX}/"
PRINCIPALS = f"{PREFIX}/principals/"
HOMES = f"{PREFIX}/calendars/"

LONGEST_NAME = 255
LONGEST_SLUG = 200
# What a segment of a path may hold as it is (RFC 3986, section 3.3); clients compare these texts with what they sent.
_PLAIN = "@:!$'()*+,=~-._"


def principal(user_id: str) -> str:
    """The address of a person."""
    return f"{PRINCIPALS}{user_id}/"


def home(user_id: str) -> str:
    """The address of a person's calendars."""
    return f"{HOMES}{user_id}/"


def calendar(user_id: str, slug: str) -> str:
    """The address of a calendar."""
    return f"{home(user_id)}{quote(slug, safe=_PLAIN)}/"


def segment(name: str) -> str:
    """A name as the last part of an address."""
    return quote(name, safe=_PLAIN)


def below(collection: str, path: str) -> str | None:
    """The name under which a path, already decoded, lies directly below a collection; None when it does not."""
    start = unquote(collection)
    name = path.removeprefix(start)
    return name if path.startswith(start) and is_name(name) else None


def as_sent(path: str) -> str:
    """A decoded path as an address."""
    return quote(path, safe=f"/{_PLAIN}")


def is_name(name: str) -> bool:
    """Whether a text can be the name of a resource."""
    return (
        0 < len(name) <= LONGEST_NAME and name not in {".", ".."} and "/" not in name and name.isprintable()
        # What the server could not decode arrives as this sign.
        and "\ufffd" not in name
    )  # fmt: skip


def parts(address: str) -> list[str] | None:
    """The decoded segments of an absolute or relative address below HOMES; None for any other."""
    try:
        path = unquote(urlsplit(address).path, errors="strict")
    except ValueError:
        return None
    return path.removeprefix(HOMES).strip("/").split("/") if path.startswith(HOMES) else None
