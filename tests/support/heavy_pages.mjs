// Pages of realistic rows made of Stripe's sample objects: every id, amount, time and name differs
// from row to row, and what shops usually fill in is filled in. The same bytes on every run.
import { readFileSync } from 'node:fs';

export const samples = JSON.parse(readFileSync(
  new URL('../fixtures/stripe_objects.json', import.meta.url))).resources;

// The ten objects with the largest rows among those that have a list, and the tool of that list.
export const heaviest = [
  ['issuing.authorization', 'list_all_stripe_issuing_authorizations'],
  ['subscription', 'list_all_stripe_subscriptions'],
  ['invoice', 'list_all_stripe_invoices'],
  ['charge', 'list_all_stripe_charges'],
  ['checkout.session', 'list_all_stripe_checkout_sessions'],
  ['credit_note', 'list_all_stripe_credit_notes'],
  ['account', 'list_all_stripe_accounts'],
  ['subscription_schedule', 'list_all_stripe_subscription_schedules'],
  ['issuing.card', 'list_all_stripe_issuing_cards'],
  ['payment_link', 'list_all_stripe_payment_links'],
];

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const names = ['Ada Lovelace', 'Zoë Müller', 'José García', 'Wei Chen', "Mary Ann O'Neill", '山田 太郎'];
const words = ['Order', 'Invoice', 'Subscription', 'Blue socks', 'Consulting', 'June', 'Starter plan', 'Delivery'];

// A generator with a seed: numbers below `n`.
function dice(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * n);
  };
}

function filled(key, random) {
  if (key === 'description') return `${words[random(8)]} ${words[random(8)]} ${random(1000)}`;
  if (key === 'name') return names[random(6)];
  if (key === 'email') return `user${random(100000)}@example.com`;
  return null;
}

function vary(value, key, random) {
  if (Array.isArray(value)) return value.map((each) => vary(each, key, random));
  if (value === null) return filled(key, random);
  if (typeof value === 'object') {
    const out = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, vary(v, k, random)]));
    if ('metadata' in out)
      out.metadata = { order_id: String(100000 + random(900000)), channel: ['web', 'shop', 'app'][random(3)] };
    return out;
  }
  const id = typeof value === 'string' && /^([a-z]{2,6}(?:_test)?)_[A-Za-z0-9_]{8,}$/.exec(value);
  if (id) return `${id[1]}_${Array.from({ length: 24 }, () => letters[random(62)]).join('')}`;
  if (Number.isInteger(value) && value > 1e9) return 1790000000 + random(5000000);
  if (Number.isInteger(value) && /amount|total|^net$|^fee$|balance/.test(key ?? '')) return random(100000) + 100;
  return value;
}

export function pageOf(object, rows = 100) {
  const random = dice(12345);
  const data = Array.from({ length: rows }, () => vary(samples[object], '', random));
  // The sample charge was made with a source, which current payments have none of.
  for (const row of data) if (object === 'charge') row.source = null;
  return { object: 'list', url: '/v1/rows', has_more: true, data };
}
