// kill -9 at labelled places (base/crash_point.hpp) of create, revoke, rotate, purge, re-arm and OAuth: after a restart on the same data every
// promise holds. What was not acknowledged is whole or absent, and its repeat makes it so once. Needs a build with
// TOLLGATE_CRASH_POINTS=ON (preset asan); of any other it is checked that it has none.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { binary, startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { sharedPostgres } from '../support/postgres.mjs';
import { until, within } from '../support/wait.mjs';

const built = process.env.CRASH_POINTS === 'ON';
const HOUR = 3_600_000;

const accepts = async (url) => {
  const { status } = await legacy(url, 'ping');
  assert.ok(status === 200 || status === 404, `ping: ${status}`);
  return status === 200;
};

// A gateway with a server, and what a crash test does with them.
async function scene(t, { store, mint = {}, armed, settings: more = {} }) {
  const settings = { ...more, ...(store === 'postgresql' && { 'data.url': await (await sharedPostgres()).database() }) };
  const gateway = await startGateway(t, settings, armed ? { CRASH_AT: armed } : {});
  const server = await gateway.mint(mint);
  const base = `/integrated-account/${server.account}/mcp`;
  const all = async () => (await gateway.must('GET', `${base}?limit=100`)).result;
  return {
    gateway, server, base, at: `${base}/${server.id}`, settings, all,
    one: async () => (await all()).find((row) => row.id === server.id),
    url: (answer) => gateway.base + new URL(answer.url).pathname, // the port is another one after a restart
    // Does `act`, and restarts once it is dead.
    async dieAt(label, act) {
      const answered = await act().then((done) => done, () => undefined);
      assert.equal(answered, undefined, `${label} was passed, and the call answered ${answered?.status} ${answered?.text}`);
      assert.deepEqual(await within(10_000, `the death at ${label}`, gateway.ended), { code: null, signal: 'SIGKILL' });
      await gateway.start(settings);
    },
  };
}

const committed = (label) => !label.endsWith('before_commit');

async function createDies(t, store, label) {
  const s = await scene(t, { store, armed: `${label}:2` }); // the first pass is that of the server in the scene
  const wish = { name: 'New', expires_at: new Date(Date.now() + HOUR).toISOString() };
  const again = () => s.gateway.admin('POST', s.base, wish, { headers: { 'idempotency-key': 'create-1' } });
  await s.dieAt(label, again);
  const made = (await s.all()).filter((row) => row.name === 'New');
  assert.equal(made.length, committed(label) ? 1 : 0);
  const repeated = await again();
  assert.equal(repeated.status, 201, repeated.text);
  assert.equal(repeated.headers['idempotent-replayed'], committed(label) ? 'true' : undefined);
  if (made[0]) assert.equal(repeated.body.id, made[0].id);
  assert.equal((await again()).body.id, repeated.body.id);
  assert.equal((await s.all()).filter((row) => row.name === 'New').length, 1);
  assert.ok(await accepts(s.url(repeated.body)));
  assert.ok(await accepts(s.gateway.base + s.server.path), 'a server that has nothing to do with it');
}

async function revokeDies(t, store, label) {
  const s = await scene(t, { store, armed: label, mint: { expires_at: new Date(Date.now() + HOUR).toISOString() } });
  const again = () => s.gateway.admin('DELETE', s.at);
  await s.dieAt(label, again);
  assert.equal((await s.one()).status, committed(label) ? 'revoked' : 'active');
  assert.equal(await accepts(s.gateway.base + s.server.path), !committed(label));
  assert.equal((await again()).status, 204);
  assert.equal((await s.one()).status, 'revoked');
  assert.equal(await accepts(s.gateway.base + s.server.path), false);
}

async function massRevokeDies(t, store, label) {
  const s = await scene(t, { store, armed: label });
  const others = [await s.gateway.mint({ account: s.server.account }), await s.gateway.mint({ account: s.server.account })];
  const revoke = (expect) => s.gateway.admin('POST', '/team/revoke', { reason: 'test', expect });
  await s.dieAt(label, () => revoke(3));
  const paths = [s.server, ...others].map((server) => server.path);
  for (const path of paths) assert.equal(await accepts(s.gateway.base + path), !committed(label));
  const repeated = await revoke(committed(label) ? 0 : 3);
  assert.deepEqual(repeated.body, { revoked: committed(label) ? 0 : 3 });
  for (const path of paths) assert.equal(await accepts(s.gateway.base + path), false);
  for (const row of await s.all()) assert.equal(row.status, 'revoked');
}

// A thousand servers a transaction: it dies between the first and the second.
async function massRevokeDiesHalfway(t) {
  const s = await scene(t, { store: 'sqlite' });
  const count = 1_200;
  await s.gateway.stop();
  edit(s.gateway, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})
    INSERT INTO mcp_servers (id, team_id, account_id, name, config, token_prefix, created_by, created_at, updated_at, version)
      SELECT 'mcp_' || hex(randomblob(12)), team_id, account_id, name, config, token_prefix, created_by, created_at, updated_at, 1
      FROM mcp_servers, n`);
  edit(s.gateway, `INSERT INTO mcp_tokens (token_hash, pepper_id, team_id, server_id, created_at)
    SELECT randomblob(32), 'p', team_id, id, created_at FROM mcp_servers WHERE id <> '${s.server.id}'`);
  await s.gateway.start(s.settings, { CRASH_AT: 'mass_revoke.after_commit' });
  const left = async () => {
    await s.gateway.stop();
    const facts = ['mcp_tokens', 'mcp_servers WHERE revoked_at IS NULL'].map((what) => edit(s.gateway, `SELECT count(*) AS n FROM ${what}`)[0].n);
    await s.gateway.start(s.settings);
    return facts;
  };
  const revoke = (expect) => s.gateway.admin('POST', '/team/revoke', { reason: 'test', expect });
  await s.dieAt('mass_revoke.after_commit', () => revoke(1_200));
  assert.deepEqual(await left(), [200, 200]);
  assert.deepEqual((await revoke(200)).body, { revoked: 200 });
  assert.deepEqual(await left(), [0, 0]);
  assert.equal(await accepts(s.gateway.base + s.server.path), false);
}

async function rotateDies(t, store, label, overlap) {
  const s = await scene(t, { store, armed: label });
  const again = () => s.gateway.admin('POST', `${s.at}/rotate`, { overlap_seconds: overlap }, { headers: { 'idempotency-key': 'rotate-1' } });
  await s.dieAt(label, again);
  // The new token is nobody's yet; the old one counts until the rotation is there, and through its overlap.
  const old = () => accepts(s.gateway.base + s.server.path);
  assert.equal(await old(), !committed(label) || overlap > 0);
  const repeated = await again();
  assert.equal(repeated.status, 200, repeated.text);
  assert.equal(repeated.headers['idempotent-replayed'], committed(label) ? 'true' : undefined);
  assert.ok(await accepts(s.url(repeated.body)));
  assert.equal(await old(), overlap > 0);
  assert.equal((await s.one()).token_prefix, repeated.body.token_prefix);
}

// A server that takes OAuth clients, and a client that is about to use it. The address is part of every token.
async function oauthScene(t, store, armed) {
  const s = await scene(t, { store, armed, mint: { config: { auth: 'both' } }, settings: { 'server.public_url': 'http://localhost:8787' } });
  const client = new OauthClient(s.gateway, s.server);
  const move = () => client.move(`http://${s.gateway.ports.mcp}`); // the port is another one after a restart
  move();
  await client.register();
  const works = async (token) => (await legacy(client.url, 'ping', {}, { headers: { authorization: `Bearer ${token}` } })).status === 200;
  return { ...s, client, works, die: async (label, act) => { await s.dieAt(label, act); move(); } };
}

async function exchangeDies(t, store, label) {
  const s = await oauthScene(t, store, label);
  const code = await s.client.code();
  const again = () => s.client.exchange(code);
  await s.die(label, again);
  const repeated = await again();
  // Of an exchange that was committed nobody has the tokens, and the code counts as used.
  assert.equal(repeated.status, committed(label) ? 400 : 200, repeated.text);
  if (!committed(label)) assert.ok(await s.works(repeated.body.access_token));
  const { result } = await s.gateway.must('GET', `${s.at}/authorization`);
  assert.deepEqual(result.map((row) => row.status), [committed(label) ? 'ended' : 'active']);
  assert.ok(await s.works((await s.client.connect()).access_token));
}

async function refreshDies(t, store, label) {
  const s = await oauthScene(t, store, label);
  const { refresh_token: first } = await s.client.connect();
  await s.die(label, () => s.client.refresh(first));
  const repeated = await s.client.refresh(first);
  assert.equal(repeated.status, 200, repeated.text);
  assert.ok(await s.works(repeated.body.access_token));
  assert.equal((await s.client.refresh(repeated.body.refresh_token)).status, 200);
}

async function deauthorizeDies(t, store, label) {
  const s = await oauthScene(t, store, label);
  const { access_token: token } = await s.client.connect();
  const [{ id }] = (await s.gateway.must('GET', `${s.at}/authorization`)).result;
  const again = () => s.gateway.admin('DELETE', `${s.at}/authorization/${id}`);
  await s.die(label, again);
  assert.equal(await s.works(token), false);
  assert.equal((await again()).status, 204);
  assert.equal(await s.works(token), false);
}

// Works on the database file of a gateway that is down.
function edit(gateway, sql, ...values) {
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'));
  try {
    return database.prepare(sql).all(...values);
  } finally {
    database.close();
  }
}

// Dies at the start, when what is due is taken; in the end it is done, once.
async function purgeDies(t, label, leaves, prepare) {
  const s = await scene(t, { store: 'sqlite', mint: { expires_at: new Date(Date.now() + HOUR).toISOString() } });
  const rotated = await s.gateway.mint({ account: s.server.account });
  await s.gateway.must('POST', `${s.base}/${rotated.id}/rotate`, { overlap_seconds: 3600 });
  await s.gateway.stop();
  edit(s.gateway, 'UPDATE mcp_servers SET expires_at = 1000 WHERE expires_at IS NOT NULL');
  edit(s.gateway, 'UPDATE mcp_tokens SET expires_at = 1000 WHERE expires_at IS NOT NULL');
  edit(s.gateway, 'UPDATE alarms SET due_at = 1000, next_at = 1000 WHERE kind <> \'retention\'');
  prepare?.(s.gateway);
  await s.gateway.start(s.settings, { CRASH_AT: label }).catch(() => undefined);
  assert.deepEqual(await within(10_000, `the death at ${label}`, s.gateway.ended), { code: null, signal: 'SIGKILL' });
  assert.equal(edit(s.gateway, 'SELECT count(*) AS n FROM alarms WHERE kind <> \'retention\'')[0].n, leaves, 'alarms after the death');
  await s.gateway.start(s.settings);
  assert.equal(await accepts(s.gateway.base + s.server.path), false, 'its time is over, purged or not');
  assert.equal(await accepts(s.gateway.base + rotated.path), false);
  await until('the purge', async () => (await s.one()).status === 'expired');
  await s.gateway.stop();
  await s.gateway.start(s.settings); // another start finds nothing to do
  await s.gateway.stop();
  assert.equal(edit(s.gateway, 'SELECT count(*) AS n FROM alarms WHERE kind <> \'retention\'')[0].n, 0);
  const [row] = edit(s.gateway, 'SELECT version, expired_at FROM mcp_servers WHERE id = ?', s.server.id);
  assert.notEqual(row.expired_at, null);
  assert.equal(row.version, 2, 'it was purged more than once');
  assert.deepEqual(edit(s.gateway, 'SELECT server_id FROM mcp_tokens').map((token) => token.server_id), [rotated.id]);
}

const forgetAlarms = (gateway) => edit(gateway, 'DELETE FROM alarms');
const places = (operation) => ['before_commit', 'after_commit', 'before_answer'].map((place) => `${operation}.${place}`);

test('the binary has crash points when it was built for them, and only then', () => {
  assert.equal(readFileSync(binary).includes('create.before_commit'), built);
});

describe('kill -9 at every place', { skip: !built && 'built without TOLLGATE_CRASH_POINTS', concurrency: 4 }, () => {
  for (const label of places('create')) test(`sqlite: ${label}`, (t) => createDies(t, 'sqlite', label));
  for (const label of places('revoke')) test(`sqlite: ${label}`, (t) => revokeDies(t, 'sqlite', label));
  for (const label of places('mass_revoke')) test(`sqlite: ${label}`, (t) => massRevokeDies(t, 'sqlite', label));
  for (const label of places('rotate')) test(`sqlite: ${label}, no overlap`, (t) => rotateDies(t, 'sqlite', label, 0));
  for (const label of places('rotate').slice(0, 2)) test(`sqlite: ${label}, overlap`, (t) => rotateDies(t, 'sqlite', label, 600));
  for (const store of ['sqlite', 'postgresql']) {
    for (const label of ['authorize.before_commit', 'authorize.after_commit']) test(`${store}: ${label}`, (t) => exchangeDies(t, store, label));
    for (const label of ['refresh.before_commit', 'refresh.after_commit']) test(`${store}: ${label}`, (t) => refreshDies(t, store, label));
  }
  test('sqlite: deauthorize.after_commit', (t) => deauthorizeDies(t, 'sqlite', 'deauthorize.after_commit'));
  // What differs by the database is the commit.
  for (const label of places('create').slice(0, 2)) test(`postgresql: ${label}`, (t) => createDies(t, 'postgresql', label));
  for (const label of places('revoke').slice(0, 2)) test(`postgresql: ${label}`, (t) => revokeDies(t, 'postgresql', label));
  test('postgresql: mass_revoke.before_commit', (t) => massRevokeDies(t, 'postgresql', 'mass_revoke.before_commit'));
  test('postgresql: rotate.before_commit', (t) => rotateDies(t, 'postgresql', 'rotate.before_commit', 0));
  test('sqlite: mass_revoke.after_commit, halfway', (t) => massRevokeDiesHalfway(t));
  // How many of the two alarms are there after the death.
  for (const [label, leaves] of [['purge.claimed', 2], ['purge.before_commit', 2], ['purge.after_commit', 0]])
    test(`sqlite: ${label}`, (t) => purgeDies(t, label, leaves));
  for (const [label, leaves] of [['rearm.before_commit', 0], ['rearm.after_commit', 2], ['purge.before_commit', 2], ['purge.after_commit', 0]])
    test(`sqlite: ${label}, of alarms that were lost`, (t) => purgeDies(t, label, leaves, forgetAlarms));
});
