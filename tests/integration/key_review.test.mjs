// POST /integrated-account/{id}/verify: what an account's Stripe key may do, against what its MCP servers need.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, until } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const upstream = await startUpstream({ after });
const usual = upstream.script;
const scripted = await startGateway({ after }, { ...upstreamSettings(upstream), 'server.loops': 2 });
beforeEach(() => { upstream.requests.length = 0; upstream.script = usual; });

const tools = ['list_all_stripe_charges', 'list_all_stripe_customers', 'create_a_stripe_customer'];
const needed = [{ area: 'charge', access: 'read' }, { area: 'customer', access: 'write' }];
const sandboxKey = (permissions) => `rk_test_sandbox_only__${permissions}__canarycanary`;

// An account with that key, and an MCP server that shows `allow`.
async function connect(to, credential, allow = tools) {
  const { id } = await to.connect({ credential });
  if (allow.length) await to.mint({ account: id, config: { tools: { allow } } });
  return id;
}
const verify = (to, id) => to.must('POST', `/integrated-account/${id}/verify`);

// What the sandbox holds: how much there is of everything a probe comes near, and its newest event.
async function contents() {
  const ask = async (path) => JSON.parse((await request(`http://${gateway.ports.sandbox}${path}`,
    { headers: { authorization: `Bearer ${testKey}` } })).text);
  const out = {};
  for (const path of ['events', 'customers', 'charges', 'payment_intents', 'products', 'prices', 'coupons', 'payouts',
    'subscriptions', 'invoices', 'payment_links', 'checkout/sessions', 'refunds', 'disputes'])
    out[path] = (await ask(`/v1/${path}?limit=100`)).data.map((one) => JSON.stringify(one));
  return out;
}

test('a key with exactly the needed permissions has nothing beyond them, and nothing was changed', async () => {
  const id = await connect(gateway, sandboxKey('charge_read__customer_write'));
  const before = await contents();
  const found = await verify(gateway, id);
  assert.deepEqual(found.needed, needed);
  assert.deepEqual(found.beyond_need, []);
  assert.deepEqual(found.missing, []);
  assert.equal(found.status, 'active');
  assert.equal(found.unrestricted, false);
  assert.equal(found.active_servers, 1);
  assert.ok(found.requests <= 40, String(found.requests));
  assert.deepEqual(found.permissions.find((one) => one.area === 'customer'), { area: 'customer', read: 'yes', write: 'yes' });
  assert.deepEqual(found.permissions.find((one) => one.area === 'payout'), { area: 'payout', read: 'no', write: 'no' });
  assert.ok(!JSON.stringify(found).includes('canary'));
  assert.ok(!gateway.log.includes('canarycanary'));
  assert.deepEqual(await contents(), before);
});

test('what a key may beyond the need is listed exactly, and so is what it lacks', async () => {
  const id = await connect(gateway, sandboxKey('charge_write__payout_read__plan_write__coupon_read__dispute_write'));
  const before = await contents();
  const found = await verify(gateway, id);
  assert.deepEqual(found.beyond_need, [{ area: 'charge', access: 'write' }, { area: 'coupon', access: 'read' },
    { area: 'dispute', access: 'write' }, { area: 'payout', access: 'read' }, { area: 'plan', access: 'write' }]);
  assert.deepEqual(found.missing, [{ area: 'customer', access: 'write' }]);
  assert.deepEqual(await contents(), before);
});

test('servers that show more make more needed, and revoked ones make nothing needed', async () => {
  const id = await connect(gateway, sandboxKey('payout_read'), ['list_all_stripe_payouts']);
  assert.deepEqual((await verify(gateway, id)).beyond_need, []);
  for (const server of (await gateway.must('GET', `/integrated-account/${id}/mcp`)).result)
    await gateway.admin('DELETE', `/integrated-account/${id}/mcp/${server.id}`);
  const found = await verify(gateway, id);
  assert.deepEqual(found.needed, []);
  assert.equal(found.active_servers, 0);
  assert.deepEqual(found.beyond_need, [{ area: 'payout', access: 'read' }]);
  assert.match(found.notes.join(' '), /no active MCP server/);
  const often = await gateway.admin('POST', `/integrated-account/${id}/verify`);
  assert.equal(often.status, 429);
  assert.equal(often.body.code, 'verify_too_often');
  assert.equal(often.headers['retry-after'], '30');
});

test('a secret key is unrestricted, and one question is enough', async () => {
  const id = await connect(gateway, 'sk_test_sandbox_canarycanary');
  const found = await verify(gateway, id);
  assert.equal(found.unrestricted, true);
  assert.equal(found.credential_kind, 'secret');
  assert.equal(found.requests, 1);
  assert.deepEqual([found.needed, found.permissions, found.beyond_need], [needed, [], []]);
  assert.match(found.notes.join(' '), /restricted key with exactly/);
});

test('verify reads a frozen account as well', async () => {
  const id = await connect(gateway, sandboxKey('charge_read'));
  await gateway.must('POST', `/integrated-account/${id}/freeze`);
  assert.equal((await verify(gateway, id)).status, 'active');
});

test('every request is a GET, or an update of what does not exist without a body', async () => {
  const id = await connect(scripted, 'rk_test_51canarycanarycanary');
  upstream.script = (asked, response) => (asked.method === 'GET' ? usual(asked, response)
    : json(response, 404, { error: { code: 'resource_missing', message: 'No such object', type: 'invalid_request_error' } }));
  const found = await verify(scripted, id);
  assert.equal(found.requests, upstream.requests.length);
  assert.ok(upstream.requests.length <= 40);
  const posts = upstream.requests.filter((one) => one.method !== 'GET');
  assert.ok(posts.length > 10);
  for (const one of posts) {
    assert.equal(one.method, 'POST');
    assert.match(one.path, /^\/v1\/([a-z_]+\/){1,2}tollgate_no_such_object_[0-9A-Za-z]{24}$/);
    assert.equal(one.body, '');
    assert.equal(one.headers['idempotency-key'], undefined);
  }
  assert.ok(found.beyond_need.some((one) => one.area === 'payment_intent' && one.access === 'write'));
});

test('a key that Stripe refuses is found so, and the account needs a new one', async () => {
  const id = await connect(scripted, 'rk_test_51canarycanarycanary');
  upstream.script = (asked, response) => json(response, 401,
    { error: { type: 'invalid_request_error', message: 'Invalid API Key provided: rk_test_****nary' } });
  const found = await verify(scripted, id);
  assert.equal(found.status, 'needs_reauth');
  assert.equal(found.requests, 1);
  assert.deepEqual(found.needed, needed);
  assert.deepEqual([found.permissions, found.beyond_need, found.missing], [[], [], []]);
  const status = async () => (await scripted.must('GET', `/integrated-account/${id}`)).status;
  await until('needs_reauth', async () => (await status()) === 'needs_reauth');
  upstream.script = usual;
  assert.equal((await verify(scripted, id)).status, 'active');
  assert.equal(await status(), 'active');
});

test('what a slow Stripe does not say in time is unknown, and the answer comes', async (scope) => {
  const slow = await startGateway(scope, { ...upstreamSettings(upstream), 'stripe.answer_timeout': 1500 });
  const id = await connect(slow, 'rk_test_51canarycanarycanary');
  const held = [];
  upstream.script = (asked, response) => {
    if (asked.url.startsWith('/v1/customers')) return held.push(response); // never answered
    return usual(asked, response);
  };
  const began = Date.now();
  const found = await verify(slow, id);
  assert.ok(Date.now() - began < allowed(4000), `${Date.now() - began} ms`);
  assert.equal(found.status, 'active');
  assert.equal(found.permissions.find((one) => one.area === 'customer').write, 'unknown');
  assert.deepEqual(found.missing, []);
  assert.match(found.notes.join(' '), /did not answer in time/);
  assert.ok(held.length > 0);
});

test('a rate limit of Stripe ends the check', async () => {
  const id = await connect(scripted, 'rk_test_51canarycanarycanary');
  upstream.script = (asked, response) => (upstream.requests.length <= 5 ? usual(asked, response)
    : json(response, 429, { error: { message: 'Too many requests', type: 'invalid_request_error' } }));
  const found = await verify(scripted, id);
  assert.ok(upstream.requests.length < 12, String(upstream.requests.length));
  assert.ok(found.not_checked.length > 20);
  assert.match(found.notes.join(' '), /rate limit/);
});

test('a review does not use up the calls of the account', async (scope) => {
  const tight = await startGateway(scope, { ...upstreamSettings(upstream), 'limits.calls_per_account': '2/60s' });
  const id = await connect(tight, 'rk_test_51canarycanarycanary', []);
  const { url } = await tight.mint({ account: id });
  await verify(tight, id);
  assert.equal((await call(url, 'list_all_stripe_charges')).isError, false);
  assert.equal((await call(url, 'list_all_stripe_charges')).isError, false);
  assert.equal((await call(url, 'list_all_stripe_charges')).isError, true);
});
