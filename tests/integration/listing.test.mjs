// Listing modes through the built binary: what tools/list shows, and calls through the search tools.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const searchTools = ['find_stripe_operations', 'describe_stripe_operation', 'read_stripe', 'write_stripe', 'delete_stripe'];
const whole = await gateway.mint();
const reads = await gateway.mint({ config: { methods: ['read'], tools: { pinned: [] } } });
const small = await gateway.mint({ config: { tools: { allow: ['list_all_stripe_disputes'] } } });
beforeEach(() => { upstream.requests.length = 0; });

test('a server without a filter lists the search tools first and the most used tools after them', async () => {
  const names = await toolNames(whole.url);
  assert.deepEqual(names.slice(0, 5), searchTools);
  assert.ok(names.includes('create_a_stripe_refund') && names.includes('list_all_stripe_disputes'));
  assert.ok(names.length < 25);
});

test('reads only: no tool that writes, no pin that was not chosen', async () => {
  assert.deepEqual(await toolNames(reads.url), searchTools.slice(0, 3));
});

test('a filter within the budget is listed in full, and its search tools do not exist', async () => {
  assert.deepEqual(await toolNames(small.url), ['list_all_stripe_disputes']);
  const refused = await legacy(small.url, 'tools/call', { name: 'find_stripe_operations', arguments: { query: 'refund' } });
  assert.equal(refused.body.error.code, -32602);
});

test('find, describe, call: one upstream request at the end, none before', async () => {
  const found = await call(whole.url, 'find_stripe_operations', { query: 'money back for half of an order', limit: 3 });
  const [first] = found.value.operations;
  assert.equal(first.operation, 'create_a_stripe_refund');
  assert.equal(first.call_with, 'write_stripe');
  const told = await call(whole.url, 'describe_stripe_operation', { operation: first.operation });
  assert.ok(told.value.input_schema.properties.amount);
  assert.equal(upstream.requests.length, 0);
  await call(whole.url, first.call_with, { operation: first.operation, arguments: { charge: 'ch_1', amount: 500 } });
  assert.equal(upstream.requests.length, 1);
  assert.equal(upstream.requests[0].path, '/v1/refunds');
  assert.ok(upstream.requests[0].headers['idempotency-key']);
});

test('the filter holds inside the search tools', async () => {
  const found = await call(reads.url, 'find_stripe_operations', { query: 'refund a payment', limit: 20 });
  assert.ok(found.value.operations.length > 0);
  assert.ok(found.value.operations.every((one) => one.call_with === 'read_stripe'));
  for (const name of ['read_stripe', 'write_stripe']) {
    const refused = await call(reads.url, name, { operation: 'create_a_stripe_refund', arguments: { charge: 'ch_1' } });
    assert.equal(refused.isError, true);
    assert.equal(refused.value.error.source, 'tollgate');
    assert.equal(refused.value.error.code, 'operation_not_exposed');
  }
  const direct = await legacy(reads.url, 'tools/call', { name: 'create_a_stripe_refund', arguments: { charge: 'ch_1' } });
  assert.equal(direct.body.error.code, -32602);
  assert.equal(upstream.requests.length, 0);
});

test('the safety classes are kept apart', async () => {
  for (const [name, operation] of [['read_stripe', 'create_a_stripe_refund'], ['write_stripe', 'list_all_stripe_charges'],
    ['write_stripe', 'delete_a_stripe_customer_by_id'], ['delete_stripe', 'cancel_a_stripe_payment_intent_by_id']]) {
    const refused = await call(whole.url, name, { operation, arguments: { id: 'x_1' } });
    assert.equal(refused.value.error.code, 'wrong_caller', `${name} ${operation}`);
  }
  assert.equal(upstream.requests.length, 0);
});

test('creating a server and previewing a filter show what the list costs', async () => {
  assert.equal(whole.tools.listing, 'search');
  assert.ok(whole.tools.tokens.claude <= 16000 && whole.tools.tokens.openai <= 16000);
  assert.doesNotMatch(whole.tools.warnings.join(' '), /budget/);
  assert.match(whole.tools.warnings.join(' '), /every operation of Stripe, \d+ of which change something[^]*never expires/);
  const full = await gateway.mint({ config: { listing: 'full' } });
  assert.equal(full.tools.listing, 'full');
  assert.equal(full.tools.listed, full.tools.reachable + 1); // get_receipt
  assert.match(full.tools.warnings[0], /over the budget of 16000/);
});
