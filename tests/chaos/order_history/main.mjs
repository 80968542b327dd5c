// Kills gateways while orders are refunded: see the sentence of `help`, and tests/chaos/README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dice } from '../../support/dice.mjs';
import { scoped } from '../../support/scope.mjs';
import { startGateway } from '../../support/gateway.mjs';
import { Cluster, crashLabels, stores } from '../write_history/cluster.mjs';
import { Kills } from '../write_history/kills.mjs';
import { Ledger } from '../write_history/ledger.mjs';
import { check } from './check.mjs';
import { Shop } from './shop.mjs';

const help = `tests/chaos/order_refunds [--kills N] [--seed S] [--store sqlite|postgresql|both] [--clients N] [--tamper]
Clients refund parts of orders with issue_refund while N gateways (8) are killed with SIGKILL, at crash points and at random, and
restarted on their data: one on SQLite, three on one PostgreSQL. Stripe is a sandbox that is never killed. Then the refunds at Stripe, the
receipts, the refund log and the orders must agree to the last unit.
--tamper: one refund is made past the gateway, so that differences must be found.
Exit status 0: no difference, 1: differences, 2: the run did not come to its end.`;

async function run(store, { count, seed, clients, tamper }, file, scope) {
  const random = dice(seed);
  const ledger = new Ledger(file);
  const labels = crashLabels().filter((label) => label.startsWith('receipt.'));
  const sandbox = await startGateway(scope, {}, {}, 'sandbox');
  const cluster = await new Cluster(store, { upstream: { base: `http://${sandbox.ports.sandbox}` } }).start(scope);
  const shop = await new Shop({ cluster, stripe: `http://${sandbox.ports.sandbox}`, random, ledger, orders: 24 + 2 * count }).open();
  const kills = new Kills({ cluster, ledger, random, labels, count });
  process.once('SIGINT', () => kills.stop()); // Ctrl-C: no more kills, and the judgement
  const working = shop.work(clients);
  await kills.run();
  shop.over = true;
  await working;
  await cluster.settle();
  if (tamper) await shop.refundAtStripe();
  ledger.close();
  const { differences, counts } = check({ ...await shop.facts(), receipts: await cluster.receipts() });
  for (const one of differences.slice(0, 10)) console.log(`DIFFERENCE ${JSON.stringify(one)}`);
  const places = Object.entries(kills.byPlace).map(([name, times]) => `${name} ${times}`).join(', ');
  console.log(`${store}, seed ${seed}, ${cluster.instances.length} gateways: kills ${places}; ${shop.calls} calls, ${shop.lost} answers lost; `
    + Object.entries(counts).map(([name, value]) => `${name} ${value}`).join(', '));
  if (counts['refunds at Stripe'] === 0) throw new Error('nothing was refunded: this run shows nothing');
  return differences.length === 0;
}

async function main() {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '8' }, store: { type: 'string', default: 'both' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) }, clients: { type: 'string', default: '12' },
    tamper: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
  const names = values.store === 'both' ? Object.keys(stores) : [values.store];
  if (values.help || !names.every((name) => name in stores)) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-orders-'));
  let good = true;
  for (const name of names) {
    const options = { count: Number(values.kills), seed: Number(values.seed), clients: Number(values.clients), tamper: values.tamper };
    good = await scoped((scope) => run(name, options, join(directory, `${name}.jsonl`), scope)) && good;
  }
  if (good || values.tamper) rmSync(directory, { recursive: true, force: true });
  else console.log(`the ledgers are in ${directory}`);
  return good ? 0 : 1;
}

process.exit(await main().catch((error) => {
  console.error(error);
  return 2;
}));
