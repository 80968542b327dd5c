// docs/guides/chatgpt.md and claude.md, block by block, against a gateway on its sandbox.
//
// The programs `claude` and `npx` are stand-ins: the first writes down what it was told, the second runs the npm packages that
// tests/interop has pinned, and nothing that would have to be fetched.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { root, startGateway } from '../support/gateway.mjs';
import { Machine, changed, follow, guideText, systemProgram, tableOf } from '../support/guide.mjs';
import { request } from '../support/http.mjs';
import { call, legacy } from '../support/mcp.mjs';

const gateway = await startGateway({ after });
const account = (await gateway.connect()).id;
const env = { GATEWAY: gateway.base, API_KEY: gateway.apiKey, ACCOUNT: account };
const place = `/integrated-account/${account}`;

const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'guide', version: '1' } };

// The tools of an MCP server as a client that begins with initialize sees them.
async function toolsOf(url, headers = {}) {
  const begun = await legacy(url, 'initialize', hello, { headers });
  assert.equal(begun.status, 200, begun.text);
  assert.equal(begun.body.result.serverInfo.name, 'tollgate');
  const listed = await legacy(url, 'tools/list', undefined, { headers });
  return listed.body.result.tools;
}

const number = (text) => Number(text.replaceAll(',', ''));
const priceOf = async (query) => {
  const { tool_count: count, tokens } = await gateway.must('GET', `${place}/tools?${query}`);
  return { count, tokens };
};

// As many tools, and as many tokens give or take two in a hundred: the page rounds, and words of descriptions change.
function assertPrice(price, tools, tokens) {
  assert.equal(price.count, number(tools));
  assert.ok(Math.abs(price.tokens / number(tokens) - 1) < 0.02, `${price.tokens} tokens against ${tokens}`);
}

test('chatgpt.md: every block runs, its URLs answer, and they have the tools that were named', async (t) => {
  const shell = new Machine(t, env).terminal();
  const named = ['create_a_stripe_refund', 'list_all_stripe_charges', 'list_all_stripe_disputes'];
  let priced;
  await follow('chatgpt.md', [
    ['sh', /tools\?methods=read/, async (block) => {
      const told = JSON.parse(await shell.good(block));
      const [row] = tableOf('chatgpt.md', 'filter', 'tools', 'tokens', 'fits');
      assertPrice({ count: told.tool_count, tokens: told.tokens }, row[1], row[2]);
    }],
    ['sh', /map\(\.tokens\)/, async (block) => { priced = JSON.parse(await shell.good(block)); }],
    ['sh', /"name": "ChatGPT"/, async (block) => {
      const tools = await toolsOf((await shell.good(block)).trim());
      // A server that may write has get_receipt, too.
      assert.deepEqual(tools.map((tool) => tool.name).sort(), [...named, 'get_receipt'].sort());
      assert.equal(priced.tool_count, named.length);
      assert.ok(priced.tokens > 0 && priced.tokens < 15_000);
      for (const { annotations } of tools)
        for (const hint of ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'])
          assert.equal(typeof annotations[hint], 'boolean', hint);
    }],
    ['sh', /"deep_research": true/, async (block) => {
      const url = (await shell.good(block)).trim();
      const tools = await toolsOf(url);
      for (const name of ['search', 'fetch']) assert.ok(tools.some((tool) => tool.name === name), name);
      const found = await call(url, 'search', { query: 'invoices' });
      assert.ok(found.value.results.length > 0);
      assert.match(found.value.results[0].url, /^https:\/\/dashboard\.stripe\.com\//);
      const one = await call(url, 'fetch', { id: found.value.results[0].id });
      assert.equal(one.value.id, found.value.results[0].id);
    }],
  ]);
});

test('chatgpt.md: each row of its table is what the gateway says, and "fits" is what 16,000 makes of it', async () => {
  const rows = tableOf('chatgpt.md', 'filter', 'tools', 'tokens', 'fits');
  for (const [filter, tools, tokens, fits] of rows) {
    const price = await priceOf(filter.replaceAll('`', ''));
    assertPrice(price, tools, tokens);
    assert.equal(price.tokens < 16_000 ? 'yes' : 'no', fits, filter);
  }
});

test('chatgpt.md: search and fetch cost about what the page says, and a client that cannot ask is refused writes', async () => {
  const config = { methods: ['get', 'search'], tags: ['customers'], listing: 'full' };
  const sum = async (more) => (await gateway.mint({ account, config: { ...config, ...more } })).tools.tokens.claude;
  const both = await sum({ deep_research: true }) - await sum({});
  const told = number(/about ([\d,]+) tokens in its list/.exec(guideText('chatgpt.md'))[1]);
  assert.ok(Math.abs(both - told) < told / 10, `${both} tokens against ${told}`);
  const { url } = await gateway.mint({ account, config: { confirm: 'write' } });
  const refused = await call(url, 'create_a_stripe_customer', { name: 'Ada' });
  assert.equal(refused.value.error.code, 'client_cannot_ask');
  const { url: bound } = await gateway.mint({ account, config: { require_api_token_auth: true } });
  assert.equal((await legacy(bound, 'tools/list')).status, 401, 'no header, no way in');
});

for (const guide of ['chatgpt.md', 'claude.md'])
  test(`${guide}: how many tools there are, and what all of them cost`, async () => {
    const price = await priceOf('methods=read,write,custom');
    const text = guideText(guide).replaceAll('\n', ' ');
    const [, tools] = /(\d+)(?: tools of|\) cost about)/.exec(text);
    const [, tokens] = /(3\d\d,\d{3}) tokens/.exec(text);
    assertPrice(price, tools, tokens);
  });

// What `claude mcp add` was told: { name, url, headers }, once it is sure to be a line of that program.
function added(told) {
  const words = told.trim().split('\n');
  assert.deepEqual(words.slice(0, 4), ['mcp', 'add', '--transport', 'http']);
  const [name, url, ...more] = words.slice(4);
  assert.equal(name, 'stripe');
  if (more.length === 0) return { url, headers: {} };
  assert.equal(more[0], '--header');
  const [, header, value] = /^(\w+): (.*)$/.exec(more[1]);
  return { url, headers: { [header]: value } };
}

test('claude.md: every block runs; each client reaches the gateway the way the page writes down', async (t) => {
  const made = await gateway.mint({ account, config: { methods: ['read'], tags: ['disputes'] } });
  const machine = new Machine(t, { ...env, MCP_URL: made.url, MCP_REMOTE_CONFIG_DIR: gateway.directory });
  machine.program('claude', 'printf "%s\\n" "$@"');
  // npx takes a package that is installed where it runs; "offline" makes anything else an error. npx runs with the system's
  // Node, which its modules may need, and what it starts with the pinned one.
  machine.program('npx', `cd '${join(root, 'tests/interop')}' && export npm_config_offline=true npm_config_update_notifier=false
    PATH='${dirname(process.execPath)}':"$PATH" exec ${systemProgram('node')} ${systemProgram('npx')} "$@"`);
  const shell = machine.terminal();
  const local = 'http://127.0.0.1:8787';
  const hasTools = (tools) => assert.equal(tools.length, made.tools.listed);
  await follow('claude.md', [
    ['sh', /^claude mcp add .* "\$MCP_URL"$/m, async (block) => {
      const { url, headers } = added(await shell.good(block));
      hasTools(await toolsOf(url, headers));
    }],
    ['sh', /--header "Authorization: Bearer \$MCP_TOKEN"/, async (block) => {
      const { url, headers } = added(await shell.good(block));
      assert.equal(url, `${local}/mcp`);
      hasTools(await toolsOf(changed(url, [[local, gateway.base]]), headers));
    }],
    ['json', /mcpServers/, async (block) => {
      const { command, args, ...more } = JSON.parse(changed(block, [[`${local}/mcp/tgm_…`, made.url]])).mcpServers.stripe;
      assert.deepEqual(more, {});
      const answer = await askProgram(t, machine, [command, ...args], { jsonrpc: '2.0', id: 7, method: 'initialize', params: hello });
      assert.equal(answer.result.serverInfo.name, 'tollgate');
    }],
    ['sh', /mcp-remote-client/, async (block) => {
      assert.match(await shell.good(block), /list_all_stripe_disputes/);
    }],
  ]);
  const lock = JSON.parse(readFileSync(join(root, 'tests/interop/package-lock.json'), 'utf8'));
  const needed = lock.packages['node_modules/mcp-remote/node_modules/undici'].engines.node.replace('>=', '');
  assert.ok(guideText('claude.md').includes(`(Node ${needed} or later`), needed);
  const pinned = JSON.parse(readFileSync(join(root, 'tests/interop/package.json'), 'utf8')).dependencies['mcp-remote'];
  for (const [, version] of guideText('claude.md').matchAll(/mcp-remote@([\d.]+)/g)) assert.equal(version, pinned);
});

// One message to a program that speaks MCP over its standard input and output, and the answer.
async function askProgram(t, machine, [program, ...words], message) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', join(machine.bin, program), ...words],
    { env: { PATH: process.env.PATH, ...machine.env }, stdio: ['pipe', 'pipe', 'ignore'] });
  const closed = new Promise((resolve) => child.on('close', resolve));
  t.after(() => { child.kill('SIGKILL'); return closed; });
  child.stdin.write(`${JSON.stringify(message)}\n`);
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error(`${program} ended without an answer`);
}

test('claude.md: each row of its table is what the gateway says', async () => {
  for (const [, filter, tools, tokens] of tableOf('claude.md', 'task', 'filter', 'tools', 'tokens')) {
    const query = [...filter.matchAll(/(\w+): \[([^\]]*)\]/g)].map(([, name, words]) => `${name}=${words.replaceAll(' ', '')}`).join('&');
    assertPrice(await priceOf(query), tools, tokens);
  }
});

test('claude.md: what a custom connector meets: no 401, no sign-in, a filter that is in force at once', async () => {
  const made = await gateway.mint({ account, config: { methods: ['read'], tags: ['disputes'] } });
  const well = ['oauth-protected-resource', 'oauth-authorization-server'].map((name) => `/.well-known/${name}`);
  for (const path of [...well, ...well.map((one) => one + made.path)])
    assert.equal((await request(gateway.base + path)).status, 404, path);
  for (const wrong of [made.path.slice(0, -3) + 'xyz', '/mcp/tgm_wrong'])
    assert.equal((await legacy(gateway.base + wrong, 'tools/list')).status, 404);
  const { url: named } = await gateway.mint({ account, config: JSON.parse(`{${/`("tools": \{"allow": .*?\]\})`/.exec(guideText('claude.md'))[1]}}`) });
  assert.equal((await toolsOf(named)).length, 3); // and get_receipt
  const tool = 'list_all_stripe_disputes';
  assert.equal((await call(made.url, tool)).isError, false);
  await gateway.must('PATCH', `${place}/mcp/${made.id}`, { config: { methods: ['read'], tags: ['customers'] } });
  assert.equal((await legacy(made.url, 'tools/call', { name: tool, arguments: {} })).body.error.code, -32602);
  const all = await toolsOf((await gateway.mint({ account, config: { methods: ['read', 'write', 'custom'], listing: 'full' } })).url);
  const isDestructive = (name) => all.find((one) => one.name === name).annotations.destructiveHint;
  for (const name of ['create_a_stripe_refund', 'cancel_a_stripe_subscription_by_id', 'delete_a_stripe_customer_by_id', 'create_a_stripe_payout'])
    assert.equal(isDestructive(name), true, name);
});
