// What people are told when something small is wrong: at the start, at an address, at a port.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { startRedis } from '../support/redis.mjs';
import { until, within } from '../support/wait.mjs';

const gateway = await startGateway({ after });

function refusedStart(flags, options = {}) {
  const done = runBinary(['serve', '--sandbox-enabled', '--server-listen', '127.0.0.1:0',
    ...flags], { timeout: 8000, ...options });
  assert.equal(done.status, 1, done.stdout + done.stderr);
  return done.stderr;
}

test('a mistyped or cut MCP URL is 404 with advice; a well-formed one is 404 without it', async () => {
  const { url } = await gateway.mint();
  const last = url.at(-1) === 'A' ? 'B' : 'A';
  for (const wrong of [url.slice(0, -1) + last, url.slice(0, -1), url + 'x', url.slice(0, -38)]) {
    const done = await request(wrong, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    assert.equal(done.status, 404);
    assert.match(done.body.detail, /mistyped or cut/);
  }
  // 38 zeros: the shape fits, and whether the checksum does is known to everybody.
  const other = await gateway.mint();
  await gateway.must('DELETE', `/integrated-account/${other.account}/mcp/${other.id}`);
  const gone = await request(other.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  assert.equal(gone.status, 404);
  assert.equal(gone.body.detail, 'There is no such MCP server.');
});

test('/integrated-accounts names /integrated-account, on the address of the admin API alone', async (t) => {
  for (const path of ['/integrated-accounts', '/integrated-accounts/acct_1', '/api-keys', '/teams']) {
    const done = await gateway.admin('GET', path);
    assert.equal(done.status, 404);
    assert.ok(done.body.detail.includes(`Did you mean ${path.split('/')[1].replace(/^/, '/').slice(0, -1)}?`), done.body.detail);
  }
  assert.doesNotMatch((await gateway.admin('GET', '/somewhere')).body.detail, /mean/);
  const apart = await startGateway(t, { 'server.admin_listen': '127.0.0.1:0' });
  assert.doesNotMatch((await request(`${apart.base}/integrated-accounts`)).body.detail, /mean/);
});

test('the refusal of a body over the limit states the limit', async (t) => {
  const small = await startGateway(t, { 'limits.body_bytes': 5000 });
  const { url } = await small.mint();
  const done = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(6000) });
  assert.equal(done.status, 413);
  assert.match(done.body.detail, /at most 5000 bytes \(limits\.body_bytes\)/);
});

test('POST /team names the instance owner at once, whatever the role of the key', async () => {
  const team = await gateway.must('POST', '/team', { name: 'Other' });
  const admin = team.api_key?.key ?? team.first_key?.key ?? team.key;
  for (const role of ['viewer', 'operator']) {
    const made = await gateway.must('POST', '/api-key', { name: role, role });
    const done = await gateway.admin('POST', '/team', { name: 'x' }, { key: made.key });
    assert.equal(done.status, 403);
    assert.match(done.body.detail, /instance owner/);
  }
  assert.equal((await gateway.admin('POST', '/team', { name: 'x' }, { key: admin })).status, 403);
});

test('a database file that is none says so and what to do', () => {
  const data = join(scratch(), 'data');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(data, 'tollgate.db'), 'this is a letter to somebody\n'.repeat(300));
  const told = refusedStart(['--data-directory', data]);
  assert.match(told, /tollgate\.db.*not a SQLite database.*(another file|tollgate restore)/);
});

test('a database file that is damaged while the gateway runs says so in the log', async (t) => {
  const broken = await startGateway(t);
  await broken.connect();
  await broken.stop();
  const file = join(broken.data, 'tollgate.db');
  execFileSync('sqlite3', [file, 'PRAGMA wal_checkpoint(TRUNCATE)'], { stdio: 'ignore' }); // out of the write-ahead log
  await broken.start();
  const descriptor = openSync(file, 'r+');
  const noise = Buffer.alloc(statSync(file).size - 4096, 0x5a);
  writeSync(descriptor, noise, 0, noise.length, 4096);
  closeSync(descriptor);
  await broken.admin('GET', '/integrated-account');
  await until('the log', () => /"store_(read|write)_failed".*damaged.*tollgate restore --force/.test(broken.log), 5000);
  await broken.kill();
});

// What a socket answers to `text`.
function say(port, text) {
  return within(5000, 'the answer', new Promise((resolve, reject) => {
    let seen = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (more) => { seen += more; });
    socket.on('end', () => { resolve(seen); socket.destroy(); });
    socket.on('error', reject);
  }));
}

test('http on the TLS port is answered 400 in plain words, and nothing else is', async (t) => {
  const files = makeCertificate(scratch(), 'plain');
  const secure = await startGateway(t, { 'tls.certificate': files.certificate, 'tls.key': files.key });
  const answer = await say(secure.port, `POST /mcp/x HTTP/1.1\r\nHost: localhost\r\n\r\n${'x'.repeat(100_000)}`);
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n[^]*Content-Length: (\d+)\r\n[^]*https:\/\//);
  const [head, body] = answer.split('\r\n\r\n');
  assert.equal(Buffer.byteLength(body), Number(/Content-Length: (\d+)/.exec(head)[1]));
  assert.doesNotMatch(await say(secure.port, 'SSH-2.0-somebody\r\n').catch(() => ''), /HTTP/);
});

test('a certificate that has expired, or is not valid yet, is an error in the log at the start', async (t) => {
  const directory = scratch();
  for (const [name, when, told] of [['old', '2020-01-01 00:00:00', /expired at 2020-/], ['young', '2090-01-01 00:00:00', /valid only from 2090-/]]) {
    const [certificate, key] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
    execFileSync('faketime', [when, 'openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
      '-nodes', '-days', '2', '-subj', '/CN=x', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const served = await startGateway(t, { 'tls.certificate': certificate, 'tls.key': key });
    await until('the log', () => /certificate_out_of_date/.test(served.log), 5000);
    assert.match(served.log, told);
  }
});

test('rediss:// to a Redis without TLS says so', async (t) => {
  const redis = await startRedis(t);
  const served = await startGateway(t, { 'redis.url': redis.url.replace('redis://', 'rediss://') });
  await until('the log', () => /redis_away.*may not speak TLS: then write redis:\/\//.test(served.log), 5000);
});

test('an instance without the keys of its database says where they come from', async (t) => {
  const first = await startGateway(t);
  await first.stop();
  for (const [name, variable] of [['master', 'TOLLGATE_VAULT_MASTER_KEY'], ['pepper', 'TOLLGATE_VAULT_PEPPER']]) {
    const told = refusedStart(['--data-directory', first.data, `--vault-${name === 'master' ? 'master-key' : name}-file`,
      join(first.directory, 'none')]);
    assert.match(told, /none is not there.*several instances.*copy it/);
    assert.ok(told.includes(variable), told);
  }
});
