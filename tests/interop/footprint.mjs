// What tool lists and pages of heavy rows cost a model, and what the catalogue costs the process: from a running
// gateway, counted with real tokenizers. Writes docs/footprint.md; --check only compares with the targets.
import { countTokens } from '@anthropic-ai/tokenizer';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root, startGateway } from '../support/gateway.mjs';
import { heaviest, pageOf } from '../support/heavy_pages.mjs';
import { legacy } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const targets = { list: 16_000, search: 1_500, answer: 25_000, clutter: 12, catalogue: 20, cpu: 5 };
const ends = [];
const scope = { after: (end) => ends.unshift(end) };
const upstream = await startUpstream(scope);
const gateway = await startGateway(scope, upstreamSettings(upstream));
const { id: account } = await gateway.connect();
const commas = (value) => value.toLocaleString('en-US');
const tokensOf = (text) => ({ openai: encode(text).length, claude: countTokens(text) });
const dearer = (tokens) => Math.max(tokens.openai, tokens.claude);
const verdicts = [];

function target(name, got, most, unit) {
  verdicts.push({ name, got, most, unit, met: got <= most });
}

const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map(() => '---|').join('')}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');

// tools/list of a server with `config`, measured; the server is gone afterwards.
async function list(config) {
  const server = await gateway.mint({ account, config });
  const { body } = await legacy(server.url, 'tools/list');
  await gateway.must('DELETE', `/integrated-account/${account}/mcp/${server.id}`);
  const text = JSON.stringify(body.result.tools);
  return { tools: body.result.tools.length, reachable: server.tools.reachable, listing: server.tools.listing,
    bytes: Buffer.byteLength(text), ...tokensOf(text) };
}

// User and system time of the gateway so far, in ms, and its resident memory in MiB.
const proc = (file) => readFileSync(`/proc/${gateway.process.pid}/${file}`, 'utf8');
const cpu = () => proc('stat').split(') ')[1].split(' ').slice(11, 13).reduce((sum, one) => sum + Number(one) * 10, 0);
// Of the binary alone: its code and the catalogue, which is read-only data in it.
const mapped = () => proc('smaps').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).filter((one) => /\/tollgate\n/.test(one.slice(0, 300)))
  .reduce((sum, one) => sum + Number(/^Rss:\s+(\d+)/m.exec(one)[1]), 0) / 1024;
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))[1]) / 1024;

async function lists() {
  const { result } = await gateway.must('GET', `/integrated-account/${account}/tools`);
  const tags = [...new Set(result.flatMap((tool) => tool.tags))].sort();
  const named = [['no filter', {}], ['read', { methods: ['read'] }], ['payments', { tags: ['payments'] }],
    ['read, payments + invoices', { methods: ['read'], tags: ['payments', 'invoices'] }],
    ['support: read, customers + disputes + refunds', { methods: ['read'], tags: ['customers', 'disputes', 'refunds'] }],
    ['billing', { tags: ['billing'] }], ['disputes', { tags: ['disputes'] }]];
  const rows = [];
  for (const [name, filter] of named)
    for (const [mode, config] of [['auto', {}], ['full', { listing: 'full' }], ['search', { listing: 'search' }],
      ['search, nothing pinned', { listing: 'search', tools: { pinned: [] } }]]) {
      const got = await list({ ...filter, ...config });
      rows.push([name, mode === 'auto' ? `auto: ${got.listing}` : mode, got.tools, got.reachable, commas(got.bytes),
        commas(got.openai), commas(got.claude)]);
      if (name === 'no filter' && mode === 'search, nothing pinned')
        target('whole API in reach, tokens of list', dearer(got), targets.search, 'tokens');
    }
  let worst = { tokens: 0 };
  for (const tag of [undefined, ...tags])
    for (const methods of [undefined, ['read'], ['write'], ['custom'], ['read', 'write'], ['list', 'get']]) {
      const filter = { ...(tag && { tags: [tag] }), ...(methods && { methods }) };
      const preview = new URLSearchParams({ ...(tag && { tags: tag }), ...(methods && { methods: methods.join(',') }) });
      const { list: shown } = await gateway.must('GET', `/integrated-account/${account}/tools?${preview}`);
      if (shown.listed === 0) continue;
      const tokens = dearer(await list(filter));
      if (tokens > worst.tokens) worst = { tokens, name: `${tag ?? 'every tag'}, ${methods?.join(' + ') ?? 'every method'}` };
    }
  target(`default list, any tag and class of methods (largest: ${worst.name})`, worst.tokens, targets.list, 'tokens');
  return table(['filter', 'listing', 'tools', 'in reach', 'bytes', 'o200k', 'Claude'], rows);
}

async function answers() {
  const server = await gateway.mint({ account, config: { listing: 'full' } });
  const rows = [];
  for (const [object, tool] of heaviest) {
    const page = pageOf(object);
    const ids = page.data.map((row) => row.id);
    upstream.script = (asked, response) => {
      const after = new URL(asked.url, upstream.base).searchParams.get('starting_after');
      const from = after === null ? 0 : ids.indexOf(after) + 1;
      json(response, 200, { ...page, data: page.data.slice(from), has_more: false });
    };
    const raw = JSON.stringify(page);
    const seen = [];
    let first;
    for (let next; next !== null;) {
      const { body } = await legacy(server.url, 'tools/call', { name: tool, arguments: { limit: 100, ...(next && { next_cursor: next }) } });
      const text = body.result.content[0].text;
      const value = JSON.parse(text);
      first ??= { text, shown: value.data.length, omitted: value.omitted?.fields.length ?? 0 };
      seen.push(...value.data.map((row) => row.id));
      next = value.next_cursor;
    }
    const whole = JSON.stringify(seen) === JSON.stringify(ids);
    const tokens = tokensOf(first.text);
    rows.push([object, commas(Buffer.byteLength(raw)), commas(dearer(tokensOf(raw))), commas(Buffer.byteLength(first.text)),
      commas(tokens.openai), commas(tokens.claude), first.shown, whole ? 'each once' : 'NOT WHOLE']);
    target(`100 ${object} rows`, dearer(tokens), targets.answer, 'tokens');
    if (!whole) verdicts.push({ name: `cursor of ${object}`, got: seen.length, most: ids.length, unit: 'rows', met: false });
  }
  return table(['100 rows of', 'raw bytes', 'raw tokens', 'bytes', 'o200k', 'Claude', 'rows shown', 'rows over the cursor'], rows);
}

// What the gateway says about one object; today and money are no part of it, but facts of their own.
const about = ['next_cursor', 'omitted', 'untrusted_text'];

async function singles() {
  const server = await gateway.mint({ account, config: { listing: 'full' } });
  const rows = [];
  let worst = { share: 0 };
  for (const [object, list] of heaviest) {
    const tool = list.replace('list_all_', 'get_single_').replace(/s$/, '_by_id');
    const row = pageOf(object, 1).data[0];
    upstream.script = (asked, response) => json(response, 200, row);
    const { body } = await legacy(server.url, 'tools/call', { name: tool, arguments: { id: row.id } });
    const text = body.result.content[0].text;
    const value = JSON.parse(text);
    const clutter = about.filter((name) => name in value)
      .reduce((sum, name) => sum + Buffer.byteLength(`${JSON.stringify(name)}:${JSON.stringify(value[name])},`), 0);
    const share = clutter / Buffer.byteLength(text) * 100;
    rows.push([object, commas(Buffer.byteLength(text)), commas(dearer(tokensOf(text))), clutter, `${share.toFixed(1)} %`]);
    if (share > worst.share) worst = { share, object };
  }
  target(`bytes about one object in its answer (largest share: ${worst.object})`, worst.share, targets.clutter, '%');
  return table(['one', 'bytes', 'tokens', 'bytes about it', 'share'], rows);
}

async function process_costs() {
  const idle = resident();
  const server = await gateway.mint({ account, config: { listing: 'full' } });
  await legacy(server.url, 'tools/list');
  const listed = resident();
  const rounds = 200;
  const before = cpu();
  for (let i = 0; i < rounds; ++i) await legacy(server.url, 'tools/list');
  const each = (cpu() - before) / rounds;
  const catalogue = mapped() + Math.max(0, listed - idle);
  target('catalogue: resident pages of the binary (code too), and growth by listing every tool', catalogue, targets.catalogue, 'MiB');
  target('tools/list of every tool in full, CPU', each, targets.cpu, 'ms');
  return `Idle, the process holds ${idle.toFixed(1)} MiB; after a list of every tool in full ${listed.toFixed(1)} MiB. ` +
    `The catalogue is read-only data of the binary, paid for only when touched; ${mapped().toFixed(1)} MiB of the binary are resident, its code included. A repeated \`tools/list\` of every tool takes ${each.toFixed(2)} ms of CPU.`;
}

const costs = await process_costs();
const page = ['# Footprint', '', 'Written by `tests/footprint` from a running gateway. Tokens are counted with the real',
  'tokenizers: OpenAI\'s o200k, and the one Anthropic has published (newer models may count more).', '',
  '## Lists', '', await lists(), '', '## Pages of a hundred rows', '', await answers(), '', '## One object', '',
  'What the gateway says about one object: which fields are left out, and which hold strangers\' texts.', '', await singles(), '', '## The process', '', costs, '',
  '## Targets', '', table(['what', 'figure', 'target', ''], verdicts.map(({ name, got, most, unit, met }) =>
    [name, `${commas(Math.round(got * 100) / 100)} ${unit}`, `${commas(most)} ${unit}`, met ? 'met' : '**missed**'])), ''].join('\n');
for (const end of ends) await end();
if (!process.argv.includes('--check')) writeFileSync(resolve(root, 'docs/footprint.md'), page);
for (const { name, got, most, unit, met } of verdicts)
  console.log(`${met ? 'met   ' : 'MISSED'} ${name}: ${commas(Math.round(got * 100) / 100)} ${unit}, target ${commas(most)}`);
process.exit(verdicts.every(({ met }) => met) ? 0 : 1);
