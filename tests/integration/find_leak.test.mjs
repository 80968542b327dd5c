// From a secret that leaked to what it opens, and its end: MCP URLs, old URLs, API keys, OAuth tokens.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';

const gateway = await startGateway({ after });
const account = (await gateway.connect({ name: 'Acme Berlin' })).id;
const mint = (more) => gateway.mint({ account, ...more });
const find = (query) => gateway.must('GET', `/mcp?${new URLSearchParams(query)}`);
const names = (found) => found.result.map((row) => row.name);
const end = (token) => gateway.must('POST', '/revoke', { token });
const status = async (url, headers) => (await legacy(url, 'ping', {}, { headers })).status;

test('a URL that leaked is found by the whole, by its first characters and by the account, and ends', async () => {
  const leaked = await mint({ name: 'Leaked' });
  const token = leaked.url.split('/').pop();
  assert.equal(await status(leaked.url), 200);
  assert.deepEqual(names(await find({ token: leaked.url })), ['Leaked']);
  assert.deepEqual(names(await find({ prefix: token.slice(0, 8) })), ['Leaked']);
  assert.ok(names(await find({ name: 'acme b' })).includes('Leaked'));
  const ended = await end(leaked.url);
  assert.deepEqual([ended.kind, ended.id, ended.name], ['mcp_url', leaked.id, 'Leaked']);
  assert.equal(await status(leaked.url), 404);
  assert.equal((await gateway.admin('POST', '/revoke', { token: leaked.url })).body.code, 'token_not_found');
  // The first characters still say which one it was.
  assert.equal((await find({ prefix: token.slice(0, 8) })).result[0].status, 'revoked');
});

test('the old URL of an overlap ends alone', async () => {
  const made = await mint({ name: 'Rotated' });
  const rotated = await gateway.must('POST', `/integrated-account/${account}/mcp/${made.id}/rotate`,
    { overlap_seconds: 3600 });
  const found = await find({ token: made.url });
  assert.equal(found.token.kind, 'old_mcp_url');
  assert.equal(found.token.expires_at, rotated.old_token_expires_at);
  assert.equal((await end(made.url)).kind, 'old_mcp_url');
  assert.equal(await status(made.url), 404);
  assert.equal(await status(rotated.url), 200);
});

test('OAuth tokens are found, and each of them ends its authorization', async () => {
  const server = await mint({ name: 'Connector', config: { auth: 'both' } });
  for (const which of ['access_token', 'refresh_token']) {
    const client = new OauthClient(gateway, server);
    await client.connect();
    const bearer = { authorization: `Bearer ${client.tokens.access_token}` };
    assert.equal(await status(client.url, bearer), 200);
    const found = await gateway.must('POST', '/mcp/find', { token: client.tokens[which] });
    assert.equal(found.token.kind, 'authorization');
    assert.equal(found.token.name, 'Test client');
    assert.deepEqual(names(found), ['Connector']);
    assert.ok(names(await find({ name: 'test client' })).includes('Connector'));
    assert.equal((await end(client.tokens[which])).kind, 'authorization');
    assert.equal(await status(client.url, bearer), 401);
    assert.equal(await status(server.url), 200);
  }
});

test('no log line holds a secret that was searched for or ended', async () => {
  const made = await mint({ name: 'Quiet' });
  const token = made.url.split('/').pop();
  await find({ token: made.url });
  await gateway.admin('GET', `/mcp?tokn=${token}`);
  await gateway.admin('GET', `/mcp?token=${token}x`);
  await end(token);
  await new Promise((later) => setTimeout(later, 300)); // the log is written every 50 ms
  assert.ok(gateway.log.includes('"event":"token_revoked"'));
  assert.ok(!gateway.log.includes(token.slice(8)), 'a token is in the log');
});

test('a search needs a key, and leaves GET /mcp to clients that listen', async () => {
  assert.equal((await gateway.admin('GET', '/mcp?name=x', undefined, { key: '' })).status, 401);
  const listen = await gateway.admin('GET', '/mcp', undefined, { headers: { accept: 'text/event-stream' } });
  assert.equal(listen.status, 401);
  assert.match(listen.body.detail, /token of an MCP server/);
});
