// tollgate login and contexts: which gateway a command asks, with which key, and who may read that key.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { onTerminal, runTollgate } from '../support/cli.mjs';
import { scratch, startGateway } from '../support/gateway.mjs';

const one = await startGateway({ after });
const two = await startGateway({ after });
const folder = scratch();
const env = { XDG_CONFIG_HOME: join(folder, 'config') };
const file = join(env.XDG_CONFIG_HOME, 'tollgate/contexts.yaml');
const run = (words, more = {}) => runTollgate(words, { ...more, env: { ...env, ...more.env } });
const accounts = async (words = [], more = {}) => {
  const done = await run(['account', 'list', ...words], more);
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.split('\n').filter(Boolean).map((line) => line.split('  ')[1]);
};
await one.connect({ name: 'First' });
await two.connect({ name: 'Second' });

test('a key that does not work is not stored', async () => {
  const wrong = await run(['login', '--url', one.adminBase], { input: `tgk_${'x'.repeat(38)}` });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /give the API key/);
  assert.equal((await run(['login', '--url', one.adminBase], { input: '' })).status, 2);
  assert.equal((await run(['login', '--url', 'http://192.0.2.1'], { input: one.apiKey })).status, 2);
  assert.ok(!existsSync(file));
});

test('login stores address and key for its owner alone; later commands need neither', async () => {
  const done = await run(['login', '--url', one.adminBase], { input: `${one.apiKey}\n` });
  assert.deepEqual([done.status, done.stderr], [0, '']);
  assert.match(done.stdout, /^Logged in to http:\S+ for the team \S.*\nThe context default is now the current one/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700);
  assert.deepEqual(await accounts(), ['First']);
});

test('the key is never on the command line, and no answer shows it', async () => {
  assert.equal((await run(['login', '--url', one.adminBase, one.apiKey])).status, 1);
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, two.apiKey, { mode: 0o600 });
  const second = await run(['login', '--url', two.adminBase, '--context', 'two', '--key-file', keyFile, '--json']);
  assert.deepEqual(Object.keys(JSON.parse(second.stdout)), ['name', 'url', 'team', 'file']);
  const listed = await run(['contexts', 'list']);
  assert.match(listed.stdout, new RegExp(`^default  -  ${one.adminBase}  tgk_\\w{4}  0\ntwo  yes  ${two.adminBase}  tgk_\\w{4}  0\n$`));
  const json = await run(['contexts', 'list', '--json']);
  assert.deepEqual(json.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line).current), [false, true]);
  for (const key of [one.apiKey, two.apiKey])
    assert.ok(!(second.stdout + second.stderr + listed.stdout + json.stdout).includes(key));
});

test('a flag goes before the environment, that before the current context', async () => {
  assert.deepEqual(await accounts(), ['Second']);
  assert.deepEqual(await accounts(['--context', 'default']), ['First']);
  assert.deepEqual(await accounts([], { env: { TOLLGATE_CONTEXT: 'default' } }), ['First']);
  const byVariables = { TOLLGATE_ADMIN_URL: one.adminBase, TOLLGATE_API_KEY: one.apiKey };
  assert.deepEqual(await accounts([], { env: byVariables }), ['First']);
  assert.deepEqual(await accounts(['--context', 'two'], { env: byVariables }), ['Second']);
  const none = await run(['account', 'list', '--context', 'three']);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /there is no context three: tollgate contexts list shows all/);
  assert.equal((await run(['account', 'list', '--context', 'two', '--url', one.adminBase])).status, 1);
});

test('the key of a context is not sent to another address', async () => {
  const elsewhere = await run(['account', 'list', '--url', one.adminBase + '/other']);
  assert.equal(elsewhere.status, 2);
  assert.match(elsewhere.stderr, /an API key is needed: run tollgate login/);
});

test('a file that others may read is refused', async () => {
  chmodSync(file, 0o644);
  const open = await run(['account', 'list']);
  assert.equal(open.status, 2);
  assert.match(open.stderr, /may be used by others than its owner: run chmod 600/);
  chmodSync(file, 0o600);
});

test('contexts are chosen and forgotten by name', async () => {
  assert.equal((await run(['contexts', 'use', 'default'])).status, 0);
  assert.deepEqual(await accounts(), ['First']);
  assert.equal((await run(['contexts', 'use', 'three'])).status, 2);
  assert.equal((await run(['contexts', 'remove', 'default'])).status, 0);
  assert.ok(!readFileSync(file, 'utf8').includes(one.apiKey));
  assert.equal((await run(['contexts', 'remove', 'default'])).status, 2);
});

test('at a terminal the key is asked for, and what is typed is not shown', async () => {
  const done = await onTerminal(['login', '--url', one.adminBase, '--context', 'typed'],
    { env, talk: [['API key (tgk_…): ', one.apiKey]] });
  assert.equal(done.status, 0, done.screen);
  assert.match(done.screen, /Logged in to/);
  assert.ok(!done.screen.includes(one.apiKey), 'the key is on the screen');
  assert.deepEqual(await accounts(), ['First']);
  const left = await onTerminal(['login', '--url', one.adminBase], { env, talk: [['API key (tgk_…): ', '^C']] });
  assert.equal(left.status, 130);
});
