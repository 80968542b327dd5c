// The token history checker: see the sentence of `help`, and tests/chaos/README.md.
import { parseArgs } from 'node:util';
import { dice } from '../../support/dice.mjs';
import { sleep, until } from '../../support/wait.mjs';
import { check } from './check.mjs';
import { Cluster } from './cluster.mjs';
import { faults } from './faults.mjs';
import { Workload } from './workload.mjs';

const help = `tests/chaos/tokens [--seconds N] [--seed S] [--clients N] [--verbose]
Clients make, use, rotate, revoke and let expire MCP URLs of three gateways on one PostgreSQL and one Redis, while
everything around them breaks for N seconds (14). Then the history is checked. Exit status 1: a violation.`;

function shuffled(list, random) {
  const out = [...list];
  for (let i = out.length - 1; i > 0; --i) {
    const j = random(i + 1);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

// Every kind at least once, in an order of chance, over and over.
async function breakThings(to, seconds, counts, verbose) {
  const end = performance.now() + seconds * 1000;
  for (let round = 0;; ++round) {
    for (const name of shuffled(Object.keys(faults), to.random)) {
      if (round > 0 && performance.now() > end) return;
      if (name === 'the clock is set' && !to.cluster.clock.preloaded) continue;
      const began = performance.now();
      await faults[name]({ ...to, victim: to.cluster.instances[to.random(to.cluster.instances.length)] });
      counts[name] = (counts[name] ?? 0) + 1;
      to.work.faults.push({ name, start: began, end: performance.now() });
      if (verbose) console.log(`${name}: ${ms(performance.now() - began)}`);
      await sleep(to.random(150));
    }
  }
}

// How long a revoke takes to be acknowledged while `others` are as `before` made them.
async function revokes({ work, cluster }, count, before = () => {}, after = () => {}) {
  const times = [];
  for (let i = 0; i < count; ++i) {
    const server = await work.create({ instance: cluster.instances[0], expiring: false });
    server.busy = true;
    await before();
    const { outcome, ms } = await work.revoke(server, { instance: cluster.instances[0], quiet: true });
    const waiting = work.useEverywhere(server.tokens); // also where nobody listens yet
    await after();
    await waiting;
    if (outcome !== 'done') throw new Error(`a revoke was not acknowledged: ${outcome}`);
    times.push(ms);
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(times.length / 2)], max: times.at(-1), count };
}

async function measureRevokes(to) {
  const { cluster } = to;
  const paused = cluster.instances[1];
  const out = { 'all instances live': await revokes(to, 10) };
  out['one instance paused'] = await revokes(to, 2, () => paused.pause(), () => paused.resume());
  await cluster.redis.kill();
  out['Redis away'] = await revokes(to, 5);
  await cluster.redis.start();
  return out;
}

const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

async function run({ seconds, seed, clients, verbose }, scope) {
  const random = dice(seed);
  const cluster = await new Cluster().start(scope);
  const work = new Workload(cluster, random);
  const to = { cluster, work, random };
  console.log(`seed ${seed}, ${seconds} s, ${cluster.instances.length} instances, ${clients} clients`);
  if (!cluster.clock.preloaded) console.log('the clock is not set: faketime is not installed (apt-get install faketime)');
  const times = await measureRevokes(to);
  for (const [what, { p50, max, count }] of Object.entries(times))
    console.log(`revoke acknowledged, ${what}: p50 ${ms(p50)}, max ${ms(max)} (${count})`);
  const counts = {};
  const working = work.run(clients);
  await breakThings(to, seconds, counts, verbose);
  for (const instance of cluster.instances)
    await until(`instance ${instance.number}`, async () => (await instance.ask('GET', '/readyz')).status === 200, 20_000);
  await sleep(500);
  work.over = true;
  await working;
  await work.lastUses();
  const found = check(work.history);
  console.log('faults: ' + Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', '));
  console.log('operations: ' + Object.entries(found.counts).map(([name, count]) => `${name} ${count}`).join(', '));
  report(found.violations, work);
  const slow = Object.entries(times).filter(([, { max }]) => max > revokeMax);
  for (const [what, { max }] of slow) console.log(`too slow: a revoke, ${what}, took ${ms(max)}`);
  return found.violations.length === 0 && slow.length === 0;
}

// Each with the story of its token, and what was broken then.
function report(violations, { history, faults: broken }) {
  for (const { what, token, use } of violations.slice(0, 10)) {
    console.log(`VIOLATION ${token}: ${what}\n  ${JSON.stringify(use)}`);
    const near = (event) => event.start < use.end + 2000 && event.end > use.start - 2000;
    for (const event of [...broken, ...history])
      if (near(event) && (event.name || event.token === token)) console.log(`    ${JSON.stringify(event)}`);
  }
  console.log(`violations: ${violations.length}`);
}

// ms: two seconds, and one more for an instance that was paused in the middle of a transaction.
const revokeMax = 3000;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '14' }, help: { type: 'boolean' }, verbose: { type: 'boolean' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) }, clients: { type: 'string', default: '16' } } });
if (values.help) {
  console.log(help);
  process.exit(0);
}
const ends = [];
let good = false;
try {
  good = await run({ ...values, seconds: Number(values.seconds), seed: Number(values.seed), clients: Number(values.clients) },
    { after: (end) => ends.push(end) });
} finally {
  for (const end of ends.reverse()) await end();
}
process.exit(good ? 0 : 1);
