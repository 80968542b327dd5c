// Suspend and resume over HTTP, the way back in for whoever lost every key, and what the log tells of both.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runBinary, startGateway } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const server = await gateway.mint({ holder: 'ada@example.com' });
const at = `/integrated-account/${server.account}/mcp/${server.id}`;
const ping = (url = server.url) => legacy(url, 'ping');
// Lines are written a moment later.
const told = (event, count) => until(`${count} lines ${event}`, () => { const all = lines(event); return all.length >= count && all; });
const lines = (event) => gateway.log.split('\n').filter((line) => line.includes(`"${event}"`)).map((line) => JSON.parse(line));

test('a suspended server answers 403 with a sentence, and goes on after a resume with the same URL', async () => {
  assert.equal((await ping()).status, 200);
  for (const path of [`${at}/suspend`, `/integrated-account/${server.account}/suspend`, '/team/suspend']) {
    await gateway.must('POST', path, { reason: 'odd calls' });
    const refused = await ping();
    assert.equal(refused.status, 403, path);
    assert.match(refused.text, /suspended[^]*until an administrator resumes it/);
    assert.equal((await ping(gateway.base + server.path.slice(0, -1) + 'x')).status, 404, 'other URLs tell nothing');
    await gateway.must('DELETE', path);
    assert.equal((await ping()).status, 200, path);
  }
});

test('the log has who suspended what and why, what a change changed, and which key was refused', async () => {
  const [first] = await told('suspended', 3);
  const before = (await told('admin_change', 8)).length; // an account, a server, three pauses with their ends
  assert.equal(first.server, server.id);
  assert.equal(first.reason, 'odd calls');
  assert.match(first.key, /^key_/);
  await gateway.must('PATCH', at, { name: 'Renamed', config: { methods: ['read'] } });
  const change = (await told('admin_change', before + 1)).at(-1);
  assert.deepEqual(JSON.parse(change.from), { name: 'Test', 'config.methods': null });
  assert.deepEqual(JSON.parse(change.to), { name: 'Renamed', 'config.methods': ['read'] });
  const made = await gateway.mint({ account: server.account });
  assert.equal((await told('admin_change', before + 2)).at(-1).made, made.id);
  assert.ok(!gateway.log.includes(new URL(made.url).pathname.split('/').pop()), 'no token in the log');
  const viewer = await gateway.must('POST', '/api-key', { name: 'Looks only', role: 'viewer' });
  assert.equal((await gateway.admin('POST', '/team/suspend', undefined, { key: viewer.key })).status, 403);
  const refused = (await told('admin_refused', 1)).at(-1);
  assert.equal(refused.key, viewer.id);
  assert.equal(refused.key_name, 'Looks only');
  assert.equal(refused.code, 'role_too_low');
});

test('the line of a tool call has what finds it at Stripe, and in whose account', async () => {
  const own = await gateway.mint({ account: server.account });
  const made = await call(own.url, 'create_a_stripe_customer', { name: 'Ada', idempotency_key: 'order-1815' });
  assert.equal(made.isError, false);
  const found = await until('the line', () => lines('request').find((line) => line.idempotency_key === 'order-1815'));
  assert.equal(found.account, server.account);
  assert.equal(found.tool, 'create_a_stripe_customer');
  assert.match(found.stripe_request, /^req_\w+$/);
});

test('tollgate key reset makes an owner key beside a running gateway, and says what it cannot do', async () => {
  const settings = ['--data-directory', gateway.data, '--log-file', gateway.logFile];
  const file = join(gateway.directory, 'new-key');
  const done = runBinary(['key', 'reset', '--name', 'Found again', '--file', file, ...settings]);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /The API key is in .*new-key\nIt is key_\w+, an instance owner of team team_\w+\./);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const key = readFileSync(file, 'utf8').trim();
  const keys = await gateway.must('GET', '/api-key', undefined, { key });
  assert.ok(keys.result.some((one) => one.name === 'Found again' && one.instance_owner));
  assert.equal((await told('key_reset', 1)).length, 1);
  assert.ok(!gateway.log.includes(key));
  const again = runBinary(['key', 'reset', '--file', file, ...settings]);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /new-key/);
  const elsewhere = runBinary(['key', 'reset', '--data-directory', join(gateway.directory, 'nothing')]);
  assert.equal(elsewhere.status, 1);
  assert.doesNotMatch(elsewhere.stdout + elsewhere.stderr, /shown once/);
  const shown = runBinary(['key', 'reset', ...settings]);
  const printed = /shown once\): (\S+)\n/.exec(shown.stdout)[1];
  assert.equal((await gateway.admin('GET', '/team', undefined, { key: printed })).status, 200);
});

test('a server of which nothing is said reads, and lives 90 days, unless the operator set otherwise', async (t) => {
  const own = await startGateway(t, { 'security.default_methods': 'read', 'security.default_expiry': '90d' });
  const made = await own.mint();
  assert.deepEqual(made.config.methods, ['read']);
  const days = (Date.parse(made.expires_at) - Date.now()) / 86_400_000;
  assert.ok(days > 89.9 && days <= 90, `${days}`);
  assert.deepEqual(made.tools.warnings, []);
  const all = await own.mint({ account: made.account, config: { methods: ['read', 'write', 'custom'] }, expires_at: null });
  assert.match(all.tools.warnings.join(' '), /never expires/);
  for (const [flag, value, sentence] of [
    ['--security-default-methods', 'raed', /security\.default_methods is 'raed'; it may be all, or of: read, write/],
    ['--security-default-expiry', '90', /security\.default_expiry.*90d or 12h.*not '90'/]]) {
    const wrong = runBinary(['serve', flag, value]);
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, sentence);
  }
});
