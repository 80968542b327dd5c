// rotate-key: what is stored is sealed again under a new master key while gateways serve, whatever happens to the command.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { binary, cleanEnvironment, runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { oneMore, sharedKeys } from '../support/instances.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { sharedPostgres } from '../support/postgres.mjs';
import { until } from '../support/wait.mjs';

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

// SQL on a database while gateways run on it.
function sqlOn(url) {
  if (!url.startsWith('sqlite:')) return (text) => execFileSync('psql', ['-qAtX', url, '-v', 'ON_ERROR_STOP=1', '-c', text], { encoding: 'utf8' }).trim();
  const database = new DatabaseSync(url.slice('sqlite://'.length), { timeout: 20_000 });
  return (text) => text.startsWith('SELECT') ? String(Object.values(database.prepare(text).get())[0]) : database.exec(text);
}

// Makes each change of an account's seal take very long.
const hold = (url, id) => url.startsWith('sqlite:')
  ? `CREATE TRIGGER hold BEFORE UPDATE ON integrated_accounts WHEN old.id = '${id}' BEGIN SELECT count(*) FROM integrated_accounts a, integrated_accounts b, integrated_accounts c,
      integrated_accounts d, integrated_accounts e WHERE a.name || b.name || c.name || d.name || e.name = ''; END`
  : `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3); RETURN new; END';
      CREATE TRIGGER hold BEFORE UPDATE ON integrated_accounts FOR EACH ROW WHEN (old.id = '${id}') EXECUTE FUNCTION hold()`;
const release = (url) => url.startsWith('sqlite:') ? 'DROP TRIGGER hold' : 'DROP TRIGGER hold ON integrated_accounts';

// Kills the command while it is in the middle of its second batch: the first one is stored, and nothing of the second.
async function interrupted(settings, added, old) {
  const url = settings['data.url'];
  const sql = sqlOn(url);
  const newest = "SELECT count(*) FROM integrated_accounts WHERE key_id <> '" + old + "'";
  sql(hold(url, sql('SELECT id FROM integrated_accounts ORDER BY id LIMIT 1 OFFSET 115')));
  const run = spawn(binary, ['rotate-key', ...flags(settings)], { env: cleanEnvironment(), stdio: 'ignore' });
  const ended = new Promise((resolve) => { run.on('exit', (code, signal) => resolve(signal)); });
  await until('the first batch', () => sql(newest) !== '0', 20_000);
  run.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL');
  sql(release(url));
  assert.equal(sql(newest), '100');
}

const newKey = () => `${randomBytes(32).toString('hex')}\n`;
const under = (report, id) => report.master_keys.find((one) => one.id === id)?.count ?? 0;

// Leaves what is sealed, and what no longer is: a pending and a denied approval, the receipt of a write, a webhook.
async function keep(gateway) {
  const asks = { id: 'large', tools: ['create_a_stripe_refund'], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } };
  const server = await gateway.mint({ config: { guardrails: [asks] } });
  const ask = async (charge) => (await call(gateway.base + server.path, 'create_a_stripe_refund', { charge, amount: 900 })).value.approval.id;
  const approval = await ask('ch_1');
  assert.equal((await gateway.admin('POST', `/approval/${await ask('ch_2')}/deny`, { reason: 'no' })).status, 200);
  const made = await call(gateway.base + server.path, 'create_a_stripe_customer', { name: 'Ada' });
  assert.equal(made.isError, false, JSON.stringify(made.value));
  const { result } = await gateway.must('GET', '/receipt');
  assert.deepEqual(result.map((one) => one.state), ['succeeded']);
  const webhook = (await gateway.must('POST', '/webhook', { name: 'Phone', address: 'https://hook.invalid/x' })).id;
  return { approval, webhook };
}

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

  const held = await keep(one);

  // The new key for reading, then as the newest; each time every instance is started again.
  writeFileSync(master, newKey() + readFileSync(master, 'utf8'));
  await one.stop();
  await one.start(settings);
  const [added, kept] = readFileSync(master, 'utf8').split('\n').filter((line) => /^\w/.test(line));
  writeFileSync(master, `${kept}\n${added}\n`);
  await one.stop();
  await one.start(settings);
  for (let i = 1; i < instances; ++i) gateways.push(await oneMore(scope, one, settings));
  assert.deepEqual((await rotate(settings, '--dry-run')).instances_behind, []);

  // While calls run on every instance, the command is killed.
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
  await interrupted(settings, added, old);
  const made = await one.connect({ name: 'made meanwhile' });
  const done = await rotate(settings);
  ended = true;
  await Promise.all(load);
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
  assert.deepEqual((await one.must('GET', `/approval/${held.approval}`)).arguments, { charge: 'ch_1', amount: 900 });
  assert.doesNotMatch((await one.must('POST', `/webhook/${held.webhook}/test`)).error, /seal|master key/);
  await one.stop();
  writeFileSync(master, `${kept}\n`);
  const wrong = await runBinaryAsync(['rotate-key', ...flags(settings)]);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /the master key is not that of this database/);
}

test('SQLite: sealed again while a gateway serves, killed in the middle', async (t) => {
  const directory = scratch();
  await rotation(t, { ...sharedKeys(), 'data.url': `sqlite:///${join(directory, 'tollgate.db')}` }, 1);
});

test('PostgreSQL: sealed again while three instances serve, killed in the middle', async (t) => {
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
  for (const kind of ['api_keys', 'mcp_tokens']) assert.match(said.stdout, new RegExp(`^ {2}${old} {2}1 ${kind}$`, 'm'));
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

test('of many values that cannot be opened, 100 are named and the rest counted; a start says how many need a key that is gone', async (t) => {
  const file = join(scratch(), 'tollgate.db');
  const settings = { ...sharedKeys(), 'data.url': `sqlite:///${file}` };
  const master = settings['vault.master_key_file'];
  const gateway = await startGateway(t, settings);
  for (let i = 0; i < 103; ++i) await gateway.connect({ name: `damaged ${i}` });
  await gateway.stop();
  const database = new DatabaseSync(file);
  const kept = database.prepare('SELECT id, credential FROM integrated_accounts').all();
  database.exec("UPDATE integrated_accounts SET credential = x'00'");
  writeFileSync(master, readFileSync(master, 'utf8') + newKey());
  const done = await runBinaryAsync(['rotate-key', ...flags(settings)]);
  assert.equal(done.status, 3, done.stderr);
  assert.equal(done.stderr.match(/^not opened: accounts ia_/gm).length, 100);
  assert.match(done.stderr, /^and 3 more$/m);
  for (const one of kept) database.prepare('UPDATE integrated_accounts SET credential = ? WHERE id = ?').run(one.credential, one.id);
  await rotate(settings);
  database.exec(`UPDATE integrated_accounts SET key_id = 'mk_gone' WHERE id IN ('${kept[0].id}', '${kept[1].id}')`);
  database.close();
  await gateway.start(settings);
  const said = await until('the line', () => gateway.log.split('\n').find((line) => line.includes('"event":"master_key_missing"')));
  assert.match(said, /"key_id":"mk_gone"/);
  assert.match(said, /"sealed_values":"?2"?/);
  assert.match(said, /tollgate rotate-key/);
});

for (const store of ['sqlite', 'postgresql'])
  test(`${store}: while a gateway seals under another key, nothing is rotated and no key may go`, async (t) => {
    const url = store === 'sqlite' ? `sqlite:///${join(scratch(), 'tollgate.db')}` : await (await sharedPostgres()).database();
    const settings = { ...sharedKeys(), 'data.url': url };
    const gateway = await startGateway(t, settings);
    const master = settings['vault.master_key_file'];
    const { newest_master_key: old } = await rotate(settings, '--dry-run');
    appendFileSync(master, newKey());
    const behind = new RegExp(`the (gateway|instance inst_\\w+) seals new values under the master key ${old}, and the last one of this file is \\w+: give it the same file and restart it`);
    if (store === 'postgresql') await until('the row of the instance', async () => /instance/.test((await rotate(settings, '--dry-run')).instances_behind[0]));
    const refused = await runBinaryAsync(['rotate-key', ...flags(settings)]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, behind);
    const looked = await rotate(settings, '--dry-run');
    assert.match(looked.instances_behind[0], behind);
    assert.deepEqual([looked.unused_master_keys, under(looked, old) > 0], [[], true]);
    await gateway.stop();
    await gateway.start(settings);
    const done = await rotate(settings);
    assert.deepEqual([done.unused_master_keys, done.instances_behind], [[old], []]);
    await gateway.kill();
    assert.deepEqual((await rotate(settings)).unused_master_keys, [old]);
  });
