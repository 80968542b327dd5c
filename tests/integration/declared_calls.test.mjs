// tollgate test: real calls of declared tools through a running gateway, as a client makes them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { root, runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { json, startUpstream } from '../support/upstream.mjs';

const service = await startUpstream({ after });
const host = `127.0.0.1:${service.port}`;
const gateway = await startGateway({ after }, { 'declarations.hosts': `private+http://${host}` });
const document = readFileSync(join(root, 'tests/fixtures/declarations/jobs.yaml'), 'utf8').replace('https://jobs.example.com', `http://${host}`);
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
});

test('exit statuses: an error, an approval, a mistake, a gateway that is away', async () => {
  service.script = (asked, response) => json(response, 404, { error: 'none' });
  assert.equal((await run('get_job', '-p', 'job_id=1')).status, 4);
  service.requests.length = 0;
  const waits = await run('delete_job', '-p', 'job_id=1', '--yes');
  assert.equal(waits.status, 3, waits.stdout + waits.stderr);
  assert.deepEqual(sent(), []);
  assert.match((await run('get_jub')).stderr, /did you mean get_job/);
  assert.equal((await run('list_jobs', '-p', 'limit=51')).status, 4);
  const away = await runBinaryAsync(['test', 'list_jobs', '-f', file, '--account', account],
    { env: { TOLLGATE_ADMIN_URL: 'http://127.0.0.1:1', TOLLGATE_API_KEY: gateway.apiKey } });
  assert.equal(away.status, 2);
});

test('--all calls what reads and needs no argument', async () => {
  const all = await run('--all');
  assert.equal(all.status, 0, all.stderr);
  assert.match(all.stdout, /^ok list_jobs\nskipped get_job: it needs arguments\nskipped start_job: it writes\n[^]*1 ok, 0 failed, 5 skipped\.\n$/);
  assert.deepEqual(sent(), ['GET /v2/jobs?limit=20 ']);
  service.script = (asked, response) => json(response, 500, {});
  assert.equal((await run('--all')).status, 4);
  assert.deepEqual(await servers(), []);
});
