// A gateway with something to see: an account, MCP servers, a rule, calls, and one that waits for approval.
import { testKey } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';

// Fills `gateway`; what it answers leads to what was made.
export async function fill(gateway) {
  const account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  const servers = `/integrated-account/${account.id}/mcp`;
  await gateway.must('PUT', '/team/policy', { rules: [{ id: 'refunds_ask', tools: ['create_a_stripe_refund'], then: 'needs_approval' },
    { id: 'our_currencies', methods: ['create'], currencies: ['usd', 'eur'] }] });
  const tools = { allow: ['create_a_stripe_refund', 'list_all_stripe_charges', 'create_a_stripe_customer'] };
  const support = await gateway.must('POST', servers, { name: 'Support desk', holder: 'ben@example.com', config: { preset: 'support', tools } });
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  await gateway.must('POST', servers, { name: 'Month-end report', holder: 'cara@example.com', config: { preset: 'finance_read' }, expires_at: soon });
  const charges = (await call(support.url, 'list_all_stripe_charges', { limit: 20 })).value.data;
  const charge = charges.find((one) => one.status === 'succeeded' && !one.refunded && !one.disputed);
  await call(support.url, 'create_a_stripe_refund', { charge: charge.id, amount: 2500 });
  await call(support.url, 'create_a_stripe_refund', { charge: charge.id, amount: 5_000_000 });
  const [approval] = (await gateway.must('GET', '/approval')).result;
  return { account, support, approval };
}
