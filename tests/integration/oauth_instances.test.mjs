// OAuth over restarts, and over instances that share a database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { slowPages, totals } from '../support/streams.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, until } from '../support/wait.mjs';

const authorized = (token) => ({ headers: { authorization: `Bearer ${token}` } });
const list = (url, token) => legacy(url, 'tools/list', {}, authorized(token));

test('kill -9 and a restart keep authorizations, codes and refresh tokens', async (context) => {
  // The address is part of every token.
  const settings = { 'server.public_url': 'http://localhost:8787' };
  const gateway = await startGateway(context, settings);
  const client = new OauthClient(gateway, await gateway.mint({ config: { auth: 'both' } }));
  client.move(`http://${gateway.ports.mcp}`);
  const first = await client.connect();
  const pending = await client.code();
  const second = await client.refresh(first.refresh_token);
  await gateway.kill();
  await gateway.start(settings);
  client.move(`http://${gateway.ports.mcp}`);
  assert.equal((await list(client.url, second.body.access_token)).status, 200);
  // The answer may have been lost with the process.
  assert.equal((await client.refresh(first.refresh_token)).body.refresh_token, second.body.refresh_token);
  assert.equal((await client.refresh(second.body.refresh_token)).status, 200);
  assert.equal((await client.exchange(pending)).status, 200);
  assert.equal((await client.exchange(pending)).body.error, 'invalid_grant');
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
  const { one, two } = await twoInstances(context, { 'server.public_url': 'http://localhost:8787' });
  const server = await one.mint({ config: { auth: 'both' } });
  const [first, second] = [one, two].map((gateway) => new OauthClient(gateway, server));
  first.move(`http://${one.ports.mcp}`);
  second.move(`http://${two.ports.mcp}`);
  await first.register();
  Object.assign(second, { clientId: first.clientId, verifier: first.verifier });
  const tokens = (await second.exchange(await first.code())).body;
  assert.ok(tokens.access_token);
  for (const client of [first, second, first, second]) assert.equal((await list(client.url, tokens.access_token)).status, 200);
  // The same refresh token at both at once: one answer.
  const both = await Promise.all([first.refresh(tokens.refresh_token), second.refresh(tokens.refresh_token)]);
  assert.equal(both[0].body.refresh_token, both[1].body.refresh_token);
  const path = `/integrated-account/${server.account}/mcp/${server.id}/authorization`;
  const key = { key: one.apiKey };
  const [given] = (await two.must('GET', path, undefined, key)).result;
  await two.must('DELETE', `${path}/${given.id}`, undefined, key);
  for (const client of [first, second]) {
    assert.equal((await list(client.url, tokens.access_token)).status, 401);
    assert.equal((await client.refresh(both[0].body.refresh_token)).body.error, 'invalid_grant');
  }
});

test('a stream that an access token opened ends with its authorization', async (context) => {
  const upstream = await startUpstream(context, slowPages());
  const gateway = await startGateway(context, upstreamSettings(upstream));
  const server = await gateway.mint({ config: { auth: 'both' } });
  const client = new OauthClient(gateway, server);
  const { access_token: token } = await client.connect();
  const call = totals(client.url, authorized(token).headers);
  await call.begun;
  const path = `/integrated-account/${server.account}/mcp/${server.id}/authorization`;
  const [given] = (await gateway.must('GET', path)).result;
  const began = Date.now();
  await gateway.must('DELETE', `${path}/${given.id}`);
  const { events } = await call;
  assert.ok(Date.now() - began < allowed(5_000), `${Date.now() - began} ms`);
  assert.match(JSON.stringify(events.at(-1)), /This MCP server or its URL is no longer/);
});
