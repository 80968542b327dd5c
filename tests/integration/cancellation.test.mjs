// Calls whose client no longer wants them: a read stops at Stripe too, a write that was sent is seen to its end.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { legacy, modernVersion } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'log.requests': true });
const server = await gateway.mint({});

// Holds what it is asked until told: { came, gone, answer }.
function hold() {
  const held = { gone: false };
  held.came = new Promise((resolve) => {
    upstream.script = (asked, response) => {
      asked.socket.on('close', () => { held.gone = true; });
      held.answer = (value) => json(response, 200, value);
      resolve();
    };
  });
  return held;
}

// A call of the stateless revision that can be closed: { closed() }.
function open(name, args) {
  const meta = { 'io.modelcontextprotocol/protocolVersion': modernVersion, 'io.modelcontextprotocol/clientCapabilities': {} };
  const request = http.request(server.url, { method: 'POST', headers: { 'content-type': 'application/json',
    accept: 'application/json, text/event-stream', 'mcp-protocol-version': modernVersion, 'mcp-method': 'tools/call', 'mcp-name': name } });
  request.on('error', () => {});
  request.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args, _meta: meta } }));
  return request;
}

test('closing the request of a read ends it at Stripe', async () => {
  const held = hold();
  const call = open('list_all_stripe_charges', { limit: 1 });
  await held.came;
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  assert.equal(held.gone, false);
  call.destroy();
  const started = Date.now();
  await until('the upstream connection is closed', () => held.gone);
  assert.ok(Date.now() - started < allowed(1500), `${Date.now() - started} ms`);
});

test('notifications/cancelled does the same in the older revisions, where closing does not', async () => {
  const held = hold();
  const call = legacy(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: { limit: 1 } }, { id: 'slow' });
  await held.came;
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  assert.equal((await legacy(server.url, 'notifications/cancelled', { requestId: 'slow' }, { id: null })).status, 202);
  const { body } = await call;
  assert.equal(body.result.isError, true);
  const { error } = JSON.parse(body.result.content[0].text);
  assert.equal(error.code, 'cancelled');
  assert.match(error.next_step, /Nothing was done/);
  await until('the upstream connection is closed', () => held.gone);
});

test('a write that was sent is never abandoned', async () => {
  const held = hold();
  const call = open('create_a_stripe_customer', { name: 'Ada' });
  await held.came;
  call.destroy();
  await legacy(server.url, 'notifications/cancelled', { requestId: 1 }, { id: null });
  await new Promise((resolve) => { setTimeout(resolve, 500); });
  assert.equal(held.gone, false);
  held.answer({ id: 'cus_1', object: 'customer' });
  await until('its outcome in the log', () => /"tool":"create_a_stripe_customer","tool_failed":false/.test(gateway.log));
  assert.equal(held.gone, false);
});

test('the connection of a read that was answered in time is used again', async () => {
  upstream.script = (asked, response) => json(response, 200, { object: 'list', data: [], has_more: false, url: '/v1/charges' });
  const sockets = upstream.sockets.size;
  for (let i = 0; i < 20; i += 1) {
    const { body } = await legacy(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: {} });
    assert.equal(body.result.isError, false);
  }
  assert.ok(upstream.sockets.size <= sockets + 2, `${upstream.sockets.size} sockets`);
});
