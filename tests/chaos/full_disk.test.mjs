// A disk that is full under the records: changes are refused and nothing acknowledged is lost, uses go on, and with room
// again everything works without a restart. Under SQLite the reserve is given back, refusals are recorded, and it is restored. On a small file system of its own, which needs root.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { until } from '../support/wait.mjs';

// A file system of so many megabytes; undefined where none can be mounted. What runs on it ends before `remove`.
function smallDisk(megabytes) {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-disk-'));
  const words = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'tollgate-test', path];
  const mounted = spawnSync('mount', words, { stdio: 'ignore' }).status === 0;
  if (!mounted) rmSync(path, { recursive: true });
  const remove = () => {
    assert.equal(spawnSync('umount', [path]).status, 0);
    rmSync(path, { recursive: true });
  };
  return mounted ? { path, remove } : undefined;
}

function fill(disk) {
  const file = join(disk, 'filler');
  for (const bytes of [1 << 20, 4096])
    for (;;) {
      try {
        writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
        break;
      }
    }
  return () => rmSync(file);
}

const use = async (gateway, server) => (await legacy(gateway.base + server.path, 'ping')).status;

const reserveOf = async (gateway) => Number(/^tollgate_reserve_file_bytes (\d+)/m.exec(await gateway.metrics())?.[1]);
const refusals = async (gateway, query) => (await gateway.must('GET', `/audit?limit=100&${query}`)).result;

// With the reserve given back, what was refused is recorded while the disk is full, and what takes something away is done.
async function reserveServes(gateway, refused, servers, extra) {
  assert.equal(await reserveOf(gateway), 0);
  assert.match(gateway.log, /disk_full/);
  const recorded = await until('the refusals', async () => {
    const found = await refusals(gateway, 'kind=admin_refused&rule=audit_unavailable');
    return found.length >= refused && found;
  });
  assert.equal(recorded[0].decision, 'refused');
  await until('the refused tool call', async () => (await refusals(gateway, 'tool=create_a_stripe_customer&decision=refused')).length > 0);
  assert.equal((await gateway.admin('DELETE', `${servers}/${extra.id}`)).status, 204, 'a revoke with the disk full');
  assert.equal(await use(gateway, extra), 404);
}

async function surviveFullDisk(t, disk, gateway, reserve) {
  const { id: account } = await gateway.connect();
  const servers = `/integrated-account/${account}/mcp`;
  const kept = [];
  for (let i = 0; i < 6; ++i) kept.push(await gateway.mint({ account, name: `kept ${i}` }));
  const revoked = [kept.pop()];
  await gateway.must('DELETE', `${servers}/${revoked[0].id}`);
  const extra = await gateway.mint({ account, name: 'to be revoked' });
  if (reserve) assert.deepEqual([await reserveOf(gateway), statSync(reserve).blocks * 512], [1 << 20, 1 << 20]);

  const empty = fill(disk);
  const refused = [];
  const names = [];
  for (let i = 0; i < 600 && refused.length < 10; ++i) {
    names.push(`full ${i}`);
    const done = await gateway.admin('POST', servers, { name: names.at(-1) });
    if (done.status === 201) {
      kept.push({ ...done.body, path: new URL(done.body.url).pathname });
      continue;
    }
    assert.equal(done.status, 503, done.text);
    assert.equal(done.body.code, 'audit_unavailable', done.text);
    assert.ok(done.headers['retry-after']);
    refused.push(names.at(-1));
  }
  t.diagnostic(`${kept.length - 5} creates before the disk was full, ${refused.length} refused`);
  assert.equal(refused.length, 10, 'the disk was never full');
  const unsure = kept.pop();
  const gone = await gateway.admin('DELETE', `${servers}/${unsure.id}`);
  if (gone.status === 204) revoked.push(unsure);
  else assert.ok(['audit_unavailable', 'store_unavailable'].includes(gone.body.code), gone.text);
  if (gone.status !== 204) kept.push(unsure);
  assert.equal((await request(gateway.base + '/healthz')).status, 200);
  // A write to Stripe is refused before it is sent; a read goes on.
  const url = gateway.base + kept[0].path;
  const sent = async () => (await call(url, 'list_all_stripe_customers', { limit: 100 })).value.data.length;
  const before = await sent();
  for (let i = 0; i < 5; ++i) {
    const write = await call(url, 'create_a_stripe_customer', { name: `nobody ${i}`, description: 'x'.repeat(5000) });
    if (!write.isError) continue; // its record had room
    assert.equal(write.value.error.code, 'audit_unavailable', JSON.stringify(write.value));
    assert.match(write.value.error.next_step, /^Nothing was sent/);
  }
  if (reserve) {
    await reserveServes(gateway, refused.length, servers, extra);
    revoked.push(extra);
  }
  assert.equal(await sent() - before, (await gateway.must('GET', '/receipt?limit=100')).result.length);

  const check = async () => {
    for (const one of kept) assert.equal(await use(gateway, one), 200, 'what was acknowledged is lost');
    for (const one of revoked) assert.equal(await use(gateway, one), 404, 'a revoked URL is accepted');
  };
  await check();
  empty();
  await until('room', async () => (await gateway.admin('POST', servers, { name: 'again' })).status === 201, 20_000);
  if (reserve) {
    assert.deepEqual([await reserveOf(gateway), statSync(reserve).blocks * 512], [1 << 20, 1 << 20]);
    await until('its line in the log', () => /disk_reserve_restored/.test(gateway.log));
    assert.ok(!(await call(url, 'create_a_stripe_customer', { name: 'with room' })).isError);
  }
  await check();
  await gateway.kill();
  await gateway.start(gateway.again);
  await check();
  const listed = new Set();
  for (let cursor = ''; cursor !== undefined;) {
    const page = await gateway.must('GET', `${servers}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    for (const one of page.result) listed.add(one.name);
    cursor = page.next_cursor ?? undefined;
  }
  for (const name of refused) assert.ok(!listed.has(name), `${name} was refused, and it was made`);
}

const cannot = 'no file system can be mounted here (that needs root): a full disk is not tested';

test('a full disk under SQLite refuses changes, loses nothing and heals', async (t) => {
  const disk = smallDisk(8);
  if (!disk) return t.skip(cannot);
  const settings = { 'data.directory': join(disk.path, 'data'), 'data.reserve_mb': 1 };
  const gateway = await startGateway(t, settings);
  t.after(disk.remove);
  gateway.again = settings;
  await surviveFullDisk(t, disk.path, gateway, join(disk.path, 'data/tollgate.db-reserve'));
});

test('a full disk under PostgreSQL refuses changes, loses nothing and heals', async (t) => {
  const disk = smallDisk(120);
  if (!disk) return t.skip(cannot);
  const { TMPDIR } = process.env;
  process.env.TMPDIR = disk.path; // where postgres.py makes its directory
  const postgres = await startPostgres(t).finally(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  t.after(disk.remove);
  const settings = { 'data.url': await postgres.database() };
  const gateway = await startGateway(t, settings);
  gateway.again = settings;
  await surviveFullDisk(t, disk.path, gateway);
});
