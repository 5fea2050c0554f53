"""The first logins of the demo company."""

from collections.abc import Callable

from field_api.access import passwords
from field_api.reps.demo import DemoStaff
from field_api.store.engine import AnySession

FIRST_LOGINS = ("rep", "admin", "researcher")


def fill(session: AnySession, staff: DemoStaff, new_password: Callable[[], str]) -> list[dict[str, str]]:
    """Give a password each to a rep, the admin and the researcher; tells role, e-mail and password of each."""
    logins = []
    for role in FIRST_LOGINS:
        user = next(user for user in staff.users if user.role == role)
        password = new_password()
        passwords.keep(session, user.id, passwords.hash_password(password))
        logins.append({"role": role, "email": user.email, "password": password})
    return logins
