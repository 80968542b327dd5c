// The lines of guides, run in order as they stand against a gateway on its sandbox.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, startGateway } from '../support/gateway.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { within } from '../support/wait.mjs';

const gateway = await startGateway({ after });

function blocksOf(guide) {
  const text = readFileSync(join(root, 'docs/guides', guide), 'utf8');
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map((found) => found[1]);
}

// One shell for a whole guide: what a block sets, the next one has. run() gives what a block printed.
class Shell {
  constructor(t, env) {
    this.process = spawn('bash', ['-u'], { env: { PATH: process.env.PATH, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    t.after(() => this.process.kill('SIGKILL'));
    this.out = '';
    this.process.stdout.on('data', (text) => { this.out += text; this.look?.(); });
    this.process.stderr.on('data', (text) => { this.out += text; this.look?.(); });
    this.process.on('close', () => { this.ended = true; this.look?.(); });
  }

  async run(block) {
    this.out = '';
    const done = new Promise((resolve) => { this.look = () => { if (/---end---\n/.test(this.out) || this.ended) resolve(); }; });
    this.process.stdin.write(`${block}\necho ---end---\n`);
    await within(30_000, `the block\n${block}`, done);
    assert.ok(!this.ended, `the shell ended:\n${block}\n${this.out}`);
    return this.out.replace('---end---\n', '');
  }
}

// No variable that is not set, no error of a tool, no refusal of the gateway.
function assertGood(block, told) {
  assert.doesNotMatch(told, /unbound variable|command not found|jq: error|curl: \(|parse error/, `${block}\n${told}`);
  assert.doesNotMatch(told, /"type": ?"urn:tollgate:problem|"needs_reauth"/, `${block}\n${told}`);
}

const env = { GATEWAY: gateway.base, API_KEY: gateway.apiKey };

test('admin-api.md runs in order, and refuses only the typo that it shows', async (t) => {
  const shell = new Shell(t, env);
  const blocks = blocksOf('admin-api.md');
  assert.ok(blocks.length > 15);
  let typos = 0;
  for (const block of blocks) {
    const told = await shell.run(block);
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
  const shell = new Shell(t, { ...env, ACCOUNT: account });
  const [make, look, ...more] = blocksOf('oauth.md');
  assert.equal(more.length, 0, 'another block: run it here too');
  const made = await shell.run(make);
  assertGood(make, made);
  const url = /https?:\/\/\S+\/mcp\/mcp_\w+/.exec(made)[0];
  const client = new OauthClient(gateway, { oauth_url: url });
  await client.connect();
  assertGood(look, await shell.run(look));
  const ended = await client.refresh(client.tokens.refresh_token);
  assert.equal(ended.status, 400, 'the authorization that the guide ends is ended');
});
