// config.confirm with the official client, in the revisions that have sessions.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { startGateway } from '../support/gateway.mjs';
import { unpack } from '../support/mcp.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const careful = await gateway.mint({ config: { confirm: 'write' } });
const refund = { charge: 'ch_1', amount: 1500 };

test('in the revisions with sessions the client is asked on the stream of its call', async (t) => {
  const client = new Client({ name: 'confirming', version: '1.0.0' }, { capabilities: { elicitation: {} } });
  const asked = [];
  let reply = { action: 'accept', content: { agree: true } };
  client.setRequestHandler(ElicitRequestSchema, (request) => { asked.push(request.params.message); return reply; });
  await client.connect(new StreamableHTTPClientTransport(new URL(careful.url)));
  t.after(() => client.close());
  const run = async () => unpack(await client.callTool({ name: 'create_a_stripe_refund', arguments: refund }));
  assert.equal((await run()).isError, false);
  assert.equal(upstream.requests.length, 1);
  reply = { action: 'decline' };
  assert.equal((await run()).value.error.code, 'declined');
  assert.equal(upstream.requests.length, 1);
  assert.equal(asked.length, 2);
  assert.match(asked[0], /^- charge: "ch_1"$/m);
});
