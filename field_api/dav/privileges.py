"""What a person may do with their own things (RFC 3744, section 5.4); nobody else may do anything with them here."""

from field_api.dav import fragments
from field_api.dav.names import caldav, dav

_READING = (dav("read"), caldav("read-free-busy"), dav("read-current-user-privilege-set"))
_WRITING = (dav("write"), dav("write-properties"), dav("write-content"), dav("bind"), dav("unbind"))


def _written(privileges: tuple[str, ...]) -> str:
    return fragments.elements(dav("privilege"), (fragments.element(one) for one in privileges))


READ = _written(_READING)
READ_AND_WRITE = _written((*_READING, *_WRITING))
