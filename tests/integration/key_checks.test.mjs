// Keys are checked by the gateway itself: what was found is shown, kept over a restart, and one of two instances does it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const every = { 'stripe.key_check_every': '1s' };
const upstream = await startUpstream({ after });
const usual = upstream.script;
const read = (gateway, id) => gateway.must('GET', `/integrated-account/${id}`);
const checked = (gateway, id, status) => until(`the check: ${status}`, async () => {
  const { key_check: found } = await read(gateway, id);
  return found?.status === status && found;
});

test('a key is checked by itself, and what it lacks is shown on the account and in lists', async (t) => {
  const gateway = await startGateway(t, every);
  const { id } = await gateway.connect({ credential: 'rk_test_sandbox_only__charge_read__payout_read__canarycanary' });
  assert.equal((await read(gateway, id)).key_check, null);
  await gateway.mint({ account: id, config: { tools: { allow: ['create_a_stripe_customer'] } } });
  const found = await checked(gateway, id, 'active');
  await until('what the server needs', async () => (await read(gateway, id)).key_check.missing.length === 1);
  const { missing, beyond_need: beyond } = (await gateway.must('GET', '/integrated-account')).result[0].key_check;
  assert.deepEqual(missing, [{ area: 'customer', access: 'write' }]);
  assert.equal(beyond, 2);
  assert.ok(Date.parse(found.checked_at) <= Date.now());
  await until('the line', () => /"event":"key_checked"[^\n]*"status":"active"/.test(gateway.log));
  assert.ok(!gateway.log.includes('canarycanary'));
});

test('a key that Stripe refuses is found without a call, and found again when it works', async (t) => {
  const settings = { ...upstreamSettings(upstream), ...every };
  const gateway = await startGateway(t, settings);
  upstream.script = (asked, response) => json(response, 401, { error: { type: 'invalid_request_error', message: 'Invalid API Key' } });
  const { id } = await gateway.connect();
  await checked(gateway, id, 'needs_reauth');
  await until('the mark', async () => (await read(gateway, id)).status === 'needs_reauth');
  await gateway.stop();
  await gateway.start({ ...settings, 'stripe.key_check_every': '0' });
  assert.equal((await read(gateway, id)).key_check.status, 'needs_reauth');
  await gateway.stop();
  upstream.script = usual;
  await gateway.start(settings);
  await checked(gateway, id, 'active');
  assert.equal((await read(gateway, id)).status, 'active');
});

test('of two instances, one checks a key that is due', async (t) => {
  upstream.script = usual;
  const { one, two } = await twoInstances(t, { ...upstreamSettings(upstream), ...every });
  const { id } = await one.connect({ credential: 'sk_test_51canarycanarycanary' });
  await checked(two, id, 'active');
  // Twice a minute is the most: if each instance checked each time, one of them would be refused.
  const first = (await read(one, id)).key_check.checked_at;
  await until('the second check', async () => (await read(one, id)).key_check.checked_at !== first);
  const logs = () => one.log + two.log;
  await until('its line', () => logs().match(/"event":"key_checked"/g).length === 2);
  assert.ok(!logs().includes('key_not_checked'));
});
