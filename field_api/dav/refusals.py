"""What CalDAV is refused with: a status, and the precondition of the RFC that was not met."""

from field_api.errors import FuretError


class Refused(FuretError):
    """A request that a CalDAV precondition or the protocol itself forbids.

    `precondition` is the name of the element that tells the client which one (RFC 4918, section 16); `href` names the
    resource that stands in the way, where the precondition has room for one.
    """

    def __init__(
        self, status: int, precondition: str | None = None, detail: str = "", *, href: str | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.precondition = precondition
        self.href = href
