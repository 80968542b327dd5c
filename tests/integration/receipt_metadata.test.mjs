// A receipt in the metadata of what a write makes: a lost answer is found by reading, when Stripe has forgotten the key.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Clock } from '../support/clock.mjs';
import { scratch, startGateway, testKey } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call } from '../support/mcp.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const day = 24 * 3600 * 1000;
const clock = new Clock(scratch());
const sandbox = await startGateway({ after }, {}, clock.environment(), 'sandbox');
const sandboxBase = `http://${sandbox.ports.sandbox}`;
// The sandbox, behind a connection that loses the answers of POSTs while `losing`.
let losing = false;
const upstream = await startUpstream({ after }, async (asked, response, body) => {
  const { host, ...headers } = asked.headers;
  const answer = await request(sandboxBase + asked.url, { method: asked.method, headers, ...(body && { body }) });
  if (losing && asked.method === 'POST') return asked.socket.destroy();
  response.writeHead(answer.status, answer.headers);
  response.end(answer.text);
});
const gateway = await startGateway({ after }, upstreamSettings(upstream), clock.environment());
const server = await gateway.mint();
beforeEach(() => { losing = false; upstream.requests.length = 0; });

const give = (name, args) => call(server.url, name, args);
const receipt = (id) => gateway.must('GET', `/receipt/${id}`);
const posts = () => upstream.requests.filter((sent) => sent.method === 'POST');
const gets = () => upstream.requests.filter((sent) => sent.method === 'GET').map((sent) => decodeURIComponent(sent.path));
const allow = (value) => gateway.must('PATCH', '/team', { receipt_metadata: value });

async function lose(name, args) {
  losing = true;
  const lost = await give(name, args);
  assert.equal(lost.value.error.code, 'outcome_unknown');
  return lost.value.receipt;
}

// A later day: what is unknown is due, and Stripe's replay window is over.
async function onLaterDay(work) {
  clock.write(clock.offset + day);
  upstream.requests.length = 0;
  await work();
}

test('it is off by default, and a create says its receipt in metadata once the team allows it', async () => {
  assert.equal((await gateway.must('GET', '/team')).result[0].receipt_metadata, false);
  await give('create_a_stripe_customer', { name: 'A' });
  await allow(true);
  const made = await give('create_a_stripe_customer', { name: 'B', metadata: { order: '7' } });
  assert.deepEqual(posts().map((sent) => sent.body),
    ['name=A', `name=B&metadata[order]=7&metadata[tollgate_receipt]=${made.value.receipt}`]);
  const again = { name: 'C', operation_key: 'same' };
  const first = await give('create_a_stripe_customer', again);
  const second = await give('create_a_stripe_customer', again);
  assert.equal(second.result._meta['tollgate/receipt'], first.value.receipt);
  assert.equal(posts().length, 3);
  const explained = await gateway.must('POST', `/integrated-account/${server.account}/mcp/${server.id}/explain`,
    { tool: 'create_a_stripe_customer', arguments: { name: 'D' } });
  assert.equal(explained.request.body, 'name=D&metadata[tollgate_receipt]=rcp_made_for_each_call');
  const forged = await give('create_a_stripe_customer', { metadata: { tollgate_receipt: made.value.receipt } });
  assert.equal(forged.value.error.code, 'reserved_metadata');
  assert.equal(posts().length, 3);
});

test('a lost answer is found a day later by reading, searched and listed; nothing is sent twice', async () => {
  await allow(true);
  const paid = await give('create_a_stripe_payment_intent',
    { amount: 1200, currency: 'usd', payment_method: 'pm_card_visa', confirm: true });
  assert.ok(!paid.isError, JSON.stringify(paid.value));
  const customer = await lose('create_a_stripe_customer', { name: 'Lost' });
  const refund = await lose('create_a_stripe_refund', { payment_intent: paid.value.id, amount: 500 });
  await onLaterDay(async () => {
    for (const id of [customer, refund])
      await until(`the outcome of ${id}`, async () => (await receipt(id)).state === 'succeeded', 20_000);
  });
  assert.deepEqual(posts(), [], 'something was sent again');
  const [made, given] = [await receipt(customer), await receipt(refund)];
  assert.match(made.object_id, /^cus_/);
  assert.equal(made.status, null, 'nobody saw this answer');
  assert.deepEqual([given.object, given.amount, given.currency], ['refund', 500, 'usd']);
  assert.ok(gets().includes(`/v1/customers/search?query=metadata["tollgate_receipt"]:"${customer}"`), gets().join('\n'));
  assert.ok(gets().some((path) => path.startsWith('/v1/refunds?created[gte]=')), gets().join('\n'));
  losing = false;
  const shown = await give('get_single_stripe_refund_by_id', { id: given.object_id });
  assert.equal(shown.value.amount, 500);
});

test('what was not made, not named, frozen or an update stays unknown, and is not guessed', async () => {
  await allow(false);
  const unnamed = await lose('create_a_stripe_customer', { name: 'Unnamed' });
  await allow(true);
  losing = false;
  const kept = await give('create_a_stripe_customer', { name: 'Kept' });
  const update = await lose('update_a_stripe_customer_by_id', { id: kept.value.id, name: 'New' });
  const other = await gateway.mint({ account: (await gateway.connect({ name: 'Other', credential: `${testKey}2` })).id });
  losing = true;
  const frozen = (await call(other.url, 'create_a_stripe_customer', { name: 'Frozen' })).value.receipt;
  await gateway.must('POST', `/integrated-account/${other.account}/freeze`);
  const removed = await lose('create_a_stripe_customer', { name: 'Removed' });
  const lost = (await request(`${sandboxBase}/v1/customers?limit=1`, { headers: { authorization: `Bearer ${testKey}` } })).body.data[0];
  await request(`${sandboxBase}/v1/customers/${lost.id}`, { method: 'DELETE', headers: { authorization: `Bearer ${testKey}` } });
  await onLaterDay(async () => {
    const code = async (id) => (await receipt(id)).error_code;
    await until('the looks', async () => await code(unnamed) === 'replay_window_over' && await code(update) === 'replay_window_over'
      && await code(frozen) === 'frozen' && await code(removed) === 'object_not_found', 20_000);
  });
  for (const id of [unnamed, update, frozen, removed]) assert.equal((await receipt(id)).state, 'unknown');
  assert.deepEqual(posts(), []);
  assert.ok(gets().every((path) => path.includes(removed) || path.startsWith('/v1/customers?created')), gets().join('\n'));
  assert.ok((await receipt(removed)).next_attempt_at, 'it is looked for again');
  assert.equal((await receipt(unnamed)).next_attempt_at, null);
});
