// Kills gateways between a person's agreement and Stripe's answer: see the sentence of `help`, and tests/chaos/README.md.
import { sleep } from '../../support/wait.mjs';
import { approvalLabels, betweenLabels } from '../write_history/cluster.mjs';
import { askAny, rpc } from './clients.mjs';
import { judgeApprovals } from './check.mjs';
import { endWith, runOnStores } from './run.mjs';

const help = `tests/chaos/approved_calls [--kills N | --kills-between N] [--seed S] [--store sqlite|postgresql|both] [--clients N] [--control]
Clients ask for refunds that a rule holds, and keys agree to most of them, while N gateways (12) are killed with SIGKILL, most of them
between the agreement and Stripe's answer, and restarted on their data: one on SQLite, three on one PostgreSQL. Then every approval is
compared with what Stripe executed: once, or its outcome is said to be unknown.
--kills-between N: goes on until N kills fell strictly between an agreement that is stored and an outcome that is not yet: at the crash
points of that stretch, and while Stripe executes. Other kills do not count.
--control: the guarantee is switched off (Stripe ignores keys, so that what is sent again is executed again), so violations must be found;
with --kills-between Stripe has no faults, so that only kills make them.
Exit status 0: no violation, 1: violations, 2: the run did not come to its end.`;

const refund = 'create_a_stripe_refund';
const guardrails = [{ id: 'large', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } }];

class Desk {
  constructor({ cluster, random, ledger }) {
    Object.assign(this, { cluster, random, ledger, over: false, approvals: [] });
  }

  // The client's question, repeated until there is an approval: the same call gets the same one.
  async #ask(write) {
    const params = { name: refund, arguments: { charge: `ch_${write % 40}`, amount: 501 + this.random(9000), metadata: { write: String(write) } } };
    for (;;) {
      const answer = await askAny(this, ({ gateway }) => rpc(gateway.base + this.server.path, 'tools/call', params));
      const id = answer?.approval?.id;
      if (id) return { id, amount: params.arguments.amount };
      await sleep(30);
    }
  }

  // One answer of a key, repeated until a gateway took it or the approval has ended.
  async #say(id, verdict) {
    for (;;) {
      const answer = await askAny(this, ({ gateway }) => gateway.admin('POST', `/approval/${id}/${verdict}`, { reason: 'as the run says' }));
      if (answer && (answer.status === 200 || answer.status === 409)) return answer.status === 200 ? answer.body.state : 'ended';
      if (answer && answer.status < 500) throw new Error(`${verdict} ${id}: ${answer.status} ${answer.text}`);
      await sleep(30);
    }
  }

  async #one() {
    const write = ++this.made;
    const { id, amount } = await this.#ask(write);
    const verdict = this.random(10) === 0 ? 'deny' : 'approve';
    const about = { write, id, amount, verdict };
    about.intendedAt = this.ledger.add({ type: 'intend', ...about }).at;
    this.approvals.push(about);
    about.said = await this.#say(id, verdict);
    this.ledger.add({ type: 'answer', ...about });
  }

  async open() {
    this.made = 0;
    this.server = await this.cluster.instances[0].gateway.mint({ config: { guardrails } });
    return this;
  }

  async work(clients) {
    const client = async () => {
      while (!this.over) {
        await this.#one();
        await sleep(this.random(60));
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  // Each approval with what the admin API shows of it in the end.
  async facts() {
    const { gateway } = this.cluster.instances.find((one) => one.up);
    const out = [];
    for (const one of this.approvals) out.push({ ...one, shown: await gateway.must('GET', `/approval/${one.id}`) });
    return out;
  }

  // Waits until what was agreed to was executed.
  async settle(ms) {
    const { gateway } = this.cluster.instances.find((one) => one.up);
    const began = performance.now();
    while (performance.now() - began < ms && (await gateway.must('GET', '/approval?state=approved&limit=1')).result.length) await sleep(250);
  }
}

async function run(stage) {
  const desk = await new Desk(stage).open();
  // Then no fault of Stripe's makes a call be sent again: what is doubled was doubled by a kill.
  if (stage.options.control && stage.onlyAtPlaces) stage.stripe.calm();
  const kill = async () => {
    await sleep(300);
    await stage.kills.run();
    stage.stripe.calm();
    desk.over = true;
  };
  await Promise.all([desk.work(stage.options.clients), kill()]);
  await desk.settle(120_000);
  await stage.cluster.settle(stage.staysUnknown);
  const { stripe, staysUnknown, hasRefused } = stage;
  return stage.report(judgeApprovals({ approvals: await desk.facts(), effects: stripe.effects, staysUnknown, hasRefused }));
}

const labels = (options) => (options['kills-between'] > 0 ? betweenLabels : approvalLabels);

await endWith(runOnStores({ help, labels, more: { 'kills-between': '0' }, ignoresKeys: ({ control }) => control }, run));
