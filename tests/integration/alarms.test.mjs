// What is due happens by itself, through the built binary: servers are purged, streams end, and a
// kill in between loses nothing. Times below the API's minute are written into the database file
// while the gateway is down.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openGet, openListen } from '../support/event_stream.mjs';
import { startGateway, testKey } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { parseMetrics, sample } from '../support/prometheus.mjs';
import { slowPages, totals } from '../support/streams.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until, within } from '../support/wait.mjs';

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

// Stops the gateway, lets `use` work on its database, and starts it again.
async function withDatabase(gateway, use, settings = {}) {
  await gateway.stop();
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'));
  try {
    use(database);
  } finally {
    database.close();
  }
  await gateway.start(settings);
}

const eventsOf = (gateway, name) => gateway.log.split('\n').filter((line) => line.includes(`"${name}"`));

test('a server that expires is refused at once and purged; its stream ends with a last event', async (t) => {
  const upstream = await startUpstream(t);
  upstream.script = slowPages();
  const settings = upstreamSettings(upstream);
  const gateway = await startGateway(t, settings);
  const server = await gateway.mint({ config: { listing: 'full' }, expires_at: inAnHour() });
  const other = await gateway.mint({ account: server.account, config: { listing: 'full' } });
  let end;
  await withDatabase(gateway, (database) => {
    end = Date.now() + 2_500;
    database.prepare('UPDATE mcp_servers SET expires_at = ? WHERE id = ?').run(end, server.id);
    database.prepare('UPDATE alarms SET due_at = ?, next_at = ? WHERE subject = ?').run(end, end, server.id);
  }, settings);
  const running = totals(gateway.base + server.path);
  const unharmed = totals(gateway.base + other.path);
  const listening = [await openGet(gateway.base + server.path), await openListen(gateway.base + server.path)];
  const { status, events } = await within(8_000, 'the end of the stream', running);
  assert.ok(Date.now() >= end, 'the stream ended before the time was over');
  assert.equal(status, 200);
  const value = JSON.parse(events.at(-1).result.content[0].text);
  assert.equal(value.aggregate.complete, false);
  assert.match(value.notes[0], /no longer valid/);
  for (const stream of listening) assert.equal(await stream.whole(), true, stream.text);
  assert.match(listening[0].comments.at(-1), /no longer valid/);
  assert.equal(listening[1].messages.at(-1).id, 'l1');
  assert.equal((await legacy(gateway.base + server.path, 'ping')).status, 404);
  const shown = await gateway.must('GET', `/integrated-account/${server.account}/mcp/${server.id}`);
  assert.equal(shown.status, 'expired');
  const told = await until('the log', () => eventsOf(gateway, 'server_expired')[0]);
  assert.ok(told.includes(server.id));
  const metrics = parseMetrics(await gateway.metrics());
  assert.equal(sample(metrics, 'tollgate_alarm_lateness_seconds_count', { kind: 'server_expiry' }), 1);
  assert.equal((await unharmed).events.at(-1).id, 1);
  assert.equal((await legacy(gateway.base + other.path, 'ping')).status, 200);
});

test('a revoke ends the streams of its server', async (t) => {
  const upstream = await startUpstream(t);
  upstream.script = slowPages();
  const gateway = await startGateway(t, upstreamSettings(upstream));
  const server = await gateway.mint({ config: { listing: 'full' } });
  const running = totals(server.url);
  await until('a first page', () => upstream.requests.length > 1);
  await gateway.must('DELETE', `/integrated-account/${server.account}/mcp/${server.id}`);
  const { events } = await within(3_000, 'the end of the stream', running);
  assert.match(JSON.parse(events.at(-1).result.content[0].text).notes[0], /no longer valid/);
  assert.ok(upstream.requests.length < 20);
});

// The second page never comes: the end must not wait for it.
test('one call revokes every server of a team and ends their streams, though Stripe is slow', async (t) => {
  const upstream = await startUpstream(t);
  const page = { object: 'list', has_more: true, url: '/v1/refunds',
    data: [{ id: 're_1', object: 'refund', amount: 1, currency: 'usd' }] };
  upstream.script = (asked, response) => { if (!asked.url.includes('starting_after')) json(response, 200, page); };
  const gateway = await startGateway(t, { ...upstreamSettings(upstream), 'stripe.connections_per_loop': 4 });
  const servers = [];
  for (let i = 0; i < 12; ++i)
    servers.push(await gateway.mint({ account: servers[0]?.account, config: { listing: 'full' } }));
  const other = await gateway.mint({ config: { listing: 'full' } });
  const { api_key } = await gateway.must('POST', '/team', { name: 'Others' });
  const account = await gateway.must('POST', '/integrated-account', { name: 'B', credential: testKey }, { key: api_key.key });
  const foreign = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'B' }, { key: api_key.key });
  const running = servers.map((server) => totals(server.url));
  await until('the first pages', () => upstream.requests.filter((one) => !one.path.includes('starting_after')).length === 12);
  const answered = await gateway.revokeAll(`/integrated-account/${servers[0].account}/revoke`, 'leaked');
  assert.deepEqual(answered, { revoked: 12 });
  for (const stream of running) {
    const { status, events } = await within(3_000, 'the end of a stream', stream);
    assert.equal(status, 200);
    assert.match(JSON.parse(events.at(-1).result.content[0].text).notes[0], /no longer valid/);
  }
  for (const server of servers) assert.equal((await legacy(server.url, 'ping')).status, 404);
  assert.equal((await legacy(other.url, 'ping')).status, 200);
  assert.deepEqual(await gateway.revokeAll('/team/revoke'), { revoked: 1 });
  assert.deepEqual(await gateway.revokeAll('/team/revoke'), { revoked: 0 });
  assert.equal((await legacy(other.url, 'ping')).status, 404);
  assert.equal((await legacy(foreign.url, 'ping')).status, 200);
  await until('the log', () => eventsOf(gateway, 'servers_revoked').length === 3);
  const told = eventsOf(gateway, 'servers_revoked').map((line) => JSON.parse(line));
  assert.deepEqual(told.map((one) => one.count), [12, 1, 0]);
  assert.equal(told[0].reason, 'leaked');
});

test('a rotation with overlap ends by itself: the old token goes, the new one stays', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const rotated = await gateway.must('POST', `/integrated-account/${server.account}/mcp/${server.id}/rotate`,
    { overlap_seconds: 1 });
  assert.equal((await legacy(server.url, 'ping')).status, 200);
  await until('the end of the old token', () => eventsOf(gateway, 'token_expired').length === 1);
  assert.equal((await legacy(server.url, 'ping')).status, 404);
  assert.equal((await legacy(rotated.url, 'ping')).status, 200);
  await gateway.stop();
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'));
  assert.equal(database.prepare('SELECT count(*) AS n FROM mcp_tokens').get().n, 1);
  assert.equal(database.prepare('SELECT count(*) AS n FROM alarms WHERE kind <> \'retention\'').get().n, 0);
  database.close();
});

test('kill -9 in the middle of a purge of thousands: all are purged in the end, each once', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint({ expires_at: inAnHour() });
  const count = 20_000;
  await gateway.stop();
  const open = () => new DatabaseSync(join(gateway.data, 'tollgate.db'));
  let database = open();
  database.exec(`BEGIN;
    UPDATE mcp_servers SET expires_at = 1000;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
    INSERT INTO mcp_servers (id, team_id, account_id, name, config, expires_at, token_prefix, created_by, created_at, updated_at, version)
      SELECT 'mcp_' || hex(randomblob(12)), team_id, account_id, name, config, expires_at, token_prefix, created_by, created_at, updated_at, 1
      FROM mcp_servers, n WHERE id = '${server.id}';
    INSERT INTO mcp_tokens (token_hash, pepper_id, team_id, server_id, created_at)
      SELECT randomblob(32), 'p', team_id, id, created_at FROM mcp_servers WHERE id <> '${server.id}';
    INSERT OR REPLACE INTO alarms (team_id, subject, kind, due_at, next_at)
      SELECT team_id, id, 'server_expiry', expires_at, expires_at FROM mcp_servers;
    COMMIT`);
  database.close();
  const left = () => {
    database = open();
    const { n } = database.prepare('SELECT count(*) AS n FROM alarms WHERE kind <> \'retention\'').get();
    database.close();
    return n;
  };
  let before = count;
  for (const enough of [1, 3_000]) {
    await gateway.start();
    const start = eventsOf(gateway, 'server_expired').length;
    while (eventsOf(gateway, 'server_expired').length < start + enough) await new Promise(setImmediate);
    await gateway.kill();
    const now = left();
    assert.ok(now > 0 && now < before, `${now} of ${before} left: not in the middle`);
    before = now;
  }
  await gateway.start();
  await until('the rest of the purge', async () =>
    sample(parseMetrics(await gateway.metrics()), 'tollgate_alarm_lateness_seconds_count', { kind: 'server_expiry' }) >= before, 30_000);
  await gateway.stop();
  database = open();
  const one = (sql) => Object.values(database.prepare(sql).get())[0];
  assert.equal(one('SELECT count(*) FROM alarms WHERE kind <> \'retention\''), 0);
  assert.equal(one('SELECT count(*) FROM mcp_tokens'), 0);
  assert.equal(one('SELECT count(*) FROM mcp_servers WHERE expired_at IS NOT NULL AND version = 2'), count);
  database.close();
});
