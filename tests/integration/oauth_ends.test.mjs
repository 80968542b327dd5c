// What ends with the API key that allowed it, and strangers who are in nobody's way.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { slowPages, totals } from '../support/streams.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, until } from '../support/wait.mjs';

const authorized = (token) => ({ headers: { authorization: `Bearer ${token}` } });
const list = (url, token) => legacy(url, 'tools/list', {}, authorized(token));
const operator = (gateway, options) => gateway.must('POST', '/api-key', { name: 'Leaver', role: 'operator' }, options);

const trusted = { 'server.trusted_proxies': '127.0.0.1', 'oauth.private_client_documents': true };
const gateway = await startGateway({ after }, trusted);
const server = await gateway.mint({ config: { auth: 'both' } });

test('authorizations end with the API key that allowed them; others go on', async () => {
  const leaver = await operator(gateway);
  const [client, other] = [new OauthClient(gateway, server), new OauthClient(gateway, server)];
  const tokens = await client.connect({ key: leaver.key });
  const kept = await other.connect();
  const pending = await client.code({ key: leaver.key });
  assert.equal((await list(client.url, tokens.access_token)).status, 200);
  await gateway.must('DELETE', `/api-key/${leaver.id}`);
  assert.equal((await list(client.url, tokens.access_token)).status, 401);
  assert.equal((await client.refresh(tokens.refresh_token)).body.error, 'invalid_grant');
  const late = await client.exchange(pending);
  assert.equal(late.body.error, 'invalid_grant');
  assert.match(late.body.error_description, /API key that allowed this is gone, or may not any more: connect again/);
  assert.equal((await list(other.url, kept.access_token)).status, 200);
  const listed = await gateway.must('GET', `/integrated-account/${server.account}/mcp/${server.id}/authorization`);
  const own = listed.result.filter((one) => one.allowed_by === leaver.id);
  assert.deepEqual(own.map((one) => one.status), ['ended']);
  assert.ok(own[0].revoked_at);
  assert.equal(own[0].allowed_by_name, leaver.name, 'whose it was can be read after the key is gone');
  // Connecting again is what the sentence says, and it works.
  assert.ok((await client.connect()).access_token);
});

test('a key that leaked takes what it allowed with it', async () => {
  const leaver = await operator(gateway);
  const client = new OauthClient(gateway, server);
  const tokens = await client.connect({ key: leaver.key });
  await gateway.must('POST', '/revoke', { token: leaver.key });
  assert.equal((await list(client.url, tokens.access_token)).status, 401);
});

test('at once on every instance', async (context) => {
  const { one, two } = await twoInstances(context, { 'server.public_url': 'http://localhost:8787' });
  const at = await one.mint({ config: { auth: 'both' } });
  const [first, second] = [one, two].map((instance) => new OauthClient(instance, at));
  first.move(`http://${one.ports.mcp}`);
  second.move(`http://${two.ports.mcp}`);
  for (let round = 0; round < 5; ++round) {
    const leaver = await operator(one);
    const tokens = await first.connect({ key: leaver.key });
    const pending = await first.code({ key: leaver.key });
    Object.assign(second, { clientId: first.clientId, verifier: first.verifier });
    for (const client of [first, second]) assert.equal((await list(client.url, tokens.access_token)).status, 200);
    await two.must('DELETE', `/api-key/${leaver.id}`, undefined, { key: one.apiKey });
    for (const client of [first, second]) {
      assert.equal((await list(client.url, tokens.access_token)).status, 401);
      assert.equal((await client.refresh(tokens.refresh_token)).body.error, 'invalid_grant');
    }
    assert.equal((await first.exchange(pending)).body.error, 'invalid_grant');
  }
});

test('a stream that such a token opened ends', async (context) => {
  const upstream = await startUpstream(context, slowPages());
  const own = await startGateway(context, upstreamSettings(upstream));
  const leaver = await operator(own);
  const client = new OauthClient(own, await own.mint({ config: { auth: 'both' } }));
  const { access_token: token } = await client.connect({ key: leaver.key });
  const call = totals(client.url, authorized(token).headers);
  await call.begun;
  const began = Date.now();
  await own.must('DELETE', `/api-key/${leaver.id}`);
  const { events } = await call;
  assert.ok(Date.now() - began < allowed(5_000), `${Date.now() - began} ms`);
  assert.match(JSON.stringify(events.at(-1)), /This MCP server or its URL is no longer/);
});

test('codes that are exchanged while their key is deleted give nothing that lasts', async () => {
  for (let round = 0; round < 10; ++round) {
    const leaver = await operator(gateway);
    const clients = Array.from({ length: 4 }, () => new OauthClient(gateway, server));
    const codes = await Promise.all(clients.map(async (client) => {
      await client.register();
      return client.code({ key: leaver.key });
    }));
    const [, ...answers] = await Promise.all([gateway.must('DELETE', `/api-key/${leaver.id}`),
      ...clients.map((client, i) => client.exchange(codes[i]))]);
    for (const [i, answer] of answers.entries()) {
      if (answer.status !== 200) assert.equal(answer.body.error, 'invalid_grant');
      else assert.equal((await list(clients[i].url, answer.body.access_token)).status, 401);
    }
  }
});

test('3,000 registrations do not keep other clients from connecting', async () => {
  const early = new OauthClient(gateway, server);
  await early.register();
  const page = await request(early.authorizeUrl());
  assert.equal(page.status, 200);
  const body = JSON.stringify({ client_name: 'x', redirect_uris: ['https://flood.example/'] });
  let refused = 0;
  for (let sent = 0; sent < 3000; sent += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => request(`${early.endpoints}/register`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body })));
    refused += answers.filter((answer) => answer.status !== 201).length;
  }
  assert.equal(refused, 0);
  // The one who was about to connect, from the same address, and one who comes now.
  assert.ok((await early.connect()).access_token);
  assert.ok((await new OauthClient(gateway, server).connect()).access_token);
  // An hour's registrations of an address leave 60 lines at most.
  assert.ok(gateway.log.split('"event":"oauth_client_registered"').length <= 61);
});

test('a client_id is good at its own server, unchanged, and no longer than an address may be', async () => {
  const client = new OauthClient(gateway, server);
  const { body } = await client.register();
  assert.match(body.client_id, /^oac_[0-9A-Za-z_-]{100,255}$/);
  const other = new OauthClient(gateway, await gateway.mint({ account: server.account, config: { auth: 'both' } }));
  other.clientId = client.clientId;
  assert.equal((await request(other.authorizeUrl())).status, 400);
  for (const id of [client.clientId.slice(0, -1), `${client.clientId}A`, `oac_${'A'.repeat(200)}`])
    assert.equal((await request(client.authorizeUrl({ client_id: id }))).status, 400, id);
  const long = await client.register({ redirect_uris: [`https://client.example/${'x'.repeat(1000)}`,
    `https://client.example/${'y'.repeat(1000)}`] });
  assert.equal(long.status, 400);
  assert.equal(long.body.error, 'invalid_client_metadata');
  assert.match(long.body.error_description, /2,000 bytes/);
});

test('slow metadata documents take the places of whoever asks for them, not of others', async (context) => {
  const held = [];
  const host = createServer((got, answer) => {
    if (got.url.startsWith('/slow')) return held.push(answer);
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
      client_id: `${origin}${got.url}`, client_name: 'Quick', redirect_uris: ['https://client.example/callback'] }));
  });
  await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
  context.after(() => { for (const answer of held) answer.end(); host.close(); });
  const origin = `http://127.0.0.1:${host.address().port}`;
  const client = new OauthClient(gateway, server);
  const ask = (path, address) => request(client.authorizeUrl({ client_id: origin + path }),
    { headers: { 'x-forwarded-for': address } });
  const slow = Array.from({ length: 12 }, (_, i) => ask(`/slow${i}.json`, '203.0.113.9'));
  await until('the slow ones', () => held.length >= 4);
  const began = performance.now();
  assert.equal((await ask('/good.json', '198.51.100.7')).status, 200);
  assert.equal((await ask('/other.json', '203.0.113.9')).status, 429);
  // What is known already is used all the same.
  assert.equal((await ask('/good.json', '203.0.113.9')).status, 200);
  assert.ok(performance.now() - began < allowed(2_000));
  const statuses = (await Promise.all(slow)).map((answer) => answer.status);
  assert.equal(statuses.filter((status) => status === 429).length, 8);
  assert.equal(held.length, 4);
  // From many addresses: the rest of this server's places, and none of another server's.
  const more = Array.from({ length: 20 }, (_, i) => ask(`/slow-b${i}.json`, `203.0.113.${100 + i}`));
  await until('the slow ones', () => held.length >= 20);
  const other = new OauthClient(gateway, await gateway.mint({ account: server.account, config: { auth: 'both' } }));
  assert.equal((await request(other.authorizeUrl({ client_id: `${origin}/third.json` }),
    { headers: { 'x-forwarded-for': '198.51.100.8' } })).status, 200);
  await Promise.all(more);
});

test('a document that drips has five seconds for everything', async (context) => {
  const host = createServer((got, answer) => {
    const drip = setInterval(() => answer.write(' '), 300);
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.on('close', () => clearInterval(drip));
  });
  await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
  context.after(() => { host.closeAllConnections(); host.close(); });
  const client = new OauthClient(gateway, server);
  const began = performance.now();
  const answer = await request(client.authorizeUrl({ client_id: `http://127.0.0.1:${host.address().port}/drip.json` }));
  assert.equal(answer.status, 400);
  assert.ok(performance.now() - began < allowed(8_000));
});
