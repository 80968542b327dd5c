// TLS to Stripe: who is believed to be Stripe, and how connections are kept.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { scratch, startGateway } from '../support/gateway.mjs';
import { call as callTool } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const directory = scratch();
const good = makeCertificate(directory, 'good');
const balance = { object: 'balance', available: [] };

// An HTTPS upstream with that certificate; notes each connection's server name and whether its session was resumed.
async function secureUpstream(scope, made, options = {}) {
  const secure = { cert: readFileSync(made.certificate), key: readFileSync(made.key), ...options };
  const upstream = await startUpstream(scope, (asked, response) => json(response, 200, balance), secure);
  upstream.connections = [];
  upstream.server.on('secureConnection', (socket) =>
    upstream.connections.push({ name: socket.servername, resumed: socket.isSessionReused(), version: socket.getProtocol() }));
  upstream.server.on('tlsClientError', () => {});
  return upstream;
}

// One call of the balance through a gateway that trusts `trusted`: { isError, text }.
async function gatewayFor(t, upstream, trusted, environment = {}) {
  const settings = upstreamSettings(upstream);
  if (trusted) settings['stripe.ca_file'] = trusted.certificate;
  const gateway = await startGateway(t, { ...settings, 'server.loops': 1 }, environment);
  const { url } = await gateway.mint();
  return () => callTool(url, 'get_single_stripe_balance_by_id');
}

test('a certificate that verifies is spoken to, by name, over one kept connection', async (t) => {
  const upstream = await secureUpstream(t, good);
  const call = await gatewayFor(t, upstream, good);
  for (let i = 0; i < 3; ++i) assert.equal((await call()).isError, false);
  assert.equal(upstream.requests.length, 3);
  assert.deepEqual(upstream.connections.map((one) => one.name), ['localhost']);
  assert.match(upstream.connections[0].version, /^TLSv1\.[23]$/);
});

// A folder as Debian's /etc/ssl/certs: each certificate under the hash of its subject.
function hashedFolder(made, name) {
  const folder = join(directory, name);
  mkdirSync(folder);
  const hash = execFileSync('openssl', ['x509', '-subject_hash', '-noout', '-in', made.certificate], { encoding: 'utf8' }).trim();
  copyFileSync(made.certificate, join(folder, `${hash}.0`));
  return folder;
}

test("the system's authorities are a folder of hashed names, or one file, as OpenSSL's variables say", async (t) => {
  const stranger = makeCertificate(directory, 'stranger', 'DNS:stranger.example');
  const empty = join(directory, 'empty');
  mkdirSync(empty);
  for (const [environment, trusts] of [
    [{ SSL_CERT_DIR: hashedFolder(good, 'hashed') }, true],
    [{ SSL_CERT_DIR: hashedFolder(stranger, 'strange') }, false],
    [{ SSL_CERT_FILE: good.certificate, SSL_CERT_DIR: empty }, true],
    [{ SSL_CERT_DIR: empty }, false]]) {
    const upstream = await secureUpstream(t, good);
    const call = await gatewayFor(t, upstream, undefined, environment);
    assert.equal((await call()).isError, !trusts, JSON.stringify(environment));
    assert.equal(upstream.requests.length, trusts ? 1 : 0);
  }
});

test('a new connection resumes the session of the one before', async (t) => {
  const upstream = await secureUpstream(t, good);
  upstream.script = (asked, response) => json(response, 200, balance, { connection: 'close' });
  const call = await gatewayFor(t, upstream, good);
  for (let i = 0; i < 2; ++i) assert.equal((await call()).isError, false);
  assert.deepEqual(upstream.connections.map((one) => one.resumed), [false, true]);
});

// Nothing that carries the key may leave before the peer has proved who it is.
for (const [what, made, trusted] of [
  ['an unknown authority', good, undefined],
  ['a certificate for another name', makeCertificate(directory, 'other', 'DNS:other.example'), 'itself']]) {
  test(`${what} gets no request`, async (t) => {
    const upstream = await secureUpstream(t, made);
    const call = await gatewayFor(t, upstream, trusted === 'itself' ? made : undefined);
    const answer = await call();
    assert.equal(answer.isError, true);
    const { error } = answer.value;
    assert.equal(error.source, 'tollgate');
    assert.equal(error.code, 'not_sent');
    assert.equal(upstream.requests.length, 0);
  });
}

test('an upstream that speaks only TLS 1.1 gets no request', async (t) => {
  const upstream = await secureUpstream(t, good, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
  const call = await gatewayFor(t, upstream, good);
  assert.equal((await call()).isError, true);
  assert.equal(upstream.requests.length, 0);
});
