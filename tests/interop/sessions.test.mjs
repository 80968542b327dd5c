// Sessions of the revisions with initialize: an id that verifies itself, and a client that is asked in the middle of a call.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { root, startGateway } from '../support/gateway.mjs';
import { legacy, modern, modernVersion, post } from '../support/mcp.mjs';
import { request } from '../support/http.mjs';
import { allowed } from '../support/wait.mjs';

const host = resolve(root, process.env.CONFORMANCE_HOST_BINARY ?? 'build/release/tests/conformance/conformance_host');
const gateway = await startGateway({ after });
const server = await gateway.mint({ config: { methods: ['read'] } });

async function begin(url, capabilities = {}) {
  const answer = await legacy(url, 'initialize', { protocolVersion: '2025-11-25', capabilities,
    clientInfo: { name: 'test', version: '1' } });
  assert.equal(answer.status, 200);
  return { 'mcp-session-id': answer.headers['mcp-session-id'] };
}
const ping = (url, headers) => legacy(url, 'ping', undefined, { headers });
const end = (url, headers) => request(url, { method: 'DELETE', headers });

test('initialize names a session; it is accepted, ended by DELETE, and then a 404', async () => {
  const named = await begin(server.url);
  assert.match(named['mcp-session-id'], /^[\x21-\x7e]{32,128}$/);
  assert.equal((await ping(server.url, named)).status, 200);
  const gone = await end(server.url, named);
  assert.deepEqual([gone.status, gone.text], [204, '']);
  const late = await legacy(server.url, 'ping', undefined, { headers: named, id: 'mine' });
  assert.equal(late.status, 404);
  assert.equal(late.body.id, 'mine');
  assert.match(late.body.error.message, /initialize again/);
  assert.equal((await end(server.url, named)).status, 404);
  assert.equal((await end(server.url, {})).status, 400);
  assert.equal((await end(server.url, { 'mcp-protocol-version': modernVersion, ...named })).status, 405);
});

test('no session is needed, a made-up one and that of another MCP server are a 404, an old one begins anew', async () => {
  assert.equal((await ping(server.url, {})).status, 200);
  const other = await gateway.mint({ account: server.account });
  const named = await begin(other.url);
  assert.equal((await ping(server.url, named)).status, 404);
  assert.equal((await ping(server.url, { 'mcp-session-id': 'f'.repeat(64) })).status, 404);
  const again = await legacy(server.url, 'initialize', { protocolVersion: '2025-11-25', capabilities: {} }, { headers: named });
  assert.equal(again.status, 200);
  assert.notEqual(again.headers['mcp-session-id'], named['mcp-session-id']);
});

test('the stateless revision neither begins a session nor reads one', async () => {
  const answer = await modern(server.url, 'server/discover', {}, { headers: { 'mcp-session-id': 'made up' } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['mcp-session-id'], undefined);
});

test('a session outlives a restart, a kill -9 and the rotation of its token', async (t) => {
  const own = await startGateway(t);
  const { path, account, id } = await own.mint({});
  const named = await begin(own.base + path);
  await own.stop();
  await own.start();
  assert.equal((await ping(own.base + path, named)).status, 200);
  await own.kill();
  await own.start();
  assert.equal((await ping(own.base + path, named)).status, 200);
  const rotated = await own.admin('POST', `/integrated-account/${account}/mcp/${id}/rotate`, {});
  assert.ok(rotated.status < 300, rotated.text);
  assert.equal((await ping(rotated.body.url, named)).status, 200);
});

test('logging/setLevel takes the eight levels and refuses others', async () => {
  const named = await begin(server.url);
  for (const level of ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'])
    assert.deepEqual((await legacy(server.url, 'logging/setLevel', { level }, { headers: named })).body.result, {});
  assert.equal((await legacy(server.url, 'logging/setLevel', { level: 'loud' }, { headers: named })).body.error.code, -32602);
});

test('a client that asks for debug messages receives one for each request to Stripe, without its content', async () => {
  const told = [];
  const client = new Client({ name: 'curious', version: '1' });
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => { told.push(params); });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  // There is no such customer.
  const read = () => client.callTool({ name: 'list_all_stripe_charges', arguments: { customer: 'cus_secret' } });
  await read();
  assert.equal(told.length, 0);
  await client.setLoggingLevel('debug');
  await read();
  assert.equal(told.length, 1);
  const { level, logger, data } = told[0];
  assert.deepEqual([level, logger, data.method, data.path, data.status], ['debug', 'tollgate', 'GET', '/v1/charges', 400]);
  assert.ok(data.request_id.startsWith('req_') && Number.isInteger(data.milliseconds));
  assert.doesNotMatch(JSON.stringify(told), /cus_secret/);
  await client.close();
});

// The tools that ask are the conformance suite's; what asks is the gateway.
async function asking(t, capabilities, work) {
  const own = await startGateway(t, { 'server.threads': 2 }, {}, 'serve', host);
  const made = await own.mint({});
  const client = new Client({ name: 'asked', version: '1' }, { capabilities });
  await client.connect(new StreamableHTTPClientTransport(new URL(made.url)));
  try {
    return await work(client, made, own);
  } finally {
    await client.close();
  }
}
const textOf = (result) => result.content[0].text;

test('a client that declared elicitation is asked on the stream of its call', (t) => asking(t, { elicitation: {} },
  async (client) => {
    let asked = 0;
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked += 1;
      assert.match(params.message, /information/);
      return { action: 'accept', content: { username: 'ada', email: 'ada@example.com' } };
    });
    for (let i = 0; i < 20; i += 1)
      assert.match(textOf(await client.callTool({ name: 'test_elicitation', arguments: {} })), /"username":"ada"/);
    assert.equal(asked, 20);
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }));
    assert.match(textOf(await client.callTool({ name: 'test_elicitation', arguments: {} })), /"decline"/);
    client.setRequestHandler(ElicitRequestSchema, () => { throw new Error('not today'); });
    const refused = await client.callTool({ name: 'test_elicitation', arguments: {} });
    assert.equal(refused.isError, true);
    assert.match(textOf(refused), /refused.*not today/);
  }));

test('two questions in one call, and a tool that asks twice', (t) => asking(t, { elicitation: {}, sampling: {}, roots: {} },
  async (client) => {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({ action: 'accept', content: { said: params.message } }));
    assert.equal(textOf(await client.callTool({ name: 'test_input_required_result_multi_round', arguments: {} })), 'Done.');
  }));

test('a client that declared nothing, or sends no session, is not asked', (t) => asking(t, {}, async (client, { url }) => {
  await assert.rejects(client.callTool({ name: 'test_elicitation', arguments: {} }), /initialize declared the capability/);
  const bare = await legacy(url, 'tools/call', { name: 'test_elicitation', arguments: {} });
  assert.equal(bare.body.error.code, -32600);
}));

test('a made-up answer changes nothing', (t) => asking(t, { elicitation: {} }, async (client, { url }) => {
  client.setRequestHandler(ElicitRequestSchema, async () => {
    for (const id of ['ask_000000000000000000000000', 1, ''])
      assert.equal((await post(url, { jsonrpc: '2.0', id, result: { action: 'accept', content: { username: 'eve' } } })).status, 202);
    return { action: 'accept', content: { username: 'ada' } };
  });
  assert.match(textOf(await client.callTool({ name: 'test_elicitation', arguments: {} })), /"username":"ada"/);
}));

test('a revoke in the middle of a question ends the call', (t) => asking(t, { elicitation: {} }, async (client, { account, id }, own) => {
  client.setRequestHandler(ElicitRequestSchema, async () => {
    assert.ok((await own.admin('DELETE', `/integrated-account/${account}/mcp/${id}`)).status < 300);
    return new Promise(() => {});
  });
  const started = Date.now();
  const ended = await client.callTool({ name: 'test_elicitation', arguments: {} });
  assert.equal(ended.isError, true);
  assert.ok(Date.now() - started < allowed(3000));
}));

test('log messages come from the level on that was set', (t) => asking(t, {}, async (client) => {
  let messages = 0;
  client.setNotificationHandler(LoggingMessageNotificationSchema, () => { messages += 1; });
  await client.setLoggingLevel('error');
  await client.callTool({ name: 'test_tool_with_logging', arguments: {} });
  assert.equal(messages, 0);
  await client.setLoggingLevel('info');
  await client.callTool({ name: 'test_tool_with_logging', arguments: {} });
  assert.equal(messages, 3);
}));
