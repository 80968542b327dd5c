// The console and the API with many audit records and MCP servers, on both databases: the first row within a second, a search within 200 ms, and a
// replay of rules that begins where its range does. RECORDS=1000000 SERVERS=25000 is what it has been measured with; docs/audit.md has the figures.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Gateway, scratch, testKey } from '../support/gateway.mjs';
import { sharedPostgres } from '../support/postgres.mjs';
import { cheapPasswords } from '../support/person.mjs';
import { until } from '../support/wait.mjs';
import { signedInPage, startBrowser } from './console.mjs';
import { addRecords, copyServers, shortest, waiting } from './many_rows.mjs';

const records = Number(process.env.RECORDS ?? 30_000);
const servers = Number(process.env.SERVERS ?? 2_000);
const patience = Number(process.env.PATIENCE ?? 1);
const browser = await startBrowser({ after });

async function filled(database) {
  const gateway = new Gateway(scratch());
  if (database) gateway.database = await (await sharedPostgres()).database();
  const settings = { ...cheapPasswords, ...(database && { 'data.url': gateway.database }) };
  await gateway.start(settings);
  const accounts = [];
  for (let n = 0; n < servers / 1_000; ++n) {
    const account = await gateway.must('POST', '/integrated-account', { name: `Acme ${n}`, credential: testKey });
    accounts.push({ ...account, server: await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'Desk', config: { preset: 'read_only' } }) });
  }
  await gateway.stop();
  copyServers(gateway, Math.min(servers, 1_000) - 1);
  addRecords(gateway, records);
  await gateway.start(settings);
  await until('every record has its position', () => waiting(gateway) === 0, 1_800_000);
  return { gateway, account: accounts[0] };
}

for (const database of ['', 'postgresql']) {
  test(`${records} records and ${servers} MCP servers on ${database || 'sqlite'}`, async (t) => {
    const { gateway, account } = await filled(database);
    t.after(() => gateway.stop());
    const server = account.server.id;
    const searches = { 'the newest records': '/audit?limit=50', 'one MCP server': `/audit?mcp_server_id=${server}&limit=50`,
      'one object': '/audit?object_id=re_seeded1&limit=50', refusals: '/audit?decision=refused&limit=50', 'a tool': '/audit?tool=create_a_stripe_refund&limit=50',
      'what an MCP server was allowed': `/audit?mcp_server_id=${server}&decision=allowed&limit=50`, 'a name': '/mcp?name=Desk%20987&limit=50', 'a holder': '/mcp?holder=person321&limit=50', 'all MCP servers': '/mcp?limit=50' };
    const took = {};
    for (const [name, path] of Object.entries(searches)) took[name] = Math.round(await shortest(gateway, path));
    t.diagnostic(JSON.stringify(took));
    for (const [name, ms] of Object.entries(took)) assert.ok(ms < 200 * patience, `${name}: ${ms} ms`);

    const replayed = async (hours) => {
      const until = new Date();
      const range = `recorded_from=${new Date(until - hours * 3_600_000).toISOString()}&recorded_before=${until.toISOString()}`;
      const began = performance.now();
      const answer = await gateway.must('POST', `/team/policy/replay?${range}`, { rules: [{ id: 'none', tools: ['create_a_stripe_refund'] }] });
      return { ms: Math.round(performance.now() - began), calls: answer.calls, complete: answer.complete };
    };
    const short = await replayed(1);
    t.diagnostic(`replay of the last hour: ${JSON.stringify(short)}`);
    assert.ok(short.calls > 0 && short.complete && short.ms < 1000 * patience, JSON.stringify(short));

    const page = await signedInPage(browser, gateway, 'ana@example.com', 'admin');
    for (const path of ['/console/audit', '/console/servers', `/console/servers/${account.id}/${server}?tab=calls`, '/console/audit?decision=refused']) {
      const times = [];
      for (let turn = 0; turn < 3; ++turn) {
        const began = performance.now();
        await page.goto(path);
        await page.getByRole('row').nth(1).waitFor();
        times.push(Math.round(performance.now() - began));
      }
      t.diagnostic(`${path}: first row after ${times} ms`);
      assert.ok(Math.min(...times) < 1000 * patience, `${path}: ${times} ms`);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
