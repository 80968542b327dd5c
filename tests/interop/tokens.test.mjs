// The estimate of tokens against real tokenizers: what budgets promise holds for real models.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { countTokens } from '@anthropic-ai/tokenizer';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { startGateway } from '../support/gateway.mjs';
import { heaviest, pageOf, samples } from '../support/heavy_pages.mjs';
import { legacy } from '../support/mcp.mjs';
import { startShapeHost } from '../support/shape_host.mjs';

const host = startShapeHost();
after(() => host.stop());

// The worst ratio of estimate to truth over some texts: { openai: [low, high], claude: [low, high] }.
async function worst(texts) {
  const out = { openai: [9, 0], claude: [9, 0] };
  for (const text of texts) {
    const guess = await host.ask({ tokens: text });
    const truth = { openai: encode(text).length, claude: countTokens(text) };
    for (const family of ['openai', 'claude']) {
      const ratio = guess[family] / truth[family];
      out[family] = [Math.min(out[family][0], ratio), Math.max(out[family][1], ratio)];
    }
  }
  return out;
}

function check(name, ratios) {
  for (const [family, [low, high]] of Object.entries(ratios)) {
    console.log(`${name}, ${family}: estimate ${low.toFixed(2)} to ${high.toFixed(2)} of the tokenizer's count`);
    assert.ok(low >= 0.9, `${name}, ${family}: ${low} is more than 10 % under`);
    assert.ok(high <= 1.4, `${name}, ${family}: ${high} is far over`);
  }
}

test('shaped pages and objects: never more than 10 % under', async () => {
  const texts = [];
  for (const object of Object.keys(samples)) {
    const shape = JSON.stringify(pageOf(object, 20));
    const { text } = await host.ask({ shape, tool: 'list_all_stripe_charges' });
    const { text: all } = await host.ask({ shape, tool: 'list_all_stripe_charges', fields: ['*'] });
    texts.push(text, all, shape);
  }
  check('results', await worst(texts));
});

test('tools of the catalogue, one by one and as lists: never more than 10 % under', async () => {
  const gateway = await startGateway({ after });
  const server = await gateway.mint({ config: { listing: 'full', list_tokens_max: 500000 } });
  const answer = await legacy(server.url, 'tools/list', {});
  const tools = answer.body.result.tools;
  assert.ok(tools.length > 300);
  check('list', await worst([JSON.stringify(tools)]));
  // Lists of a few tools, as filters make them.
  const few = [];
  for (let i = 0; i + 5 <= tools.length; i += 5) few.push(JSON.stringify(tools.slice(i, i + 5)));
  check('short lists', await worst(few));
});

test('a default answer to a page of 100 heavy rows is under 25,000 tokens of either tokenizer', async () => {
  for (const [object, tool] of heaviest) {
    const { text } = await host.ask({ shape: JSON.stringify(pageOf(object)), tool });
    const most = Math.max(encode(text).length, countTokens(text));
    assert.ok(most <= 25_000, `${object}: ${most}`);
    const page = JSON.parse(text);
    assert.ok(page.data.length >= 1);
    if (page.data.length < 100) assert.match(page.notes.join(' '), /^Showing \d+ of 100 rows/);
  }
});
