// The lines of guides, run in order as they stand against a gateway on its sandbox. The other guides: guide_*.test.mjs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { Machine, assertGood, blocksOf } from '../support/guide.mjs';
import { OauthClient } from '../support/oauth.mjs';

const gateway = await startGateway({ after });
const env = { GATEWAY: gateway.base, API_KEY: gateway.apiKey };

test('admin-api.md runs in order, and refuses only the typo that it shows', async (t) => {
  const shell = new Machine(t, env).terminal();
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
