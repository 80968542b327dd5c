// What grows before anybody has said who they are: 64 MB of each on one connection leave the process as small as it was.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { scratch, startGateway } from '../support/gateway.mjs';
import { RawConnection, request } from '../support/http.mjs';

const MiB = 1024 * 1024;
// The address sanitizer keeps what was freed for a while, which is not the gateway's memory.
const sanitized = process.env.TOLLGATE_BINARY?.includes('asan') ?? false;
const env = sanitized
  ? { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64` } : {};
const growthMax = (sanitized ? 12 : 4) * MiB;
const gateway = await startGateway({ after }, {}, env);

// The most that was ever resident since the last reset.
const resetPeak = (target) => writeFileSync(`/proc/${target.pid}/clear_refs`, '5');
const memory = (target, field) =>
  Number(readFileSync(`/proc/${target.pid}/status`, 'utf8').match(new RegExp(`${field}:\\s+(\\d+) kB`))[1]) * 1024;

const post = (path = '/mcp') => `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  'Transfer-Encoding: chunked\r\n\r\n';
const form = 'POST /oauth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
  `Content-Length: ${64 * MiB}\r\n\r\n`;
const block = (line) => line.repeat(Math.ceil(65536 / line.length));

const floods = [
  ['trailers', post() + '2\r\n{}\r\n0\r\n', block(`X-Trailer: ${'t'.repeat(1000)}\r\n`)],
  ['one trailer', post() + '2\r\n{}\r\n0\r\nX: ', 't'.repeat(65536)],
  ['extensions of many chunks', post(), block(`1;${'e'.repeat(200)}\r\n \r\n`)],
  ['one extension', post() + '1;', 'e'.repeat(65536)],
  ['one extension of the last chunk', post() + '0;', 'e'.repeat(65536)],
  ['header fields', 'GET / HTTP/1.1\r\nHost: localhost\r\n', block(`X-Field: ${'f'.repeat(1000)}\r\n`)],
  ['one header field', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: ', 'f'.repeat(65536)],
  ['a request line', 'GET /', 'a'.repeat(65536)],
  ['empty lines', '', '\r\n'.repeat(32768)],
  ['a body of a length', form, 'x'.repeat(65536)],
  ['a chunked body', post('/oauth/token'), `10000\r\n${'x'.repeat(65536)}\r\n`],
  ['pipelined requests without a reader', '', block('GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n')],
];

// The first bytes of a TLS handshake that claims to be endless.
const tlsRecord = Buffer.concat([Buffer.from([22, 3, 1, 0x40, 0]), Buffer.from([1, 0xff, 0xff, 0xff]), Buffer.alloc(16380)]);

async function flood(target, head, part) {
  const raw = await RawConnection.open(target.port);
  raw.socket.on('error', () => {});
  raw.socket.setMaxListeners(0);
  raw.socket.write(head);
  const bytes = Buffer.from(part);
  for (let sent = 0; sent < 64 * MiB && !raw.socket.destroyed; sent += bytes.length) {
    if (raw.socket.write(bytes)) continue;
    const drained = await Promise.race([
      new Promise((resolve) => raw.socket.once('drain', () => resolve(true))),
      new Promise((resolve) => raw.socket.once('close', () => resolve(false))),
      new Promise((resolve) => setTimeout(() => resolve(false), 3000)),
    ]);
    if (!drained) break;
  }
  raw.destroy();
}

async function check(name, target, head, part) {
  await request(target.base + '/healthz');
  resetPeak(target);
  const before = memory(target, 'VmRSS');
  await flood(target, head, part);
  const grown = memory(target, 'VmHWM') - before;
  assert.ok(grown < growthMax, `${name}: grew by ${(grown / MiB).toFixed(1)} MiB`);
  assert.equal((await request(target.base + '/healthz')).status, 200);
}

test('64 MB of anything that comes before a request is known', async (t) => {
  for (const [name, head, part] of floods) await t.test(name, () => check(name, gateway, head, part));
});

test('64 MB of a TLS handshake that does not end', async (t) => {
  const { certificate, key } = makeCertificate(scratch(), 'growth');
  const secure = await startGateway(t, { 'tls.certificate': certificate, 'tls.key': key }, env);
  await check('records', secure, '', tlsRecord);
  await check('junk', secure, '', 'x'.repeat(65536));
});
