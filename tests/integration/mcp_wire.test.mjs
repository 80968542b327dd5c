// Both protocol eras on the wire of the built binary: the golden answers of the official SDK's server.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { legacy, modern, modernVersion, post } from '../support/mcp.mjs';

const gateway = await startGateway({ after });
const { url } = await gateway.mint({ config: { methods: ['read'] } });

const code = (answer) => answer.body?.error?.code;

test('server/discover names the version, capabilities, cache hints and the server', async () => {
  const { status, body } = await modern(url, 'server/discover');
  assert.equal(status, 200);
  const { result } = body;
  assert.deepEqual(result.supportedVersions, [modernVersion]);
  assert.ok(result.capabilities.tools);
  assert.equal(result.resultType, 'complete');
  assert.equal(result.cacheScope, 'private');
  assert.ok(Number.isInteger(result.ttlMs) && result.ttlMs >= 0);
  assert.equal(result._meta['io.modelcontextprotocol/serverInfo'].name, 'tollgate');
  assert.equal(result.serverInfo, undefined);
});

test('modern results carry resultType, tools/list carries cache hints', async () => {
  const list = await modern(url, 'tools/list');
  assert.equal(list.body.result.resultType, 'complete');
  assert.equal(list.body.result.cacheScope, 'private');
  assert.ok(Number.isInteger(list.body.result.ttlMs));
  assert.equal(list.body.result.nextCursor, undefined);
  const called = await modern(url, 'tools/call', { name: 'list_all_stripe_charges', arguments: { limit: 1 } });
  assert.equal(called.body.result.resultType, 'complete');
});

test('a legacy handshake: initialize, initialized, ping', async () => {
  for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
    const { status, body, headers } = await legacy(url, 'initialize', { protocolVersion: version, capabilities: {},
      clientInfo: { name: 'test', version: '1' } });
    assert.equal(status, 200);
    assert.equal(body.result.protocolVersion, version);
    assert.equal(body.result.serverInfo.name, 'tollgate');
    assert.equal(body.result.serverInfo.title, 'Acme · sandbox');
    assert.match(body.result.instructions, /Today is \d{4}-\d\d-\d\d in UTC. This is a sandbox, not Stripe: no money is real\.$/);
    assert.ok(headers['mcp-session-id']);
  }
  for (const version of ['2099-01-01', '2026-07-28', 'x']) {
    const { body } = await legacy(url, 'initialize', { protocolVersion: version, capabilities: {},
      clientInfo: { name: 'test', version: '1' } });
    assert.equal(body.result.protocolVersion, '2025-11-25', version);
  }
  const initialized = await legacy(url, 'notifications/initialized', undefined, { id: null });
  assert.equal(initialized.status, 202);
  assert.equal(initialized.text, '');
  assert.deepEqual((await legacy(url, 'ping')).body.result, {});
});

test('an unknown method is -32601: 404 in the modern era, 200 in the legacy one', async () => {
  for (const method of ['no/such', 'initialize', 'ping', 'logging/setLevel', 'resources/subscribe']) {
    const answer = await modern(url, method);
    assert.equal(answer.status, 404, method);
    assert.equal(code(answer), -32601, method);
  }
  const old = await legacy(url, 'no/such');
  assert.equal(old.status, 200);
  assert.equal(code(old), -32601);
});

test('an unknown legacy version header is 400', async () => {
  assert.equal((await legacy(url, 'ping', {}, { headers: { 'mcp-protocol-version': '1999-01-01' } })).status, 400);
});

test('Mcp-Name may be Base64', async () => {
  const name = `=?base64?${Buffer.from('list_all_stripe_charges').toString('base64')}?=`;
  const answer = await modern(url, 'tools/call', { name: 'list_all_stripe_charges', arguments: {} },
    { headers: { 'mcp-name': name } });
  assert.equal(answer.status, 200, answer.text);
});

test('Content-Type must be JSON; Accept is read leniently', async () => {
  assert.equal((await legacy(url, 'ping', {}, { headers: { 'content-type': 'text/plain' } })).status, 415);
  assert.equal((await legacy(url, 'ping', {}, { headers: { 'content-type': 'application/json; charset=utf-8' } })).status, 200);
  for (const accept of ['application/json', '*/*', 'text/event-stream', ''])
    assert.equal((await legacy(url, 'ping', {}, { headers: { accept } })).status, 200, accept);
  assert.equal((await legacy(url, 'ping', {}, { headers: { accept: 'image/png' } })).status, 406);
});

test('ids come back as they were sent', async () => {
  for (const id of ['x', '', 'ünï', 0, -1, 9007199254740991])
    assert.deepEqual((await legacy(url, 'ping', {}, { id })).body.id, id);
});

test('notifications and responses are accepted with 202 and no body', async () => {
  const cancelled = await legacy(url, 'notifications/cancelled', { requestId: 1 }, { id: null });
  assert.deepEqual([cancelled.status, cancelled.text], [202, '']);
  const response = await post(url, { jsonrpc: '2.0', id: 1, result: {} });
  assert.deepEqual([response.status, response.text], [202, '']);
});

// Model providers cache on the bytes of the list.
test('tools/list is byte-stable across calls, servers and a restart', async (t) => {
  const own = await startGateway(t);
  const server = await own.mint({ config: { methods: ['read'] } });
  const twin = await own.mint({ account: server.account, config: { methods: ['read'] } });
  const read = async (path) => (await legacy(own.base + path, 'tools/list', undefined, { id: 1 })).text;
  const first = await read(server.path);
  assert.equal(await read(server.path), first);
  assert.equal(await read(twin.path), first);
  await own.stop();
  await own.start();
  assert.equal(await read(server.path), first);
});
