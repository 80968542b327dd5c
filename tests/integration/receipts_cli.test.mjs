// tollgate receipts: listed, shown and reconciled from the command line, through the admin API of a running gateway.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { binary, cleanEnvironment, scratch, startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = { id: 're_1', object: 'refund', amount: 550, currency: 'usd', charge: 'ch_1' };
const answers = (asked, response) => json(response, 200, refund);
const lose = (asked) => asked.socket.destroy();
const upstream = await startUpstream({ after }, answers);
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const server = await gateway.mint();
beforeEach(() => { upstream.script = answers; });

const keyFile = join(scratch(), 'key');
writeFileSync(keyFile, `${gateway.apiKey}\n`, { mode: 0o600 });
const give = async (operation_key) =>
  (await call(server.url, 'create_a_stripe_refund', { charge: 'ch_1', operation_key })).value.receipt;

// { status, stdout, stderr }; the scripted Stripe is in this process, which must not stand still meanwhile.
function receipts(args, { env = { TOLLGATE_API_KEY: gateway.apiKey }, url = gateway.adminBase } = {}) {
  return new Promise((resolve, reject) => {
    const run = spawn(binary, ['receipts', ...args, '--url', url], { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    const done = { stdout: '', stderr: '' };
    run.stdout.on('data', (text) => { done.stdout += text; });
    run.stderr.on('data', (text) => { done.stderr += text; });
    run.on('error', reject);
    run.on('close', (status) => resolve({ ...done, status }));
  });
}
const lines = (text) => text.split('\n').filter(Boolean);

test('list: newest first, filtered, one a line; page after page up to the limit', async () => {
  const ids = [];
  for (const key of ['a', 'b', 'c']) ids.unshift(await give(key));
  const all = await receipts(['list']);
  assert.deepEqual([all.status, all.stderr], [0, '']);
  assert.deepEqual(lines(all.stdout).map((line) => line.split('  ')[0]), ids);
  assert.match(lines(all.stdout)[0], /^rcp_\w+  succeeded  create_a_stripe_refund  20\S+Z  re_1  5\.50 USD  -$/);
  assert.equal(lines((await receipts(['list', '--limit', '2'])).stdout).length, 2);
  const one = lines((await receipts(['list', '--operation-key', 'b', '--state', 'succeeded', '--json'])).stdout);
  assert.deepEqual(one.map((line) => JSON.parse(line).id), [ids[1]]);
  const none = await receipts(['list', '--state', 'failed']);
  assert.deepEqual([none.status, none.stdout, none.stderr], [0, '', ''], 'quiet, because nobody looks');
});

test('list: more than one page is read', async () => {
  for (let i = 0; i < 11; ++i) await Promise.all(Array.from({ length: 10 }, (_, j) => give(`many-${i}-${j}`)));
  assert.equal(lines((await receipts(['list', '--limit', '105'])).stdout).length, 105);
});

test('show: every member that it has, or its JSON', async () => {
  const id = await give('shown');
  const shown = await receipts(['show', id]);
  assert.equal(shown.status, 0);
  assert.match(shown.stdout, new RegExp(`^id: ${id}\nstate: succeeded\n`));
  assert.match(shown.stdout, /\namount: 550\n/);
  assert.doesNotMatch(shown.stdout, /null|error_code/);
  assert.deepEqual(JSON.parse((await receipts(['show', id, '--json'])).stdout), await gateway.must('GET', `/receipt/${id}`));
  const missing = await receipts(['show', 'rcp_none']);
  assert.deepEqual([missing.status, missing.stdout], [2, '']);
  assert.match(missing.stderr, /^tollgate: no such receipt/);
});

test('reconcile: one, then all that are unknown; exit status 1 while one still is', async () => {
  upstream.script = lose;
  const [first, second] = [await give('lost-1'), await give('lost-2')];
  const still = await receipts(['reconcile', first]);
  assert.deepEqual([still.status, still.stderr], [1, '']);
  assert.match(still.stdout, new RegExp(`^${first}  unknown  .*  outcome_unknown\n$`));
  upstream.script = (asked, response) => (asked.headers['idempotency-key'] === 'lost-2' ? lose(asked) : answers(asked, response));
  const both = await receipts(['reconcile']);
  const states = Object.fromEntries(lines(both.stdout).map((line) => line.split('  ').slice(0, 2)));
  assert.deepEqual([both.status, states], [1, { [second]: 'unknown', ...(states[first] && { [first]: 'succeeded' }) }]);
  assert.equal((await gateway.must('GET', `/receipt/${first}`)).state, 'succeeded');
  upstream.script = answers;
  // The gateway looks by itself too: it may be doing so just now, or have done so.
  const rest = await until('exit status 0', async () => {
    const run = await receipts(['reconcile', '--json']);
    return run.status === 0 && run;
  });
  for (const line of lines(rest.stdout)) assert.deepEqual([JSON.parse(line).id, JSON.parse(line).state], [second, 'succeeded']);
  assert.equal((await gateway.must('GET', `/receipt/${second}`)).state, 'succeeded');
  const nothing = await receipts(['reconcile']);
  assert.deepEqual([nothing.status, nothing.stdout, nothing.stderr], [0, '', '']);
});

test('the key comes from a file or the environment; each error says what to do', async () => {
  assert.equal((await receipts(['list'], { env: {} })).stderr,
    'tollgate: an API key is needed: run tollgate login, or put it into a file that only you can read and give --key-file FILE, or set TOLLGATE_API_KEY\n');
  assert.equal((await receipts(['list', '--key-file', keyFile], { env: {} })).status, 0);
  const wrong = await receipts(['list'], { env: { TOLLGATE_API_KEY: `tgk_${'x'.repeat(38)}` } });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /give the API key \(tgk_…\) of the team/);
  const viewer = (await gateway.must('POST', '/api-key', { name: 'v', role: 'viewer' })).key;
  assert.equal((await receipts(['list'], { env: { TOLLGATE_API_KEY: viewer } })).status, 0);
  const refused = await receipts(['reconcile', await give('viewed')], { env: { TOLLGATE_API_KEY: viewer } });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /operator/);
  const away = await receipts(['list'], { url: 'http://127.0.0.1:1' });
  assert.equal(away.status, 2);
  assert.match(away.stderr, /could not be asked: .*Is it running, and is --url the address of its admin API\?/);
  const open = await receipts(['list'], { url: 'http://gateway.example' });
  assert.equal(open.status, 2);
  assert.match(open.stderr, /--url must begin with https:\/\/; http:\/\/ is accepted for a loopback address only/);
  const bad = await receipts(['list', '--state', 'lost']);
  assert.deepEqual([bad.status, bad.stderr], [2, 'tollgate: state must be intended, succeeded, failed or unknown\n']);
  const mcp = await receipts(['list'], { url: server.url });
  assert.equal(mcp.status, 2);
});
