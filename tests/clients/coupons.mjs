/**
 * A phone that reads coupons offline: `node coupons.mjs`, with {keys, coupons: [{text, at, customer_id}]} on standard
 * input; prints for each what it says, or the reason of its refusal.
 */
import { text } from 'node:stream/consumers';
import { CouponReader } from '../../field_api/sync/client/furet-coupons.mjs';

const { keys, coupons } = JSON.parse(await text(process.stdin));
const reader = new CouponReader(keys);

async function told({ text, at, customer_id }) {
  try {
    const coupon = await reader.read(text);
    await coupon.check({ at: new Date(at), customerId: customer_id });
    return { code: coupon.code, offer_id: coupon.offerId, starts_at: coupon.startsAt, ends_at: coupon.endsAt, personal: coupon.personal };
  } catch (refused) {
    return { refused: refused.reason ?? String(refused.stack) };
  }
}

console.log(JSON.stringify(await Promise.all(coupons.map(told))));
