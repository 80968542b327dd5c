// Kills gateways in the middle of writes: see the sentence of `help`, and tests/chaos/README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dice } from '../../support/dice.mjs';
import { allowed, sleep } from '../../support/wait.mjs';
import { check } from './check.mjs';
import { Cluster, crashLabels, stores } from './cluster.mjs';
import { Kills } from './kills.mjs';
import { Ledger } from './ledger.mjs';
import { ScriptedStripe } from './stripe.mjs';
import { Workload } from './workload.mjs';

const help = `tests/chaos/writes [--kills N] [--seed S] [--store sqlite|postgresql|both] [--clients N] [--control]
Clients make writes while N gateways (12) are killed with SIGKILL, at crash points and at random, and restarted on their data: one on
SQLite, three on one PostgreSQL. Then every receipt is compared with what Stripe executed and with what the clients read.
--control: the guarantee is switched off (Stripe ignores keys, clients repeat without one), so violations must be found.
Exit status 0: no violation, 1: violations, 2: the run did not come to its end.`;

const settleMs = 90_000;
const reconcileAfterMs = 12_000; // what has not been looked at by then is looked at by request

// Waits until nothing is left to be learned about any receipt; what stays open is for the judge.
async function settle(cluster, facts) {
  const began = performance.now();
  for (;;) {
    const open = [...await cluster.receipts('&state=intended'), ...await cluster.receipts('&state=unknown')];
    const unresolved = new Set(check(facts(open)).violations.filter((one) => one.kind === 'unresolved').map((one) => one.receipt));
    const waiting = open.filter((receipt) => unresolved.has(receipt.id));
    if (!waiting.length || performance.now() - began > allowed(settleMs)) return;
    const { gateway } = cluster.instances[0];
    if (performance.now() - began > reconcileAfterMs)
      for (const { id, state } of waiting) if (state === 'unknown') await gateway.admin('POST', `/receipt/${id}/reconcile`);
    await sleep(250);
  }
}

const listed = (counts) => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ');

// Each with what is known about its key, and with the faults that were meant for it.
function print(violations, { history, effects, receipts }) {
  for (const { kind, what, ...where } of violations.slice(0, 10)) {
    console.log(`VIOLATION ${kind}: ${what}\n  ${JSON.stringify(where)}`);
    const mine = (one) => (where.key && (one.key === where.key || one.operation_key === where.key)) || (where.write && one.write === where.write);
    for (const one of [...history, ...effects, ...receipts]) if (mine(one)) console.log(`    ${JSON.stringify(one)}`);
  }
}

async function run(store, { kills: count, seed, clients, control }, file, scope) {
  const random = dice(seed);
  const ledger = new Ledger(file);
  const labels = crashLabels();
  if (!labels.length) console.log('the gateway was built without TOLLGATE_CRASH_POINTS: it is killed at random only');
  const stripe = await new ScriptedStripe({ random, ledger, ignoresKeys: control }).start(scope);
  const cluster = await new Cluster(store, stripe).start(scope);
  const work = new Workload({ cluster, ledger, random, seed, repeatsWithoutKey: control });
  const kills = new Kills({ cluster, ledger, random, labels, count });
  const working = work.run(clients);
  await kills.run();
  stripe.calm();
  work.over = true;
  await working;
  const facts = (receipts) => ({ history: ledger.events, effects: stripe.effects, stored: stripe.stored, receipts });
  await settle(cluster, facts);
  ledger.close();
  const all = facts(await cluster.receipts());
  const { violations, counts } = check(all);
  print(violations, all);
  console.log(`${store}, seed ${seed}: kills ${count} (${listed(kills.byPlace)}); ${listed(counts)}`);
  return violations.length === 0;
}

// The scope of one run: what `after` was given ends it, last one first.
async function scoped(act) {
  const ends = [];
  try {
    return await act({ after: (end) => ends.push(end) });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function main() {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '12' }, store: { type: 'string', default: 'both' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) }, clients: { type: 'string' },
    control: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
  const names = values.store === 'both' ? Object.keys(stores) : [values.store];
  if (values.help || !names.every((name) => name in stores)) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-writes-'));
  let good = true;
  for (const name of names) {
    const options = { kills: Number(values.kills), seed: Number(values.seed), control: values.control,
      clients: Number(values.clients ?? 16 * stores[name]) };
    good = await scoped((scope) => run(name, options, join(directory, `${name}.jsonl`), scope)) && good;
  }
  if (good || values.control) rmSync(directory, { recursive: true, force: true });
  else console.log(`the ledgers are in ${directory}`);
  return good ? 0 : 1;
}

process.exit(await main().catch((error) => {
  console.error(error);
  return 2;
}));
