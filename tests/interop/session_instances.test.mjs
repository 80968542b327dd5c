// A session over two instances behind a load balancer that knows nothing of sessions.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { root } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { startRedis } from '../support/redis.mjs';
import { until } from '../support/wait.mjs';

const host = resolve(root, process.env.CONFORMANCE_HOST_BINARY ?? 'build/release/tests/conformance/conformance_host');
const redis = await startRedis({ after });
const { one, two } = await twoInstances({ after }, { 'redis.url': redis.url }, host);
const server = await one.mint({});
const urls = [one.base + server.path, two.base + server.path];

// Each request goes to the other instance than the one before it.
function alternating(capabilities) {
  let count = 0;
  const fetchFrom = (url, init) => fetch(urls[count++ % 2], init);
  const client = new Client({ name: 'balanced', version: '1' }, { capabilities });
  return client.connect(new StreamableHTTPClientTransport(new URL(urls[0]), { fetch: fetchFrom })).then(() => client);
}

// All that Redis is told, as text.
function watchRedis(scope) {
  const watched = { text: '' };
  const monitor = spawn('redis-cli', ['-p', String(redis.port), 'MONITOR'], { stdio: ['ignore', 'pipe', 'ignore'] });
  monitor.stdout.on('data', (part) => { watched.text += part; });
  scope.after(() => monitor.kill());
  return until('the monitor', () => watched.text.includes('OK')).then(() => watched);
}

test('an answer reaches the instance that asked, whichever it comes to, and is not to be read in Redis', async (t) => {
  const watched = await watchRedis(t);
  const client = await alternating({ elicitation: {} });
  let asked = 0;
  client.setRequestHandler(ElicitRequestSchema, () => {
    asked += 1;
    return { action: 'accept', content: { username: `ada lovelace ${asked}` } };
  });
  for (let i = 1; i <= 20; i += 1) {
    const result = await client.callTool({ name: 'test_elicitation', arguments: {} });
    assert.match(result.content[0].text, new RegExp(`"username":"ada lovelace ${i}"`));
  }
  await client.close();
  assert.match(watched.text, /"answer mcp_\w+ ask_\w+ /);
  assert.doesNotMatch(watched.text, /lovelace|username/);
});

test('a session that is ended at one is over at the other', async () => {
  const begun = await legacy(urls[0], 'initialize', { protocolVersion: '2025-11-25', capabilities: {} });
  const headers = { 'mcp-session-id': begun.headers['mcp-session-id'] };
  assert.equal((await legacy(urls[1], 'ping', undefined, { headers })).status, 200);
  assert.equal((await request(urls[0], { method: 'DELETE', headers })).status, 204);
  await until('the other has heard', async () => (await legacy(urls[1], 'ping', undefined, { headers })).status === 404, 2000);
});
