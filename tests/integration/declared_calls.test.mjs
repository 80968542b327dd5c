// tollgate test: real calls of declared tools through a running gateway, as a client makes them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { root, runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { json, startUpstream } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const service = await startUpstream({ after });
const host = `127.0.0.1:${service.port}`;
// With the defaults of an installation: what MCP servers get that say nothing about methods and expiry.
const usual = { 'security.default_methods': 'read', 'security.default_expiry': '90d' };
const gateway = await startGateway({ after }, { 'declarations.hosts': `private+http://${host}`, ...usual });
const document = readFileSync(join(root, 'tests/fixtures/declarations/jobs.yaml'), 'utf8').replace('https://jobs.example.com', `http://${host}`)
  .replace('permissions:\n', `  - name: export_jobs
    description: All jobs with their results
    method: GET
    path: /export
    permission: write
permissions:
`).replace('write: [start_job', 'write: [export_jobs, start_job');
const file = join(scratch(), 'jobs.yaml');
writeFileSync(file, document);
const answers = (asked, response) => json(response, 200, { id: 'job_1', state: 'queued', key: ['rk', 'live', '0123456789abcdef01234567'].join('_') });
beforeEach(() => { service.script = answers; });
afterEach(() => { service.requests.length = 0; });
const account = (await gateway.must('POST', '/integrated-account', { name: 'Jobs', credential: 'credential-of-jobs', mode: 'test',
  service: { base_url: `http://${host}/v2`, auth: 'bearer' } })).id;
const run = (...args) => runBinaryAsync(['test', ...args, '-f', file, '--account', account],
  { env: { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey } });
const sent = () => service.requests.map((one) => `${one.method} ${one.path} ${one.body}`);
const servers = async () => (await gateway.must('GET', `/integrated-account/${account}/mcp`)).result.filter((one) => one.status === 'active');

test('a file that is not in force is not called', async () => {
  const refused = await run('get_job', '-p', 'job_id=1');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /is not what is in force for ia_.*tollgate declare apply/);
  assert.deepEqual(sent(), []);
  await gateway.must('PUT', `/integrated-account/${account}/declarations`, { document });
});

test('a read is one real call, printed with its secrets masked; the server that made it is gone', async () => {
  const read = await run('get_job', '-p', 'job_id=1');
  assert.equal(read.status, 0, read.stderr);
  assert.match(read.stdout, /"id":"job_1"/);
  assert.ok(!read.stdout.includes('0123456789abcdef'), read.stdout);
  assert.deepEqual(sent(), ['GET /v2/jobs/1 ']);
  assert.deepEqual(await servers(), []);
  const shown = JSON.parse((await run('get_job', '-p', 'job_id=1', '--json')).stdout);
  assert.equal(shown.name, 'get_job');
});

test('a write is refused without --yes, and made once with it', async () => {
  const refused = await run('start_job', '-p', 'kind=x');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /start_job writes: add --yes/);
  assert.deepEqual(sent(), []);
  const done = await run('start_job', '-p', 'kind=x', '--yes');
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(sent(), ['POST /v2/jobs {"kind":"x","priority":1}']);
  assert.deepEqual(await servers(), []);
});

test('a read whose permission is write is called, and left out of --all', async () => {
  const read = await run('export_jobs');
  assert.equal(read.status, 0, read.stdout + read.stderr);
  assert.deepEqual(sent(), ['GET /v2/export ']);
  assert.match((await run('--all')).stdout, /^skipped export_jobs: its permission is not read$/m);
});

test('what a call still needs stays: its server, until its outcome is known or people have decided', async () => {
  service.script = (asked) => asked.socket.destroy();
  const lost = await run('start_job', '-p', 'kind=x', '--yes');
  assert.match(lost.stderr, /whether the call was done is not known. It belongs to the MCP server (mcp_\S+), which therefore stays until 20\S+Z/);
  const [kept] = await servers();
  assert.equal(kept.id, /mcp_[^, ]+/.exec(lost.stderr)[0]);
  service.script = answers;
  const [{ id }] = (await gateway.must('GET', `/receipt?mcp_server_id=${kept.id}`)).result;
  await until('the outcome', async () => (await gateway.must('GET', `/receipt/${id}`)).state === 'succeeded', 20_000);
  const waits = await run('delete_job', '-p', 'job_id=1', '--yes');
  assert.equal(waits.status, 3, waits.stdout + waits.stderr);
  service.requests.length = 0;
  const asking = (await servers()).find((one) => one.id !== kept.id);
  assert.ok(waits.stderr.includes(`a person must approve this call. It belongs to the MCP server ${asking.id}`), waits.stderr);
  const [approval] = (await gateway.must('GET', '/approval?state=pending')).result;
  assert.ok(asking.expires_at > approval.expires_at);
  assert.ok(waits.stderr.includes(asking.expires_at), waits.stderr);
  await gateway.must('POST', `/approval/${approval.id}/approve`);
  await until('the call', () => sent().length === 1);
  assert.deepEqual(sent(), ['DELETE /v2/jobs/1 ']);
  for (const one of await servers()) await gateway.must('DELETE', `/integrated-account/${account}/mcp/${one.id}`);
});

test('exit statuses: an error, an approval, a mistake, a gateway that is away', async () => {
  service.script = (asked, response) => json(response, 404, { error: 'none' });
  assert.equal((await run('get_job', '-p', 'job_id=1')).status, 4);
  service.requests.length = 0;
  const waits = await run('delete_job', '-p', 'job_id=1', '--yes');
  assert.equal(waits.status, 3, waits.stdout + waits.stderr);
  assert.deepEqual(sent(), []);
  for (const one of await servers()) await gateway.must('DELETE', `/integrated-account/${account}/mcp/${one.id}`);
  assert.match((await run('get_jub')).stderr, /did you mean get_job/);
  assert.equal((await run('list_jobs', '-p', 'limit=51')).status, 4);
  const away = await runBinaryAsync(['test', 'list_jobs', '-f', file, '--account', account],
    { env: { TOLLGATE_ADMIN_URL: 'http://127.0.0.1:1', TOLLGATE_API_KEY: gateway.apiKey } });
  assert.equal(away.status, 2);
});

test('--all calls what reads and needs no argument', async () => {
  const all = await run('--all');
  assert.equal(all.status, 0, all.stderr);
  assert.match(all.stdout, /^ok list_jobs\nskipped get_job: it needs arguments\nskipped start_job: it writes\n[^]*1 ok, 0 failed, 6 skipped\.\n$/);
  assert.deepEqual(sent(), ['GET /v2/jobs?limit=20 ']);
  service.script = (asked, response) => json(response, 500, {});
  assert.equal((await run('--all')).status, 4);
  const shown = await run('--all', '--json');
  assert.equal(shown.status, 4);
  const lines = shown.stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.length, 7); // each tool of the file
  assert.equal(lines[0].name, 'list_jobs');
  assert.equal(lines[0].ok, false);
  assert.match(lines[0].error, /500/);
  assert.deepEqual(lines[1], { name: 'get_job', skipped: 'it needs arguments' });
  assert.deepEqual(await servers(), []);
});

test('at Stripe too, a declared write is called under its own name', async () => {
  const atStripe = (await gateway.connect()).id;
  const own = join(scratch(), 'stripe.yaml');
  const text = `version: "1.0"
service: {name: Stripe, description: Payments, base_url: "https://api.stripe.com/v1"}
capabilities:
  - name: add_customer
    description: Add a customer
    method: POST
    path: /customers
    permission: write
    inputs: {email: {type: string, required: true}}
permissions: {write: [add_customer]}
`;
  for (const only of ['', 'only: false\n']) {
    writeFileSync(own, text.replace('capabilities:', `${only}capabilities:`));
    await gateway.must('PUT', `/integrated-account/${atStripe}/declarations`, { document: readFileSync(own, 'utf8') });
    const done = await runBinaryAsync(['test', 'add_customer', '-p', 'email=jenny@example.com', '--yes', '-f', own, '--account', atStripe],
      { env: { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey } });
    assert.equal(done.status, 0, done.stdout + done.stderr);
    assert.match(done.stdout, /"id":"cus_/);
  }
});
