// A company without records of its own: its customers and orders are filled from its payments at Stripe, page by page.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runBinaryAsync, startGateway } from '../support/gateway.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const stripe = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(stripe));

// Newest first, as Stripe lists them.
const payments = Array.from({ length: 250 }, (_, place) => {
  const i = 250 - place;
  const guest = i % 10 === 0;
  return { id: `pi_${String(i).padStart(3, '0')}`, object: 'payment_intent', status: i % 50 === 1 ? 'canceled' : 'succeeded',
    amount_received: i % 50 === 1 ? 0 : 1000 + i, currency: i % 7 === 0 ? 'jpy' : 'usd', created: 1_790_000_000 + i * 60,
    metadata: { order: `A-${i}` },
    customer: guest ? null : { id: `cus_${i % 20}`, object: 'customer', email: `person${i % 20}@example.com`, name: `Person ${i % 20}`, created: 1_780_000_000 },
    ...(guest && { receipt_email: 'guest@example.com' }),
    latest_charge: { id: `ch_${i}`, amount_refunded: i === 249 ? 500 : 0 } };
});
let limitedOnce = false;
let limits = 0;
stripe.script = (asked, response) => {
  const url = new URL(asked.url, 'http://stripe');
  if (url.pathname !== '/v1/payment_intents') return json(response, 404, { error: { type: 'invalid_request_error', message: 'no' } });
  assert.deepEqual(url.searchParams.getAll('expand[]'), ['data.customer', 'data.latest_charge']);
  const after = url.searchParams.get('starting_after');
  if (after && limitedOnce) {
    limitedOnce = false;
    limits += 1;
    return json(response, 429, { error: { type: 'invalid_request_error', code: 'rate_limit' } });
  }
  const since = Number(url.searchParams.get('created[gte]') ?? 0);
  const all = payments.filter((one) => one.created >= since);
  const from = after ? all.findIndex((one) => one.id === after) + 1 : 0;
  if (after && from === 0) return json(response, 400, { error: { type: 'invalid_request_error', message: 'No such payment_intent' } });
  json(response, 200, { object: 'list', has_more: from + 100 < all.length, data: all.slice(from, from + 100) });
};

const account = (orders) => gateway.must('POST', '/integrated-account',
  { name: `Shop ${Math.random()}`, credential: 'rk_test_0000000000000000', orders }).then((made) => made.id);
const sync = (id, body = {}) => gateway.admin('POST', `/integrated-account/${id}/orders/sync`, body);
const command = (id, ...more) => runBinaryAsync(['orders', 'sync', '--account', id, '--url', gateway.adminBase, ...more],
  { env: { TOLLGATE_API_KEY: gateway.apiKey } });

test('pages of payments become customers and orders, and the same pages again change nothing', async () => {
  const id = await account('tables');
  const sums = [];
  for (let round = 0; round < 2; round += 1) {
    let added = 0, changed = 0, unchanged = 0, notPaid = 0, next;
    do {
      const page = await sync(id, next ? { after: next } : {});
      assert.equal(page.status, 200, page.text);
      for (const part of [page.body.customers, page.body.orders]) {
        added += part.added;
        changed += part.changed;
        unchanged += part.unchanged;
      }
      notPaid += page.body.not_paid;
      next = page.body.next;
    } while (next);
    sums.push({ added, changed, unchanged: unchanged > 0, notPaid });
  }
  assert.equal(sums[0].added, 245 + 18 + 1, '245 paid orders, 18 customers, one guest');
  assert.deepEqual(sums[1], { added: 0, changed: 0, unchanged: true, notPaid: 5 });
  const found = await gateway.must('GET', `/integrated-account/${id}/orders?payment=pi_249`);
  assert.equal(found.result[0].status, 'partially_refunded');
  const guests = await gateway.must('GET', `/integrated-account/${id}/orders/customers?email=guest%40example.com`);
  assert.equal(guests.result.length, 1);
  assert.equal(guests.result[0].created_at, new Date((1_790_000_000 + 10 * 60) * 1000).toISOString(), 'since the first payment');
});

test('the command reads all pages, waits when Stripe says so, and may go on from a page', async () => {
  const id = await account('tables');
  limitedOnce = true;
  const whole = await command(id, '--id-from', 'order', '--json');
  assert.equal(whole.status, 0, whole.stderr);
  assert.equal(limits, 1);
  assert.deepEqual(JSON.parse(whole.stdout), { customers: { added: 19, changed: 2, unchanged: 36 },
    orders: { added: 245, changed: 0, unchanged: 0 }, not_paid: 5, no_customer: 0, id_taken: 0 });
  const named = await gateway.must('GET', `/integrated-account/${id}/orders?id=A-249`);
  assert.equal(named.result[0].payment_id, 'pi_249');
  const rest = await command(id, '--after', 'pi_100', '--id-from', 'order');
  assert.equal(rest.status, 0, rest.stderr);
  assert.match(rest.stdout, /orders: 0 added, 0 changed, 97 unchanged/);
  const recent = await command(id, '--since', new Date((1_790_000_000 + 201 * 60) * 1000).toISOString());
  const day = await command(id, '--since', '2026-01-01');
  assert.equal(day.status, 0, day.stderr);
  // Without --id-from, too: the payments have their orders already.
  assert.match(recent.stdout, /orders: 0 added, 0 changed, 49 unchanged/, recent.stderr);
});

// An account whose payments are these.
async function paying(these, settings = {}) {
  const id = await account('tables');
  const script = stripe.script;
  stripe.script = (asked, response) => json(response, 200, { object: 'list', has_more: false, data: these });
  const done = await sync(id, settings);
  stripe.script = script;
  assert.equal(done.status, 200, done.text);
  return { id, done: done.body, again: async (next) => {
    stripe.script = (asked, response) => json(response, 200, { object: 'list', has_more: false, data: next });
    const repeated = await sync(id, settings);
    stripe.script = script;
    assert.equal(repeated.status, 200, repeated.text);
    return repeated.body;
  } };
}
const payment = (id, more = {}) => ({ id, object: 'payment_intent', status: 'succeeded', amount_received: 500, currency: 'usd',
  created: 1_790_000_000, customer: null, receipt_email: 'guest@example.com', latest_charge: { id: `ch_${id}`, amount_refunded: 0 }, ...more });
const importLines = (id, ...lines) => gateway.admin('POST', `/integrated-account/${id}/orders/import`,
  lines.map((line) => JSON.stringify(line)).join('\n'), { headers: { 'content-type': 'application/jsonl' } });
const orderOf = async (id, paid) => (await gateway.must('GET', `/integrated-account/${id}/orders?payment=${paid}`)).result;

test('an order that was imported is not made again by its payment', async () => {
  const shop = await paying([]);
  const imported = await importLines(shop.id,
    { type: 'customer', id: 'C-1', email: 'sarah@example.com', name: 'Sarah', created_at: '2026-01-01T00:00:00Z' },
    { type: 'order', id: 'A-1', customer_id: 'C-1', payment_id: 'pi_1', amount: 500, currency: 'usd', created_at: '2026-01-02T00:00:00Z' },
    { type: 'order', id: 'A-2', customer_id: 'C-1', payment_id: 'pi_2', amount: 200, currency: 'usd', created_at: '2026-01-02T00:00:00Z' },
    { type: 'order', id: 'A-3', customer_id: 'C-1', payment_id: 'pi_2', amount: 300, currency: 'usd', created_at: '2026-01-02T00:00:00Z' });
  assert.equal(imported.body.orders?.added, 3, imported.text);
  const done = await shop.again([payment('pi_2'), payment('pi_1', { latest_charge: { id: 'ch_1', amount_refunded: 100 } })]);
  assert.deepEqual(done.orders, { added: 0, changed: 1, unchanged: 1 });
  assert.deepEqual(done.customers, { added: 0, changed: 0, unchanged: 0 }, 'the guest has no order');
  const [one, ...more] = await orderOf(shop.id, 'pi_1');
  assert.deepEqual(more, []);
  assert.deepEqual([one.id, one.customer_id, one.refunded], ['A-1', 'C-1', 100]);
  assert.equal(Date.parse(one.created_at), Date.parse('2026-01-02T00:00:00Z'));
  assert.deepEqual((await orderOf(shop.id, 'pi_2')).map((order) => order.amount).sort(), [200, 300]);
});

test('two payments that name one order id are two orders', async () => {
  const named = (id) => payment(id, { metadata: { order: 'A-1' } });
  const shop = await paying([named('pi_2'), named('pi_1')], { id_key: 'order' });
  assert.equal(shop.done.id_taken, 1);
  assert.equal(shop.done.orders.added, 2);
  const later = await shop.again([named('pi_3'), named('pi_2'), named('pi_1')]);
  assert.equal(later.id_taken, 1);
  assert.deepEqual(later.orders, { added: 1, changed: 0, unchanged: 2 });
  for (const [paid, id] of [['pi_1', 'pi_1'], ['pi_2', 'A-1'], ['pi_3', 'pi_3']])
    assert.deepEqual((await orderOf(shop.id, paid)).map((order) => order.id), [id]);
});

test('a deleted customer keeps what is stored, and a new one has what the payment says', async () => {
  const whole = { id: 'cus_1', object: 'customer', email: 'sarah@example.com', name: 'Sarah', created: 1_780_000_000 };
  const deleted = { id: 'cus_1', object: 'customer', deleted: true };
  const of = (shop) => gateway.must('GET', `/integrated-account/${shop.id}/orders/customers?stripe_customer=cus_1`);
  const known = await paying([payment('pi_1', { customer: whole })]);
  const before = (await of(known)).result;
  assert.equal(before.length, 1);
  const done = await known.again([payment('pi_2', { customer: deleted }), payment('pi_1', { customer: deleted })]);
  assert.deepEqual(done.customers, { added: 0, changed: 0, unchanged: 1 });
  assert.deepEqual((await of(known)).result, before);
  const fresh = await paying([payment('pi_1', { customer: deleted })]);
  const [one] = (await of(fresh)).result;
  assert.equal(one.email, 'guest@example.com');
  assert.equal(Date.parse(one.created_at), 1_790_000_000_000);
});

test('a key that Stripe does not know is noticed', async () => {
  const id = await account('tables');
  const script = stripe.script;
  stripe.script = (asked, response) => json(response, 401, { error: { type: 'invalid_request_error', message: 'Invalid API Key' } });
  const refused = await sync(id);
  stripe.script = script;
  assert.deepEqual([refused.status, refused.body.code], [403, 'credential_rejected']);
  await until('the account to need a new key', async () =>
    (await gateway.must('GET', `/integrated-account/${id}`)).status !== 'active');
});

test('mistakes are sentences that say what to do', async () => {
  const elsewhere = await account('none');
  assert.deepEqual([(await sync(elsewhere)).status, (await sync(elsewhere)).body.code], [409, 'orders_elsewhere']);
  const id = await account('tables');
  const unknown = await sync(id, { after: 'pi_of_nobody' });
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'no_such_payment']);
  assert.equal((await sync(id, { since: 'yesterday' })).body.code, 'invalid_value');
  assert.equal((await sync(id, { sinse: 'x' })).body.code, 'unknown_field');
  assert.equal((await sync('ia_of_nobody')).status, 404);
  stripe.script = (asked, response) => json(response, 403, { error: { type: 'invalid_request_error', message: 'secret words' } });
  const refused = await command(id);
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /permissions to read payment intents/);
  assert.doesNotMatch(refused.stderr, /secret words/);
});
