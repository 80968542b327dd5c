// What was acknowledged survives kill -9; one data directory has one owner.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { flagsOf, runBinary, startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';

// Creates and revokes as fast as they are acknowledged until the process is gone; what was
// acknowledged. The write in flight at the kill may or may not have happened: it is not recorded.
async function writeUntilKilled(gateway) {
  const seen = { accounts: [], servers: [], revoked: new Set(), urls: new Map() };
  const worker = async () => {
    for (;;) {
      const account = await gateway.admin('POST', '/integrated-account',
        { name: 'A', credential: 'rk_test_sandbox00000000' });
      assert.equal(account.status, 201);
      seen.accounts.push(account.body.id);
      const base = `/integrated-account/${account.body.id}/mcp`;
      for (let i = 0; i < 3; ++i) {
        const server = await gateway.admin('POST', base, { name: `s${i}` });
        assert.equal(server.status, 201);
        const at = `${base}/${server.body.id}`;
        seen.servers.push(at);
        seen.urls.set(at, new URL(server.body.url).pathname);
        if (i !== 1) continue;
        const gone = await gateway.admin('DELETE', at);
        assert.equal(gone.status, 204);
        seen.revoked.add(at);
      }
    }
  };
  const workers = Array.from({ length: 4 }, () => worker().catch((error) => {
    if (error.name === 'AssertionError') throw error;
  }));
  setTimeout(() => gateway.process.kill('SIGKILL'), 700);
  await Promise.all(workers);
  await gateway.ended;
  return seen;
}

test('kill -9 between acknowledged writes loses none of them', async (t) => {
  const gateway = await startGateway(t);
  const seen = await writeUntilKilled(gateway);
  assert.ok(seen.servers.length > 20, `only ${seen.servers.length} writes before the kill`);
  assert.ok(seen.revoked.size > 3);
  await gateway.start();
  for (const id of seen.accounts)
    assert.equal((await gateway.admin('GET', `/integrated-account/${id}`)).status, 200, id);
  for (const at of seen.servers) {
    const answer = await gateway.admin('GET', at);
    assert.equal(answer.status, 200, at);
    const revoked = seen.revoked.has(at);
    if (revoked) assert.equal(answer.body.status, 'revoked', at);
    const ping = await legacy(gateway.base + seen.urls.get(at), 'ping');
    // A revoke in flight at the kill may have happened; an acknowledged one must have.
    assert.equal(ping.status, answer.body.status === 'revoked' ? 404 : 200, at);
  }
});

test('a restart keeps keys and URLs working and prints no second first key', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const first = gateway.apiKey;
  await gateway.stop();
  gateway.stdout = '';
  await gateway.start();
  assert.ok(!gateway.stdout.includes('tgk_'), gateway.stdout);
  assert.equal(gateway.apiKey, first);
  assert.equal((await gateway.admin('GET', '/team')).status, 200);
  assert.equal((await legacy(gateway.base + server.path, 'ping')).status, 200);
});

test('a second instance on the same data directory refuses to start', async (t) => {
  const gateway = await startGateway(t);
  const done = runBinary(['serve', ...flagsOf({ 'server.listen': '127.0.0.1:0', 'data.directory': gateway.data })]);
  assert.equal(done.status, 1, done.stderr);
  assert.match(done.stderr, /^tollgate: .{20,}/);
  assert.ok(done.stderr.includes(gateway.data), done.stderr);
  assert.equal((await gateway.admin('GET', '/team')).status, 200, 'the first instance suffered');
});

test('a second instance on the same port refuses to start', async (t) => {
  const gateway = await startGateway(t);
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-test-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const done = runBinary(['serve', ...flagsOf({ 'server.listen': gateway.ports.mcp, 'data.directory': directory })]);
  assert.equal(done.status, 1, done.stderr);
  assert.match(done.stderr, /^tollgate: /);
  assert.ok(done.stderr.includes(gateway.ports.mcp), done.stderr);
});

// A wrong or missing master key is a refusal to start, never a silent new one.
test('a lost master key refuses to start', async (t) => {
  const gateway = await startGateway(t);
  await gateway.connect();
  await gateway.stop();
  rmSync(join(gateway.data, 'master.key'));
  const done = runBinary(['serve', ...flagsOf({ 'server.listen': '127.0.0.1:0', 'data.directory': gateway.data })],
    { timeout: 10_000 });
  assert.equal(done.status, 1, done.stdout + done.stderr);
  assert.match(done.stderr, /master/);
});
