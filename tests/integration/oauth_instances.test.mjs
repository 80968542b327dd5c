// OAuth over restarts, and over instances that share a database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { until } from '../support/wait.mjs';

const authorized = (token) => ({ headers: { authorization: `Bearer ${token}` } });
const list = (url, token) => legacy(url, 'tools/list', {}, authorized(token));

test('kill -9 and a restart keep authorizations, codes and refresh tokens', async (context) => {
  // The address is part of every token.
  const settings = { 'server.public_url': 'http://localhost:8787' };
  const gateway = await startGateway(context, settings);
  const server = await gateway.mint({ config: { auth: 'both' } });
  const here = () => ({ ...server, oauth_url: `${gateway.ports.mcp && `http://${gateway.ports.mcp}`}/mcp/${server.id}` });
  const client = new OauthClient(gateway, here());
  const resource = `http://localhost:8787/mcp/${server.id}`;
  await client.register();
  const answer = await client.exchange(await client.code({ ask: { resource } }), { resource });
  assert.equal(answer.status, 200, answer.text);
  const pending = await client.code({ ask: { resource } });
  const second = await client.refresh(answer.body.refresh_token);
  await gateway.kill();
  await gateway.start(settings);
  const { url } = Object.assign(client, { url: here().oauth_url, endpoints: here().oauth_url.replace('/mcp/', '/oauth/') });
  assert.equal((await list(url, second.body.access_token)).status, 200);
  // The answer may have been lost with the process.
  assert.equal((await client.refresh(answer.body.refresh_token)).body.refresh_token, second.body.refresh_token);
  assert.equal((await client.refresh(second.body.refresh_token)).status, 200);
  assert.equal((await client.exchange(pending, { resource })).status, 200);
  assert.equal((await client.exchange(pending, { resource })).body.error, 'invalid_grant');
});

test('an access token is refused when its time is over', async (context) => {
  const gateway = await startGateway(context, { 'oauth.access_token_lifetime': 1000 });
  const client = new OauthClient(gateway, await gateway.mint({ config: { auth: 'both' } }));
  const tokens = await client.connect();
  assert.equal((await list(client.url, tokens.access_token)).status, 200);
  await until('the end of the token', async () => (await list(client.url, tokens.access_token)).status === 401, 3_000);
  assert.equal((await list(client.url, (await client.refresh(tokens.refresh_token)).body.access_token)).status, 200);
});

test('what one instance allows, the other one serves; what one revokes, both refuse', async (context) => {
  const base = { 'server.public_url': 'http://localhost:8787' };
  const { one, two } = await twoInstances(context, base);
  const server = await one.mint({ config: { auth: 'both' } });
  const at = (gateway) => ({ ...server, oauth_url: `http://${gateway.ports.mcp}/mcp/${server.id}` });
  const resource = `http://localhost:8787/mcp/${server.id}`;
  const first = new OauthClient(one, at(one));
  const second = new OauthClient(two, at(two));
  await first.register();
  Object.assign(second, { clientId: first.clientId, verifier: first.verifier });
  const tokens = (await second.exchange(await first.code({ ask: { resource } }), { resource })).body;
  assert.ok(tokens.access_token);
  for (const client of [first, second, first, second]) assert.equal((await list(client.url, tokens.access_token)).status, 200);
  // The same refresh token at both at once: one answer.
  const both = await Promise.all([first.refresh(tokens.refresh_token), second.refresh(tokens.refresh_token)]);
  assert.equal(both[0].body.refresh_token, both[1].body.refresh_token);
  const path = `/integrated-account/${server.account}/mcp/${server.id}/authorization`;
  const [given] = (await two.must('GET', path, undefined, { key: one.apiKey })).result;
  await two.must('DELETE', `${path}/${given.id}`, undefined, { key: one.apiKey });
  for (const client of [first, second]) {
    assert.equal((await list(client.url, tokens.access_token)).status, 401);
    assert.equal((await client.refresh(both[0].body.refresh_token)).body.error, 'invalid_grant');
  }
});
