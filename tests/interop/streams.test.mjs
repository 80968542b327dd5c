// Streams as clients nobody here wrote use them: list_changed in both eras, HTTP+SSE directly and through bridges.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client as ClientTwo, StreamableHTTPClientTransport as TransportTwo } from '@modelcontextprotocol/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as TransportOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { root, startGateway } from '../support/gateway.mjs';
import { unpack } from '../support/mcp.mjs';
import { until, within } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const info = { name: 'interop', version: '1.0.0' };
const at = (server) => `/integrated-account/${server.account}/mcp/${server.id}`;
const retag = (server, tag) => gateway.must('PATCH', at(server), { config: { listing: 'full', tags: [tag] } });
const minted = () => gateway.mint({ config: { listing: 'full', tags: ['payments'] } });
const packages = join(root, 'tests/interop/node_modules');
const bridge = (...args) => new StdioClientTransport({ command: process.execPath, stderr: 'pipe', args,
  env: { ...process.env, MCP_REMOTE_CONFIG_DIR: join(gateway.directory, `mcp-remote-${Math.random()}`) } });

const legacyWays = {
  'SDK 1.x, Streamable HTTP': (url) => new TransportOne(new URL(url)),
  'SDK 1.x, HTTP+SSE': (url) => new SSEClientTransport(new URL(url + '/sse')),
  'mcp-remote --transport sse-only': (url) =>
    bridge(join(packages, 'mcp-remote/dist/proxy.js'), url + '/sse', '--allow-http', '--transport', 'sse-only'),
  'mcp-remote': (url) => bridge(join(packages, 'mcp-remote/dist/proxy.js'), url, '--allow-http'),
  'supergateway --sse': (url) => bridge(join(packages, 'supergateway/dist/index.js'), '--sse', url + '/sse', '--logLevel', 'none'),
  'supergateway --streamableHttp': (url) =>
    bridge(join(packages, 'supergateway/dist/index.js'), '--streamableHttp', url, '--logLevel', 'none'),
};

for (const [name, transportTo] of Object.entries(legacyWays)) {
  const relays = !name.startsWith('supergateway'); // it passes no notification on
  test(`${name}: lists, calls, errors${relays ? ', and hears of a change' : ''}`, async () => {
    const server = await minted();
    const client = new ClientOne(info);
    let told = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => { ++told; });
    await within(20_000, 'connecting', client.connect(transportTo(server.url)));
    try {
      const before = (await client.listTools()).tools.map((tool) => tool.name);
      assert.ok(before.includes('list_all_stripe_charges'));
      for (let i = 0; i < 20; ++i) {
        const page = unpack(await client.callTool({ name: 'list_all_stripe_charges', arguments: { limit: 1 } }));
        assert.equal(page.isError, false);
      }
      const both = await Promise.all([1, 2, 3, 4, 5].map((limit) =>
        client.callTool({ name: 'list_all_stripe_charges', arguments: { limit } })));
      assert.deepEqual(both.map((result) => result.isError ?? false), [false, false, false, false, false]);
      await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), /32602|no_such_tool/);
      // The stream may open a moment after the client is connected.
      await until('list_changed', async () => {
        await retag(server, told % 2 ? 'payments' : 'disputes');
        if (!relays) return true;
        await until('a notification', () => told > 0, 700).catch(() => {});
        return told > 0;
      });
      const now = (await client.listTools()).tools.map((tool) => tool.name);
      assert.notDeepEqual(now, before);
    } finally {
      await client.close();
    }
  });
}

test('client 2.x: listen confirms what it will report, reports a change, and ends in order', async () => {
  const server = await minted();
  const client = new ClientTwo(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new TransportTwo(new URL(server.url)));
  let told = 0;
  client.setNotificationHandler('notifications/tools/list_changed', () => { ++told; });
  const subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: ['a://b'] });
  assert.deepEqual(subscription.honoredFilter, { toolsListChanged: true });
  await retag(server, 'disputes');
  await until('list_changed', () => told === 1);
  const brief = await client.listen({ toolsListChanged: true });
  await brief.close();
  await gateway.must('DELETE', at(server));
  assert.equal(await within(3_000, 'the end', subscription.closed), 'graceful');
  await client.close();
});

test('client 2.x: a list it keeps is fetched anew when it has changed', async () => {
  const server = await minted();
  const client = new ClientTwo(info, { versionNegotiation: { mode: { pin: '2026-07-28' } },
    listChanged: { tools: { onChanged: (error, tools) => { assert.equal(error, null); seen = tools; } } } });
  let seen;
  await client.connect(new TransportTwo(new URL(server.url)));
  await retag(server, 'disputes');
  const tools = await until('the new list', () => seen);
  assert.ok(!tools.some((tool) => tool.name === 'list_all_stripe_charges'));
  await client.close();
});

test('the ends of URLs: a revoked one is an ordinary failure of HTTP+SSE', async () => {
  const server = await minted();
  await gateway.must('DELETE', at(server));
  await assert.rejects(new ClientOne(info).connect(new SSEClientTransport(new URL(server.url + '/sse'))), /404/);
});
