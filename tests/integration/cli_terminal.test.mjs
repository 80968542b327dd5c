// The command line on a pseudo-terminal: width, colour, progress, questions, interrupt; and nothing of that in a pipe.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { onTerminal, runTollgate } from '../support/cli.mjs';
import { scratch, startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';

const gateway = await startGateway({ after });
const env = { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey };
const account = await gateway.connect({ name: 'Acme', orders: 'tables' });
const mint = (more) => gateway.mint({ account: account.id, ...more });
const named = await mint({ name: 'A name that is much longer than most names of MCP servers are', holder: '日本 太郎' });
const ended = await mint({ name: 'Ended' });
await gateway.must('DELETE', `/integrated-account/${account.id}/mcp/${ended.id}`);
const status = async (url) => (await legacy(url, 'ping')).status;

// eslint-disable-next-line no-control-regex
const plain = (text) => text.replaceAll(/\u001b\[[0-9;]*[mK]/g, '');
const wide = (text) => [...text].reduce((sum, character) => sum + (/[\u2e80-\u9fff]/.test(character) ? 2 : 1), 0);

for (const columns of [40, 80, 200]) {
  test(`a list is no wider than ${columns} columns, and its ids stay whole`, async () => {
    const { screen, status: code } = await onTerminal(['mcp', 'list'], { env, columns });
    assert.equal(code, 0);
    for (const line of plain(screen).split('\n')) assert.ok(wide(line) <= columns, `${wide(line)}: ${line}`);
    assert.ok(screen.includes(named.id) && screen.includes(ended.id), screen);
    assert.match(plain(screen), columns === 40 ? /^ID: mcp_/m : /^ID +NAME +HOLDER +STATUS/m);
  });
}

test('receipts are a table too, and no line of a pipe', async () => {
  const { url } = await mint({ name: 'Writes' });
  assert.equal((await runTollgate(['call', url, 'create_a_stripe_customer', '-p', 'name=Ana'])).status, 0);
  const { screen } = await onTerminal(['receipts', 'list'], { env, columns: 120 });
  assert.match(plain(screen), /^ID +STATE +TOOL +CREATED AT/);
  for (const line of plain(screen).split('\n')) assert.ok(wide(line) <= 120, line);
  assert.match((await runTollgate(['receipts', 'list'], { env })).stdout, /^rcp_\w+ {2}succeeded {2}create_a_stripe_customer {2}/);
});

test('states have a colour on a terminal; with NO_COLOR, TERM=dumb and in a pipe nothing has', async () => {
  const coloured = (await onTerminal(['mcp', 'list'], { env, columns: 200 })).screen;
  assert.match(coloured, /\u001b\[32mactive\u001b\[0m/);
  assert.match(coloured, /\u001b\[31mrevoked\u001b\[0m/);
  for (const more of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    const { screen } = await onTerminal(['mcp', 'list'], { env: { ...env, ...more }, columns: 200 });
    assert.ok(screen.includes('revoked') && !screen.includes('\u001b'));
  }
  const piped = await runTollgate(['mcp', 'list'], { env });
  assert.doesNotMatch(piped.stdout, /\u001b|^ID/);
  assert.match(piped.stdout, new RegExp(`^${ended.id}  Ended  -  revoked`, 'm'));
});

test('several are revoked when their number is typed, and not otherwise', async () => {
  const two = [await mint({ name: 'One', holder: 'Gil' }), await mint({ name: 'Two', holder: 'Gil' })];
  const ask = (typed, words = []) => onTerminal(['revoke', 'gil', ...words], { env, talk: [['Type their number: ', typed]] });
  const wrong = await ask('3');
  assert.equal(wrong.status, 1, wrong.screen);
  for (const one of two) assert.ok(wrong.screen.includes(one.id), 'what it hits is shown first');
  assert.equal((await ask('yes')).status, 1);
  assert.equal((await ask('^C')).status, 130);
  for (const one of two) assert.equal(await status(one.url), 200);
  const done = await ask('2');
  assert.equal(done.status, 0, done.screen);
  assert.match(done.screen, /Verified: 1 of 1 answers agree/);
  for (const one of two) assert.equal(await status(one.url), 404);
});

test('an import shows a bar on a terminal only; an interrupt removes it and ends the command', async () => {
  const file = join(scratch(), 'customers.jsonl');
  const customer = (n) => JSON.stringify({ type: 'customer', id: `c${n}`, email: `c${n}@example.com`, created_at: '2026-01-01T00:00:00Z' });
  writeFileSync(file, Array.from({ length: 30_000 }, (_, n) => customer(n)).join('\n'));
  const words = ['orders', 'import', file, '--account', account.id];
  const { screen, status: code } = await onTerminal([...words, '--dry-run'], { env, columns: 60 });
  assert.equal(code, 0, screen);
  assert.match(screen, /\[#+\.+\] \d+ records/);
  assert.match(screen, /\r\u001b\[K(Nothing was changed|customers: )/);
  for (const shown of screen.split(/\r\u001b\[K|\n/)) assert.ok(wide(shown) < 60, shown);
  const piped = await runTollgate([...words, '--dry-run'], { env });
  assert.deepEqual([piped.status, piped.stderr], [0, '']);
  assert.doesNotMatch(piped.stdout, /\[#/);
  const left = await onTerminal(words, { env, columns: 60, talk: [['records', '^C']] });
  assert.equal(left.status, 130);
  assert.match(left.screen, /\r\u001b\[K(\^C)?$|\^C\r\u001b\[K$/);
});

test('an empty list says so on a terminal, and prints nothing elsewhere', async () => {
  for (const words of [['webhooks', 'list'], ['policy', 'changes']]) {
    assert.match((await onTerminal(words, { env })).screen, /^None\.$/m, words.join(' '));
    const piped = await runTollgate(words, { env });
    assert.deepEqual([piped.stdout, piped.stderr], ['', '']);
  }
  const home = { XDG_CONFIG_HOME: scratch() };
  assert.match((await onTerminal(['contexts', 'list'], { env: home })).screen, /^None\.$/m);
});

test('db migrate shows which migration it applies, on a terminal only', async () => {
  const url = `sqlite:///${join(scratch(), 'new.db')}`;
  const { screen, status: code } = await onTerminal(['db', 'migrate', '--data-url', url]);
  assert.equal(code, 0, screen);
  assert.match(screen, /\[#+\.*\] [a-z_]+/);
  assert.match(plain(screen), /Applied tenancy/);
  const piped = await runTollgate(['db', 'migrate', '--data-url', `sqlite:///${join(scratch(), 'new.db')}`]);
  assert.equal(piped.stderr, '');
});
