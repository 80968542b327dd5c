// Refunds around a cap while gateways are killed and answers are lost: see the sentence of `help`, and tests/chaos/README.md.
import { sleep } from '../../support/wait.mjs';
import { approvalLabels } from '../write_history/cluster.mjs';
import { askAny, rpc } from './clients.mjs';
import { judgeCap } from './check.mjs';
import { endWith, runOnStores } from './run.mjs';

const help = `tests/chaos/capped_refunds [--refunds N] [--kills N] [--seed S] [--store sqlite|postgresql|both] [--clients N] [--control]
N refunds (600), many at once (24: --clients), are tried with a cap that has room for half of them, while gateways are killed with SIGKILL
(12) and restarted on their data, one on SQLite, three on one PostgreSQL, and Stripe loses answers. Then what was refunded, the receipts
and the cap are compared: the cap was never exceeded, and what has no known outcome is still reserved.
--control: the guarantee is switched off (the MCP server has an exception from the rule), so violations must be found.
Exit status 0: no violation, 1: violations, 2: the run did not come to its end.`;

const refund = 'create_a_stripe_refund';
const amountMax = 100;
const triesMax = 40;

class Rush {
  constructor({ cluster, random, ledger, options: { refunds, control } }) {
    Object.assign(this, { cluster, random, ledger, control, size: refunds, refused: [], seen: [], next: 0, over: false,
      amounts: new Map() });
    this.limit = Math.floor((refunds * amountMax) / 4); // half of what is tried, on average
    this.rule = { id: 'monthly', tools: [refund],
      cap: { argument: 'amount', amounts: { usd: this.limit }, seconds: 31 * 86_400 } };
  }

  async open() {
    const { gateway } = this.cluster.instances[0];
    this.server = await gateway.mint({ config: { guardrails: [this.rule] } });
    this.path = `/integrated-account/${this.server.account}/mcp/${this.server.id}`;
    const exception = { layer: 'server', rule: this.rule.id, seconds: 3_600, reason: 'The control of a run' };
    if (this.control) await gateway.must('POST', `${this.path}/exception`, exception);
    return this;
  }

  // Until the outcome is known, as far as it can be: with the same key, so that it is one write.
  async #refund(number) {
    const params = { name: refund, arguments: { charge: `ch_${number % 40}`, amount: 1 + this.random(amountMax), metadata: { write: String(number) },
      operation_key: `cap-${number}` } };
    this.amounts.set(params.arguments.operation_key, params.arguments.amount);
    this.ledger.add({ type: 'intend', number, amount: params.arguments.amount });
    for (let tries = 0; tries < triesMax; ++tries) {
      const answer = await askAny(this, ({ gateway }) => rpc(gateway.base + this.server.path, 'tools/call', params));
      if (answer?.error?.code === this.rule.id) {
        this.refused.push(params.arguments.operation_key);
        return;
      }
      if (answer && !answer.error) return;
      if (answer?.error?.source === 'stripe' && answer.error.type !== 'rate_limit_error') return;
      await sleep(20 + this.random(100));
    }
  }

  async work(clients) {
    const client = async () => {
      while (this.next < this.size) await this.#refund(++this.next);
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  // The cap, as a gateway shows it; nothing if it was killed meanwhile.
  async look() {
    const shown = await askAny(this, ({ gateway }) => gateway.must('GET', `${this.path}/caps`));
    return shown?.result[0];
  }

  async watch() {
    while (!this.over) {
      const now = await this.look();
      if (now) this.seen.push(now);
      await sleep(100);
    }
  }
}

async function run(stage) {
  const rush = await new Rush(stage).open();
  const refundAll = async () => {
    await rush.work(stage.options.clients);
    stage.kills.stop();
  };
  const breakThings = async () => {
    await Promise.all([refundAll(), stage.kills.run()]);
    stage.stripe.calm();
    rush.over = true;
  };
  await Promise.all([rush.watch(), breakThings()]);
  await stage.cluster.settle(stage.staysUnknown);
  const facts = { limit: rush.limit, seen: rush.seen, end: await rush.look(), effects: stage.stripe.effects,
    receipts: await stage.cluster.receipts(), amounts: rush.amounts, refused: rush.refused, staysUnknown: stage.staysUnknown };
  if (!stage.options.control && !rush.refused.length) throw new Error('the cap refused nothing: this run shows nothing');
  return stage.report(judgeCap(facts));
}

const labels = approvalLabels.filter((label) => label.startsWith('receipt.'));

await endWith(runOnStores({ help, labels: () => labels, more: { refunds: '600' } }, run));
