"""Tables of what lets people and tills in. Every secret is kept as a hash, and every row can be cut off at once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SECRET, Id, Instant, personal
from field_api.store.versions import Versioned

# access: 30 minutes, one device's; personal: with scopes, for programs; calendar: an app password; service: a till's.
TOKEN_KINDS = ("access", "personal", "calendar", "service")


class Password(Base):
    """A user's password, as an argon2id hash."""

    __tablename__ = "passwords"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(128), info=personal(SECRET, "recognise the password"))
    changed_at: Mapped[datetime] = mapped_column(Instant, info=personal(INTERNAL, "tell its age"))


class Device(Base):
    """One sign-in of one user on a device they named: the family to which its tokens belong, cut off as one."""

    __tablename__ = "devices"
    __table_args__ = (Index("ix_devices_user_id", "user_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), info=personal(INTERNAL, "know whose it is"))
    name: Mapped[str] = mapped_column(String(120), info=personal(ORDINARY, "let its owner recognise it"))
    signed_in_at: Mapped[datetime] = mapped_column(Instant, info=personal(INTERNAL, "let its owner recognise it"))
    last_seen_at: Mapped[datetime] = mapped_column(Instant, info=personal(INTERNAL, "tell devices in use from others"))
    cut_off_at: Mapped[datetime | None] = mapped_column(
        Instant, default=None, info=personal(INTERNAL, "keep it out from then on")
    )


class RefreshToken(Base):
    """One link of a device's chain of refresh tokens; the chain has one link that is unused, its last."""

    __tablename__ = "refresh_tokens"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info=personal(SECRET, "recognise the token"))
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class ServiceAccount(Versioned, Base):
    """A till or another machine, bound to one shop. `scopes` are separated by spaces, as in OAuth 2."""

    __tablename__ = "service_accounts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True, info=personal(INTERNAL, "tell tills apart"))
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"), index=True)
    scopes: Mapped[str] = mapped_column(String(500))
    locked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Token(Base):
    """A secret of 256 bits that is sent with each request (an app password: of 100 bits), kept as its SHA-256.

    `scopes` are separated by spaces; None where the owner's role (or the service account) decides alone.
    """

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint(f"kind IN {TOKEN_KINDS}", name="kind"),
        CheckConstraint("(user_id IS NULL) = (kind = 'service')", name="owner"),
        CheckConstraint("(service_account_id IS NULL) = (kind <> 'service')", name="service"),
        CheckConstraint("(device_id IS NULL) = (kind <> 'access')", name="device"),
        Index("ix_tokens_user_id", "user_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=personal(SECRET, "recognise the token"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id"), default=None, info=personal(INTERNAL, "know whose it is")
    )
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"), default=None, index=True)
    service_account_id: Mapped[str | None] = mapped_column(ForeignKey("service_accounts.id"), default=None, index=True)
    name: Mapped[str | None] = mapped_column(
        String(120), default=None, info=personal(ORDINARY, "let its owner recognise it")
    )
    scopes: Mapped[str | None] = mapped_column(String(500), default=None)
    expires_at: Mapped[datetime | None] = mapped_column(Instant, default=None, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class FailedSignIn(Base):
    """How often in a row signing in failed for one e-mail, known or not; the key is an HMAC, so no e-mail is kept."""

    __tablename__ = "failed_sign_ins"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(Instant, default=None)
