// What 100 rows of the ten heaviest objects come to: raw, shaped, and what shaping costs. Prints
// the table of docs/results.md: tests/support/node tests/interop/result_sizes.mjs
import { countTokens } from '@anthropic-ai/tokenizer';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { heaviest, pageOf } from '../support/heavy_pages.mjs';
import { startShapeHost } from '../support/shape_host.mjs';

const host = startShapeHost();
const commas = (value) => value.toLocaleString('en-US');
console.log('| 100 rows of | raw bytes | raw tokens | rows shown | bytes | tokens (o200k / Claude) | omitted fields named | all 100 rows, tokens |');
console.log('|---|---|---|---|---|---|---|---|');
for (const [object, tool] of heaviest) {
  const raw = JSON.stringify(pageOf(object));
  const { text } = await host.ask({ shape: raw, tool });
  const { text: whole } = await host.ask({ shape: raw, tool, tokens_max: 250000 });
  const page = JSON.parse(text);
  const cells = [object, commas(Buffer.byteLength(raw)), commas(Math.max(encode(raw).length, countTokens(raw))),
    page.data.length, commas(Buffer.byteLength(text)), `${commas(encode(text).length)} / ${commas(countTokens(text))}`,
    page.omitted?.fields.length ?? 0, commas(Math.max(encode(whole).length, countTokens(whole)))];
  console.log(`| ${cells.join(' | ')} |`);
}
const time = JSON.stringify(pageOf('charge', 24), null, 2);
const cost = await host.ask({ time, tool: 'list_all_stripe_charges', rounds: 2000 });
console.log(`\nCharges, ${commas(time.length)} bytes as Stripe writes them: parse ${cost.parse_us.toFixed(0)} µs, ` +
  `raw ${cost.raw_us.toFixed(0)} µs, shaped ${cost.shape_us.toFixed(0)} µs (${(cost.shape_us / cost.raw_us).toFixed(2)} of raw); ` +
  `in it the look for secrets ${cost.marks_us.toFixed(0)} µs; an estimate of the whole text ${cost.estimate_us.toFixed(0)} µs.`);
host.stop();
