// When an API key was used last: stored after the call, on both databases, kept over a restart, and shown at every instance.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { until } from '../support/wait.mjs';

const recent = (at) => at !== null && Math.abs(Date.now() - Date.parse(at)) < 120_000 && Date.parse(at) % 60_000 === 0;
const shown = async (gateway, id) => (await gateway.must('GET', '/api-key')).result.find((one) => one.id === id).last_used_at;

test('a new key was never used; its use is shown to the minute, by the admin API and the command line, also after a restart', async (t) => {
  const gateway = await startGateway(t);
  const made = await gateway.must('POST', '/api-key', { name: 'CI', role: 'viewer' });
  assert.equal(made.last_used_at, null);
  assert.equal(await shown(gateway, made.id), null);
  assert.equal((await gateway.admin('GET', '/team', undefined, { key: made.key.slice(0, -1) + (made.key.endsWith('x') ? 'y' : 'x') })).status, 401);
  assert.equal(await shown(gateway, made.id), null, 'a wrong key is no use');
  for (let n = 0; n < 2; ++n) await gateway.must('GET', '/team', undefined, { key: made.key });
  const at = await shown(gateway, made.id);
  assert.ok(recent(at), at);
  await gateway.stop();
  await gateway.start();
  assert.ok(recent(await shown(gateway, made.id)));
});

test('a use at one instance is shown at the other', async (t) => {
  const { one, two } = await twoInstances(t);
  const made = await one.must('POST', '/api-key', { name: 'CI', role: 'viewer' });
  await two.must('GET', '/team', undefined, { key: made.key });
  assert.ok(recent(await until('the other instance knows', () => shown(one, made.id), 20_000)));
});
