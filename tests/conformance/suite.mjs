// Runs the suite, counts its checks, and compares what fails with what is explained. Used by tests/conformance/run and
// by suite.test.mjs.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root, startGateway } from '../support/gateway.mjs';

const folder = resolve(root, 'tests/conformance');
const installed = resolve(folder, 'node_modules/@modelcontextprotocol/conformance');
const suite = resolve(installed, 'dist/index.js');
export const wires = ['2025-11-25', '2026-07-28'];
export const version = JSON.parse(readFileSync(resolve(installed, 'package.json'), 'utf8')).version;

// The scenarios of a wire that its requirements name but do not score, from the suite's own list.
function unscored(wire) {
  const text = readFileSync(resolve(installed, `requirements/${wire}.yaml`), 'utf8');
  const at = text.indexOf('\nnot_scored:');
  if (at < 0) return new Set();
  return new Set([...text.slice(at).matchAll(/^\s*-?\s*(?:scenario:|-)\s*([\w-]+)\s*$/gm)].map((found) => found[1]));
}

function runSuite(url, wire, output) {
  const run = spawn(process.execPath, [suite, 'server', '--url', url, '--requirements', wire, '-o', output],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  run.stdout.on('data', (part) => { text += part; });
  run.stderr.on('data', (part) => { text += part; });
  return new Promise((done) => run.on('close', () => done(text)));
}

// Each check of one wire: [{ scenario, id, status, why }]. A scenario leaves a file of its checks; what the suite
// prints says which scenarios there were, so that none is lost.
export async function checksOf(url, wire) {
  const output = mkdtempSync(join(tmpdir(), 'tollgate-conformance-'));
  try {
    const text = await runSuite(url, wire, output);
    const promised = [...text.matchAll(/^[✓✗] ([\w-]+): \d+ passed/gm)].map((found) => found[1]);
    const checks = [];
    const seen = new Set();
    for (const entry of readdirSync(output).sort()) {
      const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(entry)[1];
      seen.add(scenario);
      for (const check of JSON.parse(readFileSync(join(output, entry, 'checks.json'), 'utf8')))
        checks.push({ scenario, id: check.id, status: check.status, why: check.errorMessage ?? '' });
    }
    const lost = promised.filter((name) => !seen.has(name));
    if (promised.length === 0 || lost.length)
      throw new Error(`the suite left no checks of ${lost.join(', ') || 'anything'}:\n${text.slice(-2000)}`);
    return checks;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

// What fails without an explanation, and what is explained and does not fail. `explained` is
// { scenario: { "because": class, "checks": [ids] } } of one wire.
export function compare(checks, explained) {
  const failed = checks.filter(({ status }) => status === 'FAILURE');
  const named = ({ scenario, id }) => explained[scenario]?.checks.includes(id);
  const surprises = failed.filter((check) => !named(check))
    .map(({ scenario, id, why }) => `${scenario}: ${id}: ${why}`);
  const stale = Object.entries(explained).flatMap(([scenario, { checks: ids }]) => ids
    .filter((id) => !failed.some((check) => check.scenario === scenario && check.id === id))
    .map((id) => `${scenario}: ${id}`));
  return { surprises, stale };
}

// { scenarios, SUCCESS, FAILURE, WARNING, ... } of checks that count, and the same of those that do not.
export function count(checks, wire) {
  const aside = unscored(wire);
  const tally = () => ({ scenarios: new Set(), SUCCESS: 0, FAILURE: 0, WARNING: 0, INFO: 0, SKIPPED: 0 });
  const out = { scored: tally(), unscored: tally() };
  for (const { scenario, status } of checks) {
    const part = aside.has(scenario) ? out.unscored : out.scored;
    part.scenarios.add(scenario);
    part[status] += 1;
  }
  return out;
}

// Runs both wires against `url`: { wire: { checks, counts, surprises, stale } }.
export async function judge(url, baseline) {
  const out = {};
  for (const wire of wires) {
    const checks = await checksOf(url, wire);
    out[wire] = { checks, counts: count(checks, wire), ...compare(checks, baseline[wire] ?? {}) };
  }
  return out;
}

const explanationsIn = (file) => JSON.parse(readFileSync(resolve(folder, file), 'utf8'));
export const plain = explanationsIn('plain.json');
export const fixtures = explanationsIn('fixtures.json');
const host = resolve(root, process.env.CONFORMANCE_HOST_BINARY ?? 'build/release/tests/conformance/conformance_host');

// A plain account of the sandbox with the default list of tools.
export async function judgePlain(scope) {
  const gateway = await startGateway(scope);
  return judge((await gateway.mint({})).url, plain.expected);
}

// The same gateway with the suite's own tools, resources and prompts.
export async function judgeFixtures(scope) {
  const gateway = await startGateway(scope, {}, {}, 'serve', host);
  return judge((await gateway.mint({})).url, fixtures.expected);
}

const total = (checks) => checks.SUCCESS + checks.FAILURE;

function table(judged) {
  const rows = ['| requirements | | scenarios | checks | passed | failed | warnings |', '|---|---|---|---|---|---|---|'];
  for (const [wire, { counts }] of Object.entries(judged))
    for (const [part, name] of [['scored', 'scored'], ['unscored', 'not scored']]) {
      const it = counts[part];
      if (it.scenarios.size)
        rows.push(`| ${wire} | ${name} | ${it.scenarios.size} | ${total(it)} | ${it.SUCCESS} | ${it.FAILURE} | ${it.WARNING} |`);
    }
  return rows.join('\n');
}

function explanations(baseline) {
  const rows = [];
  for (const [name, text] of Object.entries(baseline.classes)) {
    const lines = wires.map((wire) => {
      const scenarios = Object.entries(baseline.expected[wire] ?? {}).filter(([, { because }]) => because === name);
      const checks = scenarios.reduce((sum, [, { checks: ids }]) => sum + ids.length, 0);
      return scenarios.length && `${wire}, ${checks} failed: ${scenarios.map(([id]) => `\`${id}\``).join(', ')}.`;
    });
    rows.push(`### ${text}\n\n${lines.filter(Boolean).join('\n\n')}`);
  }
  return rows.join('\n\n');
}

export function page(ofFixtures, ofPlain) {
  return `# The official conformance suite

\`@modelcontextprotocol/conformance\` ${version}, with the requirements of both wires, against the built gateway. Written by
\`tests/conformance/run\`; the same run is a test. Every failed check is listed with its reason, in \`fixtures.json\` and
\`plain.json\` of \`tests/conformance\`: one that fails and is not there, or is there and passes, fails the test. What the suite
names but does not score is an extension, pending, or newer than its revision.

## With the suite's own tools, resources and prompts

Most of the suite calls tools by names like \`test_simple_text\`. \`conformance_host\`, a program of the tests, is the gateway
with those in place of Stripe's; all else is what ships.

${table(ofFixtures)}

${explanations(fixtures)}

## A plain account

An MCP server of a plain account of the [sandbox](sandbox.md), with the tools everybody gets.

${table(ofPlain)}

${explanations(plain)}
`;
}
