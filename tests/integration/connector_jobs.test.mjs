// The page of a hosted Stripe connector, walked: its fifteen jobs, single tools switched off, read-only access, the preset that creates but
// takes nothing back, a highest amount of charges, and its three sentences for when something fails.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const gateway = await startGateway({ after });
const account = (await gateway.connect()).id;
const mint = (config = {}) => gateway.mint({ account, config });
const reads = ['list_all_stripe_customers', 'get_single_stripe_customer_by_id', 'list_all_stripe_charges', 'list_all_stripe_invoices',
  'get_single_stripe_invoice_by_id', 'list_all_stripe_subscriptions', 'list_all_stripe_products', 'get_single_stripe_balance_by_id'];
const creates = ['create_a_stripe_customer', 'create_a_stripe_charge', 'create_a_stripe_invoice', 'create_a_stripe_subscription',
  'create_a_stripe_product'];
const refund = 'create_a_stripe_refund';
const cancel = 'cancel_a_stripe_subscription_by_id';
const jobs = [...reads, ...creates, refund, cancel];

async function done(url, name, args) {
  const answer = await call(url, name, args);
  assert.equal(answer.isError, false, `${name}: ${JSON.stringify(answer.value)}`);
  return answer.value;
}
// A call that the model may correct.
async function refused(url, name, args) {
  const answer = await call(url, name, args);
  assert.equal(answer.isError, true, name);
  return answer.value.error;
}
// A call of a tool that the server does not have.
async function absent(url, name, args) {
  const { error } = (await legacy(url, 'tools/call', { name, arguments: args })).body;
  assert.equal(error.code, -32602, name);
  return error.message;
}

test('the fifteen jobs are tools, and each does its job', async () => {
  const { url } = await mint({ tools: { allow: jobs } });
  assert.deepEqual((await toolNames(url)).filter((name) => name !== 'get_receipt').sort(), [...jobs].sort());
  const { id: customer } = await done(url, 'create_a_stripe_customer', { email: 'ada@example.com' });
  assert.ok((await done(url, 'list_all_stripe_customers', { limit: 1 })).data);
  assert.equal((await done(url, 'get_single_stripe_customer_by_id', { id: customer })).id, customer);
  const { id: charge } = await done(url, 'create_a_stripe_charge', { amount: 2000, currency: 'usd', source: 'tok_visa' });
  assert.ok((await done(url, 'list_all_stripe_charges', { limit: 1 })).data);
  const { id: invoice } = await done(url, 'create_a_stripe_invoice', { customer });
  assert.ok((await done(url, 'list_all_stripe_invoices', { limit: 1 })).data);
  assert.equal((await done(url, 'get_single_stripe_invoice_by_id', { id: invoice })).id, invoice);
  const { id: product } = await done(url, 'create_a_stripe_product', { name: 'Tea' });
  assert.ok(product);
  const items = [{ price_data: { currency: 'usd', product, unit_amount: 500, recurring: { interval: 'month' } } }];
  const { id: subscription } = await done(url, 'create_a_stripe_subscription', { customer, items, collection_method: 'send_invoice', days_until_due: 30 });
  assert.ok((await done(url, 'list_all_stripe_subscriptions', { limit: 1 })).data);
  assert.ok((await done(url, 'list_all_stripe_products', { limit: 1 })).data);
  assert.ok((await done(url, 'get_single_stripe_balance_by_id', {})).available);
  assert.equal((await done(url, refund, { charge })).object ?? 'refund', 'refund');
  assert.equal((await done(url, cancel, { id: subscription })).status, 'canceled');
});

test('a tool that is switched off is gone from the list, and a call of it is refused', async () => {
  const server = await mint({ tools: { allow: jobs, deny: [cancel] } });
  assert.ok(!(await toolNames(server.url)).includes(cancel));
  assert.match(await absent(server.url, cancel, { id: 'sub_1' }), /cannot be called|is not exposed/);
  const config = { tools: { allow: jobs, deny: [cancel, refund] } };
  await gateway.must('PATCH', `/integrated-account/${account}/mcp/${server.id}`, { config });
  assert.ok(!(await toolNames(server.url)).includes(refund)); // the same URL, at once
});

test('read-only: the eight reads, and nothing else', async () => {
  const { url } = await mint({ preset: 'read_only' });
  const { url: eight } = await mint({ preset: 'read_only', tools: { allow: reads } });
  assert.deepEqual((await toolNames(eight)).sort(), [...reads].sort());
  for (const name of [...creates, refund, cancel]) assert.match(await absent(url, name, {}), /cannot be called|is not exposed/);
});

test('transact: reads and creates; no refund, no cancellation', async () => {
  const { url } = await mint({ preset: 'transact' });
  const names = await toolNames(url);
  for (const name of [refund, cancel]) {
    assert.ok(!names.includes(name), name);
    assert.match(await absent(url, name, {}), /cannot be called|is not exposed/);
  }
  await done(url, 'create_a_stripe_customer', { email: 'grace@example.com' });
  await done(url, 'create_a_stripe_charge', { amount: 500, currency: 'usd', source: 'tok_visa' });
});

test('a highest amount of charges', async () => {
  const rule = { id: 'charge_limit', tools: ['create_a_stripe_charge'], max_value: { argument: 'amount', value: 10000 } };
  const { url } = await mint({ guardrails: [rule] });
  const charge = (amount) => ({ amount, currency: 'usd', source: 'tok_visa' });
  await done(url, 'create_a_stripe_charge', charge(10000));
  const error = await refused(url, 'create_a_stripe_charge', charge(10001));
  assert.equal(error.type, 'policy_denied');
  assert.match(error.message, /'amount' is 10001, and at most 10000 is allowed/);
});

test('the three sentences: a wrong key, a permission that is missing, a card that is declined', async (t) => {
  const upstream = await startUpstream(t);
  const beside = await startGateway(t, upstreamSettings(upstream));
  const { url } = await beside.mint();
  const fails = (status, error) => { upstream.script = (asked, response) => json(response, status, { error }); };
  fails(403, { type: 'invalid_request_error', message: "The provided key 'rk_test_***' does not have the required permissions for this endpoint. Having the 'rak_customer_read' permission would allow this request to continue." });
  const permission = await refused(url, 'list_all_stripe_customers', {});
  assert.match(JSON.stringify(permission), /rak_customer_read/);
  fails(402, { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' });
  const card = await refused(url, 'create_a_stripe_charge', { amount: 500, currency: 'usd', source: 'tok_chargeDeclined' });
  assert.equal(card.code, 'card_declined');
  fails(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: rk_test_***' });
  const key = await refused(url, 'list_all_stripe_customers', {});
  assert.match(JSON.stringify(key), /PATCH|administrator|new key|credential/i);
});
