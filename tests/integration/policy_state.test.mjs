// Rules about Stripe's state through the built binary: what is read before a call is decided, and what approvals show of it.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const capture = 'capture_a_stripe_payment_intent_by_id';
const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
const days = (count) => Math.floor(Date.now() / 1000) - count * 86_400;
const state = {};

// Stripe with one payment, whose state the tests set.
upstream.script = (asked, response) => {
  const path = asked.url.split('?')[0];
  if (state.fails) return json(response, state.fails, { error: { type: 'api_error', message: 'no' } });
  if (asked.method === 'POST') return json(response, 200, { id: 're_1', object: 'refund', amount: 2000, currency: 'usd' });
  if (path === '/v1/disputes') return json(response, 200, { object: 'list', data: state.disputes, has_more: false });
  if (path.startsWith('/v1/payment_intents/')) return json(response, 200, { id: 'pi_1', object: 'payment_intent', created: state.charge.created, status: state.intent, latest_charge: state.charge });
  return json(response, 200, state.charge);
};
beforeEach(() => {
  Object.assign(state, { fails: 0, disputes: [], intent: 'succeeded', charge: { id: 'ch_1', object: 'charge', created: days(10), currency: 'usd', amount: 4999,
    amount_captured: 4999, amount_refunded: 0, captured: true, status: 'succeeded' } });
  upstream.requests.length = 0;
});

const mint = (guardrails) => gateway.mint({ account, config: { guardrails: guardrails.map((rule) => ({ tools: [refund], ...rule })) } });
const sent = (method) => upstream.requests.filter((one) => one.method === method).map((one) => one.path);

async function denied(server, args, rule) {
  const answer = await call(server.url, refund, args);
  assert.equal(answer.isError, true, JSON.stringify(answer.value));
  assert.deepEqual([answer.value.error.type, answer.value.error.code], ['policy_denied', rule]);
  assert.deepEqual(sent('POST'), []);
  return answer.value.error;
}

test('a refund is compared with what remains of its payment, by a read for the same account and version', async () => {
  const server = await mint([{ id: 'rest', refund_within_remaining: true }]);
  state.charge.amount_refunded = 2000;
  const error = await denied(server, { charge: 'ch_1', amount: 3000 }, 'rest');
  assert.match(error.message, /'amount' is 3000, and 2999 usd of the payment remain to be refunded/);
  assert.deepEqual(sent('GET'), ['/v1/charges/ch_1']);
  assert.equal((await call(server.url, refund, { charge: 'ch_1', amount: 2999 })).isError, false);
  assert.equal((await call(server.url, refund, { payment_intent: 'pi_1' })).isError, false);
  const [read, , write] = upstream.requests.slice(1).map((one) => one.headers);
  for (const name of ['authorization', 'stripe-version']) assert.equal(read[name], write[name]);
  assert.deepEqual(sent('GET').slice(2), ['/v1/payment_intents/pi_1?expand[]=latest_charge']);
  upstream.requests.length = 0;
  await denied(server, { charge: 'ch_1', payment_intent: 'pi_1' }, 'rest'); // which of them?
  assert.deepEqual(sent('GET'), []);
});

test('rules share one read for the object, disputes have their own, and explain says what it costs without reading', async () => {
  const server = await mint([{ id: 'rest', refund_within_remaining: true }, { id: 'young', max_age_days: { value: 30 } }, { id: 'calm', no_open_dispute: true }]);
  const shown = await gateway.must('POST', `/integrated-account/${account}/mcp/${server.id}/explain`, { tool: refund, arguments: { charge: 'ch_1', amount: 1 } });
  assert.equal(shown.extra_requests, 2);
  assert.deepEqual(shown.decided_after.map((one) => one.about), ['remaining', 'dispute', 'age']);
  assert.equal(upstream.requests.length, 0);
  assert.equal((await call(server.url, refund, { charge: 'ch_1', amount: 1 })).isError, false);
  assert.deepEqual(sent('GET'), ['/v1/charges/ch_1', '/v1/disputes?limit=100&charge=ch_1']);
  upstream.requests.length = 0;
  state.disputes = [{ id: 'dp_1', status: 'needs_response' }];
  await denied(server, { charge: 'ch_1', amount: 1 }, 'calm');
  state.charge.created = days(31);
  await denied(server, { charge: 'ch_1', amount: 1 }, 'young');
});

test('a state that cannot be read refuses, also a rule that would ask for approval, and the record has the rule', async () => {
  const server = await mint([{ id: 'rest', refund_within_remaining: true, then: 'needs_approval' }]);
  for (const status of [500, 403, 404]) {
    state.fails = status;
    const error = await denied(server, { charge: 'ch_1', amount: 1 }, 'rest');
    assert.match(error.message, new RegExp(`could not be read: Stripe answered with status ${status}`));
  }
  const result = await until('the records', async () => {
    const page = await gateway.must('GET', `/audit?mcp_server_id=${server.id}&rule=rest`);
    return page.result.length === 3 && page.result;
  });
  assert.ok(result.every((one) => one.decision === 'refused' && one.layer === 'server'));
});

test('a call that repeats its operation key is answered by its receipt, whatever the state is now', async () => {
  const server = await mint([{ id: 'rest', refund_within_remaining: true }, { id: 'twice', repeat_within_minutes: { value: 60, per: 'server' } }]);
  const args = { charge: 'ch_1', amount: 2000, operation_key: 'order-17' };
  assert.equal((await call(server.url, refund, args)).isError, false);
  state.charge.amount_refunded = 4999;
  const again = await call(server.url, refund, args);
  assert.equal(again.isError, false, JSON.stringify(again.value));
  assert.equal(sent('POST').length, 1);
});

test('the same amount to the same payment within the time: one of two at once goes, and later ones ask for approval', async () => {
  const server = await mint([{ id: 'twice', repeat_within_minutes: { value: 60, per: 'server' }, then: 'needs_approval' }]);
  const both = await Promise.all([1, 2].map(() => call(server.url, refund, { charge: 'ch_2', amount: 700 })));
  assert.ok(sent('POST').length === 1, JSON.stringify(both.map((one) => one.value)));
  const third = await call(server.url, refund, { charge: 'ch_2', amount: '700' });
  assert.equal(third.value.approval?.state, 'pending', JSON.stringify(third.value));
  assert.equal((await call(server.url, refund, { charge: 'ch_2', amount: 701 })).isError, false);
  assert.equal((await call(server.url, refund, { charge: 'ch_3', amount: 700 })).isError, false);
  assert.deepEqual(sent('GET'), []);
});

test('an approval shows what remains, and is void if the state has changed when it would be executed', async () => {
  const server = await mint([{ id: 'rest', refund_within_remaining: true },
    { id: 'ask', max_value: { argument: 'amount', value: 1000 }, then: 'needs_approval' }]);
  const asked = await call(server.url, refund, { charge: 'ch_1', amount: 2000 });
  const pending = asked.value.approval;
  assert.equal(pending?.state, 'pending', JSON.stringify(asked.value));
  const shown = await gateway.must('GET', `/approval/${pending.id}`);
  assert.match(JSON.stringify(shown), /a refund of 20\.00 USD, of 49\.99 USD that remain to be refunded of a payment of 49\.99 USD/);
  state.charge.amount_refunded = 4000;
  await gateway.must('POST', `/approval/${pending.id}/approve`, {});
  const ended = await until('its end', async () => {
    const now = await gateway.must('GET', `/approval/${pending.id}`);
    return !['pending', 'approved', 'executing'].includes(now.state) && now;
  });
  assert.match(JSON.stringify(ended), /999 usd of the payment remain/);
  assert.deepEqual(sent('POST'), []);
});

test('an approved call waits while Stripe cannot be read, for its state or its scope', async () => {
  const ask = { id: 'ask', max_value: { argument: 'amount', value: 1000 }, then: 'needs_approval' };
  state.charge.customer = 'cus_1';
  const pending = [];
  for (const rule of [{ id: 'rest', refund_within_remaining: true }, { id: 'ours', scope: { customers: ['cus_1'] } }]) {
    const server = await mint([rule, ask]);
    const asked = await call(server.url, refund, { charge: 'ch_1', amount: 2000 });
    assert.equal(asked.value.approval?.state, 'pending', JSON.stringify(asked.value));
    pending.push(asked.value.approval.id);
  }
  state.fails = 500;
  const before = sent('GET').length;
  // The answer waits for the outcome.
  const answers = pending.map((id) => gateway.must('POST', `/approval/${id}/approve`, {}));
  await until('reads that failed', () => sent('GET').length >= before + 2);
  assert.deepEqual(sent('POST'), []);
  state.fails = 0;
  for (const { state: end } of await Promise.all(answers)) assert.equal(end, 'executed');
  assert.equal(sent('POST').length, 2);
});

test('only a payment that waits for its capture is captured', async () => {
  const server = await gateway.mint({ account, config: { guardrails: [{ id: 'waits', capturable: true }] } });
  const args = { id: 'pi_1' };
  const refused = await call(server.url, capture, args);
  assert.equal(refused.value.error.code, 'waits', JSON.stringify(refused.value));
  state.intent = 'requires_capture';
  assert.equal((await call(server.url, capture, args)).isError, false);
  assert.deepEqual(sent('POST'), ['/v1/payment_intents/pi_1/capture']);
});
