// --json: every command has it, and the local ones print what tests/fixtures/cli_shapes.json says.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { sharedKeys } from '../support/instances.mjs';
import { until } from '../support/wait.mjs';

const directory = scratch();
const goldenFile = join(root, 'tests/fixtures/cli_shapes.json');
const golden = JSON.parse(readFileSync(goldenFile, 'utf8'));
const shapes = {};
after(() => {
  if (process.env.UPDATE_SHAPES) writeFileSync(goldenFile, `${JSON.stringify({ ...golden, ...shapes }, null, 1)}\n`);
});

const settings = { ...sharedKeys(), 'data.url': `sqlite:///${join(directory, 'tollgate.db')}` };
const flags = Object.entries(settings).map(([name, value]) => `--${name.replaceAll(/[._]/g, '-')}=${value}`);
const run = (words, env = {}) => runBinaryAsync(words, { cwd: directory, env });

// The first object that a command prints. `status`: how it ends.
async function shape(name, words, { status = 0, env } = {}) {
  const done = await run([...words, '--json'], env);
  assert.equal(done.status, status, `${name}: ${done.stderr}${done.stdout}`);
  const [first] = done.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  assert.ok(first, name);
  if (name !== 'config print' && name !== 'policy print') { // their members are settings and rules
    shapes[name] = Object.keys(first);
    if (!process.env.UPDATE_SHAPES) assert.deepEqual(shapes[name], golden[name], name);
  }
  return first;
}

// What has no answer to print, and why.
const without = {
  serve: 'runs until it is stopped; its log is JSON',
  sandbox: 'runs until it is stopped',
  stdio: 'its output is the messages of MCP',
  completion: 'prints a script',
  version: 'prints one word',
  help: 'prints the help',
};

// The names of all commands, from the help of the program and of its groups.
async function commands(words = []) {
  const { stdout } = await run([...words, '--help']);
  const listed = stdout.split('Subcommands:\n')[1]?.match(/^ {2}[a-z][a-z-]*(?= |$)/gm)?.map((one) => one.trim()) ?? [];
  if (listed.length === 0) return [{ name: words.join(' '), help: stdout }];
  const inner = [];
  for (const one of listed) inner.push(...await commands([...words, one]));
  return inner;
}

test('every command has --json, but those that have no answer to print', async () => {
  const all = await commands();
  assert.ok(all.length > 60, `${all.length} commands`);
  for (const { name, help } of all) assert.equal(/ --json\b/.test(help), !(name in without), name);
  for (const name of Object.keys(without)) assert.ok(all.some((one) => one.name === name), name);
});

test('databases, backups, keys and the audit log of this machine', async (t) => {
  const gateway = await startGateway(t, settings);
  await gateway.connect();
  assert.deepEqual(await shape('health', ['health', ...flags, '--server-listen', gateway.ports.mcp]), { healthy: true, reason: '' });
  assert.match((await shape('key reset', ['key', 'reset', ...flags])).key, /^tgk_/);
  const file = join(directory, 'key');
  const kept = JSON.parse((await run(['key', 'reset', '--file', file, '--json', ...flags])).stdout);
  assert.deepEqual([kept.key, kept.file], [undefined, file]);
  await shape('rotate-key', ['rotate-key', '--dry-run', ...flags]);
  await until('an audit log', async () => (await run(['audit', 'export', '--jsonl', join(directory, `${Date.now()}`), ...flags])).status === 0);
  await shape('audit export', ['audit', 'export', '--to', join(directory, 'log'), ...flags]);
  await shape('audit export --jsonl', ['audit', 'export', '--jsonl', join(directory, 'records'), ...flags]);
  await shape('audit verify', ['audit', 'verify', '--export', join(directory, 'log')]);
  await shape('backup', ['backup', join(directory, 'backup.db'), ...flags]);
  await gateway.stop();
  const away = await shape('health', ['health', ...flags, '--server-listen', gateway.ports.mcp], { status: 1 });
  assert.equal(away.healthy, false);
  await shape('db status', ['db', 'status', ...flags]);
  assert.deepEqual(await shape('db migrate', ['db', 'migrate', ...flags]), { applied: [] });
  const copy = `sqlite:///${join(directory, 'copy.db')}`;
  const tables = (await shape('db copy', ['db', 'copy', '--to', copy, ...flags])).tables;
  assert.match(tables[0].sha256, /^[0-9a-f]{64}$/);
  await shape('restore', ['restore', join(directory, 'backup.db'), '--force', '--data-url', copy]);
  await shape('config print', ['config', 'print', ...flags]);
  await shape('config check', ['config', 'check', ...flags]);
  const printed = JSON.parse((await run(['config', 'print', '--json', ...flags])).stdout);
  assert.equal(printed.data.url, settings['data.url']);
});

test('files: policies, declarations, OpenAPI documents, configurations of clients', async () => {
  const write = (name, text) => {
    writeFileSync(join(directory, name), text);
    return name;
  };
  const rules = write('rules.yaml', 'rules:\n  - id: small\n    tools: [create_a_stripe_refund]\n    then: deny\n    max_value: {argument: amount, value: 100}\n');
  const other = write('other.yaml', 'rules: []\n');
  assert.deepEqual(await shape('policy check', ['policy', 'check', rules]), { valid: true, rules: 1 });
  await shape('policy print', ['policy', 'print', rules]);
  const { differs, changes } = await shape('policy diff', ['policy', 'diff', rules, other], { status: 3 });
  assert.deepEqual([differs, changes.length > 0], [true, true]);
  const call = ['policy', 'explain', rules, '--tool', 'create_a_stripe_refund', '--arguments', '{"amount":500}'];
  assert.equal((await shape('policy explain', call, { status: 4 })).effect, 'deny');
  await shape('policy replay', ['policy', 'replay', rules, '--records', write('none.jsonl', '')]);
  const declarations = join(root, 'tests/fixtures/declarations/stripe.yaml');
  await shape('validate', ['validate', declarations]);
  await shape('inspect', ['inspect', declarations]);
  await shape('test --all', ['test', '--all', '--dry-run', '-f', declarations]);
  const one = await shape('test', ['test', 'get_balance', '--dry-run', '-f', declarations]);
  assert.match(one.head, /sk_\*\*\*/);
  await shape('declare --from-openapi', ['declare', '--from-openapi', join(root, 'tests/fixtures/openapi/stripe.json')]);
  const url = `https://gateway.example/mcp/tgm_${'a'.repeat(38)}`;
  const config = join(directory, 'mcp.json');
  const planned = await shape('connect', ['connect', 'cursor', '--config', config], { env: { TOLLGATE_MCP_URL: url } });
  assert.deepEqual([planned.change, planned.file], ['added to', config]);
  const steps = await shape('connect chatgpt', ['connect', 'chatgpt'], { env: { TOLLGATE_MCP_URL: url } });
  assert.ok(!steps.text.includes(url), 'the URL is masked');
});

test('a list of nothing is no line with --json, everywhere', async (t) => {
  const gateway = await startGateway(t);
  const env = { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey };
  for (const words of [['receipts', 'list'], ['approvals', 'list'], ['webhooks', 'list'], ['account', 'list'], ['mcp', 'list'], ['policy', 'changes']]) {
    const done = await run([...words, '--json'], env);
    assert.deepEqual([done.status, done.stdout, done.stderr], [0, '', ''], words.join(' '));
  }
});
