// rotate-key: what is stored is sealed again under a new master key while gateways serve, whatever happens to the command.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { binary, cleanEnvironment, runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { oneMore, sharedKeys } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { sharedPostgres } from '../support/postgres.mjs';

const accounts = 130; // more than one batch

// The arguments of a command for a gateway's settings.
const flags = (settings) => Object.entries(settings)
  .filter(([name]) => /^(data|vault)\./.test(name))
  .map(([name, value]) => `--${name.replaceAll(/[._]/g, '-')}=${value}`);

const shapes = JSON.parse(readFileSync(new URL('../fixtures/cli_shapes.json', import.meta.url)));

async function rotate(settings, ...more) {
  const done = await runBinaryAsync(['rotate-key', '--json', ...flags(settings), ...more]);
  assert.equal(done.status, 0, done.stderr);
  const report = JSON.parse(done.stdout);
  assert.deepEqual(Object.keys(report), shapes['rotate-key']);
  return report;
}

// Starts the command and kills it after `patience` milliseconds.
function interrupted(settings, patience) {
  return new Promise((resolve) => {
    const run = spawn(binary, ['rotate-key', ...flags(settings)], { env: cleanEnvironment(), stdio: 'ignore' });
    const timer = setTimeout(() => run.kill('SIGKILL'), patience);
    run.on('exit', (code, signal) => { clearTimeout(timer); resolve(signal); });
  });
}

const newKey = () => `${randomBytes(32).toString('hex')}\n`;
const under = (report, id) => report.master_keys.find((one) => one.id === id)?.count ?? 0;

async function rotation(scope, settings, instances) {
  const master = settings['vault.master_key_file'];
  let gateways = [await startGateway(scope, settings)];
  const [one] = gateways;
  const servers = [];
  for (let i = 0; i < accounts; ++i) servers.push(await one.mint({ account: (await one.connect({ name: `a${i}` })).id }));
  const before = await rotate(settings, '--dry-run');
  const old = before.newest_master_key;
  assert.equal(under(before, old) >= accounts + 2, true, JSON.stringify(before));
  assert.deepEqual([before.sealed_again, before.unused_master_keys], [0, []]);

  // The new key for reading, then as the newest; each time every instance is started again.
  writeFileSync(master, newKey() + readFileSync(master, 'utf8'));
  await one.stop();
  await one.start(settings);
  const [added, kept] = readFileSync(master, 'utf8').split('\n').filter((line) => /^\w/.test(line));
  writeFileSync(master, `${kept}\n${added}\n`);
  await one.stop();
  await one.start(settings);
  for (let i = 1; i < instances; ++i) gateways.push(await oneMore(scope, one, settings));

  // While calls run on every instance, the command is killed between its batches again and again.
  const failed = [];
  let calls = 0;
  let ended = false;
  const load = gateways.map(async (gateway, number) => {
    for (let i = number; !ended; i = (i + 1) % servers.length) {
      const answer = await legacy(gateway.base + servers[i].path, 'tools/list');
      if (answer.status !== 200) failed.push(`${number}: ${answer.text}`);
      ++calls;
    }
  });
  let killed = 0;
  for (let patience = 5; patience < 65; patience += 5) killed += await interrupted(settings, patience) === 'SIGKILL' ? 1 : 0;
  const made = await one.connect({ name: 'made meanwhile' });
  const done = await rotate(settings);
  ended = true;
  await Promise.all(load);
  assert.ok(killed > 0, 'never killed');
  assert.deepEqual(failed, []);
  assert.ok(calls > 50, `${calls} calls`);
  assert.deepEqual([under(done, old), done.not_opened, done.unused_master_keys], [0, [], [old]]);
  assert.equal(under(done, done.newest_master_key) >= accounts + 3, true);
  assert.equal((await rotate(settings)).sealed_again, 0);

  // Without the old key everything opens: accounts, the audit log's key, the check at the start.
  for (const gateway of gateways) await gateway.stop();
  writeFileSync(master, `${added}\n`);
  await one.start(settings);
  for (const server of [...servers.slice(0, 5), await one.mint({ account: made.id })])
    assert.equal((await legacy(one.base + server.path, 'tools/list')).status, 200);
  await one.stop();
  writeFileSync(master, `${kept}\n`);
  const wrong = await runBinaryAsync(['rotate-key', ...flags(settings)]);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /the master key is not that of this database/);
}

test('SQLite: sealed again while a gateway serves, killed between batches', async (t) => {
  const directory = scratch();
  await rotation(t, { ...sharedKeys(), 'data.url': `sqlite:///${join(directory, 'tollgate.db')}` }, 1);
});

test('PostgreSQL: sealed again while three instances serve, killed between batches', async (t) => {
  await rotation(t, { ...sharedKeys(), 'data.url': await (await sharedPostgres()).database() }, 3);
});

test('a pepper is needed until no token uses it', async (t) => {
  const settings = { ...sharedKeys(), 'data.url': `sqlite:///${join(scratch(), 'tollgate.db')}` };
  const gateway = await startGateway(t, settings);
  const server = await gateway.mint();
  const [{ id: old }] = (await rotate(settings, '--dry-run')).peppers;
  appendFileSync(settings['vault.pepper_file'], newKey());
  await gateway.stop();
  await gateway.start(settings);
  const both = await rotate(settings);
  assert.deepEqual(both.unused_peppers, []);
  assert.equal(both.peppers.length, 2);
  assert.equal((await legacy(gateway.base + server.path, 'ping')).status, 200);
  const said = await runBinaryAsync(['rotate-key', '--dry-run', ...flags(settings)]);
  assert.match(said.stdout, new RegExp(`^pepper ${old} {2}2 tokens$`, 'm'));
  assert.match(said.stdout, /^Nothing was changed\.$/m);
});

test('a value that cannot be opened is named and left, and then no instance starts without both keys', async (t) => {
  const file = join(scratch(), 'tollgate.db');
  const settings = { ...sharedKeys(), 'data.url': `sqlite:///${file}` };
  const master = settings['vault.master_key_file'];
  const gateway = await startGateway(t, settings);
  const good = await gateway.mint();
  const damaged = await gateway.connect({ name: 'damaged' });
  await gateway.stop();
  const database = new DatabaseSync(file);
  database.prepare("UPDATE integrated_accounts SET credential = x'00' WHERE id = ?").run(damaged.id);
  database.close();
  const old = readFileSync(master, 'utf8');
  const added = newKey();
  writeFileSync(master, old + added);
  const done = await runBinaryAsync(['rotate-key', ...flags(settings)]);
  assert.equal(done.status, 3, done.stderr);
  assert.match(done.stderr, new RegExp(`^not opened: accounts ${damaged.id}: a sealed secret does not check out$`, 'm'));
  assert.doesNotMatch(done.stdout, /is not needed any more/);
  for (const [one, works] of [[old, false], [added, false], [old + added, true]]) {
    writeFileSync(master, one);
    const starts = await gateway.start(settings).then(() => true, () => false);
    assert.equal(starts, works, one === old ? 'the old key alone' : 'the new key alone');
  }
  assert.equal((await legacy(gateway.base + good.path, 'tools/list')).status, 200);
});
