// Broken, slow and greedy HTTP clients: each gets its stated answer, and the server is healthy after.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { RawConnection, request } from '../support/http.mjs';
import { startUpstream, upstreamSettings, json } from '../support/upstream.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { allowed, until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream),
  'limits.header_bytes': 4096, 'limits.headers': 20, 'limits.body_bytes': 65536,
  'limits.connections': 40, 'limits.requests_per_token': 3,
  'timeouts.header': 400, 'timeouts.body': 400, 'timeouts.idle': 1500 });
const server = await gateway.mint();
afterEach(async () => {
  const health = await request(gateway.base + '/healthz');
  assert.equal(health.status, 200);
});

const open = () => RawConnection.open(gateway.port);
const get = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

test('a body over the limit is 413, by its length and by its chunks', async () => {
  const big = await request(gateway.base + server.path, { method: 'POST', body: 'x'.repeat(70_000),
    headers: { 'content-type': 'application/json' } });
  assert.equal(big.status, 413);
  assert.match(big.headers['content-type'], /json/);
  const raw = await open();
  raw.send(`POST ${server.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    'Transfer-Encoding: chunked\r\n\r\n');
  for (let i = 0; i < 20; ++i) raw.send(`1000\r\n${'x'.repeat(4096)}\r\n`);
  assert.match(await raw.whole(), /^HTTP\/1\.1 413 /);
});

// A close with input unread is a reset, which a client sees instead of the answer.
test('a body far over the limit is answered with 413, not with a reset', async () => {
  for (let i = 0; i < 8; ++i) {
    const far = await request(gateway.base + server.path, { method: 'POST', body: Buffer.alloc(8 * 1024 * 1024, 'x'),
      headers: { 'content-type': 'application/json' } });
    assert.equal(far.status, 413);
  }
});

test('a refused client that goes on sending is cut off', async () => {
  const raw = await open();
  raw.send(`POST ${server.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    'Content-Length: 999999999\r\n\r\n');
  const began = Date.now();
  const drip = setInterval(() => raw.send('x'.repeat(1000)), 50);
  try {
    await new Promise((resolve) => raw.socket.once('close', resolve));
  } finally {
    clearInterval(drip);
  }
  assert.ok(Date.now() - began < allowed(6000), `${Date.now() - began} ms`);
});

test('a header over the limit, in bytes or in fields, is 431', async () => {
  const long = await open();
  assert.match(await long.send(get('/healthz', `X-Long: ${'a'.repeat(8000)}\r\n`)).whole(), /^HTTP\/1\.1 431 /);
  const many = await open();
  const fields = Array.from({ length: 40 }, (_, i) => `X-${i}: 1\r\n`).join('');
  assert.match(await many.send(get('/healthz', fields)).whole(), /^HTTP\/1\.1 431 /);
});

test('a request that does not finish in time is 408', async () => {
  const header = await open();
  assert.match(await header.send('GET /healthz HTTP/1.1\r\nHost: loc').whole(), /^HTTP\/1\.1 408 /);
  const body = await open();
  body.send(`POST ${server.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    'Content-Length: 100\r\n\r\n{"json');
  assert.match(await body.whole(), /^HTTP\/1\.1 408 /);
});

// The header's deadline is one for the whole header: a byte now and then does not extend it.
test('a slow drip of header bytes is cut at the deadline', async () => {
  const raw = await open();
  const started = Date.now();
  const drip = setInterval(() => raw.send('a'), 50);
  raw.send('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Drip: ');
  try {
    assert.match(await raw.whole(), /^HTTP\/1\.1 408 /);
  } finally {
    clearInterval(drip);
  }
  assert.ok(Date.now() - started < allowed(3000));
});

test('an idle connection is closed without an answer', async () => {
  const raw = await open();
  raw.send(get('/healthz'));
  await until('the first answer', () => raw.text().includes('"ok"'));
  const text = await raw.whole();
  assert.deepEqual([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1]), ['200']);
});

test('pipelined requests are answered in order', async () => {
  const raw = await open();
  raw.send(get('/healthz') + get('/nowhere') + get('/readyz') + get('/metrics') +
    get('/healthz', 'Connection: close\r\n'));
  await raw.whole();
  assert.deepEqual(raw.statuses(), [200, 404, 200, 200, 200]);
});

test('a client that half-closes after its request still gets its answer', async () => {
  const raw = await open();
  const text = await raw.send(get('/healthz')).halfClose().whole();
  assert.match(text, /^HTTP\/1\.1 200 /);
});

test('a client that disconnects in the middle of anything affects no other client', async () => {
  const before = gateway.fds();
  for (const text of ['', 'G', 'GET / HTT', get('/healthz').slice(0, -2), get('/healthz'),
    `POST ${server.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{`]) {
    const raw = await open();
    raw.send(text);
    raw.destroy();
  }
  await until('the sockets to be given back', () => gateway.fds() <= before);
});

const garbage = [
  ['random bytes', Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 7919 + 13) % 256)).toString('latin1')],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['no version', 'GET /\r\n\r\n'],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['two lengths', `POST ${'/healthz'} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
  ['length and chunks', 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['negative length', 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n'],
  ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
  ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['bad chunk size', 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n'],
  ['huge chunk size', 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n'],
  ['absolute target', 'GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['folded header', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n'],
  ['bare LF and NUL', 'GET /healthz HTTP/1.1\nHost: a\0\n\n'],
];
for (const [what, text] of garbage) {
  test(`garbage is refused and the connection closed: ${what}`, async () => {
    const raw = await open();
    raw.socket.write(Buffer.from(text, 'latin1'));
    const answer = await raw.whole();
    assert.match(answer, /^HTTP\/1\.1 (4\d\d|50[15]) /, answer.slice(0, 200));
    assert.equal(raw.statuses().length, 1, 'more than one answer: smuggling');
  });
}

test('an unsupported expectation or method has an answer', async () => {
  const raw = await open();
  const answer = await raw.send('BREW /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n').whole();
  assert.match(answer, /^HTTP\/1\.1 501 /);
  const expect = await open();
  expect.send(`POST ${server.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    'Expect: 100-continue\r\nContent-Length: 40\r\nConnection: close\r\n\r\n');
  await until('the interim answer', () => expect.text().startsWith('HTTP/1.1 100 '));
  expect.send('{"jsonrpc":"2.0","id":1,"method":"ping"}');
  assert.match(await expect.whole(), /\r\n\r\nHTTP\/1\.1 200 /);
});

test('connections over the limit receive 503, and are accepted again afterwards', async () => {
  const held = [];
  for (let i = 0; i < 60; ++i) held.push(await open().catch(() => null));
  const told = await until('a 503', () => held.find((raw) => raw?.text().startsWith('HTTP/1.1 503 ')));
  assert.match(told.text(), /Retry-After: \d+/i);
  for (const raw of held) raw?.destroy();
  await until('room', async () => {
    const health = await request(gateway.base + '/healthz').catch(() => null);
    return health?.status === 200;
  });
});

test('calls over a token\'s in-flight limit are 503 with Retry-After; another token is not touched', async () => {
  const other = await gateway.mint();
  const waiting = [];
  upstream.script = (asked, response) => { waiting.push(response); };
  const running = Array.from({ length: 3 }, () => call(server.url, 'list_all_stripe_charges'));
  await until('three calls at the upstream', () => waiting.length === 3);
  const refused = await legacy(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: {} });
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers['retry-after']) >= 1);
  assert.equal((await legacy(other.url, 'ping')).status, 200);
  for (const response of waiting) json(response, 200, { object: 'list', data: [], has_more: false });
  for (const done of await Promise.all(running)) assert.equal(done.isError, false);
  upstream.script = (asked, response) => json(response, 200, { object: 'list', data: [], has_more: false });
  assert.equal((await call(server.url, 'list_all_stripe_charges')).isError, false);
});

// A burst leaves no descriptor behind.
test('no descriptor leaks over a burst of connections and calls', async () => {
  const settled = await until('idle connections to go', async () => {
    const count = gateway.fds();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return count === gateway.fds() && count;
  });
  for (let round = 0; round < 10; ++round)
    await Promise.all(Array.from({ length: 20 }, () => request(gateway.base + '/healthz')));
  for (let i = 0; i < 20; ++i) await call(server.url, 'list_all_stripe_charges');
  // Pooled connections to the upstream may stay: one a loop.
  await until('descriptors to be given back', () => gateway.fds() <= settled + 8);
});
