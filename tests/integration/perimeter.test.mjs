// Who is let in, and what everybody else is told: Host, Origin, tokens, second credentials, listeners.
import { until } from '../support/wait.mjs';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { legacy, modern } from '../support/mcp.mjs';

const gateway = await startGateway({ after }, { 'server.trusted_proxies': '127.0.0.1' });
const server = await gateway.mint();

test('a foreign Host is 421, the usual ones are served', async () => {
  for (const host of ['evil.example', 'evil.example:80', 'localhost.evil.example'])
    assert.equal((await legacy(server.url, 'ping', {}, { headers: { host } })).status, 421, host);
  for (const host of ['localhost', `127.0.0.1:${gateway.port}`, '[::1]:9', 'LOCALHOST:1'])
    assert.equal((await legacy(server.url, 'ping', {}, { headers: { host } })).status, 200, host);
});

test('a foreign Origin is 403, on MCP and on the admin API', async () => {
  for (const origin of ['https://evil.example', 'null', 'https://claude.ai.evil.example', 'http://claude.ai']) {
    const answer = await legacy(server.url, 'ping', {}, { headers: { origin } });
    assert.equal(answer.status, 403, origin);
    assert.equal(answer.headers['access-control-allow-origin'], undefined, origin);
  }
  const admin = await gateway.admin('GET', '/team', undefined, { headers: { origin: 'https://evil.example' } });
  assert.equal(admin.status, 403);
  assert.equal(admin.headers['access-control-allow-origin'], undefined);
  for (const origin of ['https://claude.ai', 'https://chatgpt.com', 'http://localhost:3000']) {
    const answer = await legacy(server.url, 'ping', {}, { headers: { origin } });
    assert.equal(answer.status, 200, origin);
    assert.equal(answer.headers['access-control-allow-origin'], origin);
  }
});

test('a browser\'s preflight is answered with what MCP clients need', async () => {
  const answer = await request(server.url, { method: 'OPTIONS', headers: { origin: 'http://localhost:3000',
    'access-control-request-method': 'POST', 'access-control-request-headers': 'mcp-protocol-version' } });
  assert.equal(answer.status, 204);
  assert.match(answer.headers['access-control-allow-methods'], /POST/);
  for (const name of ['content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'authorization'])
    assert.ok(answer.headers['access-control-allow-headers'].toLowerCase().includes(name), name);
});

// A client learns nothing from the refusal: not whether the token was ever one. That a checksum does not fit, it could find
// out by itself.
test('bad, unknown and revoked tokens get the same JSON 404, but for what a checksum tells', async () => {
  const gone = await gateway.mint();
  await gateway.admin('DELETE', `/integrated-account/${gone.account}/mcp/${gone.id}`);
  const last = server.url.at(-1);
  const wrongSum = server.url.slice(0, -1) + (last === 'a' ? 'b' : 'a');
  const other = await startGateway({ after }); // whose tokens are unknown here
  const unknown = gateway.base + (await other.mint()).path;
  const urls = [gone.url, unknown, wrongSum, `${gateway.base}/mcp/tgm_${'0'.repeat(38)}`, `${gateway.base}/mcp/x`, `${gateway.base}/mcp/${'y'.repeat(500)}`,
    `${gateway.base}/mcp/%00`, server.url.toUpperCase().replace(/^HTTP/, 'http').replace('/MCP/', '/mcp/')];
  const bodies = [new Set(), new Set()]; // of most, of tokens whose checksum does not fit
  for (const [i, url] of urls.entries()) {
    const answer = await legacy(url, 'ping');
    assert.equal(answer.status, 404, url);
    assert.equal(answer.headers['www-authenticate'], undefined);
    assert.match(answer.headers['content-type'], /json/);
    bodies[i >= 2 && url.includes('/mcp/tgm_') ? 1 : 0].add(answer.text);
  }
  for (const [i, told] of [/"There is no such MCP server\."/, /mistyped or cut/].entries()) {
    assert.equal(bodies[i].size, 1, [...bodies[i]].join('\n'));
    assert.match([...bodies[i]][0], told);
  }
});

// 401 would send clients into OAuth; these must be plain absences.
test('well-known paths are JSON 404, under the token path too', async () => {
  const token = new URL(server.url).pathname;
  for (const path of ['/.well-known/oauth-protected-resource', `/.well-known/oauth-protected-resource${token}`,
    '/.well-known/oauth-authorization-server', `/.well-known/oauth-authorization-server${token}`,
    `/.well-known/openid-configuration${token}`, `${token}/.well-known/openid-configuration`, '/', '/favicon.ico']) {
    const answer = await request(gateway.base + path);
    assert.equal(answer.status, 404, path);
    assert.ok(answer.body, `${path} is not JSON: ${answer.text}`);
  }
});

test('other methods on an MCP URL are 405 with Allow', async () => {
  for (const method of ['GET', 'PUT']) {
    const answer = await request(server.url, { method });
    assert.equal(answer.status, 405, method);
    assert.equal(answer.headers.allow, 'POST, DELETE');
  }
  const stateless = { 'mcp-protocol-version': '2026-07-28' };
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const answer = await request(server.url, { method, headers: stateless });
    assert.equal(answer.status, 405, method);
    assert.equal(answer.headers.allow, 'POST');
  }
});

test('require_api_token_auth asks for a key of the same team', async () => {
  const strict = await gateway.mint({ config: { require_api_token_auth: true } });
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const bearer = (key) => ({ headers: key ? { authorization: `Bearer ${key}` } : {} });
  const token = strict.url.split('/').pop();
  for (const key of [null, 'tgk_nonsense', other.api_key.key, token]) {
    const answer = await legacy(strict.url, 'ping', {}, bearer(key));
    assert.equal(answer.status, 401, String(key?.slice(0, 4)));
    assert.match(answer.headers['www-authenticate'], /^Bearer/);
  }
  assert.equal((await legacy(strict.url, 'ping', {}, bearer(gateway.apiKey))).status, 200);
  const viewer = await gateway.must('POST', '/api-key', { name: 'v', role: 'viewer' });
  assert.equal((await legacy(strict.url, 'ping', {}, bearer(viewer.key))).status, 200);
  await gateway.admin('DELETE', `/api-key/${viewer.id}`);
  assert.equal((await legacy(strict.url, 'ping', {}, bearer(viewer.key))).status, 401);
});

test('the token may come as a bearer on /mcp instead of in the path', async () => {
  const token = server.url.split('/').pop();
  const bare = `${gateway.base}/mcp`;
  assert.equal((await modern(bare, 'tools/list', {}, { headers: { authorization: `Bearer ${token}` } })).status, 200);
  const answer = await legacy(bare, 'ping');
  assert.equal(answer.status, 401);
  assert.match(answer.headers['www-authenticate'], /^Bearer/);
});

test('the token may come in either header that clients allow, and two tokens are one too many', async () => {
  const token = server.url.split('/').pop();
  const other = (await gateway.mint()).url.split('/').pop();
  const ask = (headers) => legacy(`${gateway.base}/mcp`, 'ping', {}, { headers });
  for (const name of ['x-api-key', 'x-auth-token', 'X-API-KEY'])
    assert.equal((await ask({ [name]: token })).status, 200, name);
  assert.equal((await ask({ 'x-api-key': token, authorization: `Bearer ${token}` })).status, 200);
  const two = await ask({ 'x-api-key': token, authorization: `Bearer ${other}` });
  assert.equal(two.status, 400);
  assert.equal(two.body.code, 'contradictory_tokens');
  assert.ok(!two.text.includes(token.slice(4, 12)));
  // Its key may stand in the one header while the token stands in the other.
  const strict = await gateway.mint({ config: { require_api_token_auth: true } });
  const strictToken = strict.url.split('/').pop();
  assert.equal((await ask({ 'x-api-key': strictToken })).status, 401);
  assert.equal((await ask({ 'x-api-key': strictToken, authorization: `Bearer ${gateway.apiKey}` })).status, 200);
  // An API key is told what it is; OAuth is not offered.
  const key = await ask({ authorization: `Bearer ${gateway.apiKey}` });
  assert.equal(key.status, 401);
  assert.match(key.text, /API key \(tgk_…\)/);
  assert.doesNotMatch(key.headers['www-authenticate'], /resource_metadata/);
  for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server'])
    assert.equal((await gateway.admin('GET', path)).status, 404, path);
});

// The log line of a request; lines are written a few times a second.
const logged = (from, answer) => until('the log line', () =>
  from.log.split('\n').find((text) => text.includes(answer.headers['x-request-id']) && text.endsWith('}')));

// What a stranger writes into X-Forwarded-For does not become the client's address.
test('X-Forwarded-For counts from a trusted proxy, and only its last untrusted address', async () => {
  const seen = async (value) => {
    const answer = await legacy(server.url, 'ping', {}, { headers: { 'x-forwarded-for': value } });
    return JSON.parse(await logged(gateway, answer)).client;
  };
  assert.equal(await seen('203.0.113.9'), '203.0.113.9');
  assert.equal(await seen('10.9.9.9, 203.0.113.9, 127.0.0.1'), '203.0.113.9');
  assert.equal(await seen('<script>'), '127.0.0.1');
});

test('without a trusted proxy X-Forwarded-For is ignored', async (t) => {
  const plain = await startGateway(t);
  const made = await plain.mint();
  const answer = await legacy(made.url, 'ping', {}, { headers: { 'x-forwarded-for': '203.0.113.9' } });
  assert.equal(JSON.parse(await logged(plain, answer)).client, '127.0.0.1');
});

test('with admin_listen each address serves only its own half', async (t) => {
  const split = await startGateway(t, { 'server.admin_listen': '127.0.0.1:0' });
  assert.notEqual(split.ports.admin, split.ports.mcp);
  const made = await split.mint();
  assert.equal((await legacy(made.url, 'ping')).status, 200);
  const elsewhere = `http://${split.ports.admin}${new URL(made.url).pathname}`;
  assert.equal((await legacy(elsewhere, 'ping')).status, 404);
  const headers = { authorization: `Bearer ${split.apiKey}` };
  for (const path of ['/integrated-account', '/team', '/openapi.yaml', '/metrics'])
    assert.equal((await request(`http://${split.ports.mcp}${path}`, { headers })).status, 404, path);
  for (const address of [split.ports.mcp, split.ports.admin])
    assert.equal((await request(`http://${address}/healthz`)).status, 200);
});
