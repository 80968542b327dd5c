// Defects that were measured in other servers for Stripe, each as a test that this one does not have it.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const refund = 'create_a_stripe_refund';
const customers = 'list_all_stripe_customers';
const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
const mint = (config = {}) => gateway.mint({ account, config });
const answers = (body, status = 200) => { upstream.script = (asked, response) => json(response, status, body); };
const sent = () => upstream.requests.length;
afterEach(() => { upstream.requests.length = 0; });

async function refused(url, name, args) {
  const before = sent();
  const answer = await call(url, name, args);
  assert.equal(answer.isError, true, JSON.stringify(answer.value));
  assert.equal(sent(), before, 'nothing may be sent');
  return answer.value.error;
}
const tools = async (url) => new Map((await legacy(url, 'tools/list')).body.result.tools.map((tool) => [tool.name, tool]));

test('a declared number of calls in an hour is enforced, not described', async () => {
  answers({ object: 'list', data: [], has_more: false });
  const { url } = await mint({ guardrails: [{ id: 'two', tools: [customers], max_calls: { calls: 2, seconds: 3600 } }] });
  for (let i = 0; i < 2; ++i) assert.equal((await call(url, customers, {})).isError, false);
  for (let i = 0; i < 2; ++i) await refused(url, customers, {});
  assert.equal(sent(), 2);
});

test('a highest value is enforced, for amounts of every kind', async () => {
  const { url } = await mint({ guardrails: [{ id: 'small', tools: [refund], max_value: { argument: 'amount', value: 500 } }] });
  for (const amount of [99999, 501, '501', '99999', 500.5, 1e21]) await refused(url, refund, { charge: 'ch_1', amount });
  await refused(url, refund, { charge: 'ch_1' }); // the whole charge
});

test('a negative amount is not sent', async () => {
  const { url } = await mint();
  await refused(url, refund, { charge: 'ch_1', amount: -5 });
});

test('an amount of 0 is not the whole charge: nothing is sent', async () => {
  const { url } = await mint({ guardrails: [{ id: 'small', tools: [refund], max_value: { argument: 'amount', value: 500 } }] });
  for (const amount of [0, '0', -1]) await refused(url, refund, { charge: 'ch_1', amount });
});

test('an argument by which a model says that somebody agreed is refused, and nothing is sent', async () => {
  const { url } = await mint({ guardrails: [{ id: 'ask', tools: [refund], then: 'needs_approval' }] });
  for (const name of ['confirmed', 'approved', 'confirm', 'human_confirmation', 'approval'])
    assert.match((await refused(url, refund, { charge: 'ch_1', amount: 5, [name]: true })).message, new RegExp(name));
});

test('a limit beyond what Stripe takes is refused with the limit', async () => {
  const { url } = await mint();
  assert.match((await refused(url, customers, { limit: 5000 })).message, /100/);
});

test('consent is asked of a person outside the model\'s channel, not described', async () => {
  answers({ id: 're_1', object: 'refund' });
  const { url } = await mint({ guardrails: [{ id: 'ask', tools: [refund], then: 'needs_approval' }] });
  const answer = await call(url, refund, { charge: 'ch_1', amount: 5 });
  assert.equal(answer.value.approval.state, 'pending');
  assert.equal(sent(), 0);
});

test('a write is form encoded, with an Idempotency-Key and a pinned Stripe-Version', async () => {
  answers({ id: 're_1', object: 'refund' });
  const { url } = await mint();
  await call(url, refund, { charge: 'ch_1', amount: 5, metadata: { order: '7' } });
  const [{ headers, body }] = upstream.requests;
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
  assert.match(headers['idempotency-key'], /^rcp_/);
  assert.ok(headers['stripe-version']);
  assert.match(body, /amount=5/);
  assert.match(body, /metadata%5Border%5D=7|metadata\[order\]=7/);
});

test('an error of Stripe is an error for the client, with Stripe\'s sentence', async () => {
  const { url } = await mint();
  for (const [status, message] of [[400, 'Charge ch_1 has already been refunded.'], [404, "No such charge: 'ch_1'"], [429, 'Too many requests.']]) {
    answers({ error: { type: 'invalid_request_error', message } }, status);
    const answer = await call(url, refund, { charge: 'ch_1', amount: 5 });
    assert.equal(answer.isError, true);
    assert.ok(JSON.stringify(answer.value).includes(message), JSON.stringify(answer.value));
  }
});

test('an argument that a tool does not take is refused, not dropped', async () => {
  const { url } = await mint();
  assert.match((await refused(url, customers, { starting_afer: 'cus_1' })).message, /starting_afer/);
});

test('a path parameter cannot leave its place', async () => {
  const { url } = await mint();
  answers({ id: 'cus_1', object: 'customer' });
  for (const id of ['..', '.', '']) await refused(url, 'get_single_stripe_customer_by_id', { id });
  for (const id of ['../x?y', 'cus_1/../../accounts', '%2e%2e']) await call(url, 'get_single_stripe_customer_by_id', { id });
  assert.ok(sent() > 0);
  for (const { path } of upstream.requests) {
    assert.match(path, /^\/v1\/customers\/[^/?]+$/);
    assert.doesNotMatch(decodeURIComponent(path.slice('/v1/customers/'.length)), /^\.\.?$/);
  }
});

test('a refund is marked as destructive, and reads as reads', async () => {
  const list = await tools((await mint()).url);
  assert.equal(list.get(refund).annotations.destructiveHint, true);
  assert.equal(list.get(customers).annotations.readOnlyHint, true);
});

test('a refund takes a reason; a coupon needs no amount when it is a percentage', async () => {
  const list = await tools((await mint({ tools: { allow: [refund, 'create_a_stripe_coupon'] } })).url);
  assert.ok(list.get(refund).inputSchema.properties.reason);
  assert.ok(!(list.get('create_a_stripe_coupon').inputSchema.required ?? []).includes('amount_off'));
});

test('a list says that there is more, and a row is more than its id', async () => {
  answers({ object: 'list', has_more: true, data: [{ id: 'cus_1', object: 'customer', email: 'ada@example.com', name: 'Ada', created: 1700000000 }] });
  const { value } = await call((await mint()).url, customers, { limit: 1 });
  assert.equal(value.data[0].email, 'ada@example.com');
  assert.ok(value.has_more ?? value.next_cursor);
});

test('two refunds with one reason are two refunds; the same call with its key is one', async () => {
  let made = 0;
  upstream.script = (asked, response) => json(response, 200, { id: `re_${asked.method === 'POST' ? ++made : made}`, object: 'refund' });
  const { url } = await mint();
  const args = { charge: 'ch_1', amount: 5, reason: 'duplicate' };
  await call(url, refund, args, { operationKey: 'one' });
  await call(url, refund, args, { operationKey: 'two' });
  const again = await call(url, refund, args, { operationKey: 'two' });
  assert.equal(again.isError, false);
  assert.equal(upstream.requests.filter(({ method }) => method === 'POST').length, 2);
});
