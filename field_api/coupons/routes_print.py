"""Routes of what is printed and shown: the public keys, a coupon's signed text, and a batch as CSV or as sheets."""

from base64 import urlsafe_b64encode
from typing import Any

from flask import Response, current_app, stream_with_context

from field_api.coupons import batches, sheets
from field_api.coupons.schemas_print import CouponKeysSchema, SheetArguments, SignedCouponSchema
from field_api.coupons.signatures import SigningKey, signing_keys
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("printed coupons", __name__, url_prefix="/v1", description="Coupons on paper: signed, listed, printed.")

# Twenty sheets; a browser lays them out in a second.
A_PART = 20 * sheets.A_SHEET
_CSV = {"text/csv": {"schema": {"type": "string"}}}
_HTML = {"text/html": {"schema": {"type": "string"}}}


@blp.get("/coupons/keys")
@blp.allow(*STAFF, "service", scope="coupons:redeem")
@blp.response(200, CouponKeysSchema)
def list_keys() -> Response:
    """The keys by which a phone verifies coupons without a network."""
    return json_reply({"keys": [_jwk(key) for key in _keys()]})


@blp.get("/coupons/<id:coupon_id>/signature")
@blp.allow(*STAFF, scope="coupons:read")
@blp.response(200, SignedCouponSchema)
def read_signature(coupon_id: str) -> Response:
    """What a coupon's QR code says, to be shown on a screen."""
    signed = batches.read_signed(db.session, current(), _keys()[0], coupon_id)
    return json_reply({"coupon_id": signed.id, "qr_text": signed.qr_text})


@blp.get("/campaigns/<id:campaign_id>/batches/<id:batch_id>/codes")
@blp.allow("admin", scope="coupons:write")
@blp.doc(responses={200: {"description": "Every coupon of the batch.", "content": _CSV}})
def list_codes(campaign_id: str, batch_id: str) -> Response:
    """A batch as CSV, for a printer's shop; personal coupons with their customers."""
    with writing(db.session):
        batch = batches.take_to_print(db.session, current(), campaign_id, batch_id, {"as": "csv"})
    lines = stream_with_context(batches.csv_lines(db.session, _keys()[0], batch))
    named = {"Content-Disposition": f'attachment; filename="coupons-{batch_id}.csv"'}
    return Response(lines, mimetype="text/csv", headers=_PRIVATE | named)


@blp.get("/campaigns/<id:campaign_id>/batches/<id:batch_id>/sheets")
@blp.allow("admin", scope="coupons:write")
@blp.arguments(SheetArguments, location="query")
@blp.doc(responses={200: {"description": "A page that a browser prints on A4.", "content": _HTML}})
def print_sheets(asked: dict[str, Any], campaign_id: str, batch_id: str) -> Response:
    """A batch as sheets of cards with QR codes and marks to cut, in French or English."""
    with writing(db.session):
        batch = batches.take_to_print(db.session, current(), campaign_id, batch_id, {"as": "sheets"} | asked)
    printed = batches.part(db.session, _keys()[0], batch, asked.get("after", batches.FIRST), A_PART)
    headers = dict(_PRIVATE)
    if len(printed) == A_PART:
        headers["Link"] = f'<?language={asked["language"]}&after={printed[-1].id}>; rel="next"'
    return Response(sheets.sheets(batch, printed, asked["language"]), mimetype="text/html", headers=headers)


# Codes are worth money: no cache keeps them, and the page runs nothing and loads nothing.
_PRIVATE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def _keys() -> tuple[SigningKey, ...]:
    settings = current_app.config["SETTINGS"]
    return signing_keys(settings.secret, settings.coupon_keys)


def _jwk(key: SigningKey) -> dict[str, str]:
    x = urlsafe_b64encode(key.public).rstrip(b"=").decode()
    return {"kid": key.id.hex(), "kty": "OKP", "crv": "Ed25519", "x": x}
