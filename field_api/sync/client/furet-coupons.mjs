/**
 * Coupons without a network: reads what a coupon's QR code says and verifies its signature. It imports nothing and needs
 * WebCrypto with Ed25519 (Node 20, and browsers since 2025).
 *
 *   const { keys } = await server.json('/v1/coupons/keys');       // while there is a network; keep them
 *   const coupons = new CouponReader(keys);
 *   ...
 *   const coupon = await coupons.read(scanned);                    // throws CouponRefused, whose `reason` is a code
 *   coupon.check({ at: new Date(), customerId });                  // throws CouponRefused: early, over, other_customer
 *   // Used: queue the command, and send it when there is a network. The first to reach the server wins.
 *   await server.call('/v1/coupons/offline-redemptions', {
 *     method: 'POST', headers: { 'idempotency-key': id },
 *     body: JSON.stringify({ id, code: coupon.code, channel: 'visit', redeemed_at: usedAt.toISOString() }),
 *   });
 *
 * A signature says that we issued the coupon, for which offer and for when. That it was not used elsewhere in the
 * meantime no phone can know: keep the ids that you have used yourself, and expect a 409 for the rest.
 */

const PREFIX = 'FC1:';
const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const CODE = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SIGNED = 36;
const SIGNATURE = 64;
const UNTIL_FURTHER_NOTICE = 0xffffffff;
const PERSONAL = 1;

/** Why a coupon is refused: not_ours, unknown_key, forged, early, over or other_customer. */
export class CouponRefused extends Error {
  constructor(reason, message) {
    super(message);
    this.reason = reason;
  }
}

/** Reads coupons with the public keys that the server publishes. */
export class CouponReader {
  constructor(keys) {
    this.keys = keys;
  }

  /** The coupon of a scanned text, once its signature is right. Throws CouponRefused. */
  async read(text) {
    const bytes = bytesOf(text);
    const trusted = this.keys.filter(key => key.kid === hex(bytes.subarray(0, 2)));
    if (!trusted.length) throw new CouponRefused('unknown_key', 'Signed by a key that this phone does not trust; fetch the keys again.');
    const signed = Uint8Array.of(...new TextEncoder().encode(PREFIX), ...bytes.subarray(0, SIGNED));
    for (const key of trusted) {
      if (await verifies(key, bytes.subarray(SIGNED), signed)) return new SignedCoupon(bytes);
    }
    throw new CouponRefused('forged', 'The signature is wrong: this coupon was altered, or is not ours.');
  }
}

/** What a signature vouches for: the `code`, the `offerId`, from when until when, and whether it is one customer's own. */
export class SignedCoupon {
  constructor(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const numbers = view.getBigUint64(2);
    const ends = view.getUint32(30);
    this.code = codeOf(numbers);
    this.offerId = uuidOf(bytes.subarray(10, 26));
    this.startsAt = new Date(view.getUint32(26) * 1000);
    this.endsAt = ends === UNTIL_FURTHER_NOTICE ? null : new Date(ends * 1000);
    this.personal = Boolean(Number(numbers >> 60n) & PERSONAL);
    this.mark = hex(bytes.subarray(34, 36));
  }

  /** Throws CouponRefused when it cannot be used at that moment, or is another customer's own. */
  async check({ at, customerId = null }) {
    if (at < this.startsAt) throw new CouponRefused('early', `It can be used from ${this.startsAt.toISOString()} on.`);
    if (this.endsAt && at >= this.endsAt) throw new CouponRefused('over', `It could be used until ${this.endsAt.toISOString()}.`);
    if (this.personal && customerId && this.mark !== await markOf(customerId)) {
      throw new CouponRefused('other_customer', 'This is the personal coupon of another customer.');
    }
  }
}

function bytesOf(text) {
  const bytes = typeof text === 'string' && text.startsWith(PREFIX) ? base45(text.slice(PREFIX.length)) : null;
  if (bytes?.length !== SIGNED + SIGNATURE) throw new CouponRefused('not_ours', 'This is no coupon of ours.');
  return bytes;
}

/** The bytes of base45 (RFC 9285), or null. */
function base45(text) {
  const bytes = [];
  for (let start = 0; start < text.length; start += 3) {
    const values = [...text.slice(start, start + 3)].map(character => BASE45.indexOf(character));
    const number = values.reduceRight((sum, value) => sum * 45 + value, 0);
    const width = values.length - 1;
    if (!width || values.includes(-1) || number >= 256 ** width) return null;
    if (width === 2) bytes.push(number >> 8);
    bytes.push(number & 255);
  }
  return Uint8Array.from(bytes);
}

async function verifies({ kty, crv, x }, signature, signed) {
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x }, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, signed);
}

function codeOf(numbers) {
  const places = [55n, 50n, 45n, 40n, 35n, 30n, 25n, 20n, 15n, 10n, 5n, 0n];
  const characters = places.map(shift => CODE[Number((numbers >> shift) & 31n)]).join('');
  return characters.match(/.{4}/g).join('-');
}

async function markOf(customerId) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(customerId.toLowerCase()));
  return hex(new Uint8Array(digest).subarray(0, 2));
}

function uuidOf(bytes) {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function hex(bytes) {
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
