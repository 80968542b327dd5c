// Which sessions and streams are open at an MCP server, and the end of one session.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGet, openListen } from '../support/event_stream.mjs';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy, modern } from '../support/mcp.mjs';
import { startRedis } from '../support/redis.mjs';
import { until } from '../support/wait.mjs';

const pathOf = (server) => `/integrated-account/${server.account}/mcp/${server.id}/sessions`;
const openAt = (gateway, server) => gateway.must('GET', pathOf(server));

async function begin(url, name = 'Claude') {
  const answer = await legacy(url, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name, version: '1.2' } },
    { headers: { 'user-agent': 'python-httpx/0.27' } });
  return answer.headers['mcp-session-id'];
}
const ping = (url, id) => legacy(url, 'ping', undefined, { headers: { 'mcp-session-id': id, 'user-agent': 'python-httpx/0.27', 'mcp-protocol-version': '2025-06-18' } });

const gateway404 = async (gateway, path) => {
  const answer = await gateway.admin('DELETE', path);
  assert.equal(answer.status, 404);
  return answer.body.detail;
};

test('a session is open from initialize to DELETE, with its client and its newest use, and without its id', async (t) => {
  const gateway = await startGateway(t, { 'server.loops': 2 });
  const server = await gateway.mint();
  const other = await gateway.mint({ account: server.account });
  const empty = await openAt(gateway, server);
  assert.deepEqual(empty, { covers: 'this_instance', sessions: { total: 0, result: [] }, streams: { total: 0, result: [] } });

  const id = await begin(server.url);
  await begin(other.url, 'Another');
  const { sessions } = await openAt(gateway, server);
  assert.deepEqual([sessions.total, sessions.result.length], [1, 1]);
  const [one] = sessions.result;
  assert.deepEqual([one.title, one.client, one.revision], ['Claude 1.2', 'python-httpx/0.27', '2025-06-18']);
  assert.equal(one.last_used_at, one.began_at);
  const text = JSON.stringify(sessions);
  for (const part of [id, id.slice(0, 12), id.slice(-12)]) assert.ok(!text.includes(part), 'a part of the id');

  await until('a later use', async () => {
    assert.equal((await ping(server.url, id)).status, 200);
    const [used] = (await openAt(gateway, server)).sessions.result;
    return used.last_used_at > one.last_used_at && used.began_at <= one.began_at;
  });
  assert.equal((await openAt(gateway, server)).sessions.total, 1, 'one session, whichever loop served it');

  await legacy(server.url, 'ping'); // without a session
  await modern(server.url, 'tools/list'); // a revision that has none
  assert.equal((await openAt(gateway, server)).sessions.total, 1);
});

test('a session that is ended at the admin API is refused until its client begins again', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const other = await gateway.mint({ account: server.account });
  const id = await begin(server.url);
  const [{ id: name }] = (await openAt(gateway, server)).sessions.result;
  assert.match(name, /^mses_[0-9a-f]{24}$/);
  assert.equal((await gateway.admin('DELETE', `${pathOf(other)}/${name}`)).status, 404, 'not of that MCP server');
  assert.equal((await ping(server.url, id)).status, 200);
  const { key: viewer } = await gateway.must('POST', '/api-key', { name: 'reader', role: 'viewer' });
  assert.equal((await gateway.admin('DELETE', `${pathOf(server)}/${name}`, undefined, { key: viewer })).status, 403);
  assert.equal((await gateway.admin('GET', pathOf(server), undefined, { key: viewer })).status, 200);

  assert.equal((await gateway.admin('DELETE', `${pathOf(server)}/${name}`)).status, 204);
  assert.equal((await ping(server.url, id)).status, 404);
  assert.equal((await openAt(gateway, server)).sessions.total, 0);
  assert.equal((await gateway.admin('DELETE', `${pathOf(server)}/${name}`)).status, 404, 'a second time');
  assert.notEqual(await begin(server.url), id);
  assert.equal((await openAt(gateway, server)).sessions.total, 1);
  const { result } = await gateway.must('GET', '/audit?kind=admin_finished');
  assert.ok(result.some((one) => one.action === `DELETE ${pathOf(server)}/${name}`), 'audited by its name');
});

test('the end of a session ends the streams of its client at this instance, and no others', async (t) => {
  const gateway = await startGateway(t, { 'server.loops': 2 });
  const server = await gateway.mint();
  const [mine, other] = [await begin(server.url), await begin(server.url, 'Other')];
  const headers = (id) => ({ headers: { 'mcp-session-id': id, 'mcp-protocol-version': '2025-06-18' } });
  const ended = [await openGet(server.url, headers(mine)), await openGet(server.url, headers(mine))];
  const open = [await openGet(server.url, headers(other)), await openGet(server.url)];
  const { sessions, streams } = await openAt(gateway, server);
  assert.equal(streams.total, 4);
  await gateway.must('DELETE', `${pathOf(server)}/${sessions.result.find((one) => one.title === 'Claude 1.2').id}`);
  await until('two streams are left', async () => (await openAt(gateway, server)).streams.total === 2);
  for (const one of [...ended, ...open]) one.close();
});

test('without Redis, a session ends at the instance that was asked, as the documentation says', async (t) => {
  const { one, two } = await twoInstances(t);
  const server = await one.mint();
  const id = await begin(server.url);
  const there = two.base + new URL(server.url).pathname;
  await until('the other instance knows the URL', async () => (await ping(there, id)).status === 200);
  const [{ id: name }] = (await openAt(one, server)).sessions.result;
  await one.must('DELETE', `${pathOf(server)}/${name}`);
  assert.equal((await ping(server.url, id)).status, 404);
  assert.equal((await ping(there, id)).status, 200);
  const again = await gateway404(one, `${pathOf(server)}/${name}`);
  assert.match(again, /another one may have: try again, or suspend the MCP server/);
});

test('streams are listed by kind, and leave the list when they close', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const get = await openGet(server.url);
  const listen = await openListen(server.url);
  const { streams } = await openAt(gateway, server);
  assert.deepEqual(streams.result.map((one) => one.kind).sort(), ['get', 'listen']);
  assert.equal(streams.total, 2);
  for (const one of streams.result) assert.ok(Math.abs(Date.now() - Date.parse(one.opened_at)) < 60_000);
  get.close();
  await until('one stream', async () => (await openAt(gateway, server)).streams.total === 1);
  listen.close();
});

test('nothing is open at a suspended MCP server, and another team learns nothing', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  await begin(server.url);
  const { api_key: stranger } = await gateway.must('POST', '/team', { name: 'Other' });
  assert.equal((await gateway.admin('GET', pathOf(server), undefined, { key: stranger.key })).status, 404);
  await gateway.must('POST', pathOf(server).replace('/sessions', '/suspend'), {});
  assert.equal((await openAt(gateway, server)).sessions.total, 0);
});

test('of many sessions, the newest hundred are listed, with the number of all', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  for (let made = 0; made < 103; ++made) await begin(server.url, `client ${made}`);
  const { sessions } = await openAt(gateway, server);
  assert.deepEqual([sessions.total, sessions.result.length, sessions.result[0].title], [103, 100, 'client 102 1.2']);
});

test('a session that was begun at another instance is listed where it is used, and ends everywhere', async (t) => {
  const { one, two } = await twoInstances(t, { 'redis.url': (await startRedis(t)).url });
  const server = await one.mint();
  const id = await begin(server.url);
  const there = two.base + new URL(server.url).pathname;
  await until('the other instance knows the URL', async () => (await ping(there, id)).status === 200);
  const [seen] = (await openAt(two, server)).sessions.result;
  assert.deepEqual([seen.title, seen.client, seen.revision], ['', 'python-httpx/0.27', '2025-06-18']);
  const [begun] = (await openAt(one, server)).sessions.result;
  assert.equal(seen.id, begun.id);
  assert.ok(Math.abs(Date.parse(seen.began_at) - Date.parse(begun.began_at)) <= 1_000, 'its start is in its id');
  await two.must('DELETE', `${pathOf(server)}/${seen.id}`);
  await until('ended at the other', async () => (await ping(server.url, id)).status === 404);
});
