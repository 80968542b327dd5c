// The outcome of an unknown write, stated by a person: once, recorded, with its caps; and never against an attempt to find it out.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { runBinaryAsync, startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const service = await startUpstream({ after });
const host = `127.0.0.1:${service.port}`;
const settings = { 'declarations.hosts': `private+http://${host}`, ...upstreamSettings(service) };
const lose = (asked) => asked.socket.destroy();
const answers = (asked, response) => json(response, 200, { id: 'job_1' });
afterEach(() => { service.requests.length = 0; });

const document = `version: "1.0"
service: {name: Jobs, description: Batch jobs, base_url: "http://${host}/v2"}
capabilities:
  - name: start_job
    description: Start a job
    method: POST
    path: /jobs
    permission: write
    inputs: {kind: {type: string, required: true}}
    constraints: [{max_per_hour: 2}]
  - name: keyed_job
    description: Start a job once
    method: POST
    path: /keyed
    permission: write
    idempotency_key: true
    inputs: {kind: {type: string, required: true}}
permissions: {write: [start_job, keyed_job]}
`;
async function declared(gateway) {
  const account = (await gateway.must('POST', '/integrated-account', { name: 'Jobs', credential: 'credential-of-jobs', mode: 'test',
    service: { base_url: `http://${host}/v2`, auth: 'bearer' } })).id;
  await gateway.must('PUT', `/integrated-account/${account}/declarations`, { document });
  return gateway.mint({ account });
}
async function lost(server, key, tool = 'start_job') {
  service.script = lose;
  await call(server.url, tool, { kind: 'x', operation_key: key });
  const [found] = (await server.gateway.must('GET', `/receipt?operation_key=${key}`)).result;
  assert.equal(found.state, 'unknown');
  return found.id;
}
const state = (gateway, id, body) => gateway.admin('POST', `/receipt/${id}/outcome`, body);

// The same on each store.
async function statesOutcomes(gateway) {
  const server = { ...await declared(gateway), gateway };
  const [failed, succeeded] = [await lost(server, 'a'), await lost(server, 'b')];
  const refused = await call(server.url, 'start_job', { kind: 'x' });
  assert.match(refused.value.error.message, /max_per_hour/); // both are held while they are unknown
  const stated = await state(gateway, failed, { state: 'failed', reason: 'Not in the list of jobs' });
  assert.equal(stated.status, 200, stated.text);
  assert.equal(stated.body.state, 'failed');
  assert.match(stated.body.settled_by, /^key_/);
  assert.equal(stated.body.settled_reason, 'Not in the list of jobs');
  assert.deepEqual([stated.body.error_code, stated.body.next_attempt_at], ['stated_failed', null]);
  service.script = answers;
  assert.equal((await call(server.url, 'start_job', { kind: 'x', operation_key: 'c' })).isError, false); // its place is free again
  const done = await state(gateway, succeeded, { state: 'succeeded', reason: 'It runs', object_id: 'job_9' });
  assert.deepEqual([done.body.state, done.body.object_id], ['succeeded', 'job_9']);
  const full = await call(server.url, 'start_job', { kind: 'x', operation_key: 'd' });
  assert.match(full.value.error.message, /max_per_hour/); // a success counts
  // Nothing is sent for the keys that were stated.
  service.requests.length = 0;
  const repeated = await call(server.url, 'start_job', { kind: 'x', operation_key: 'a' });
  const { error, receipt } = repeated.value;
  assert.deepEqual([error.source, error.code, receipt.state, receipt.stated], ['tollgate', 'stated_failed', 'failed', true]);
  assert.match(error.message, /^An administrator stated at 20\S+Z that this write was not done\. Nothing was sent now\.$/);
  const again = await call(server.url, 'start_job', { kind: 'x', operation_key: 'b' });
  assert.match(again.value.message, /^An administrator stated at 20\S+Z that this write was done\./);
  assert.equal(again.value.receipt.stated, true);
  assert.equal(service.requests.length, 0);
  for (const id of [failed, succeeded]) {
    const again = await state(gateway, id, { state: 'succeeded', reason: 'x' });
    assert.deepEqual([again.status, again.body.code], [409, 'outcome_known']);
    const reconciled = await gateway.must('POST', `/receipt/${id}/reconcile`);
    assert.equal(reconciled.settled_by, stated.body.settled_by);
  }
  assert.equal(service.requests.length, 0);
  const records = await until('the record', async () => {
    const found = (await gateway.must('GET', `/audit?receipt_id=${failed}`)).result.filter((one) => one.kind === 'write_resolved' && one.actor?.startsWith('key_'));
    return found.length === 1 && found;
  });
  assert.match(JSON.stringify(records[0]), /unknown.*failed|failed.*unknown/);
}

test('SQLite: an outcome is stated, its caps are settled, and nothing is sent afterwards', async (t) => statesOutcomes(await startGateway(t, settings)));
test('PostgreSQL: the same', async (t) => statesOutcomes((await twoInstances(t, settings)).one));

const gateway = await startGateway({ after }, settings);
const server = { ...await declared(gateway), gateway };

test('who may, and what must be said', async () => {
  const id = await lost(server, 'roles');
  for (const role of ['viewer', 'operator']) {
    const { key } = await gateway.must('POST', '/api-key', { name: role, role });
    const refused = await gateway.admin('POST', `/receipt/${id}/outcome`, { state: 'failed', reason: 'x' }, { key });
    assert.equal(refused.status, 403, refused.text);
  }
  for (const [body, code] of [[{ state: 'unknown', reason: 'x' }, 'invalid_state'], [{ state: 'failed' }, 'invalid_reason'], [{ state: 'failed', reason: ' ' }, 'invalid_reason'],
    [{ state: 'failed', reason: 'x'.repeat(501) }, 'invalid_reason'], [{ state: 'failed', reason: 'x', object_id: 'job_1' }, 'invalid_object_id'],
    [{ state: 'succeeded', reason: 'x', object_id: 'a b' }, 'invalid_object_id']]) {
    const refused = await state(gateway, id, body);
    assert.deepEqual([refused.status, refused.body.code], [400, code], refused.text);
  }
  assert.equal((await state(gateway, 'rcp_none', { state: 'failed', reason: 'x' })).status, 404);
  assert.equal((await gateway.must('GET', `/receipt/${id}`)).state, 'unknown');
});

test('while an attempt to find the outcome out is running, nobody states it; afterwards its result stands', async () => {
  const id = await lost(server, 'held', 'keyed_job');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const before = service.requests.length;
  service.script = async (asked, response) => { await held; answers(asked, response); };
  const reconciling = gateway.must('POST', `/receipt/${id}/reconcile`).catch((error) => error);
  await until('the attempt', () => service.requests.length > before);
  const refused = await state(gateway, id, { state: 'failed', reason: 'I think so' });
  assert.deepEqual([refused.status, refused.body.code], [409, 'receipt_in_progress']);
  release();
  await reconciling;
  await until('the outcome', async () => (await gateway.must('GET', `/receipt/${id}`)).state === 'succeeded');
  assert.equal((await gateway.must('GET', `/receipt/${id}`)).settled_by, null);
});

test('nor while the gateway itself looks for it', async () => {
  const id = await lost(server, 'held-by-worker', 'keyed_job');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const before = service.requests.length;
  service.script = async (asked, response) => { await held; answers(asked, response); };
  await until('the attempt of the gateway', () => service.requests.length > before, 20_000);
  assert.equal((await gateway.must('GET', `/receipt/${id}`)).state, 'unknown');
  const refused = await state(gateway, id, { state: 'failed', reason: 'I think so' });
  assert.deepEqual([refused.status, refused.body.code], [409, 'receipt_in_progress']);
  // Nor does a repeated call or a person begin another attempt beside it.
  const repeated = call(server.url, 'keyed_job', { kind: 'x', operation_key: 'held-by-worker' });
  const reconciled = await gateway.admin('POST', `/receipt/${id}/reconcile`);
  assert.deepEqual([reconciled.status, reconciled.body.code], [409, 'receipt_in_progress']);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  assert.equal(service.requests.length, before + 1);
  release();
  await until('the outcome', async () => (await gateway.must('GET', `/receipt/${id}`)).state === 'succeeded');
  assert.equal((await repeated).isError, false);
  assert.equal(service.requests.length, before + 1);
});

test('two people at once: one outcome', async (t) => {
  const { one, two } = await twoInstances(t, settings);
  const shared = { ...await declared(one), gateway: one };
  for (let round = 0; round < 2; ++round) {
    const id = await lost(shared, `race-${round}`);
    const both = await Promise.all([state(one, id, { state: 'failed', reason: 'a' }), state(two, id, { state: 'succeeded', reason: 'b' })]);
    assert.deepEqual(both.map((each) => each.status).sort(), [200, 409]);
    const won = both.find((each) => each.status === 200).body.state;
    assert.equal((await two.must('GET', `/receipt/${id}`)).state, won);
  }
});

test('tollgate receipts settle', async () => {
  const id = await lost(server, 'by-hand');
  const run = (...args) => runBinaryAsync(['receipts', 'settle', ...args], { env: { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey } });
  assert.equal((await run(id, '--reason', 'x')).status, 1);
  assert.equal((await run(id, '--failed', '--succeeded', '--reason', 'x')).status, 1);
  assert.equal((await run(id, '--failed')).status, 1);
  const done = await run(id, '--failed', '--reason', 'Not in the list');
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, new RegExp(`^${id}  failed  start_job`));
  const again = await run(id, '--succeeded', '--reason', 'x');
  assert.equal(again.status, 2);
  assert.match(again.stderr, /is known: failed/);
});
