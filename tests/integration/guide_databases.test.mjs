// docs/guides/databases.md: its blocks on a PostgreSQL with TLS and a machine whose service manager is a stand-in.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { root, scratch } from '../support/gateway.mjs';
import { Machine, changed, follow, guideText, tableOf } from '../support/guide.mjs';
import { request } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { allowed, until } from '../support/wait.mjs';

const guide = 'databases.md';
const { certificate, key } = makeCertificate(scratch(), 'postgresql');
const postgres = await startPostgres({ after }, ['--tls', certificate, key, '--user', 'postgres']);
const { password } = new URL(postgres.url);
const asOwner = { PGHOST: 'localhost', PGPORT: String(postgres.port), PGUSER: 'postgres', PGPASSWORD: decodeURIComponent(password),
  PGDATABASE: 'postgres' };
const here = (block) => changed(block, [['db.internal:5432', `localhost:${postgres.port}`]]);
const url = here(/DATABASE_URL='(.*)'/.exec(guideText(guide))[1]);

// Where libpq looks for the authority when the URL names none.
function trustAuthority(machine) {
  mkdirSync(machine.path('.postgresql'));
  copyFileSync(certificate, machine.path('.postgresql/root.crt'));
}

const ping = async (gateway, made) => (await legacy(gateway.base + made.path, 'ping')).status;

test('databases.md: a start with PostgreSQL, and a move from SQLite and back', async (t) => {
  const machine = new Machine(t, asOwner);
  machine.configure();
  trustAuthority(machine);
  machine.program('systemctl', `[ "$*" = "stop tollgate" ] || exit 1
    pid=$(cat '${machine.path('pid')}'); kill -TERM "$pid"; while kill -0 "$pid" 2>/dev/null; do read -t 0.05 <> <(:) || :; done`);
  const shell = machine.terminal();
  let start;
  await follow(guide, [
    ['sh', /^createuser --pwprompt tollgate\n/, async (block) => {
      start = here(block);
      const gateway = await machine.serve(start, { input: 'secret\nsecret\n' });
      assert.doesNotMatch(gateway.log, /secret|---failed/);
      assert.equal(await ping(gateway, await gateway.mint()), 200);
      await connections(shell);
      await differentKeys(machine);
      await away(gateway);
      await gateway.stop();
    }],

    ['', /^rolling restart: /, (block) => {
      // tests/integration/cluster.test.mjs runs deploy/cluster --check; these are lines as it prints them.
      const cluster = readFileSync(join(root, 'deploy/cluster'), 'utf8');
      const patterns = [...cluster.matchAll(/print\(f"([^"]*)"/g)].map(([, text]) => text.replaceAll(/\{[^}]*\}/g, '\0')
        .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\0', '\\d+'));
      for (const line of block.trim().split('\n'))
        assert.ok(patterns.some((one) => new RegExp(`^${one}$`).test(line)), line);
    }],

    ['sh', /^systemctl stop tollgate\n/, async (block) => {
      await shell.good(`dropdb tollgate\n${start.split('\n').find((line) => line.startsWith('createdb '))}`);
      const before = await machine.serve(start.split('\n').find((line) => line.startsWith('tollgate serve')));
      const made = await before.mint();
      const move = here(block);
      const gateway = await machine.serve(move, { apiKey: before.apiKey });
      assert.deepEqual(before.exit, { code: 0, signal: null });
      assert.match(gateway.log, /mcp_servers +1 rows +sha256/);
      assert.equal(await ping(gateway, made), 200);
      const settings = `export DATABASE_URL='${url}'\n`;
      assert.match(await shell.run(`${settings}tollgate db copy --from sqlite:///tollgate-data/tollgate.db`), /a gateway runs on this PostgreSQL/);
      await gateway.stop();
      assert.match(await shell.run('tollgate db copy --from sqlite:///tollgate-data/tollgate.db'), /has rows already/);
      assert.match(await shell.good('tollgate db copy --to sqlite:///back.db'), /mcp_servers +1 rows/);
      const back = await machine.serve('tollgate serve --config tollgate.yaml', { env: { DATABASE_URL: 'sqlite:///back.db' }, apiKey: before.apiKey });
      assert.equal(await ping(back, made), 200);
      await back.stop();
      await commands(shell);
    }],
  ]);
});

// "Each instance opens … (7)".
async function connections(shell) {
  const told = Number(/opens `data.read_connections` .*\((\d+)\), when needed/.exec(guideText(guide))[1]);
  const open = Number(await shell.good(`psql -XAtc "select count(*) from pg_stat_activity where usename = 'tollgate'"`));
  assert.ok(open > 0 && open <= told, `${open} connections`);
  const settings = await shell.good('tollgate config print');
  const number = (name) => Number(new RegExp(`^  ${name}: "(\\d+)"`, 'm').exec(settings)[1]);
  assert.equal(number('read_connections') + number('write_connections') + 1, told);
}

// "An instance with another master key or other peppers refuses to start."
async function differentKeys(machine) {
  const shell = machine.terminal({ DATABASE_URL: url });
  const told = await shell.run('tollgate serve --server-listen 127.0.0.1:0 --data-directory elsewhere --sandbox-enabled true');
  assert.equal(shell.status, 1, told);
  assert.match(told, /^tollgate: .*(master key|pepper)/m);
}

// "When PostgreSQL is away": told at once, and over without a restart.
async function away(gateway) {
  const ready = async () => (await request(`${gateway.base}/readyz`)).status;
  const gauge = async () => /^tollgate_store_available (\d)/m.exec(await gateway.metrics())[1];
  const lines = (event) => gateway.log.split(`"event":"${event}"`).length - 1;
  await postgres.kill();
  await until('503', async () => await ready() === 503, 30_000);
  assert.equal(await gauge(), '0');
  const began = Date.now();
  assert.equal((await gateway.admin('GET', '/integrated-account')).status, 503);
  assert.ok(Date.now() - began < allowed(3000), 'refused at once');
  assert.ok(lines('store_away') >= 1);
  await postgres.restart();
  await until('200', async () => await ready() === 200, 60_000);
  assert.equal(await gauge(), '1');
  await until('store_back', () => lines('store_back') >= 1, 30_000);
  await gateway.must('GET', '/integrated-account');
}

// Each row of the table of commands, with a file in place of FILE; `db copy` ran above.
async function commands(shell) {
  const rows = tableOf(guide, 'command', 'what it does').flatMap(([cell]) => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1]));
  assert.deepEqual(rows.map((row) => row.split(' ').slice(0, 3).join(' ')), ['tollgate db status', 'tollgate db migrate',
    'tollgate db copy', 'tollgate backup FILE', 'tollgate restore FILE']);
  for (const row of rows.filter((one) => !one.includes('db copy')))
    await shell.good(row.replace(/^(tollgate restore) FILE/, '$1 FILE --force').replace('FILE', 'all.db'));
  assert.match(await shell.good('tollgate db status'), /runs on it: no\n[^]*mcp_servers +1 rows/);
}

test('databases.md: what an address may say, and what it may not', async (t) => {
  const machine = new Machine(t, asOwner);
  trustAuthority(machine);
  let shell = machine.terminal();
  await shell.good(`psql -Xqc "create role writer login password 'p%w/d'" && createdb --owner=writer --encoding=UTF8 --template=template0 other`);
  await shell.good('createdb --owner=writer --encoding=SQL_ASCII --locale=C --template=template0 ascii');
  shell = machine.terminal({ PGPASSWORD: '' }); // it would win over passfile
  const at = (more = '', database = 'other', password = 'p%25w%2Fd') => `postgresql://writer:${password}@localhost:${postgres.port}/${database}${more}`;
  const status = (address) => shell.run(`DATABASE_URL='${address}' tollgate db status`);
  const rows = tableOf(guide, 'parameter', 'meaning');
  const names = rows.flatMap(([cell]) => [...cell.matchAll(/`(\w+)`/g)].map((found) => found[1]));
  assert.ok(names.length >= 14);
  const values = { sslmode: 'verify-full', sslrootcert: certificate, sslcert: certificate, sslkey: key, sslcrl: certificate,
    target_session_attrs: 'read-write', host: 'localhost', hostaddr: '127.0.0.1', port: postgres.port, user: 'writer',
    password: 'p%25w%2Fd', passfile: machine.write('passwords', 'localhost:*:*:writer:p%w/d\n'), application_name: 'guide', channel_binding: 'prefer' };
  const modes = [...rows[0][1].matchAll(/`([\w-]+)`/g)].map((found) => found[1]);
  assert.equal(modes.length, 5);
  chmodSync(values.passfile, 0o600);
  const pairs = { sslcert: `&sslkey=${key}`, sslkey: `&sslcert=${certificate}`, sslcrl: '&sslmode=disable' }; // what goes only together
  for (const more of [...names.map((name) => `?${name}=${values[name]}${pairs[name] ?? ''}`), ...modes.map((mode) => `?sslmode=${mode}`)]) {
    const told = await status(at(more).replace(more.startsWith('?passfile') ? ':p%25w%2Fd' : 'nothing', ''));
    assert.match(told, /schema: 0 of \d+ migrations/, `${more}\n${told}`);
  }
  for (const [address, why] of [[at('?connect_timeout=3'), /connect_timeout/], [at('?sslmode=on'), /sslmode/],
    [at('', 'other', 'wrong'), /password/], [at('', 'nothing'), /does not exist/], [at('', 'ascii'), /UTF8/],
    [at('?sslmode=verify-full&hostaddr=127.0.0.1').replace('localhost', 'other.example'), /certificate|other\.example/]]) {
    const told = await status(address);
    assert.equal(shell.status, 1, `${address}\n${told}`);
    assert.match(told, why);
    assert.doesNotMatch(told.replaceAll(/^---failed.*$/gm, ''), /p%/); // which repeats the command
  }
  assert.doesNotMatch(await shell.good(`DATABASE_URL='${at()}' tollgate config print`), /p%|w%2F/);
});
