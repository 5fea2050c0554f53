"""Signed coupons, keys and printed sheets, as requests and answers."""

from marshmallow import Schema, fields, validate

from field_api.coupons.signatures import PREFIX
from field_api.web.ids import IdField

LANGUAGES = ("fr", "en")


class CouponKeySchema(Schema):
    """A public key as a JSON Web Key (RFC 7517 and 8037), ready for WebCrypto's importKey."""

    kid = fields.String(metadata={"description": "The key's id in a signed text, four hexadecimal digits."})
    kty = fields.String(validate=validate.Equal("OKP"))
    crv = fields.String(validate=validate.Equal("Ed25519"))
    x = fields.String(metadata={"description": "The key's 32 bytes in base64url."})


class CouponKeysSchema(Schema):
    """The keys that a phone trusts; the first one signs what is printed now."""

    keys = fields.List(fields.Nested(CouponKeySchema))


class SignedCouponSchema(Schema):
    """What a QR code of a coupon says."""

    coupon_id = IdField()
    qr_text = fields.String(metadata={"description": f"{PREFIX} and 150 characters: a QR code of version 6, level M."})


class SheetArguments(Schema):
    """Which sheets of a batch."""

    language = fields.String(load_default="fr", validate=validate.OneOf(LANGUAGES))
    after = IdField(
        metadata={"description": "Coupons behind this one; the Link header of a part names the next part."},
    )
