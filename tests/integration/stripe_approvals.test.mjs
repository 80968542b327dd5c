// Stripe's own approvals: a rule of the Stripe account holds a write for a person, or blocks it.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { request } from '../support/http.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
const error = (code, more = {}) => ({ error: { type: 'invalid_request_error', code,
  message: 'This action requires approval by a member of your team.', ...more } });
const answer = (status, body) => (asked, response) => json(response, status, body);
const writes = () => upstream.requests.filter((sent) => sent.method === 'POST').length;
beforeEach(() => { upstream.requests.length = 0; });

const capped = { id: 'refunds', tools: [refund], cap: { argument: 'amount', amounts: { usd: 1000 }, seconds: 3600 } };
const mint = () => gateway.mint({ account, config: { guardrails: [capped] } });
const ask = (server, amount = 900, options) => call(server.url, refund, { charge: 'ch_1', amount }, options);

test('approval_required is pending with its areq_, and is not sent again', async () => {
  upstream.script = answer(403, error('approval_required', { approval_request: 'areq_1NkAbc' }));
  const server = await mint();
  const { isError, value } = await ask(server);
  assert.equal(isError, false);
  assert.deepEqual([value.approval.at, value.approval.state, value.approval.id], ['stripe', 'pending', 'areq_1NkAbc']);
  assert.match(value.message, /Nothing was done yet/);
  assert.equal(writes(), 1);
  const receipt = await gateway.must('GET', `/receipt/${value.receipt}`);
  assert.deepEqual([receipt.state, receipt.error_code, receipt.next_attempt_at], ['unknown', 'approval_required', null]);
  const told = await call(server.url, 'get_receipt', { receipt: value.receipt });
  assert.match(told.value.next_step, /Stripe asked a person to approve it/);
  const again = await ask(server, 900, { operationKey: value.operation_key });
  assert.equal(again.value.error.code, 'approval_required');
  const looked = await gateway.admin('POST', `/receipt/${value.receipt}/reconcile`);
  assert.deepEqual([looked.body.state, looked.body.error_code], ['unknown', 'approval_required'], looked.text);
  await ask(server, 900, { operationKey: value.operation_key });
  assert.equal(writes(), 1, 'it was never sent a second time');
});

test('what waits at Stripe stays reserved: the cap has no room for the same again', async () => {
  upstream.script = answer(403, error('approval_required'));
  const server = await mint();
  const first = await ask(server, 900);
  assert.equal(first.value.approval.id, null, 'Stripe did not name it');
  upstream.script = answer(200, { id: 're_1', object: 'refund', amount: 200, currency: 'usd' });
  const second = await ask(server, 200);
  assert.equal(second.value.error.code, 'refunds', JSON.stringify(second.value));
  const { result } = await gateway.must('GET', `/integrated-account/${account}/mcp/${server.id}/caps`);
  assert.deepEqual(result.map(({ used, reserved, free }) => [used, reserved, free]), [[0, 900, 100]]);
});

test('action_blocked is denied: an error, nothing reserved, and nothing to try again', async () => {
  upstream.script = answer(403, error('action_blocked', { message: 'Blocked by a rule.' }));
  const server = await mint();
  const { isError, value } = await ask(server);
  assert.equal(isError, true);
  assert.deepEqual([value.error.source, value.error.code, value.error.retryable], ['stripe', 'action_blocked', false]);
  assert.match(value.error.next_step, /A rule of the Stripe account blocks this action, and nothing was done/);
  const receipt = await gateway.must('GET', `/receipt/${value.receipt}`);
  assert.deepEqual([receipt.state, receipt.error_code], ['failed', 'action_blocked']);
  const { result } = await gateway.must('GET', `/integrated-account/${account}/mcp/${server.id}/caps`);
  assert.deepEqual(result.map(({ used, reserved }) => [used, reserved]), [[0, 0]]);
});

test('a read, a success and a customer\'s text that say approval_required are neither', async () => {
  const server = await mint();
  upstream.script = answer(200, { id: 're_1', object: 'refund', amount: 1, currency: 'usd', reason: 'approval_required' });
  assert.equal((await ask(server, 1)).value.approval, undefined);
  upstream.script = answer(400, { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'approval_required' } });
  const missing = await ask(server, 1);
  assert.deepEqual([missing.isError, missing.value.error.code], [true, 'resource_missing']);
});

test('the sandbox simulates both', async (t) => {
  const own = await startGateway(t);
  const server = await own.mint();
  const plan = (code) => request(`http://${own.ports.sandbox}/_sandbox/fail`, { method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('rk_test_sandbox:').toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 403, code, path: '/v1/customers' }) });
  assert.equal((await plan('approval_required')).status, 200);
  const held = await call(server.url, 'create_a_stripe_customer', { name: 'Ada' });
  assert.match(held.value.approval.id, /^areq_/);
  assert.equal((await plan('action_blocked')).status, 200);
  const blocked = await call(server.url, 'create_a_stripe_customer', { name: 'Ada' });
  assert.equal(blocked.value.error.code, 'action_blocked');
  assert.equal((await plan('no_such_code')).status, 400);
});
