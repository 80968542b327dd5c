// Every client, by every transport: 200 calls, an error, a cancellation; then a restart in mid-session, a rotated and a
// revoked token. None is told to connect again.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { join } from 'node:path';
import { Client as ClientTwo, SSEClientTransport as SseTwo, StreamableHTTPClientTransport as HttpTwo } from '@modelcontextprotocol/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as SseOne } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { root, startGateway } from '../support/gateway.mjs';
import { unpack } from '../support/mcp.mjs';
import { until, within } from '../support/wait.mjs';

const calls = 200;
const info = { name: 'recovery', version: '1.0.0' };
const gateway = await startGateway({ after });
const installed = join(root, 'tests/interop/node_modules');

const one = (Transport) => async (url) => [new ClientOne(info), new Transport(new URL(url))];
const two = (mode) => async (url) => [new ClientTwo(info, { versionNegotiation: { mode } }), new HttpTwo(new URL(url))];
const bridge = (...words) => async (url) => [new ClientOne(info), new StdioClientTransport({ command: process.execPath,
  stderr: 'ignore', args: words.map((word) => (word === 'URL' ? url : word)),
  env: { ...process.env, MCP_REMOTE_CONFIG_DIR: join(gateway.directory, 'mcp-remote') } })];
const remote = join(installed, 'mcp-remote/dist/proxy.js');
const supergateway = join(installed, 'supergateway/dist/index.js');

// [name, the end of the URL, how to connect]
const clients = [
  ['SDK 1.x, Streamable HTTP', '', one(HttpOne)],
  ['SDK 1.x, HTTP+SSE', '/sse', one(SseOne)],
  ['SDK 2.x, legacy', '', two('legacy')],
  ['SDK 2.x, auto', '', two('auto')],
  ['SDK 2.x, pinned', '', two({ pin: '2026-07-28' })],
  ['SDK 2.x, HTTP+SSE', '/sse', async (url) => [new ClientTwo(info, { versionNegotiation: { mode: 'legacy' } }), new SseTwo(new URL(url))]],
  ['mcp-remote, http', '', bridge(remote, 'URL', '--allow-http', '--transport', 'http-only')],
  ['mcp-remote, sse', '/sse', bridge(remote, 'URL', '--allow-http', '--transport', 'sse-only')],
  ['mcp-remote, falls back', '/sse', bridge(remote, 'URL', '--allow-http')],
  ['supergateway, http', '', bridge(supergateway, '--streamableHttp', 'URL', '--logLevel', 'none')],
  ['supergateway, sse', '/sse', bridge(supergateway, '--sse', 'URL', '--logLevel', 'none')],
];

// The options come third in the one line, second in the other.
const read = (client, options) => client.callTool({ name: 'list_all_stripe_charges', arguments: { limit: 1 } },
  ...(client instanceof ClientOne ? [undefined, options] : [options]));

async function works(client) {
  const { value } = unpack(await within(10_000, 'a call', read(client)));
  assert.equal(value.data.length, 1);
}

// One that fails leaves the client as it is.
async function isRefused(client) {
  await assert.rejects(within(10_000, 'a refusal', read(client)).then((result) => {
    if (result.isError) throw new Error('an error result');
  }));
}

for (const [name, end, connect] of clients) {
  test(`${name}: ${calls} calls, an error, a cancellation, a rotation, a restart, a revoke`, async (t) => {
    const server = await gateway.mint({});
    const [client, transport] = await connect(server.url + end);
    t.after(() => client.close());
    client.onerror = () => {};
    await client.connect(transport);
    assert.ok((await client.listTools()).tools.length > 5);
    for (let done = 0; done < calls; done += 20) await Promise.all(Array.from({ length: 20 }, () => works(client)));
    const wrong = unpack(await client.callTool({ name: 'list_all_stripe_charges', arguments: { limitt: 1 } }));
    assert.equal(wrong.isError, true);
    await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }));
    const stop = new AbortController();
    const cancelled = read(client, { signal: stop.signal });
    stop.abort();
    await assert.rejects(cancelled);
    await works(client);

    // The old URL is good for a while.
    const rotate = `/integrated-account/${server.account}/mcp/${server.id}/rotate`;
    assert.ok((await gateway.admin('POST', rotate, { overlap_seconds: 600 })).status < 300);
    await works(client);

    const listen = gateway.ports.mcp;
    await gateway.stop();
    await gateway.start({ 'server.listen': listen });
    await until('the first call after the restart', () => works(client).then(() => true, () => false), 20_000);
    for (let i = 0; i < 20; i += 1) await works(client);

    assert.ok((await gateway.admin('DELETE', `/integrated-account/${server.account}/mcp/${server.id}`)).status < 300);
    await isRefused(client);
  });
}
