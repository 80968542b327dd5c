// Somebody opens the address of an MCP server in a browser.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';

const gateway = await startGateway({ after });
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8' };
const open = (url, headers = browser) => request(url, { headers });

test('the page says what the address is and where to paste it, without a script and without the token', async () => {
  const { url } = await gateway.mint();
  const page = await open(url);
  assert.equal(page.status, 405, 'a program that asks is still told to use POST');
  assert.match(page.headers.allow, /POST/);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  for (const words of [/MCP server/, /Claude/, /ChatGPT/, /like a password/]) assert.match(page.text, words);
  assert.doesNotMatch(page.text, /<script|tgm_|JSON-RPC|https?:/);
  assert.match(page.headers['content-security-policy'], /default-src 'none'.*form-action 'none'/);
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.equal(page.headers['referrer-policy'], 'no-referrer');
  assert.equal((await legacy(url, 'ping')).status, 200);
});

test('the page is the same for every address: right, wrong, ended or of HTTP+SSE', async () => {
  const server = await gateway.mint();
  const right = await open(server.url);
  await gateway.must('DELETE', `/integrated-account/${server.account}/mcp/${server.id}`);
  for (const url of [server.url, `${server.url.slice(0, -1)}x`, `${gateway.base}/mcp/tgm_`]) assert.equal((await open(url)).text, right.text);
  assert.match((await open(`${server.url}/sse`)).text, /MCP server/);
});

test('an address for OAuth says that the assistant asks, and the one for headers which they are', async () => {
  const oauth = await gateway.mint({ config: { auth: 'both' } });
  const page = await open(oauth.oauth_url);
  assert.match(page.text, /Authentication: OAuth[^]*not a secret/);
  assert.doesNotMatch(page.text, /like a password/);
  assert.match((await open(`${gateway.base}/mcp`)).text, /X-API-Key/);
});

test('programs are answered as before', async () => {
  const { url } = await gateway.mint();
  for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
    const answer = await open(url, headers);
    assert.equal(answer.status, 405);
    assert.equal(answer.body.error.message, 'Send JSON-RPC messages with POST.');
  }
  // A client that listens gets its stream, whatever else it would take.
  assert.notEqual((await open(`${gateway.base}/mcp/tgm_wrong`, { accept: 'text/html, text/event-stream' })).headers['content-type'],
    'text/html; charset=utf-8');
});
