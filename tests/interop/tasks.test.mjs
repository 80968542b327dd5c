// Calls that wait for approval by the extension's own client, and links by the official clients of both eras.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client as ClientTwo, StreamableHTTPClientTransport as TransportTwo } from '@modelcontextprotocol/client';
import { createTaskSessionFromClient, resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { startGateway } from '../support/gateway.mjs';
import { modernVersion, post, unpack } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after }, (asked, response) =>
  json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' }));
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
const rule = { id: 'large_refunds', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } };
const mint = () => gateway.mint({ account, config: { guardrails: [rule] } });
const args = { charge: 'ch_1', amount: 900 };
const info = { name: 'interop', version: '1.0.0' };
const pendingOf = async (server) => (await gateway.must('GET', `/approval?mcp_server_id=${server.id}`)).result[0];
const writes = () => upstream.requests.filter((sent) => sent.method === 'POST').length;

// The extension's package leaves the requests of tasks to its host.
function dispatcher(url) {
  let id = 1000;
  return async (request) => {
    const { body } = await post(url, { jsonrpc: '2.0', id: ++id, ...request }, { 'mcp-protocol-version': modernVersion, 'mcp-method': request.method,
      'mcp-name': request.params.name ?? request.params.taskId });
    return body.error ? { kind: 'error', error: body.error } : { kind: 'result', result: body.result };
  };
}

async function taskSession(t, server) {
  const client = new ClientTwo(info, { versionNegotiation: { mode: { pin: modernVersion } } });
  await client.connect(new TransportTwo(new URL(server.url)));
  t.after(() => client.close());
  const session = createTaskSessionFromClient(client, { endpointId: server.id, rawDispatch: dispatcher(server.url),
    v2RequestFraming: { protocolVersion: modernVersion, clientInfo: info, clientCapabilities: {} } });
  t.after(() => session.close());
  return session;
}

test('the client of the extension follows a call to its outcome', async (t) => {
  const server = await mint();
  const session = await taskSession(t, server);
  const before = writes();
  const execution = await session.callTool(refund, args);
  const { id } = await pendingOf(server);
  assert.equal(writes(), before);
  await gateway.must('POST', `/approval/${id}/approve`, { reason: 'Checked.' });
  const { outcome } = await execution.settle();
  const { value, isError } = unpack(resultFromTaskOutcome(outcome));
  assert.equal(isError, false);
  assert.equal(value.receipt.object_id, 're_1');
  assert.equal(writes(), before + 1);
});

test('a denied call is a result with an error there', async (t) => {
  const server = await mint();
  const session = await taskSession(t, server);
  const execution = await session.callTool(refund, args);
  const { id } = await pendingOf(server);
  await gateway.must('POST', `/approval/${id}/deny`, { reason: 'Wrong customer.' });
  const { outcome } = await execution.settle();
  const result = resultFromTaskOutcome(outcome);
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /Wrong customer\./);
});

test('client 2.x is asked to open the link, and has the result', async (t) => {
  const server = await mint();
  const client = new ClientTwo(info, { versionNegotiation: { mode: { pin: modernVersion } }, capabilities: { elicitation: { url: {} } } });
  const asked = [];
  client.setRequestHandler('elicitation/create', (request) => { asked.push(request.params); return { action: 'accept' }; });
  await client.connect(new TransportTwo(new URL(server.url)));
  t.after(() => client.close());
  const { value, isError } = unpack(await client.callTool({ name: refund, arguments: args }));
  assert.equal(isError, false);
  assert.equal(value.approval.state, 'pending');
  assert.equal(asked.length, 1);
  assert.equal(asked[0].mode, 'url');
  assert.ok(asked[0].url.endsWith(`/console/approvals/${value.approval.id}`), asked[0].url);
});

test('SDK 1.x is asked on the stream of its call, in a session of 2025-11-25', async (t) => {
  const server = await mint();
  const client = new ClientOne(info, { capabilities: { elicitation: { url: {} } } });
  const asked = [];
  let reply = { action: 'accept' };
  client.setRequestHandler(ElicitRequestSchema, (request) => { asked.push(request.params); return reply; });
  await client.connect(new TransportOne(new URL(server.url)));
  t.after(() => client.close());
  const run = async () => unpack(await client.callTool({ name: refund, arguments: args }));
  const first = await run();
  assert.equal(first.value.approval.state, 'pending');
  assert.equal(asked[0].mode, 'url');
  assert.equal(asked[0].elicitationId, first.value.approval.id);
  reply = { action: 'decline' };
  assert.equal((await run()).value.approval.id, first.value.approval.id, 'what the client answers decides nothing');
  assert.equal((await pendingOf(server)).state, 'pending');
});
