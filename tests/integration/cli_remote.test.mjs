// The commands that ask a running gateway: what they print, how they end, and what they never show.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { onTerminal, runTollgate } from '../support/cli.mjs';
import { root, scratch, startGateway, testKey } from '../support/gateway.mjs';
import { call as toolCall, legacy } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const folder = scratch();
const env = { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey };
const run = (words, more = {}) => runTollgate(words, { ...more, env: { ...env, ...more.env } });
const lines = (text) => text.split('\n').filter(Boolean);
const member = (text, key) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1];

// The members of each JSON object that a command prints, as tests/fixtures/cli_shapes.json has them.
const goldenFile = join(root, 'tests/fixtures/cli_shapes.json');
const golden = JSON.parse(readFileSync(goldenFile, 'utf8'));
const shapes = {};
async function ok(words, more) {
  const done = await run(words, more);
  assert.equal(done.status, 0, `${words.join(' ')}: ${done.stderr}`);
  return done.stdout;
}
async function shape(name, words, more = {}) {
  const done = await run([...words, '--json'], more);
  assert.equal(done.status, more.status ?? 0, `${name}: ${done.stderr}${done.stdout}`);
  const [first] = lines(done.stdout).map((line) => JSON.parse(line));
  assert.ok(first, `${name}: nothing`);
  shapes[name] = Object.keys(first);
  return first;
}
after(() => {
  if (process.env.UPDATE_SHAPES) writeFileSync(goldenFile, `${JSON.stringify({ ...golden, ...shapes }, null, 1)}\n`);
});

const account = await shape('account connect', ['account', 'connect', '--name', 'Acme'], { input: testKey });
const mint = (more = {}) => gateway.mint({ account: account.id, ...more });
const status = async (url) => (await legacy(url, 'ping')).status;

test('accounts: connected from standard input, listed, shown, checked', async () => {
  assert.match(await ok(['account', 'list']), new RegExp(`^${account.id}  Acme  test  active  -  0000  20`));
  await shape('account list', ['account', 'list']);
  await shape('account show', ['account', 'show', 'acme']);
  await mint({ name: 'For the check' });
  assert.match(await ok(['tools', 'for the CHECK']), /stripe/, 'an MCP server is found by its own name');
  assert.equal((await run(['tools', 'For the'])).status, 2, 'the whole name');
  const checked = await run(['account', 'check', '--json']);
  assert.ok([0, 4].includes(checked.status), checked.stderr);
  assert.equal(JSON.parse(checked.stdout).credential_kind, 'restricted');
  await shape('account replace-key', ['account', 'replace-key', 'Acme'], { input: testKey });
  assert.equal((await run(['account', 'connect', '--name', 'X'], { input: 'pk_test_1' })).status, 2);
});

test('mcp: made, listed, found, shown, rotated; the URL is shown when it is made and never again', async () => {
  const made = await ok(['mcp', 'create', '--name', 'Ours', '--holder', 'Ana', '--methods', 'read', '--tags', 'payments,refunds']);
  const url = member(made, 'url');
  assert.equal(await status(url), 200);
  const id = member(made, 'id');
  const listed = await ok(['mcp', 'list']);
  assert.match(listed, new RegExp(`^${id}  Ours  Ana  active  tgm_\\w{4}  `, 'm'));
  assert.equal(await ok(['mcp', 'find', '--holder', 'an', '--name', 'our']), lines(listed).find((line) => line.startsWith(id)) + '\n');
  const shown = await ok(['mcp', 'show', url]);
  assert.equal(member(shown, 'id'), id);
  const rotated = await shape('mcp rotate', ['mcp', 'rotate', id]);
  assert.equal(await status(url), 404);
  assert.equal(await status(rotated.url), 200);
  for (const secret of [url.split('/').pop(), rotated.url.split('/').pop()])
    assert.ok(!(listed + shown).includes(secret));
  await shape('mcp create', ['mcp', 'create', '--name', 'Other', '--account', account.id, '--never-expires']);
  await shape('mcp list', ['mcp', 'list', '--account', 'Acme']);
  await shape('mcp show', ['mcp', 'show', id]);
  const config = join(folder, 'config.json');
  writeFileSync(config, '{"methods":["list"]}');
  assert.deepEqual((await shape('mcp create', ['mcp', 'create', '--name', 'File', '--config-file', config])).config.methods, ['list']);
  assert.equal((await run(['mcp', 'create', '--name', 'File', '--config-file', config, '--tags', 'x'])).status, 1);
});

test('tools: what a server shows, with its tokens', async () => {
  const server = await mint({ name: 'Few', config: { methods: ['list', 'create'], tags: ['refunds'], tools: { deny: ['list_all_stripe_refunds'] } } });
  const rows = lines(await ok(['tools', server.id]));
  assert.ok(rows.some((row) => /^create_a_stripe_refund {2}create {2}\d+ {2}/.test(row)), rows.join('\n'));
  const { body } = await legacy(server.url, 'tools/list');
  const own = ['get_receipt']; // the gateway's own, beside what the filter shows of Stripe
  assert.deepEqual(rows.map((row) => row.split('  ')[0]).sort(), body.result.tools.map((tool) => tool.name).filter((name) => !own.includes(name)).sort());
  await shape('tools', ['tools', server.url]);
});

test('explain: whether a call would be sent, as the exit status', async () => {
  const rule = { id: 'large', tools: ['create_a_stripe_refund'], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } };
  const server = await mint({ name: 'Ruled', config: { guardrails: [rule], tools: { deny: ['list_all_stripe_charges'] } } });
  const small = await run(['explain', server.id, 'create_a_stripe_refund', '-p', 'charge=ch_1', '-p', 'amount=100']);
  assert.equal(small.status, 0, small.stdout + small.stderr);
  assert.equal(member(small.stdout, 'allowed'), 'true');
  assert.equal((await run(['explain', server.id, 'create_a_stripe_refund', '--arguments', '{"charge":"ch_1","amount":900}'])).status, 3);
  assert.equal((await run(['explain', server.id, 'list_all_stripe_charges'])).status, 4);
  await shape('explain', ['explain', server.id, 'list_all_stripe_customers', '-p', 'limit=1']);
  const wrong = await run(['explain', server.id, 'x', '-p', 'limit']);
  assert.match(wrong.stderr, /-p must be name=value, not 'limit'/);
});

test('call: what a model is answered, as a client of the newest revision gets it', async () => {
  const server = await mint({ name: 'Called' });
  const made = await run(['call', '-', 'create_a_stripe_customer', '-p', 'name=Zoë', '-p', 'email=zoe@example.com'], { input: server.url });
  assert.equal(made.status, 0, made.stderr + made.stdout);
  const customer = JSON.parse(made.stdout);
  assert.match(customer.id ?? JSON.stringify(customer), /cus_/);
  const whole = await shape('call', ['call', server.url, 'list_all_stripe_customers', '-p', 'limit=1']);
  assert.equal(whole.content[0].type, 'text');
  const refused = await run(['call', server.url, 'get_single_stripe_customer_by_id', '-p', 'id=cus_none']);
  assert.equal(refused.status, 4, refused.stdout);
  const unknown = await run(['call', server.url, 'no_such_tool']);
  assert.ok([2, 4].includes(unknown.status));
  const dead = await run(['call', server.url.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')), 'x']);
  assert.equal(dead.status, 2);
  assert.ok(!dead.stderr.includes(server.url.split('/').pop().slice(8)));
});

test('revoke: by URL from standard input, by name, by account; shown, confirmed, seen', async () => {
  const leaked = await mint({ name: 'Leaked', holder: 'Eve' });
  const done = await run(['revoke', '-', '--yes'], { input: leaked.url });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, new RegExp(`^revoked  ${leaked.id}  Leaked  Eve\nseen  http\\S+  the secret is no longer accepted\nseen  the MCP URL  it answers 404\nVerified: 2 of 2 answers agree\\.\n$`));
  assert.equal(await status(leaked.url), 404);
  assert.equal((await run(['revoke', 'eve', '--yes'])).status, 2, 'it is revoked already');
  const kept = await mint({ name: 'Kept', holder: 'Fay' });
  const unasked = await run(['revoke', 'fay']);
  assert.deepEqual([unasked.status, await status(kept.url)], [1, 200]);
  assert.match(unasked.stderr, /revoke the MCP server Kept\? Nothing was done: give --yes/);
  await shape('suspend', ['suspend', kept.id, '--yes']);
  assert.equal(await status(kept.url), 403);
  await shape('resume', ['mcp', 'resume', 'Fay', '--yes']);
  assert.equal(await status(kept.url), 200);
  const nobody = await run(['revoke', 'nobody at all', '--yes']);
  assert.equal(nobody.status, 2);
  assert.match(nobody.stderr, /no MCP server has the holder or the name, and no account the name, nobody at all: tollgate mcp list/);
  const second = await gateway.connect({ name: 'Second' });
  const theirs = await Promise.all([1, 2].map(() => gateway.mint({ account: second.id })));
  await shape('suspend account', ['suspend', 'second', '--all', '--yes']);
  for (const one of theirs) assert.equal(await status(one.url), 403);
  await ok(['resume', second.id, '--all', '--yes']);
  for (const one of theirs) assert.equal(await status(one.url), 200);
  await shape('revoke', ['revoke', second.id, '--all', '--yes']);
  for (const one of theirs) assert.equal(await status(one.url), 404);
  assert.equal(await status(kept.url), 200);
});

test('revoke: what a person or an API key made, and nothing of another', async () => {
  const maker = await gateway.must('POST', '/api-key', { name: 'Makes things', role: 'operator' });
  const { id: account } = await gateway.connect({ name: 'Third' });
  const make = (key) => gateway.must('POST', `/integrated-account/${account}/mcp`, { name: 'Made' }, { key });
  const theirs = [await make(maker.key), await make(maker.key)];
  const other = await make(gateway.apiKey);
  assert.match((await run(['suspend', 'Nobody of this name', '--as', 'maker', '--yes'])).stderr, /no MCP server was made by Nobody of this name/);
  await ok(['suspend', 'makes THINGS', '--as', 'maker', '--all', '--yes']);
  for (const one of theirs) assert.equal(await status(one.url), 403);
  assert.equal(await status(other.url), 200);
  // No word of one MCP server is the id of a maker: rotate asks nothing.
  const rotated = await run(['mcp', 'rotate', maker.id]);
  assert.notEqual(rotated.status, 0);
  assert.match(rotated.stderr, /is no MCP server but may have made some: give the id of one, mcp_…/);
  // The key of whoever made them still works, which is said before anything is done.
  const ended = await run(['revoke', maker.id, '--all', '--yes']);
  assert.equal(ended.status, 0, ended.stderr);
  assert.ok(ended.stderr.includes(`The key itself still works: tollgate keys revoke ${maker.id}`), ended.stderr);
  for (const one of theirs) assert.equal(await status(one.url), 404);
  assert.equal(await status(other.url), 200);
  assert.equal((await gateway.admin('GET', '/team', undefined, { key: maker.key })).status, 200);
  // What only begins like an id is a holder, as any other word.
  const held = await gateway.must('POST', `/integrated-account/${account}/mcp`, { name: 'Held', holder: 'key_account_team' });
  await ok(['suspend', 'key_account_team', '--yes']);
  assert.equal(await status(held.url), 403);
});

test('revoke: a secret of another kind ends too, and its end is seen', async () => {
  const key = JSON.parse(lines(await ok(['keys', 'create', '--name', 'CI', '--role', 'viewer', '--json']))[0]);
  const done = await run(['revoke', '-', '--yes'], { input: key.key });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, new RegExp(`revoke: the api_key ${key.id} of CI\nseen  \\S+  the secret is no longer accepted`));
  assert.ok(!done.stdout.includes(key.key));
});

test('freeze, keys, audit, webhooks', async () => {
  assert.notEqual(member(await ok(['freeze', 'acme']), 'frozen_at'), undefined);
  assert.equal(member(await ok(['unfreeze', account.id]), 'frozen_at'), undefined);
  await shape('freeze team', ['freeze', '--team']);
  await ok(['unfreeze', '--team']);
  assert.equal((await run(['freeze'])).status, 1);
  assert.equal((await run(['revoke', '--yes'])).status, 1);
  assert.equal((await run(['revoke', 'x', '--team', '--yes'])).status, 1);
  const key = await shape('keys create', ['keys', 'create', '--name', 'Night', '--role', 'viewer']);
  assert.match(await ok(['keys', 'list']), new RegExp(`^${key.id}  Night  viewer  tgk_\\w{4}  20`));
  await shape('keys list', ['keys', 'list']);
  assert.equal((await run(['keys', 'revoke', key.id])).status, 1);
  await shape('keys revoke', ['keys', 'revoke', key.id, '--yes']);
  const record = await shape('audit list', ['audit', 'list', '--kind', 'admin_finished', '--limit', '1']);
  assert.match(await ok(['audit', 'show', record.request]), new RegExp(record.id));
  assert.equal(await ok(['webhooks', 'list']), '');
});

test('usage: of the team, of an account, of an MCP server by name', async () => {
  const { url } = await mint({ name: 'Counted', config: { methods: ['read'] } });
  await toolCall(url, 'list_all_stripe_charges', { limit: 1 });
  await until('the call to be counted', async () => /^1 calls, 0 refused, \d failed\n/.test(await ok(['usage', 'Counted'])));
  assert.match(await ok(['usage', 'Counted']), /^half took at most \d+ ms, 95 % at most \d+ ms$/m);
  assert.match(await ok(['usage', 'Counted']), /^20\S+Z  1  0  \d$/m);
  await shape('usage', ['usage', '--account', 'Acme', '--week']);
  assert.match(await ok(['usage']), /^\d+ calls, \d+ refused, \d+ failed\n/);
  assert.equal((await run(['usage', 'no such server'])).status, 2);
});

test('account remove: its name is typed, or --yes', async () => {
  const gone = await gateway.connect({ name: 'Gone Ltd' });
  await gateway.mint({ account: gone.id });
  const talk = (typed) => onTerminal(['account', 'remove', gone.id], { env, talk: [['Type its name: ', typed]] });
  assert.equal((await talk('Gone')).status, 1);
  const done = await talk('Gone Ltd');
  assert.equal(done.status, 0, done.screen);
  assert.equal((await gateway.admin('GET', `/integrated-account/${gone.id}`)).status, 404);
  const other = await gateway.connect({ name: 'Other Ltd' });
  assert.equal((await run(['account', 'remove', other.id])).status, 1);
  await shape('account remove', ['account', 'remove', 'other ltd', '--yes']);
});

test('a control character of an answer never reaches the terminal', async () => {
  const text = 'a\u001b[2Jb\u009b31m\nrevoked  mcp_x';
  const server = { id: 'mcp_1', integrated_account_id: text, name: text, holder: text, token_prefix: text, status: text, last_used_at: null };
  const answers = { GET: { result: [server], next_cursor: null }, POST: { result: [server], next_cursor: null, token: { kind: text, id: text, name: text } } };
  const fake = http.createServer((asked, response) => {
    asked.resume();
    const refused = asked.method === 'DELETE' || asked.url.startsWith('/integrated-account');
    response.writeHead(refused ? 409 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(refused ? { code: text, detail: text } : answers[asked.method]));
  }).listen(0, '127.0.0.1');
  after(() => fake.close());
  await once(fake, 'listening');
  const url = `http://127.0.0.1:${fake.address().port}`;
  for (const words of [['mcp', 'list'], ['account', 'list'], ['revoke', text, '--yes'], ['revoke', text], ['revoke', '-', '--yes'], ['keys', 'list'], ['login', '--url', url]]) {
    const done = await run(words, { input: `tgk_${'x'.repeat(38)}`, env: { TOLLGATE_ADMIN_URL: url, XDG_CONFIG_HOME: folder } });
    assert.ok(done.stdout + done.stderr, words.join(' '));
    assert.doesNotMatch(done.stdout + done.stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, words.join(' '));
    assert.doesNotMatch(done.stdout + done.stderr, /^revoked {2}mcp_x/m, words.join(' '));
  }
});

// A gateway that answers GET, and everything else as `other` says.
async function fakeGateway(other, get = { result: [], next_cursor: null }) {
  const asked = [];
  const fake = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    if (request.method !== 'GET') return other(request, response);
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(get));
  }).listen(0, '127.0.0.1');
  after(() => fake.close());
  await once(fake, 'listening');
  const url = `http://127.0.0.1:${fake.address().port}`;
  return { url, asked, run: (words, more = {}) => run(words, { ...more, env: { TOLLGATE_ADMIN_URL: url, XDG_CONFIG_HOME: folder } }) };
}

test('a connection that ends without an answer is no success, and may have been a success', async () => {
  const closing = await fakeGateway((request) => request.socket.end());
  for (const words of [['freeze', '--team'], ['approvals', 'deny', 'apr_1', '--reason', 'x'], ['account', 'remove', 'ia_1', '--yes']]) {
    const done = await closing.run(words);
    assert.deepEqual([done.status, done.stdout], [2, ''], words.join(' '));
    assert.match(done.stderr, /its answer was lost: the connection was lost\. It may have been done: look before you repeat it/);
  }
  const approved = await closing.run(['approvals', 'approve', 'apr_1']);
  assert.equal(approved.status, 5);
  assert.match(approved.stderr, /It is not known whether the call was done\. Do not repeat it: tollgate approvals show apr_1/);
  const called = await closing.run(['call', `${closing.url}/mcp/x`, 'create_a_stripe_refund']);
  assert.equal(called.status, 5);
  assert.match(called.stderr, /may have been done: do not repeat it/);
  const away = await run(['call', 'http://127.0.0.1:1/mcp/x', 'create_a_stripe_refund']);
  assert.equal(away.status, 2, 'nothing was sent');
  const bad = await fakeGateway((_, response) => { response.writeHead(504, { 'content-type': 'text/html' }); response.end('<html>'); });
  assert.equal((await bad.run(['call', `${bad.url}/mcp/x`, 'x'])).status, 5);
  assert.equal((await bad.run(['approvals', 'approve', 'apr_1'])).status, 5);
  const empty = await fakeGateway((_, response) => response.writeHead(200).end());
  const nothing = await empty.run(['freeze', '--team']);
  assert.equal(nothing.status, 2);
  assert.match(nothing.stderr, /the answer cannot be read/);
});

test('an empty word names nothing, not the only one', async () => {
  const fake = await fakeGateway((_, response) => response.writeHead(204).end(),
    { result: [{ id: 'ia_1', name: 'Only', integrated_account_id: 'ia_1' }], next_cursor: null });
  for (const words of [['account', 'remove', '', '--yes'], ['account', 'show', ''], ['account', 'replace-key', ''], ['mcp', 'rotate', ''], ['mcp', 'show', ''], ['freeze', '']]) {
    const done = await fake.run(words, { input: testKey });
    assert.equal(done.status, 1, words.join(' '));
    assert.match(done.stderr, /say which/);
  }
  assert.deepEqual(fake.asked, []);
});

test('of several, one that cannot be revoked is said with the reason', async () => {
  const server = (id) => ({ id, integrated_account_id: 'ia_1', name: id, holder: 'Hal', token_prefix: null, status: 'active', last_used_at: null });
  const fake = await fakeGateway((request, response) => {
    if (!request.url.endsWith('mcp_b')) return response.writeHead(204).end();
    response.writeHead(409, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ code: 'busy', detail: 'It is busy.' }));
  }, { result: [server('mcp_a'), server('mcp_b')], next_cursor: null });
  const done = await fake.run(['revoke', 'hal', '--all', '--yes']);
  assert.equal(done.status, 4);
  assert.match(done.stdout, /^revoked {2}mcp_a {2}mcp_a {2}Hal\nFAILED {2}mcp_b {2}mcp_b {2}Hal {2}It is busy\.$/m);
  const json = JSON.parse((await fake.run(['revoke', 'hal', '--all', '--yes', '--json'])).stdout);
  assert.deepEqual([json.mcp_servers, json.failed, json.count], [['mcp_a'], [{ id: 'mcp_b', reason: 'It is busy.' }], 1]);
});

test('suspended and resumed by the URL, the URL itself is asked', async () => {
  const server = await mint({ name: 'By URL' });
  for (const [word, answer] of [['suspend', 403], ['resume', 200]]) {
    const done = await run([word, '-', '--yes'], { input: server.url });
    assert.equal(done.status, 0, done.stderr + done.stdout);
    assert.match(done.stdout, new RegExp(`seen  the MCP URL  it answers ${answer}\nVerified: 2 of 2`));
  }
});

test('a reason that would not be kept is refused', async () => {
  const server = await mint({ name: 'Reasoned' });
  const done = await run(['revoke', server.id, '--yes', '--reason', 'lost']);
  assert.deepEqual([done.status, await status(server.url)], [1, 200]);
  assert.match(done.stderr, /keeps a reason only where an account or the team is revoked/);
  assert.equal((await run(['resume', server.id, '--yes', '--reason', 'x'])).status, 1);
});

test('every JSON output has the members that tests/fixtures/cli_shapes.json says', () => {
  if (process.env.UPDATE_SHAPES) return;
  for (const [name, members] of Object.entries(shapes)) assert.deepEqual(members, golden[name], name);
});

test('a name in place of an MCP URL is answered by what is needed, without the name', async () => {
  for (const words of [['call', 'Desk', 'list_all_stripe_charges'], ['connect', 'codex', '--url', 'Desk', '--print']]) {
    const done = await run(words);
    assert.match(done.stderr, /^tollgate: this is no URL: give the whole MCP URL \(https:\/\/…\/mcp\/tgm_…\), which was shown when it was made\n$/);
    assert.ok([1, 2].includes(done.status));
  }
});

test('a command line that cannot be read is answered by what is missing or wrong, in one sentence', async () => {
  for (const [words, sentence] of [
    [['approvals'], 'approvals needs a command: list, show, object, approve, deny'],
    [['call'], 'call needs URL'],
    [['mcp', 'create'], 'mcp create needs --name'],
    [['mcp', 'create', '--name'], 'mcp create needs a value after --name'],
    [['mcp', 'list', 'a', 'b'], 'mcp list does not take a b'],
    [['receipts', 'list', '--limit', '0'], 'receipts list: --limit must be a whole number from 1, not 0'],
    [['completion', 'bsh'], 'completion: shell must be one of bash, zsh, fish, not bsh']]) {
    const done = await run(words);
    const command = words.slice(0, ['mcp', 'receipts'].includes(words[0]) ? 2 : 1).join(' ');
    assert.deepEqual([done.status, done.stderr], [1, `tollgate: ${sentence}\nSee tollgate ${command} --help\n`]);
  }
  const { status, stderr } = await run([]);
  assert.equal(status, 1);
  assert.match(stderr, /^ *serve +Run the gateway$/m);
});

test('an unknown command or flag suggests the nearest, from the commands themselves', async () => {
  for (const [words, sentence] of [
    [['mpc', 'list'], /there is no command mpc; did you mean mcp\?/],
    [['mcp', 'crate'], /there is no command crate; did you mean create\?/],
    [['mcp', 'create', '--holdr', 'x', '--name', 'y'], /there is no flag --holdr; did you mean --holder\?/],
    [['revok', '--al'], /there is no command revok; did you mean revoke\?/],
    [['serv', '--server-listen', '127.0.0.1:1'], /there is no command serv; did you mean serve\?/],
    [['--server-listn=127.0.0.1:1'], /there is no flag --server-listn; did you mean --server-listen\?/]]) {
    const done = await run(words);
    assert.equal(done.status, 1);
    assert.match(done.stderr, sentence);
    assert.doesNotMatch(done.stderr, /no flag --server-listen/, 'a flag of another command is known');
  }
  const { status, stderr } = await run(['receipts', 'settle', 'rcp_1', '--reason', 'x']); // an argument is no command
  assert.equal(status, 1);
  assert.equal(stderr, 'tollgate: receipts settle needs one of --succeeded,--failed\nSee tollgate receipts settle --help\n');
  assert.doesNotMatch(stderr, /no command/);
});
