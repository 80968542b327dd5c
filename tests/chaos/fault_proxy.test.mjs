// The fault proxy does what it says: the tests that use it would else prove nothing.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { startFaultProxy } from '../support/fault_proxy.mjs';
import { allowed, until, within } from '../support/wait.mjs';

// A server that answers each byte with itself, and ends when the client did.
async function startEcho(t) {
  const echo = { sockets: new Set(), ends: 0, errors: 0 };
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    echo.sockets.add(socket);
    socket.on('error', () => { ++echo.errors; });
    socket.on('close', () => echo.sockets.delete(socket));
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => { ++echo.ends; socket.end(); });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of echo.sockets) socket.destroy();
    server.close();
  });
  echo.port = server.address().port;
  return echo;
}

async function setUp(t) {
  const echo = await startEcho(t);
  return { echo, proxy: await startFaultProxy(t, echo.port) };
}

class Client {
  constructor(t, port) {
    this.chunks = [];
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (chunk) => this.chunks.push({ chunk, at: performance.now() }));
    this.socket.on('error', (error) => { this.error = error.code; });
    this.socket.on('end', () => { this.ended = true; });
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    t.after(() => this.socket.destroy());
  }

  get text() { return Buffer.concat(this.chunks.map((one) => one.chunk)).toString(); }
  send(text) { this.socket.write(text); return performance.now(); }
  got(text) { return until(`"${text.slice(0, 20)}"`, () => this.text === text, 5000); }
}

test('without faults bytes, their order and the ends of both directions pass', async (t) => {
  const { echo, proxy } = await setUp(t);
  const client = new Client(t, proxy.port);
  const much = 'abcdefghij'.repeat(200_000); // beyond what the proxy holds at once
  client.send(much);
  await client.got(much);
  client.socket.end();
  await within(2000, 'the end', client.closed);
  assert.deepEqual([client.error, client.ended, echo.ends, echo.errors], [undefined, true, 1, 0]);
  await until('no link', () => proxy.links.size === 0);
  assert.deepEqual(proxy.bytes, { server: much.length, client: much.length });
});

test('latency delays both ways, keeps the order, and ends at once', async (t) => {
  const { proxy } = await setUp(t);
  const client = new Client(t, proxy.port);
  await proxy.set({ latency: { ms: 100, jitter: 40 } });
  const sent = client.send('a');
  client.send('bcdefgh');
  await client.got('abcdefgh');
  const took = client.chunks[0].at - sent;
  assert.ok(took >= 115 && took < allowed(600), `${took} ms`);
  await proxy.set({});
  const again = client.send('z');
  await client.got('abcdefghz');
  assert.ok(client.chunks.at(-1).at - again < allowed(60));
});

test('slices are as large as told, with pauses', async (t) => {
  const { proxy } = await setUp(t);
  const client = new Client(t, proxy.port);
  await proxy.set({ slice: { bytes: 3, pause: 5 } });
  const sent = client.send('0123456789');
  await client.got('0123456789');
  assert.ok(client.chunks.length >= 3, `${client.chunks.length} chunks`);
  assert.ok(client.chunks.at(-1).at - sent >= 15);
});

test('the bandwidth is kept', async (t) => {
  const { proxy } = await setUp(t);
  const client = new Client(t, proxy.port);
  await proxy.set({ bandwidth: { bytesPerSecond: 20_000 } });
  const sent = client.send('x'.repeat(6000));
  await until('all of it', () => client.text.length === 6000, 5000);
  const took = client.chunks.at(-1).at - sent;
  assert.ok(took >= 250 && took < allowed(1500), `${took} ms`);
});

test('refused: nobody listens, open links are reset; afterwards the same port works', async (t) => {
  const { echo, proxy } = await setUp(t);
  const open = new Client(t, proxy.port);
  open.send('a');
  await open.got('a');
  await proxy.set({ down: 'refuse' });
  await within(2000, 'the reset', open.closed);
  assert.equal(open.error, 'ECONNRESET');
  const refused = new Client(t, proxy.port);
  await within(2000, 'the refusal', refused.closed);
  assert.equal(refused.error, 'ECONNREFUSED');
  await proxy.set({});
  const fine = new Client(t, proxy.port);
  fine.send('b');
  await fine.got('b');
  await until('one link at the server', () => echo.sockets.size === 1);
});

test('dropped: accepted and closed, nothing reaches the server', async (t) => {
  const { echo, proxy } = await setUp(t);
  await proxy.set({ down: 'drop' });
  const client = new Client(t, proxy.port);
  client.send('a');
  await until('the end', () => client.ended || client.error, 2000);
  assert.equal(client.text, '');
  assert.equal(echo.sockets.size, 0);
  assert.equal(proxy.bytes.server, 0);
});

test('reset: exactly so many bytes of an answer, then RST on both sides', async (t) => {
  const { echo, proxy } = await setUp(t);
  await proxy.set({ reset: { after: 4 } });
  const client = new Client(t, proxy.port);
  client.send('0123456789');
  // Node tells an RST behind bytes as an end; what is written then tells the truth.
  await until('the reset', () => client.error || (client.ended && !client.send('x')), 2000);
  assert.equal(proxy.bytes.client, 4);
  await until('the server to lose it', () => echo.sockets.size === 0);
  await proxy.set({ reset: { after: 0, toward: 'server' } });
  const other = new Client(t, proxy.port);
  other.send('abc');
  await within(2000, 'the reset', other.closed);
  assert.equal(proxy.bytes.server, 10);
  await proxy.set({ reset: { at: 'COMMIT', toward: 'server' } });
  const third = new Client(t, proxy.port);
  third.send('BEGIN');
  await third.got('BEGIN');
  third.send('COMMIT');
  await within(2000, 'the reset', third.closed);
  assert.equal(proxy.bytes.server, 15);
});

test('half-closed: the end of the answers comes early, requests still arrive', async (t) => {
  const { proxy } = await setUp(t);
  await proxy.set({ halfClose: { after: 2 } });
  const client = new Client(t, proxy.port);
  client.send('0123');
  await until('the end', () => client.ended, 2000);
  assert.equal(client.text, '01');
  client.send('4567');
  await until('the rest at the server', () => proxy.bytes.server === 8);
  await proxy.set({});
  await until('the reset of a torn link', () => client.error || !client.send('x'), 2000);
  const whole = new Client(t, proxy.port);
  whole.send('a');
  await whole.got('a');
  proxy.halfCloseAll('server');
  await until('the end', () => whole.ended, 2000);
});

test('swallowed: nothing passes, nothing closes, and a torn link is reset at the end', async (t) => {
  const { echo, proxy } = await setUp(t);
  const torn = new Client(t, proxy.port);
  const idle = new Client(t, proxy.port);
  idle.send('i');
  await idle.got('i');
  await proxy.set({ swallow: 'client' });
  torn.send('question');
  await until('the question at the server', () => proxy.bytes.server === 9);
  assert.equal(echo.sockets.size, 2);
  await proxy.set({ swallow: true });
  torn.send('more');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([torn.text, torn.socket.destroyed, proxy.bytes.server], ['', false, 9]);
  await proxy.set({});
  await within(2000, 'the reset', torn.closed);
  idle.send('j');
  await idle.got('ij');
});
