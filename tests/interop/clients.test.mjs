// The official clients, both lines and every way they negotiate, over a minted URL.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client as ClientTwo, StreamableHTTPClientTransport as TransportTwo } from '@modelcontextprotocol/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as TransportOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { join } from 'node:path';
import { root, startGateway } from '../support/gateway.mjs';
import { unpack } from '../support/mcp.mjs';

const gateway = await startGateway({ after });
const server = await gateway.mint({ config: { listing: 'full' } });
const info = { name: 'interop', version: '1.0.0' };

async function use(client, transport, work) {
  await client.connect(transport);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

// Lists, reads, writes, and is refused: what every client must be able to do.
async function walk(client) {
  const { tools, nextCursor } = await client.listTools();
  assert.ok(tools.length > 200, `${tools.length} tools`);
  assert.equal(nextCursor, undefined);
  const read = unpack(await client.callTool({ name: 'list_all_stripe_charges', arguments: { limit: 2 } }));
  assert.equal(read.value.data.length, 2);
  const made = unpack(await client.callTool({ name: 'create_a_stripe_customer', arguments: { name: 'Ada' } }));
  assert.match(made.value.id, /^cus_/);
  const refused = unpack(await client.callTool({ name: 'list_all_stripe_charges', arguments: { limitt: 2 } }));
  assert.equal(refused.isError, true);
  await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), { code: -32602 });
  return tools;
}

test('SDK 1.x: initialize, listTools, callTool; every input schema compiles', async () => {
  const tools = await use(new ClientOne(info), new TransportOne(new URL(server.url)), async (client) => {
    assert.equal(client.getServerVersion().name, 'tollgate');
    return walk(client);
  });
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  for (const tool of tools) {
    const validate = ajv.compile(tool.inputSchema);
    assert.equal(validate({ no_such_argument: 1 }), false, tool.name);
    assert.ok(tool.title && tool.description && tool.annotations, tool.name);
  }
});

for (const mode of ['legacy', 'auto', { pin: '2026-07-28' }]) {
  test(`client 2.x in mode ${JSON.stringify(mode)}`, async () => {
    await use(new ClientTwo(info, { versionNegotiation: { mode } }), new TransportTwo(new URL(server.url)), walk);
  });
}

// Claude Desktop's way: a stdio bridge that is spawned with the URL.
test('mcp-remote, spawned by the official stdio transport', async () => {
  const transport = new StdioClientTransport({ command: process.execPath, stderr: 'pipe',
    args: [join(root, 'tests/interop/node_modules/mcp-remote/dist/proxy.js'), server.url, '--allow-http'],
    env: { ...process.env, MCP_REMOTE_CONFIG_DIR: join(gateway.directory, 'mcp-remote') } });
  await use(new ClientOne(info), transport, walk);
});

test('a revoked URL is an ordinary failure to both lines, not a way into OAuth', async () => {
  const gone = await gateway.mint({ account: server.account });
  await gateway.admin('DELETE', `/integrated-account/${gone.account}/mcp/${gone.id}`);
  const seen = gateway.log.length;
  await assert.rejects(new ClientOne(info).connect(new TransportOne(new URL(gone.url))));
  await assert.rejects(new ClientTwo(info).connect(new TransportTwo(new URL(gone.url))));
  assert.ok(!/"status":401/.test(gateway.log.slice(seen)));
});
