// The lines of the guide on support mails, run in order as they stand against a gateway on its sandbox.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { Machine, allBlocks, assertGood } from '../support/guide.mjs';

const gateway = await startGateway({ after });

test('support-mail.md runs in order, from the demo data to the refusal of a second refund', async (t) => {
  await gateway.connect();
  const machine = new Machine(t, { GATEWAY: gateway.adminBase, API_KEY: gateway.apiKey });
  const shell = machine.terminal();
  const blocks = allBlocks('support-mail.md');
  const told = [];
  for (const { language, text } of blocks) {
    assert.equal(language, 'sh', text);
    const answer = await shell.run(text);
    assertGood(text, answer);
    told.push(answer);
  }
  assert.equal(blocks.length, 7, 'another block: say here what it must answer');
  const [made, , paid, seen, held, sent, second] = told;
  assert.match(made, /sarah@example\.com was charged twice/);
  assert.equal(paid.match(/49\.99 USD/g).length, 4, paid); // two payments, two orders
  assert.match(seen, /"done": false[^]*49\.99 USD[^]*"rule": "ask_a_person"/);
  assert.match(held, /a refund of 49\.99 USD[^]*For the order demo_o3/);
  assert.match(sent, /"state": "executed"[^]*"receipt": "succeeded"[^]*"refund": "re_[^]*executed/);
  assert.match(second, /demo_o3 refunded[^]*"code": "order_status"/);
});
