// GET /approval/{id}/object through the built binary: the object that a waiting call is about, as Stripe has it now.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTollgate } from '../support/cli.mjs';
import { startGateway, testKey } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { sharedPostgres } from '../support/postgres.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const refund = 'create_a_stripe_refund';
const secret = 'pi_1_secret_canaryCanaryCanary42';
const charge = (more = {}) => ({ id: 'ch_1', object: 'charge', amount: 2000, amount_captured: 2000, amount_refunded: 800, currency: 'eur',
  captured: true, status: 'succeeded', created: 1_790_000_000, disputed: false, refunded: false, livemode: false,
  description: `for sk_live_canary0000000000000000 and ${secret}`, receipt_email: 'canary.person@example.com',
  billing_details: { name: 'Cara', email: 'canary.person@example.com', phone: '+49 170 5550123', address: { line1: 'Canary Street 7', city: 'Berlin' } },
  payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } }, metadata: {}, ...more });

// A gateway whose Stripe answers GET with `state.answer`, and one approval that waits there.
async function waiting(t, settings = {}, args = { charge: 'ch_1', amount: 1500 }, tool = refund) {
  const upstream = await startUpstream(t);
  const state = { answer: (asked, response) => json(response, 200, charge()) };
  upstream.script = (asked, response) => (asked.method === 'GET' ? state.answer(asked, response)
    : json(response, 200, { id: 're_1', object: 'refund', amount: 1500, currency: 'eur', status: 'succeeded' }));
  const gateway = await startGateway(t, { ...upstreamSettings(upstream), ...settings });
  const server = await gateway.mint({ config: { guardrails: [{ id: 'ask', tools: [tool], then: 'needs_approval' }] } });
  const asked = await call(server.url, tool, args);
  const id = asked.value.approval?.id;
  assert.ok(id, JSON.stringify(asked.value));
  const look = (key = gateway.apiKey) => gateway.admin('GET', `/approval/${id}/object`, undefined, { key });
  const reads = () => upstream.requests.filter((one) => one.method === 'GET').map((one) => one.path);
  return { gateway, server, upstream, state, id, look, reads };
}
// The same once the limit of one read in three seconds has passed.
async function lookLater(look) {
  await new Promise((resolve) => setTimeout(resolve, 3_050));
  return look();
}

for (const kind of ['SQLite', 'PostgreSQL'])
  test(`the payment of a refund is read once, redacted, and compared with the call; then what the call made (${kind})`, async (t) => {
    const settings = kind === 'SQLite' ? {} : { 'data.url': await (await sharedPostgres()).database() };
    const { gateway, server, id, look, reads, state } = await waiting(t, settings);
    const before = Date.now();
    const seen = await look();
    assert.equal(seen.status, 200, seen.text);
    assert.deepEqual(reads(), ['/v1/charges/ch_1']);
    assert.deepEqual([seen.body.approval_id, seen.body.kind, seen.body.id, seen.body.stripe_request_id], [id, 'charge', 'ch_1', 'req_upstream']);
    assert.ok(Date.parse(seen.body.read_at) >= before - 1 && Date.parse(seen.body.read_at) <= Date.now());
    assert.deepEqual(seen.body.remarks, ['The call refunds 15.00 EUR, but only 12.00 EUR of 20.00 EUR can still be refunded.']);
    assert.deepEqual([seen.body.object.amount, seen.body.object.status], [2000, 'succeeded']);
    assert.match(seen.body.dashboard_url, /^https:\/\/dashboard\.stripe\.com\/.*ch_1$/);
    for (const text of ['canary.person', '5550123', 'Canary Street', 'sk_live_canary', 'canaryCanary', '4242', testKey])
      assert.ok(!seen.text.includes(text), text);
    assert.ok(seen.text.length < 8_000, String(seen.text.length));

    const often = await look();
    assert.deepEqual([often.status, often.body.code, often.headers['retry-after']], [429, 'read_too_often', '3']);
    assert.equal(reads().length, 1);

    const shown = await runTollgate(['approvals', 'object', id, '--url', gateway.adminBase, '--json'], { env: { TOLLGATE_API_KEY: gateway.apiKey } });
    assert.equal(shown.status, 2, 'too soon');
    assert.match(shown.stderr, /once in three seconds is the most/);

    const { key: viewer } = await gateway.must('POST', '/api-key', { name: 'viewer', role: 'viewer' });
    const { api_key: stranger } = await gateway.must('POST', '/team', { name: 'Other' });
    assert.equal((await look(stranger.key)).status, 404);
    assert.equal((await gateway.admin('POST', `/integrated-account/${server.account}/freeze`, {})).status, 200);
    state.answer = (asked, response) => json(response, 200, charge({ amount_refunded: 2000, disputed: true }));
    const later = await lookLater(() => look(viewer));
    assert.equal(later.status, 200, later.text);
    assert.deepEqual(later.body.remarks, ['Nothing of it can be refunded any more.', 'Its customer disputes this payment at the bank.']);
    await gateway.must('DELETE', `/integrated-account/${server.account}/freeze`);

    const { result } = await gateway.must('GET', '/audit?kind=admin_read&limit=20');
    assert.deepEqual(result.map((one) => [one.action, one.outcome, one.object, one.stripe_request]).at(-1),
      [`GET /approval/${id}/object`, 'succeeded', 'ch_1', 'req_upstream']);
    assert.ok(result.some((one) => one.error_code === 'read_too_often' && one.status === 429));
    assert.equal((await gateway.must('GET', `/approval/${id}`)).state, 'pending', 'a look decides nothing');

    await gateway.must('POST', `/approval/${id}/approve`, {});
    state.answer = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 1500, currency: 'eur', status: 'succeeded', charge: 'ch_1' });
    await lookLater(async () => {
      const made = await runTollgate(['approvals', 'object', id, '--url', gateway.adminBase, '--json'], { env: { TOLLGATE_API_KEY: gateway.apiKey } });
      assert.equal(made.status, 0, made.stderr);
      assert.equal(JSON.parse(made.stdout).id, 're_1');
    });
    const made = await lookLater(look);
    assert.deepEqual([made.body.kind, made.body.id, made.body.object.amount, made.body.remarks], ['refund', 're_1', 1500, []], made.text);
    assert.equal(reads().at(-1), '/v1/refunds/re_1');
    assert.ok(!gateway.log.includes('canary.person') && !gateway.log.includes('canaryCanary'));
  });

test('what Stripe or the account refuses is said, and marks the account where it must', async (t) => {
  const { gateway, server, look, state, upstream } = await waiting(t);
  const expected = async (answer, status, code) => {
    state.answer = answer;
    const seen = await lookLater(look);
    assert.deepEqual([seen.status, seen.body.code], [status, code], seen.text);
  };
  const problem = (status) => (asked, response) => json(response, status, { error: { message: 'no', type: 'api_error' } });
  await expected(problem(404), 404, 'object_gone');
  await expected((asked, response) => json(response, 200, { id: 'ch_1', object: 'charge', deleted: true }), 404, 'object_gone');
  await expected(problem(403), 409, 'credential_rejected');
  await expected(problem(429), 429, 'stripe_rate_limited');
  await expected(problem(500), 503, 'stripe_unavailable');
  await expected((asked, response) => response.destroy(), 503, 'stripe_unavailable');
  await expected((asked, response) => json(response, 200, []), 503, 'stripe_unavailable');
  await expected(problem(401), 409, 'credential_rejected');
  const account = await gateway.must('GET', `/integrated-account/${server.account}`);
  assert.equal(account.status, 'needs_reauth');
  const sent = upstream.requests.length;
  await expected(problem(200), 409, 'credential_rejected');
  assert.equal(upstream.requests.length, sent, 'nothing is sent with a refused key');
});

test('a look counts against the limit on calls; a suspended server and a denied call say so', async (t) => {
  const { gateway, server, id, look } = await waiting(t, { 'limits.calls_per_account': '2/300s' });
  assert.equal((await look()).status, 200);
  const limited = await lookLater(look);
  assert.deepEqual([limited.status, limited.body.code], [429, 'rate_limited'], limited.text);
  await gateway.must('POST', `/integrated-account/${server.account}/mcp/${server.id}/suspend`, {});
  const suspended = await look();
  assert.deepEqual([suspended.status, suspended.body.code], [409, 'suspended'], suspended.text);
  await gateway.must('POST', `/approval/${id}/deny`, { reason: 'no' });
  const ended = await look();
  assert.deepEqual([ended.status, ended.body.code], [409, 'approval_ended'], ended.text);
});

test('the customer that a call names is read, an update says what it replaces, and a call about nothing says so', async (t) => {
  const customer = { id: 'cus_1', object: 'customer', name: 'Old name', description: 'same', email: 'canary.person@example.com', created: 1_790_000_000, livemode: false, metadata: {} };
  const update = await waiting(t, {}, { id: 'cus_1', name: 'New name', description: 'same', email: 'new@example.com' }, 'update_a_stripe_customer_by_id');
  update.state.answer = (asked, response) => json(response, 200, customer);
  const seen = await update.look();
  assert.equal(seen.status, 200, seen.text);
  assert.ok(seen.body.remarks.includes('name is "Old name" now.'), seen.text);
  assert.ok(seen.body.remarks.includes('description is "same" now, as the call would set it.'), seen.text);
  assert.ok(!seen.text.includes('canary.person'));
  const create = await waiting(t, {}, { name: 'Somebody' }, 'create_a_stripe_customer');
  const none = await create.look();
  assert.deepEqual([none.status, none.body.code], [404, 'no_object'], none.text);
  assert.deepEqual(create.reads(), []);
});
