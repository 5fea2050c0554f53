"""Why a calendar object, or a question about one, is refused; each names the precondition that it breaks."""

from field_api.errors import Clash, Fault, Invalid, TooLarge


class BadObject(Invalid):
    """The object cannot be kept. `precondition` is the element of RFC 4791, section 5.3.2.1, by its local name."""

    def __init__(self, detail: str, precondition: str = "valid-calendar-data") -> None:
        super().__init__(detail, Fault("", detail))
        self.precondition = precondition


class ObjectTooLarge(TooLarge):
    """The object is over the limit, whatever is in it."""

    precondition = "max-resource-size"


class UidInUse(Clash):
    """Another object of the calendar has this UID; `href` says which (RFC 4791, `no-uid-conflict`)."""

    precondition = "no-uid-conflict"

    def __init__(self, detail: str, href: str) -> None:
        super().__init__(detail)
        self.href = href


class CalendarInUse(Clash):
    """A calendar of this name stands already (RFC 4791, section 5.3.1.1)."""

    precondition = "resource-must-be-null"


class BadSyncToken(Invalid):
    """The token is not ours, is of another calendar or epoch, or is too old (RFC 6578, section 3.2)."""

    precondition = "valid-sync-token"
