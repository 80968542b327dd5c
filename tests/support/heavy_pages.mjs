// Pages of 100 realistic rows made of Stripe's sample objects: every id, amount, time and text differs from row to row.
import { readFileSync } from 'node:fs';
const samples = JSON.parse(readFileSync(new URL('../fixtures/stripe_objects.json', import.meta.url))).resources;
let seed = 12345;
const random = (n) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return Math.floor(seed / 0x80000000 * n) };
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const id = (n) => Array.from({ length: n }, () => letters[random(62)]).join('');
const names = ['Ada Lovelace', 'Zoë Müller', 'José García', 'Wei Chen', 'Mary Ann O\'Neill', '山田 太郎'];
const words = ['Order', 'Invoice', 'Subscription', 'Blue socks', 'Consulting', 'June', 'Starter plan', 'Delivery'];
function vary(value, key) {
  if (Array.isArray(value)) return value.map((x) => vary(x, key));
  if (value && typeof value === 'object') {
    const out = {};
    for (const [k, v] of Object.entries(value)) out[k] = vary(v, k);
    if ('metadata' in out) out.metadata = { order_id: String(100000 + random(900000)), channel: ['web','shop','app'][random(3)] };
    return out;
  }
  if (typeof value === 'string') {
    const m = /^([a-z]{2,6}(?:_test)?)_[A-Za-z0-9_]{8,}$/.exec(value);
    if (m) return `${m[1]}_${id(24)}`;
    return value;
  }
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value > 1e9) return 1790000000 + random(5000000);
    if (/amount|total|^net$|^fee$|balance/.test(key ?? '')) return random(100000) + 100;
    return value;
  }
  if (value === null) {
    if (key === 'description') return `${words[random(8)]} ${words[random(8)]} ${random(1000)}`;
    if (key === 'name') return names[random(6)];
    if (key === 'email') return `user${random(100000)}@example.com`;
  }
  return value;
}
export const rowsOf = (object, n = 100) => Array.from({ length: n }, () => vary(samples[object]));
export const pageOf = (object, url, n = 100) => ({ object: 'list', data: rowsOf(object, n), has_more: true, url });
export { samples };
