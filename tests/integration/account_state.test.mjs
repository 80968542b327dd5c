// What an account may do now: frozen writes, a key that Stripe refuses, connected accounts.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
const usual = upstream.script;
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'server.loops': 2 });
beforeEach(() => { upstream.requests.length = 0; upstream.script = usual; });

const list = (url) => call(url, 'list_all_stripe_charges');
const create = (url) => call(url, 'create_a_stripe_customer', { name: 'x' });
const refuseKey = (asked, response) => json(response, 401,
  { error: { type: 'invalid_request_error', message: 'Invalid API Key provided: rk_test_****0000' } });

const frozen = (what, path) => async () => {
  const one = await gateway.mint();
  const two = await gateway.mint({ account: one.account, config: { listing: 'search' } });
  assert.equal((await create(one.url)).isError, false);
  const sent = upstream.requests.length;
  assert.ok((await gateway.must('POST', path(one.account))).frozen_at);
  for (const refused of [await create(one.url), await create(one.url),
    await call(two.url, 'write_stripe', { operation: 'create_a_stripe_customer', arguments: { name: 'x' } })]) {
    assert.equal(refused.isError, true);
    const { type, code, source, retryable, message } = refused.value.error;
    assert.deepEqual({ type, code, source, retryable },
      { type: 'frozen', code: `${what}_frozen`, source: 'tollgate', retryable: false });
    assert.match(message, /Reads work/);
  }
  assert.equal(upstream.requests.length, sent);
  assert.equal((await list(one.url)).isError, false);
  assert.equal((await gateway.must('DELETE', path(one.account))).frozen_at, null);
  assert.equal((await create(one.url)).isError, false);
  for (const event of [`${what}_frozen`, `${what}_unfrozen`])
    await until(event, () => gateway.log.includes(`"${event}"`));
};
test('a frozen account reads and does not write, from the next call on, until it is thawed',
  frozen('account', (id) => `/integrated-account/${id}/freeze`));
test('a frozen team reads and does not write, from the next call on, until it is thawed',
  frozen('team', () => '/team/freeze'));

test('a refused key stops every call until it is replaced', async () => {
  const { account, url } = await gateway.mint();
  const read = () => gateway.must('GET', `/integrated-account/${account}`);
  upstream.script = refuseKey;
  const first = await list(url);
  assert.equal(first.isError, true);
  assert.equal(first.value.error.source, 'stripe');
  await until('needs_reauth', async () => (await read()).status === 'needs_reauth');
  assert.ok((await read()).needs_reauth_at);
  upstream.requests.length = 0;
  for (const done of [await list(url), await create(url)]) {
    assert.equal(done.isError, true);
    assert.equal(done.value.error.type, 'needs_reauth');
    assert.match(done.value.error.next_step, /administrator/);
  }
  assert.equal(upstream.requests.length, 0);
  await until('the event', () => gateway.log.includes('"account_needs_reauth"'));
  upstream.script = usual;
  const changed = await gateway.must('PATCH', `/integrated-account/${account}`,
    { credential: 'rk_test_replaced00000000' });
  assert.equal(changed.status, 'active');
  assert.equal((await list(url)).isError, false);
  assert.equal(upstream.requests[0].headers.authorization, 'Bearer rk_test_replaced00000000');
});

test('accounts whose key is refused are counted in the metrics', async (t) => {
  const own = await startGateway(t, upstreamSettings(upstream));
  const { url, account } = await own.mint();
  upstream.script = refuseKey;
  await list(url);
  await until('needs_reauth', async () => (await own.must('GET', `/integrated-account/${account}`)).status === 'needs_reauth');
  await own.stop();
  await own.start(upstreamSettings(upstream)); // counts as it starts, then every minute
  await until('the gauge', async () => /^tollgate_accounts_needing_reauth 1$/m.test(await own.metrics()));
});

test('a verify that passes makes the account active again', async () => {
  const { account, url } = await gateway.mint();
  const path = `/integrated-account/${account}`;
  upstream.script = refuseKey;
  await list(url);
  await until('needs_reauth', async () => (await gateway.must('GET', path)).status === 'needs_reauth');
  assert.equal((await gateway.admin('PATCH', path, { verify: true })).status, 400);
  assert.equal((await gateway.must('GET', path)).status, 'needs_reauth');
  upstream.script = usual;
  assert.equal((await gateway.must('PATCH', path, { verify: true })).status, 'active');
  assert.equal((await list(url)).isError, false);
});

test('a refusal that comes after the key was replaced does not blame the new one', async () => {
  const { account, url } = await gateway.mint();
  const path = `/integrated-account/${account}`;
  let answer;
  upstream.script = (asked, response) => { answer = () => refuseKey(asked, response); };
  const slow = list(url);
  await until('the request', () => answer);
  await gateway.must('PATCH', path, { credential: 'rk_test_replaced00000001' });
  answer();
  assert.equal((await slow).isError, true);
  upstream.script = usual;
  assert.equal((await list(url)).isError, false);
  assert.equal((await gateway.must('GET', path)).status, 'active');
});

test('a call acts for a listed connected account and for no other', async () => {
  const { account, url } = await gateway.mint({ config: { tools: { allow: ['list_all_stripe_charges'] } } });
  const path = `/integrated-account/${account}`;
  const property = async () => (await legacy(url, 'tools/list')).body.result.tools[0].inputSchema.properties.connected_account;
  const bytes = async () => (await gateway.must('GET', `${path}/mcp`)).result[0].tools.bytes;
  assert.equal(await property(), undefined);
  const before = await bytes();
  await gateway.must('PATCH', path, { connected_accounts: ['acct_one', 'acct_two'] });
  assert.deepEqual((await property()).enum, ['acct_one', 'acct_two']);
  assert.ok(await bytes() > before);
  const asOne = await call(url, 'list_all_stripe_charges', { connected_account: 'acct_one' });
  assert.equal(asOne.isError, false);
  assert.equal(upstream.requests.at(-1).headers['stripe-account'], 'acct_one');
  assert.ok(!upstream.requests.at(-1).path.includes('acct_one'));
  assert.equal((await list(url)).isError, false);
  assert.equal(upstream.requests.at(-1).headers['stripe-account'], undefined);
  const sent = upstream.requests.length;
  const foreign = await call(url, 'list_all_stripe_charges', { connected_account: 'acct_other' });
  assert.equal(foreign.isError, true);
  assert.equal(foreign.value.error.param, 'connected_account');
  assert.equal(upstream.requests.length, sent);
});
