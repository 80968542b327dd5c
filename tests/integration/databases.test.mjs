// The commands on whole databases: status, migrate, copy, backup, restore.
import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { flagsOf, runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { sharedPostgres } from '../support/postgres.mjs';

const password = /p%w:d|p%25w/;

// Runs a command that must succeed; its output.
function tollgate(args, settings = {}, env = {}) {
  const done = runBinary([...args, ...flagsOf(settings)], { env });
  assert.equal(done.status, 0, done.stderr);
  assert.doesNotMatch(done.stdout, password);
  return done.stdout;
}

// Runs one that must fail with a sentence that matches `why`.
function refused(args, settings, why, env = {}) {
  const done = runBinary([...args, ...flagsOf(settings)], { env });
  assert.equal(done.status, 1, done.stdout);
  assert.match(done.stderr, /^tollgate: /);
  assert.match(done.stderr, why);
  assert.doesNotMatch(done.stderr, password);
}

test('a grown embedded install moves to PostgreSQL and back, and its URLs go on working', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const gone = await gateway.mint({ account: server.account, name: 'gone' });
  await gateway.must('DELETE', `/integrated-account/${server.account}/mcp/${gone.id}`);
  const from = `sqlite:///${join(gateway.data, 'tollgate.db')}`;
  const to = await (await sharedPostgres()).database();
  const copy = ['db', 'copy', '--from', from];
  refused(copy, { 'data.url': to }, /another process uses this database/);
  await gateway.stop();
  const told = tollgate(copy, {}, { DATABASE_URL: to });
  assert.match(told, /integrated_accounts +1 rows +sha256 [0-9a-f]{16}/);
  assert.match(told, /mcp_servers +2 rows/);
  refused(copy, { 'data.url': to }, /has rows already/);

  const works = async () => {
    assert.equal((await legacy(gateway.base + server.path, 'ping')).status, 200);
    assert.equal((await legacy(gateway.base + gone.path, 'ping')).status, 404);
    await gateway.must('GET', `/integrated-account/${server.account}`);
  };
  await gateway.start({ 'data.url': to });
  await works();
  const more = await gateway.mint({ account: server.account, name: 'made on PostgreSQL' });
  const back = `sqlite:///${join(gateway.directory, 'back.db')}`;
  refused(['db', 'copy', '--from', to, '--to', back], {}, /a gateway runs on this PostgreSQL database/);
  await gateway.stop();
  tollgate(['db', 'copy', '--from', to, '--to', back]);
  await gateway.start({ 'data.url': back });
  await works();
  assert.equal((await legacy(gateway.base + more.path, 'ping')).status, 200);
});

for (const store of ['sqlite', 'postgresql'])
  test(`${store}: a backup under a running gateway comes back after a mistake`, async (t) => {
    const settings = store === 'sqlite' ? {} : { 'data.url': await (await sharedPostgres()).database() };
    const gateway = await startGateway(t, settings);
    const server = await gateway.mint();
    const where = { 'data.directory': gateway.data, ...settings };
    const file = join(gateway.directory, 'tollgate.backup');
    assert.match(tollgate(['backup', file], where), /Keep the master key/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    refused(['backup', file], where, /already.*--force/);
    tollgate(['backup', file, '--force'], where);
    await gateway.must('DELETE', `/integrated-account/${server.account}?expect=${(await gateway.must('GET', `/integrated-account/${server.account}/revoke`)).would_end}&reason=test`);
    assert.equal((await legacy(gateway.base + server.path, 'ping')).status, 404);
    refused(['restore', file, '--force'], where, /another process uses|a gateway runs on/);
    await gateway.stop();
    refused(['restore', file], where, /has rows already.*--force/);
    assert.match(tollgate(['restore', file, '--force'], where), /mcp_servers +1 rows/);
    await gateway.start(settings);
    assert.equal((await legacy(gateway.base + server.path, 'ping')).status, 200);
  });

for (const store of ['sqlite', 'postgresql'])
  test(`${store}: migrate makes the schema, status tells of it`, async (t) => {
    const directory = scratch();
    const url = store === 'sqlite' ? `sqlite:///${join(directory, 't.db')}` : await (await sharedPostgres()).database();
    const where = { 'data.url': url };
    if (store === 'sqlite') refused(['db', 'status'], where, /there is no file/);
    else assert.match(tollgate(['db', 'status'], where), /schema: 0 of \d+ migrations\n +missing: tenancy/);
    assert.match(tollgate(['db', 'migrate'], where), /^Applied tenancy\nApplied account_state\n/);
    assert.equal(tollgate(['db', 'migrate'], where), 'The schema is up to date.\n');
    const json = JSON.parse(tollgate(['db', 'status', '--json'], where));
    assert.deepEqual([Object.keys(json), json.kind, json.missing, json.in_use], [['kind', 'applied', 'missing', 'in_use', 'tables'], store, [], false]);
    const before = tollgate(['db', 'status'], where);
    assert.match(before, /runs on it: no\n +settings +0 rows/);
    assert.doesNotMatch(before, /missing/);
    const gateway = await startGateway(t, where);
    await gateway.mint();
    const during = tollgate(['db', 'status'], where);
    assert.match(during, /runs on it: yes\n/);
    assert.match(during, /mcp_servers +1 rows/);
  });

test('a file that is missing, broken or not a backup is refused with the reason, and changes nothing', async (t) => {
  const directory = scratch();
  const where = { 'data.url': `sqlite:///${join(directory, 't.db')}` };
  const text = join(directory, 'text');
  writeFileSync(text, 'x'.repeat(9000));
  refused(['restore', text], where, /not a backup/);
  refused(['restore', join(directory, 'nothing')], where, /there is no file/);
  refused(['backup', join(directory, 'b')], where, /there is no file/);
  refused(['db', 'copy'], {}, /--from or --to/);
  refused(['db', 'copy', '--from', 'mysql://u:geheim@h/d'], {}, /--from must begin with/);
  refused(['db', 'copy', '--to', 'postgresql://u:geheim@h/d?sslmode=on'], {}, /--to has an unknown sslmode/);
  refused(['db', 'status'], { 'data.url': 'postgresql://u:geheim@127.0.0.1:1/d' }, /127\.0\.0\.1/);
  assert.ok(!existsSync(join(directory, 't.db')));
  const missing = runBinary(['restore']);
  assert.equal(missing.status, 1);
  assert.match(runBinary(['bakup', 'x']).stderr, /did you mean backup/);
});
