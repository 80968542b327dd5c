// The TLS listener: versions, reload on SIGHUP, and what a broken certificate file does.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { makeCertificate } from '../support/certificate.mjs';
import { flagsOf, runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { request, trust } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const directory = scratch();

const { certificate, key } = makeCertificate(directory, 'first');
const gateway = await startGateway({ after }, { 'tls.certificate': certificate, 'tls.key': key });

// A handshake: { name, version } of what the server offered, or the error.
function handshake(options = {}) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: gateway.port, rejectUnauthorized: false, ...options });
    socket.once('secureConnect', () => {
      resolve({ name: socket.getPeerCertificate().subject.CN, version: socket.getProtocol() });
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('requests are answered over TLS with a certificate that verifies', async () => {
  const health = await request(gateway.base + '/healthz');
  assert.equal(health.status, 200);
  assert.ok(gateway.base.startsWith('https://'), gateway.base);
});

test('TLS 1.2 and 1.3 are spoken, 1.1 and 1.0 are refused', async () => {
  assert.equal((await handshake({ maxVersion: 'TLSv1.2' })).version, 'TLSv1.2');
  assert.equal((await handshake()).version, 'TLSv1.3');
  for (const version of ['TLSv1.1', 'TLSv1'])
    await assert.rejects(handshake({ minVersion: version, maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0' }), /alert protocol version|EPROTO|ECONNRESET|unsupported protocol/);
});

test('plain HTTP on the TLS port is answered with advice to use https', async () => {
  const answer = await request(`http://127.0.0.1:${gateway.port}/healthz`);
  assert.equal(answer.status, 400);
  assert.match(answer.text, /https:\/\//);
  assert.equal((await handshake()).name, 'first');
});

test('SIGHUP serves the new certificate to new connections', async () => {
  const second = makeCertificate(directory, 'second');
  copyFileSync(second.certificate, certificate);
  copyFileSync(second.key, key);
  gateway.process.kill('SIGHUP');
  await until('the new certificate', async () => (await handshake()).name === 'second');
});

test('a broken certificate file keeps the old certificate and says so in the log', async () => {
  const before = gateway.log.length;
  const { name } = await handshake();
  writeFileSync(certificate, '-----BEGIN CERTIFICATE-----\nnonsense\n');
  gateway.process.kill('SIGHUP');
  await until('a log line about it', () => /tls|certificate/i.test(gateway.log.slice(before)));
  assert.equal((await handshake()).name, name);
});

test('a certificate that cannot be read refuses the start', () => {
  const done = runBinary(['serve', ...flagsOf({ 'server.listen': '127.0.0.1:0',
    'data.directory': join(directory, 'other'), 'tls.certificate': '/nowhere.pem', 'tls.key': '/nowhere.key' })]);
  assert.equal(done.status, 1);
  assert.match(done.stderr, /nowhere/);
});

test('a minted URL over TLS is https and answers', async () => {
  const made = await gateway.mint();
  assert.ok(made.url.startsWith('https://'), made.url);
  assert.equal((await legacy(made.url, 'ping')).status, 200);
});
