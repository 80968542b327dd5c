// The lines of guides, run in order as they stand against a gateway on its sandbox. The other guides: guide_*.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, runBinary, startGateway } from '../support/gateway.mjs';
import { Machine, allBlocks, assertGood, blocksOf, guideText } from '../support/guide.mjs';
import { OauthClient } from '../support/oauth.mjs';

const gateway = await startGateway({ after });
const env = { GATEWAY: gateway.base, API_KEY: gateway.apiKey };

// An answer has the members of the page's; lists are compared by their first entries, where both have one.
function assertSameShape(page, answer) {
  assert.equal(typeof page, typeof answer);
  assert.equal(Array.isArray(page), Array.isArray(answer));
  if (typeof page !== 'object' || page === null || answer === null) return;
  if (Array.isArray(page)) return page.length > 0 && answer.length > 0 && assertSameShape(page[0], answer[0]);
  assert.deepEqual(Object.keys(page).sort(), Object.keys(answer).sort());
  for (const name of Object.keys(page)) assertSameShape(page[name], answer[name]);
}

test('admin-api.md runs in order, and refuses only the typo that it shows', async (t) => {
  const shell = new Machine(t, env).terminal();
  const blocks = allBlocks('admin-api.md');
  assert.ok(blocks.length > 15);
  let typos = 0;
  let told;
  for (const { language, text: block } of blocks) {
    if (language !== 'sh') { // an answer, to the block before it
      assert.equal(language, 'json', block);
      assertSameShape(JSON.parse(block), JSON.parse(told));
      continue;
    }
    told = await shell.run(block);
    if (block.includes('"Typo"')) {
      ++typos;
      assert.match(told, /raed[^]*read/);
    } else {
      assertGood(block, told);
    }
    if (block.includes('nightly-job')) assert.match(told, /HTTP\/1\.1 201[^]*Idempotent-Replayed: true/i);
  }
  assert.equal(typos, 1);
});

test('oauth.md runs in order: what is made, connected, listed and ended', async (t) => {
  const account = (await gateway.connect()).id;
  const shell = new Machine(t, { ...env, ACCOUNT: account }).terminal();
  const [make, look, ...more] = blocksOf('oauth.md');
  assert.equal(more.length, 0, 'another block: run it here too');
  const made = await shell.good(make);
  const url = /https?:\/\/\S+\/mcp\/mcp_\w+/.exec(made)[0];
  const client = new OauthClient(gateway, { oauth_url: url });
  await client.connect();
  await shell.good(look);
  const ended = await client.refresh(client.tokens.refresh_token);
  assert.equal(ended.status, 400, 'the authorization that the guide ends is ended');
});

const guides = readdirSync(join(root, 'docs/guides')).filter((name) => name.endsWith('.md'));

test('every guide has a test, and oauth.md no blocks but those of the shell', () => {
  const tests = readdirSync(join(root, 'tests/integration')).filter((name) => /^guides?[._]/.test(name))
    .map((name) => readFileSync(join(root, 'tests/integration', name), 'utf8')).join('');
  for (const guide of guides) assert.ok(tests.includes(`'${guide}'`), `${guide} is run by no test`);
  for (const { language, text } of allBlocks('oauth.md')) assert.equal(language, 'sh', text);
});

// The settings as `config print` shows them: { 'timeouts.idle': { value: '75000', unit: 'ms' } }.
function settingsOf(printed) {
  const settings = {};
  let section = '';
  let unit = '';
  for (const line of printed.split('\n')) {
    const [, name, value] = /^ {2}(\w+): "(.*)"$/.exec(line) ?? [];
    section = /^(\w+):$/.exec(line)?.[1] ?? section;
    unit = /^ {2}# .*\((\S+)\)$/.exec(line)?.[1] ?? unit;
    if (name) settings[`${section}.${name}`] = { value, unit };
  }
  return settings;
}

test('each setting that a guide names exists, and a time beside it is its default', () => {
  const settings = settingsOf(runBinary(['config', 'print']).stdout);
  assert.ok(Object.keys(settings).length > 50);
  const sections = new Set(Object.keys(settings).map((name) => name.split('.')[0]));
  let times = 0;
  for (const guide of guides) {
    const text = guideText(guide);
    for (const [, name] of text.matchAll(/`(\w+\.\w+)`/g))
      if (sections.has(name.split('.')[0])) assert.ok(name in settings || /\.(yaml|db|key)$/.test(name), `${guide}: ${name}`);
    for (const pattern of [/`(?<name>\w+\.\w+)`(?:, | \()(?<count>\d+) (?<unit>ms|s)\b/g, /(?<count>\d+) (?<unit>ms|s|days) \(`(?<name>\w+\.\w+)`\)/g])
      for (const { groups: { name, count, unit } } of text.matchAll(pattern)) {
        ++times;
        const expected = unit === 'days' ? `${count}d` : String(count * (unit === 's' ? 1000 : 1));
        assert.equal(settings[name].value, expected, `${guide}: ${name}, ${count} ${unit}`);
      }
  }
  assert.ok(times >= 7, `${times} times`);
});
