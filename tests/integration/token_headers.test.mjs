// The MCP token in a header: the ones that clients can set, and what is said of a wrong one.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';

const gateway = await startGateway({ after });
const server = await gateway.mint();
const other = await gateway.mint({ account: server.account });
const token = server.url.split('/').pop();
const ping = (headers) => legacy(`${gateway.base}/mcp`, 'ping', {}, { headers });

const places = [
  { authorization: `Bearer ${token}` },
  { 'x-api-key': token },
  { 'x-auth-token': token },
  { authorization: `Bearer ${token}`, 'x-api-key': token, 'x-auth-token': token },
];
for (const headers of places)
  test(`/mcp takes the token in ${Object.keys(headers)}`, async () => {
    assert.equal((await ping(headers)).status, 200);
  });

test('two headers with different tokens are refused', async () => {
  const second = other.url.split('/').pop();
  for (const headers of [{ authorization: `Bearer ${token}`, 'x-api-key': second },
    { 'x-api-key': token, 'x-auth-token': second }]) {
    const answer = await ping(headers);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.code, 'contradictory_tokens');
  }
});

test('a header beside the token in the path changes nothing', async () => {
  assert.equal((await legacy(server.url, 'ping', {}, { headers: { 'x-api-key': 'other' } })).status, 200);
});

test('an API key in place of an MCP token is refused with the reason, and the other way round', async () => {
  for (const headers of [{ authorization: `Bearer ${gateway.apiKey}` }, { 'x-api-key': gateway.apiKey }]) {
    const answer = await ping(headers);
    assert.equal(answer.status, 401);
    assert.match(answer.body.detail, /API key \(tgk_…\)/);
  }
  const admin = await gateway.admin('GET', '/team', undefined, { key: token });
  assert.equal(admin.status, 401);
  assert.equal(admin.body.code, 'invalid_api_key');
  assert.match(admin.body.detail, /token of an MCP URL/);
});

test('/mcp leads no client into OAuth', async () => {
  const refused = await ping({});
  assert.equal(refused.status, 401);
  assert.doesNotMatch(refused.headers['www-authenticate'], /resource_metadata/);
  assert.equal((await request(`${gateway.base}/.well-known/oauth-protected-resource/mcp`)).status, 404);
});
