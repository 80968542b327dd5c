// The records in PostgreSQL: any number of instances, a server that goes and comes back, TLS, wrong URLs.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { flagsOf, Gateway, runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { sharedKeys, twoInstances } from '../support/instances.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { sharedPostgres, startPostgres } from '../support/postgres.mjs';
import { allowed, until } from '../support/wait.mjs';

test('what one instance makes, the other one serves; what one revokes, the other one refuses at once', async (t) => {
  const { one, two } = await twoInstances(t);
  const server = await one.mint();
  assert.ok((await toolNames(two.base + server.path)).length > 0);
  const listed = await call(two.base + server.path, 'list_all_stripe_charges');
  assert.equal(listed.isError, false);
  const at = `/integrated-account/${server.account}/mcp/${server.id}`;
  for (let i = 0; i < 10; ++i) {
    const fresh = await one.mint({ account: server.account, name: `s${i}` });
    assert.equal((await legacy(two.base + fresh.path, 'ping')).status, 200);
    const gone = await one.admin('DELETE', `/integrated-account/${server.account}/mcp/${fresh.id}`);
    assert.equal(gone.status, 204);
    assert.equal((await legacy(two.base + fresh.path, 'ping')).status, 404, `revoke ${i} was not seen`);
  }
  // a filter that one changes is the filter of the other's next call
  await one.must('PATCH', at, { config: { methods: ['read'] } });
  const names = await toolNames(two.base + server.path);
  assert.ok(!names.includes('create_a_stripe_customer'), 'the old filter is still in force');
  // a freeze
  await one.must('POST', '/team/freeze');
  const write = await one.mint({ account: server.account });
  const refused = await call(two.base + write.path, 'create_a_stripe_customer', { name: 'x' });
  assert.equal(refused.isError, true);
  assert.match(JSON.stringify(refused.value), /frozen/);
});

test('what one instance left to be done, the other one does when it is due', async (t) => {
  const { one, two } = await twoInstances(t);
  const server = await one.mint();
  const rotated = await one.must('POST', `/integrated-account/${server.account}/mcp/${server.id}/rotate`, { overlap_seconds: 2 });
  await one.kill();
  assert.equal((await legacy(two.base + server.path, 'ping')).status, 200);
  const done = await until('the end of the old token', () => two.log.split('\n').find((line) => line.includes('"token_expired"')));
  assert.ok(done.includes(server.id));
  assert.equal((await legacy(two.base + server.path, 'ping')).status, 404);
  assert.equal((await legacy(two.base + new URL(rotated.url).pathname, 'ping')).status, 200);
});

test('an API key that one instance deletes is refused by the other at once', async (t) => {
  const { one, two } = await twoInstances(t);
  for (let i = 0; i < 5; ++i) {
    const made = await one.must('POST', '/api-key', { name: `k${i}`, role: 'viewer' });
    const { key } = made;
    assert.equal((await two.admin('GET', '/integrated-account', undefined, { key })).status, 200);
    assert.equal((await one.admin('DELETE', `/api-key/${made.id}`)).status, 204);
    assert.equal((await two.admin('GET', '/integrated-account', undefined, { key })).status, 401);
  }
});

test('instances that start together on an empty database make one owner', async (t) => {
  const keyFiles = sharedKeys();
  const first = await startGateway(t, keyFiles); // makes the key files, as a cluster has them
  await first.stop();
  const settings = { 'data.url': await (await sharedPostgres()).database(), ...keyFiles };
  const gateways = await Promise.all(Array.from({ length: 4 }, async () => {
    const gateway = new Gateway(mkdtempSync(join(tmpdir(), 'tollgate-test-')));
    t.after(async () => {
      if (gateway.exit === null) await gateway.stop();
      rmSync(gateway.directory, { recursive: true, force: true });
    });
    gateway.apiKey = 'not waited for';
    return gateway.start(settings);
  }));
  const keyOf = (gateway) => /shown once\): (\S+)\s/.exec(gateway.stdout)?.[1];
  await until('the first key', () => gateways.some(keyOf));
  const keys = gateways.map(keyOf).filter(Boolean);
  assert.equal(keys.length, 1, JSON.stringify(keys));
  for (const gateway of gateways)
    assert.equal((await gateway.admin('GET', '/team', undefined, { key: keys[0] })).status, 200);
});

test('another master key than the database was written with is refused', async (t) => {
  const { settings } = await twoInstances(t);
  const looked = runBinary(['config', 'check', ...flagsOf({ 'data.directory': scratch(), 'data.url': settings['data.url'] })]);
  assert.match(looked.stdout + looked.stderr, /master\.key is missing, but there is a database[^]*copy it from the instance that has it/);
  const done = runBinary(['serve', ...flagsOf({ 'server.listen': '127.0.0.1:0', 'sandbox.enabled': true,
    'data.directory': scratch(), 'data.url': settings['data.url'] })]);
  assert.equal(done.status, 1);
  assert.match(done.stderr, /master/);
});

test('PostgreSQL killed under a running gateway: clear refusals, and recovery without a restart', async (t) => {
  const postgres = await startPostgres(t);
  const gateway = await startGateway(t, {}, { DATABASE_URL: await postgres.database() });
  assert.ok(!existsSync(join(gateway.data, 'tollgate.db')), 'DATABASE_URL was not used');
  const server = await gateway.mint();
  const url = gateway.base + server.path;
  assert.equal((await call(url, 'list_all_stripe_charges')).isError, false);
  for (let round = 0; round < 2; ++round) {
    await postgres.kill();
    await until('readiness to go', async () => (await request(gateway.base + '/readyz')).status === 503);
    assert.equal((await request(gateway.base + '/healthz')).status, 200);
    assert.match(await gateway.metrics(), /^tollgate_store_available 0$/m);
    // What is remembered is used for as long as nobody can have changed it: a lease of little more than a second.
    const gone = Date.now();
    await until('the lease to run out', async () => (await legacy(url, 'ping')).status === 503);
    assert.ok(Date.now() - gone < allowed(2000), 'caches were trusted for too long');
    const started = Date.now();
    for (let i = 0; i < 5; ++i) {
      const admin = await gateway.admin('GET', '/integrated-account');
      assert.equal(admin.status, 503);
      assert.equal(admin.body.code, 'store_unavailable', admin.text);
      assert.ok(admin.headers['retry-after']);
      const message = await legacy(url, 'ping');
      assert.equal(message.status, 503, message.text);
    }
    assert.ok(Date.now() - started < allowed(2000), 'refusals took too long');
    await postgres.restart();
    await until('readiness to come back', async () => (await request(gateway.base + '/readyz')).status === 200);
    assert.equal((await call(url, 'list_all_stripe_charges')).isError, false);
    await gateway.must('POST', `/integrated-account/${server.account}/mcp`, { name: `after ${round}` });
    assert.match(await gateway.metrics(), /^tollgate_store_available 1$/m);
  }
  await gateway.stop();
  assert.match(gateway.log, /"store_away"/);
  assert.match(gateway.log, /"store_back"/);
  for (const text of [gateway.log, gateway.stdout, gateway.stderr])
    assert.ok(!text.includes('p%w:d') && !text.includes('p%25w'), 'the password is in the output');
});

test('a database that hangs: one deadline, then refusals at once', async (t) => {
  const postgres = await startPostgres(t);
  const gateway = await startGateway(t, { 'data.url': await postgres.database(), 'data.answer_timeout': 500 });
  await postgres.pause();
  const slow = await gateway.admin('GET', '/integrated-account');
  assert.equal(slow.status, 503, slow.text);
  const started = Date.now();
  assert.equal((await gateway.admin('GET', '/integrated-account')).status, 503);
  assert.ok(Date.now() - started < allowed(500));
  assert.equal((await request(gateway.base + '/healthz')).status, 200);
  await postgres.resume();
  await until('the store', async () => (await gateway.admin('GET', '/integrated-account')).status === 200, 20_000);
});

test('TLS: who is believed, and what is refused at the start', async (t) => {
  const directory = scratch();
  const right = makeCertificate(directory, 'postgres');
  const other = makeCertificate(directory, 'other');
  const postgres = await startPostgres(t, ['--tls', right.certificate, right.key]);
  const url = await postgres.database();
  const gateway = await startGateway(t, { 'data.url': `${url}?sslmode=verify-full&sslrootcert=${right.certificate}` });
  await gateway.connect();
  await gateway.stop();
  const start = (query, from = url) => runBinary(['serve', ...flagsOf({ 'server.listen': '127.0.0.1:0',
    'data.directory': join(directory, 'd'), 'data.start_wait': 500, 'data.url': from + query })]);
  const plain = await (await sharedPostgres()).database();
  for (const done of [start(`?sslmode=verify-full&sslrootcert=${other.certificate}`),
    start(`?sslmode=verify-ca&sslrootcert=${other.certificate}`), start('?sslmode=require', plain)]) {
    assert.equal(done.status, 1);
    assert.match(done.stderr, /data\.url.*(certificate|SSL)/);
  }
});

test('a wrong URL is refused with the name of the setting and without the password', () => {
  const directory = scratch();
  const wrong = ['mysql://u:geheim@h/d', 'postgresql://u:geheim@h/d?sslmode=sometimes', 'postgresql://u:geheim@h/d?pool=9',
    'postgresql://u:geh?eim@h/d', 'postgresql://u:geheim@[::1/d', 'sqlite:/x', 'postgresql://u:geheim@127.0.0.1:1/d',
    'postgresql://u:geheim@127.0.0.1:99999/d'];
  for (const url of wrong) {
    const done = runBinary(['serve', ...flagsOf({ 'server.listen': '127.0.0.1:0', 'data.directory': join(directory, 'd'),
      'data.start_wait': 300 })], { env: { DATABASE_URL: url } });
    assert.equal(done.status, 1, url);
    assert.match(done.stderr, /data\.url/, url);
    assert.ok(!done.stderr.includes('geheim') && !done.stderr.includes('eim@'), done.stderr);
    assert.equal(done.stdout, '');
  }
});

test('config print shows where the records are, and no password', () => {
  const env = { DATABASE_URL: 'postgresql://me:geheim@db:5432/tollgate?sslmode=require&password=geheim2' };
  const done = runBinary(['config', 'print'], { env });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /url: "postgresql:\/\/\*\*\*@db:5432\/tollgate"/);
  assert.ok(!done.stdout.includes('geheim'));
  const ours = runBinary(['config', 'print'], { env: { ...env, TOLLGATE_DATA_URL: 'sqlite:///mine.db' } });
  assert.match(ours.stdout, /url: "sqlite:\/\/\/mine\.db"/);
});
