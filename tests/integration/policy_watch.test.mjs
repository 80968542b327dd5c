// tollgate policy apply --watch: a policy file is in force whenever it changes, a wrong one changes nothing, and a second person is asked.
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratch, startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { running } from '../support/running.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const limit = (value, member = 'max_value') => `rules:\n  - id: limit\n    tools: [${refund}]\n    ${member}: {argument: amount, value: ${value}}\n`;

// The command beside a gateway: { path, put(text), out(), errors(), end() }.
function watching(t, gateway) {
  const path = join(scratch(), 'policy.yaml');
  const put = (text) => { writeFileSync(`${path}.new`, text); renameSync(`${path}.new`, path); };
  put(limit(500));
  const child = running(t, ['policy', 'apply', path, '--watch'], { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey });
  return { path, put, ...child };
}
const inForce = async (gateway) => (await gateway.must('GET', '/team/policy')).rules[0]?.max_value?.value;

test('a changed file is in force, with the key as its author; a wrong or missing one changes nothing', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const refused = async (amount) => (await call(server.url, refund, { charge: 'ch_1', amount })).value.error?.code === 'limit';
  const file = watching(t, gateway);
  await until('the first version', async () => await inForce(gateway) === 500);
  assert.equal(await refused(501), true);
  file.put(limit(600));
  await until('the second version', async () => await inForce(gateway) === 600);
  assert.equal(await refused(501), false);
  assert.equal(await refused(601), true);
  file.put(limit(700, 'max_valeu'));
  await until('the mistake', () => file.errors().includes('is not applied: what was in force stays'));
  assert.match(file.errors(), /policy\.yaml:4:5: /);
  assert.equal(await inForce(gateway), 600);
  renameSync(file.path, `${file.path}.away`);
  writeFileSync(file.path, limit(800)); // written in place
  await until('the third version', async () => await inForce(gateway) === 800);
  const { result } = await gateway.must('GET', '/audit?kind=admin_finished&limit=20');
  const changes = result.filter((one) => one.action === 'PUT /team/policy');
  assert.equal(changes.length, 3);
  assert.ok(changes.every((one) => one.actor && one.outcome === 'succeeded'), JSON.stringify(changes));
  assert.equal(await file.end(), 0, file.errors());
});

test('a gateway that was away gets the newest file when it is back', async (t) => {
  const gateway = await startGateway(t);
  const file = watching(t, gateway);
  await until('the first version', async () => await inForce(gateway) === 500);
  const port = { 'server.listen': gateway.ports.mcp };
  await gateway.stop();
  file.put(limit(550));
  file.put(limit(650));
  await until('the failure', () => file.errors().length > 0);
  await gateway.start(port);
  await until('the newest version', async () => await inForce(gateway) === 650, 20_000);
  assert.equal(await file.end(), 0, file.errors());
});

test('a file does not pass by the second person', async (t) => {
  const gateway = await startGateway(t);
  const file = watching(t, gateway);
  await until('the first version', async () => await inForce(gateway) === 500);
  await gateway.must('PATCH', '/team', { policy_changes: 'second_person' });
  file.put(limit(900));
  await until('the question', () => /tollgate policy confirm pch_/.test(file.errors()));
  assert.equal(await inForce(gateway), 500);
  const { result } = await gateway.must('GET', '/policy-change?state=pending');
  assert.equal(result.length, 1);
  assert.equal(await file.end(), 0, file.errors());
});
