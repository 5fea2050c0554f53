"""The XML names that CalDAV speaks, in Clark's notation `{namespace}name`."""

DAV_NAMESPACE = "DAV:"
CALDAV_NAMESPACE = "urn:ietf:params:xml:ns:caldav"
CALENDAR_SERVER_NAMESPACE = "http://calendarserver.org/ns/"
APPLE_NAMESPACE = "http://apple.com/ns/ical/"

# What our own documents call them.
PREFIXES = {
    DAV_NAMESPACE: "D",
    CALDAV_NAMESPACE: "C",
    CALENDAR_SERVER_NAMESPACE: "CS",
    APPLE_NAMESPACE: "A",
}

LONGEST_NAME = 200


def dav(name: str) -> str:
    """A name of WebDAV itself (RFC 4918 and its extensions)."""
    return f"{{{DAV_NAMESPACE}}}{name}"


def caldav(name: str) -> str:
    """A name of CalDAV (RFC 4791)."""
    return f"{{{CALDAV_NAMESPACE}}}{name}"


def calendar_server(name: str) -> str:
    """A name that Apple's Calendar Server added and phones ask for."""
    return f"{{{CALENDAR_SERVER_NAMESPACE}}}{name}"


def apple(name: str) -> str:
    """A name of Apple's own calendars, such as their colour."""
    return f"{{{APPLE_NAMESPACE}}}{name}"


def split(name: str) -> tuple[str, str]:
    """The namespace, empty where there is none, and the local name."""
    namespace, closed, local = name.removeprefix("{").partition("}") if name.startswith("{") else ("", "", name)
    return (namespace, local) if closed else ("", name)
