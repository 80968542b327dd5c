// Three in the morning: from the first eight characters of a leaked token, or from a person's name, to revoked and seen
// to be revoked on three instances that share PostgreSQL and Redis: one command, under five seconds.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runTollgate } from '../support/cli.mjs';
import { scratch } from '../support/gateway.mjs';
import { oneMore, twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { startRedis } from '../support/redis.mjs';

const patience = Number(process.env.PATIENCE ?? 1);
const redis = await startRedis({ after });
const { one, two, settings } = await twoInstances({ after }, { 'redis.url': redis.url });
const three = await oneMore({ after }, one, settings);
const all = [one, two, three];
const account = (await one.connect({ name: 'Acme' })).id;
const home = { XDG_CONFIG_HOME: join(scratch(), 'config') };

const login = await runTollgate(['login', '--url', one.adminBase, '--context', 'night',
  ...all.flatMap((each) => ['--instance', each.adminBase])], { env: home, input: one.apiKey });
assert.equal(login.status, 0, login.stderr);

// The URL as every instance has it, and what it answers there.
const statuses = (made) => Promise.all(all.map((each) => legacy(each.base + made.path, 'ping').then(({ status }) => status)));

async function timed(words) {
  const began = performance.now();
  const done = await runTollgate(words, { env: home });
  return { ...done, ms: performance.now() - began };
}

test('from the first eight characters of a token', async (t) => {
  const leaked = await one.mint({ account, name: 'Leaked', holder: 'ana@example.com' });
  const other = await one.mint({ account, name: 'Other', holder: 'ben@example.com' });
  assert.deepEqual(await statuses(leaked), [200, 200, 200]);
  const token = leaked.path.split('/').pop();
  const done = await timed(['revoke', token.slice(0, 8), '--yes', '--json']);
  assert.equal(done.status, 0, done.stderr);
  const said = JSON.parse(done.stdout);
  assert.deepEqual([said.verified, said.mcp_servers, said.checks.length], [true, [leaked.id], 3]);
  assert.deepEqual(said.checks.map((check) => check.where).sort(), all.map((each) => each.adminBase).sort());
  assert.deepEqual(await statuses(leaked), [404, 404, 404]);
  assert.deepEqual(await statuses(other), [200, 200, 200]);
  assert.ok(done.ms < 5000 * patience, `${done.ms} ms`);
  t.diagnostic(`prefix: ${Math.round(done.ms)} ms`);
  assert.ok(!(done.stdout + done.stderr).includes(token), 'the token is shown');
});

test("from a person's name, with everything that they hold", async (t) => {
  const theirs = await Promise.all([1, 2, 3].map((n) => one.mint({ account, name: `Of Cleo ${n}`, holder: 'Cleo Night <cleo@example.com>' })));
  const other = await one.mint({ account, name: 'Of Dan', holder: 'Dan Day' });
  for (const made of theirs) assert.deepEqual(await statuses(made), [200, 200, 200]);
  const refused = await timed(['revoke', 'cleo night', '--yes']);
  assert.equal(refused.status, 1, 'several need --all');
  assert.match(refused.stderr, /3 MCP servers\? Nothing was done: give --all --yes/);
  for (const made of theirs) assert.deepEqual(await statuses(made), [200, 200, 200]);
  const done = await timed(['revoke', 'cleo night', '--all', '--yes']);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /Verified: 3 of 3 answers agree\.\n$/);
  for (const made of theirs) assert.deepEqual(await statuses(made), [404, 404, 404]);
  assert.deepEqual(await statuses(other), [200, 200, 200]);
  assert.ok(done.ms < 5000 * patience, `${done.ms} ms`);
  t.diagnostic(`holder: ${Math.round(done.ms)} ms`);
});

test('an instance that cannot be asked is said, and is no success', async () => {
  const leaked = await one.mint({ account, name: 'Leaked again' });
  const done = await timed(['revoke', leaked.id, '--yes', '--instance', 'http://127.0.0.1:1']);
  assert.equal(done.status, 4, done.stdout);
  assert.match(done.stdout, /NOT SEEN {2}http:\/\/127\.0\.0\.1:1 {2}it cannot be asked/);
  assert.match(done.stdout, /Not verified: 3 of 4 answers agree\.\n$/);
  assert.deepEqual(await statuses(leaked), [404, 404, 404]);
});
