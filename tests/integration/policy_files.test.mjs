// tollgate policy: rules in files, checked, explained and printed without a gateway, and then put in force.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, cleanEnvironment, root, runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { Machine } from '../support/guide.mjs';
import { call } from '../support/mcp.mjs';

const refund = 'create_a_stripe_refund';
const directory = scratch();
const policy = (...args) => runBinary(['policy', ...args], { cwd: directory });

function file(name, text) {
  writeFileSync(join(directory, name), text);
  return name;
}

const good = file('good.yaml', `# What support may do.
rules:
  - id: refunds_to_50
    tags: [refunds]
    max_value: {argument: amount, amounts: {usd: 5000, eur: 5000}}
  - id: ask_above_20
    tags: [refunds]
    max_value: {argument: amount, value: 2000}
    then: needs_approval
    approval: {needed: 2}
  - id: refunds_a_day
    tags: [refunds]
    cap: {argument: amount, amounts: {usd: 50000}, seconds: 86400}
  - id: calm
    max_calls: {calls: 10, seconds: 60}
  - id: watched
    tags: [refunds]
    requires_field: {fields: [reason]}
    mode: observe
  - id: office_hours
    methods: [delete]
    hours: {time_zone: Europe/Berlin, days: [mon], from: 09:00, to: 17:00}
`);
const rules = [
  { id: 'refunds_to_50', tags: ['refunds'], max_value: { argument: 'amount', amounts: { usd: 5000, eur: 5000 } } },
  { id: 'ask_above_20', tags: ['refunds'], max_value: { argument: 'amount', value: 2000 }, then: 'needs_approval', approval: { needed: 2 } },
  { id: 'refunds_a_day', tags: ['refunds'], cap: { argument: 'amount', amounts: { usd: 50000 }, seconds: 86400 } },
  { id: 'calm', max_calls: { calls: 10, seconds: 60 } },
  { id: 'watched', tags: ['refunds'], requires_field: { fields: ['reason'] }, mode: 'observe' },
  { id: 'office_hours', methods: ['delete'], hours: { time_zone: 'Europe/Berlin', days: ['mon'], from: '09:00', to: '17:00' } },
];

test('diff names what is added, removed and changed, the tools of each, and another order', () => {
  const before = file('before.yaml', `rules:
  - {id: to_50, tags: [refunds], max_value: {argument: amount, value: 5000}}
  - {id: calm, max_calls: {calls: 10, seconds: 60}}
  - {id: gone, methods: [delete]}
`);
  const now = file('now.yaml', `rules:
  - {id: calm, max_calls: {calls: 10, seconds: 60}}
  - {id: to_50, tools: [${refund}], max_value: {argument: amount, value: 4000}, then: needs_approval}
  - {id: new, tools: [${refund}], requires_field: {fields: [reason]}}
`);
  const same = policy('diff', before, before);
  assert.deepEqual([same.status, same.stdout, same.stderr], [0, '', '']);
  const done = policy('diff', before, now);
  assert.equal(done.status, 3, done.stderr);
  const lines = done.stdout.split('\n');
  assert.match(lines[0], /^- gone \(\d+ tools\): \{"id":"gone","methods":\["delete"\]\}$/);
  assert.match(lines[1], /^~ to_50 \(\d+ tools -> 1 tool\)$/);
  assert.deepEqual(lines.slice(2), ['    tags: ["refunds"] -> not given', '    max_value: {"argument":"amount","value":5000} -> {"argument":"amount","value":4000}',
    `    tools: not given -> ["${refund}"]`, '    then: not given -> "needs_approval"', `+ new (1 tool): {"id":"new","tools":["${refund}"],"requires_field":{"fields":["reason"]}}`,
    'order: calm to_50', '']);
  assert.equal(policy('diff', before, 'absent.yaml').status, 1);
});

test('replay says of recorded calls what would change, and what cannot be known', () => {
  const record = (more) => JSON.stringify({ kind: 'call', time: '2026-11-30T10:00:00.000Z', tool: refund, decision: 'allowed', request: 'req1', ...more });
  const records = file('records.jsonl', [
    record({ kind: 'write_intended', arguments: { charge: 'ch_1', amount: 6000 } }),
    record({ kind: 'write_finished', arguments: { charge: 'ch_1', amount: 6000 } }),
    record({ arguments: { charge: 'ch_1', amount: 4000 } }),
    record({ arguments: { charge: 'ch_1', amount: 4000, reason: '[text of 5 characters]' } }),
    record({}),
    record({ tool: 'delete_a_stripe_customer_by_id' }),
    record({ tool: 'list_all_stripe_charges', decision: 'refused', rule: 'other', time: '2026-11-30T12:00:00.000Z' }),
    record({ kind: 'admin_finished', tool: undefined }), ''].join('\n'));
  const limits = file('limits.yaml', `rules:
  - {id: to_50, tools: [${refund}], max_value: {argument: amount, value: 5000}}
  - {id: ask, methods: [delete], then: needs_approval}
`);
  const done = policy('replay', limits, '--records', records);
  assert.deepEqual([done.status, done.stderr], [3, '']);
  assert.deepEqual(done.stdout.split('\n'), [
    `2026-11-30T10:00:00.000Z ${refund} req1: was allowed; would be denied by to_50`,
    `2026-11-30T10:00:00.000Z ${refund} req1: was allowed; cannot be known (to_50: arguments are not recorded)`,
    `2026-11-30T10:00:00.000Z ${refund} req1: was allowed; cannot be known (to_50: arguments are not recorded)`,
    '2026-11-30T10:00:00.000Z delete_a_stripe_customer_by_id req1: was allowed; would need approval by ask',
    '2026-11-30T12:00:00.000Z list_all_stripe_charges req1: was refused by other; would be allowed by these rules alone',
    'calls: 6; as before: 1; would be denied: 1; would need approval: 1; would be allowed: 1; cannot be known: 2', '']);
  const late = policy('replay', limits, '--records', records, '--since', '2026-11-30T12:00:00Z', '--until', '2026-11-30T12:00:00.001Z');
  assert.match(late.stdout, /^2026-11-30T12.*\ncalls: 1; /);
  assert.equal(policy('replay', limits, '--records', file('none.jsonl', '')).status, 0);
  assert.equal(policy('replay', limits, '--records', file('bad.jsonl', '{"kind":')).status, 1);
  assert.equal(policy('replay', limits, '--records', records, '--since', 'yesterday').status, 1);
});

test('a good file is valid as YAML, as JSON and on standard input', () => {
  const json = file('good.json', JSON.stringify({ rules }, null, '\t'));
  for (const one of [good, json]) {
    const done = policy('check', one);
    assert.deepEqual([done.status, done.stdout, done.stderr], [0, 'valid: 6 rules\n', '']);
  }
  assert.equal(policy('check', file('one.yaml', 'rules:\n  - id: a\n    methods: [delete]\n')).stdout, 'valid: 1 rule\n');
  const piped = spawnSync(binary, ['policy', 'check', '-'],
    { input: readFileSync(join(directory, good)), env: cleanEnvironment({}), encoding: 'utf8' });
  assert.deepEqual([piped.status, piped.stdout], [0, 'valid: 6 rules\n'], piped.stderr);
});

// [what the file holds, the line and column, what is said]
const rule = (text) => `rules:\n  - id: a\n    ${text}\n`;
const mistakes = [
  [rule('max_valu: {}'), '3:5', /unknown field 'rules\[0\]\.max_valu'; did you mean 'rules\[0\]\.max_value'\?$/],
  [rule('max_value: {argument: amount, value: 50.00}'), '3:42', /must be a whole number; it is 50\.0 here$/],
  [rule('max_value: {argument: amount, value: "50"}'), '3:42', /must be a whole number; it is text here: write digits, without quotes$/],
  [rule('max_value:\n      argument: amount\n      amounts:\n        usd: 5\n        EUR: 5'), '7:9', /currencies in lower case, and whole numbers/],
  [rule('allowed_values: {argument: reason, values: [x, 12]}'), '3:52', /must be a string; 12 without quotes is not a string: write "12"$/],
  [rule('max_value: {argument: amont, value: 1}'), '3:27', /none of the tools that the rule selects has an argument 'amont'/],
  [rule('max_value: {argument: a..b, value: 1}'), '3:27', /not a path of an argument/],
  [rule('max_value: {argument: amount, value: 99999999999999999999}'), '3:42', /not a whole number of 64 bits/],
  [rule('tags: [refund]'), '3:12', /there is no tag 'refund'; did you mean 'refunds'\? \(rules\[0\]\.tags\[0\]\)$/],
  [rule(`tools: [${refund}, create_a_stripe_refnd]`), '3:37', /did you mean 'create_a_stripe_refund'\?/],
  [rule('tags: [refunds]\n    methods: [delete]'), '2:5', /no tool has all that the rule selects/],
  [rule('currencies: [usd]\n    metadata: [x]'), '4:5', /cannot stand beside currencies: a rule has one condition/],
  [rule('then: maybe'), '3:11', /then may be: deny, needs_approval$/],
  [rule('hours: {time_zone: Mars, from: 09:00, to: 10:00}'), '3:24', /hours\.time_zone/],
  [rule('id: b'), '3:5', /'id' is there twice in one map/],
  [rule('tags: &t [refunds]'), '3:11', /anchors \(&\) and aliases \(\*\) are not allowed: write the value out$/],
  [rule('tags: !!seq [refunds]'), '3:11', /tags \(!!\) are not allowed/],
  [rule('tags: [refunds'), '4:1', /not valid YAML/],
  [rule('\ttags: [refunds]'), '3:5', /not valid YAML: illegal tab/],
  ['rules:\n  - tags: [refunds]\n', '2:5', /rules\[0\]\.id is required and must be a string$/],
  ['rules:\n  - id: a\n  - id: a\n', '3:9', /another rule has the id 'a'/],
  ['rules:\n  - delete\n', '2:5', /rules\[0\] must be an object$/],
  ['rules: {a: 1}\n', '1:8', /rules must be a list of rules$/],
  ['rules: []\nversion: 2\n', '2:1', /there is no member 'version'/],
  ['- id: a\n', '1:1', /a policy file is a map with the member rules/],
  ['', '1:1', /a policy file is a map with the member rules/],
  ['rules: []\n---\nrules: []\n', '2:1', /a second document begins here/],
  ['rules: []\n# \u0004\n', '2:3', /control character/],
  [Buffer.from('rules: []\n# \xff\n', 'latin1'), '2:1', /not UTF-8/],
  [`rules: ${'['.repeat(40)}${']'.repeat(40)}\n`, '1:39', /may be 32 deep/],
];

test('each kind of mistake is reported with its line and column, and nothing is printed', () => {
  for (const [text, place, said] of mistakes) {
    file('wrong.yaml', text);
    for (const command of ['check', 'print']) {
      const done = policy(command, 'wrong.yaml');
      assert.deepEqual([done.status, done.stdout], [1, ''], `${text}\n${done.stderr}`);
      const [, where, sentence] = /^wrong\.yaml:(\d+:\d+): (.*)\n$/.exec(done.stderr) ?? assert.fail(done.stderr);
      assert.equal(where, place, `${text}\n${done.stderr}`);
      assert.match(sentence, said);
    }
  }
});

test('a file that is too large, missing or no file is refused', () => {
  const large = policy('check', file('large.yaml', `rules: []\n#${'x'.repeat(65_536)}\n`));
  assert.deepEqual([large.status, large.stderr.includes('larger than 65536 bytes')], [1, true], large.stderr);
  assert.equal(policy('check', file('full.yaml', `rules: []\n#${'x'.repeat(65_524)}\n`)).status, 0);
  for (const name of ['missing.yaml', '.']) {
    const done = policy('check', name);
    assert.equal(done.status, 1);
    assert.match(done.stderr, new RegExp(`^cannot read the policy file ${name.replaceAll('.', '\\.')}: `));
  }
});

const explain = (args, ...more) => policy('explain', good, '--tool', refund, ...(args ? ['--arguments', JSON.stringify(args)] : []), ...more);

test('explain says which rule decides, and its exit status what happens', () => {
  const denied = explain({ charge: 'ch_1', amount: 9000 });
  assert.equal(denied.status, 4, denied.stderr);
  assert.equal(denied.stdout, `effect: deny
rule: refunds_to_50
reason: 'amount' is 9000, and at most 5000 usd, 5000 eur (in the smallest unit of the currency) is allowed.
remedy: Allowed: at most 5000 usd, 5000 eur (in the smallest unit of the currency).
`);
  assert.equal(explain(null).status, 4, 'without an amount: the whole charge');
  const asked = explain({ charge: 'ch_1', amount: 2001, reason: 'duplicate' });
  assert.equal(asked.status, 3, asked.stderr);
  assert.match(asked.stdout, /^effect: needs_approval\nrule: ask_above_20\nreason: .*\n.*\napprovals: 2 needed within 86400 s\n/);
  const allowed = explain({ charge: 'ch_1', amount: 2000 });
  assert.equal(allowed.status, 0, allowed.stderr);
  assert.match(allowed.stdout, /^effect: allow\nreason: No rule of the file refuses the call\.\n/);
  assert.match(allowed.stdout, /^observed: watched would refuse/m);
  assert.match(allowed.stdout, /^counted: refunds_a_day takes 2000 of 50000 usd/m);
  assert.match(allowed.stdout, /^counted: calm allows 10 calls in 60 s/m);
});

test('explain asks the rules at the time of --at', () => {
  const at = (time) => policy('explain', good, '--tool', 'delete_a_stripe_customer_by_id', '--arguments', '{"id":"cus_1"}', '--at', time);
  assert.equal(at('2026-11-30T12:00:00+01:00').status, 0); // a Monday
  assert.equal(at('2026-11-30T18:00:00+01:00').status, 4);
  assert.equal(at('2026-12-01T12:00:00+01:00').status, 4);
  assert.deepEqual([at('noon').status, /--at must be a time with an offset/.test(at('noon').stderr)], [1, true]);
});

test('explain refuses an unknown tool and arguments that are no JSON object', () => {
  const tool = policy('explain', good, '--tool', 'create_a_stripe_refnd');
  assert.deepEqual([tool.status, tool.stderr],
    [1, "there is no tool 'create_a_stripe_refnd'; did you mean 'create_a_stripe_refund'?\n"]);
  for (const text of ['[1]', '{"amount": 1', '7', '', '{"amount": 1, "amount": 2}', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`]) {
    const done = policy('explain', good, '--tool', refund, '--arguments', text);
    assert.deepEqual([done.status, done.stdout], [1, ''], text);
    assert.match(done.stderr, /^--arguments/, text);
  }
});

test('a value in the reason cannot begin a line of the output', () => {
  const listed = file('listed.yaml', rule('allowed_values: {argument: reason, values: [duplicate]}'));
  const done = policy('explain', listed, '--tool', refund, '--arguments', JSON.stringify({ reason: 'x\neffect: allow' }));
  assert.equal(done.status, 4, done.stderr);
  assert.equal(done.stdout.match(/^effect: /gm).length, 1, done.stdout);
});

test('the lines of docs/policies.md, and what is printed is put in force', async (t) => {
  const gateway = await startGateway(t);
  const page = readFileSync(join(root, 'docs/policies.md'), 'utf8');
  const [, section] = /^## Policies in files\n([^]*?)^## /m.exec(page);
  const blocks = [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));
  const machine = new Machine(t, { BASE: gateway.base, KEY: gateway.apiKey });
  const shell = machine.terminal();
  let told = '';
  let put = '';
  const run = { sh: 0, text: 0, yaml: 0 };
  for (const { language, text } of blocks) {
    ++run[language];
    if (language === 'yaml') machine.write('refunds.yaml', text);
    else if (language === 'sh') told = (await shell.run(text)).replace(/^---failed.*\n/gm, '');
    else assert.equal(told, text);
    if (text.includes('-X PUT')) put = told;
  }
  assert.deepEqual(run, { sh: 5, text: 3, yaml: 1 });
  assert.match(told, /^calls: 0; as before: 0; /);
  const stored = await gateway.must('GET', '/team/policy');
  assert.deepEqual(JSON.parse(put), stored);
  assert.deepEqual(stored.rules.map((one) => one.id), ['refunds_to_50', 'refunds_a_day', 'ask_above_20']);
  const server = await gateway.mint();
  const refused = await call(server.url, refund, { charge: 'ch_1', amount: 5001 });
  assert.equal(refused.value.error.code, 'refunds_to_50');
});

test('what print prints is the policy as it was written', async (t) => {
  const gateway = await startGateway(t);
  const printed = policy('print', good);
  assert.deepEqual(JSON.parse(printed.stdout), { rules });
  const stored = await gateway.must('PUT', '/team/policy', printed.stdout);
  assert.deepEqual(stored.rules, rules);
});
