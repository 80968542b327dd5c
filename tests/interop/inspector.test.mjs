// The official inspector's command line in every era, and its schema lint without an error.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, startGateway } from '../support/gateway.mjs';
import { unpack } from '../support/mcp.mjs';

const gateway = await startGateway({ after });
const server = await gateway.mint({ config: { listing: 'full' } });
const program = join(root, 'tests/interop/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');

// Runs the inspector: { code, stdout, stderr }.
function inspect(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, '--cli', server.url, '--transport', 'http', ...args],
      { maxBuffer: 64 << 20, timeout: 60_000, env: { ...process.env, HOME: gateway.directory } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}

for (const era of ['legacy', 'auto', 'modern']) {
  test(`tools/list and tools/call in era ${era}`, async () => {
    const list = await inspect('--protocol-era', era, '--method', 'tools/list');
    assert.equal(list.code, 0, list.stderr);
    assert.ok(JSON.parse(list.stdout).tools.length > 200);
    const called = await inspect('--protocol-era', era, '--method', 'tools/call',
      '--tool-name', 'list_all_stripe_charges', '--tool-arg', 'limit=2');
    assert.equal(called.code, 0, called.stderr);
    assert.equal(unpack(JSON.parse(called.stdout)).value.data.length, 2);
  });
}

for (const era of ['legacy', 'modern']) {
  test(`resources and prompts in era ${era}`, async () => {
    const ask = async (...args) => {
      const done = await inspect('--protocol-era', era, ...args);
      assert.equal(done.code, 0, done.stderr);
      return JSON.parse(done.stdout);
    };
    assert.equal((await ask('--method', 'resources/list')).resources.length, 3);
    assert.equal((await ask('--method', 'resources/templates/list')).resourceTemplates.length, 10);
    const { contents } = await ask('--method', 'resources/read', '--uri', 'customer://alice@example.com');
    assert.equal(JSON.parse(contents[0].text).data[0].email, 'alice@example.com');
    assert.equal((await ask('--method', 'prompts/list')).prompts.length, 6);
    const { messages } = await ask('--method', 'prompts/get', '--prompt-name', 'daily_revenue_report', '--prompt-args', 'day=2026-01-31');
    assert.match(messages[0].content.text, /"day_from":1769817600/);
  });
}

// Exit code 6 would be a finding of error severity.
test('--strict finds no error in any tool', async () => {
  const done = await inspect('--method', 'tools/list', '--strict');
  assert.equal(done.code, 0, done.stderr.slice(-3000));
  assert.ok(JSON.parse(done.stdout).tools.length > 200);
});
