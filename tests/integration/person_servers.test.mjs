// All MCP servers of a person, on both databases: more than one transaction, exactly theirs, and none when the number differs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Gateway, scratch } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { sharedPostgres } from '../support/postgres.mjs';

const many = 501; // one more than a transaction takes

for (const database of ['sqlite', 'postgresql']) {
  test(`${database}: ${many} MCP servers of a person are suspended, then revoked, and another person's is not`, async () => {
    const gateway = new Gateway(scratch());
    after(() => gateway.stop());
    if (database === 'postgresql') gateway.database = await (await sharedPostgres()).database();
    await gateway.start(database === 'postgresql' ? { 'data.url': gateway.database } : {});
    const account = (await gateway.connect()).id;
    const make = (holder) => gateway.must('POST', `/integrated-account/${account}/mcp`, { name: 'One', holder });
    const made = [];
    while (made.length < many) made.push(...await Promise.all(Array.from({ length: Math.min(10, many - made.length) }, () => make('ben'))));
    const other = await make('benjamin');
    const status = async ({ url }) => (await legacy(url, 'ping')).status;
    const shown = await gateway.must('GET', '/team/person/revoke?holder=ben&limit=1');
    assert.equal(shown.would_end, many);
    const act = (way, expect) => gateway.admin('POST', `/team/person/${way}`, { holder: 'ben', reason: 'left', expect });
    for (const way of ['suspend', 'revoke']) {
      const refused = await act(way, many + 1);
      assert.deepEqual([refused.status, refused.body.code], [409, 'count_differs'], refused.text);
    }
    const ends = [made[0], made.at(-1)];
    assert.deepEqual(await Promise.all([...ends, other].map(status)), [200, 200, 200]);
    assert.deepEqual((await act('suspend', many)).body, { suspended: many });
    assert.deepEqual(await Promise.all([...ends, other].map(status)), [403, 403, 200]);
    assert.deepEqual((await act('revoke', many)).body, { revoked: many });
    assert.deepEqual(await Promise.all([...ends, other].map(status)), [404, 404, 200]);
    assert.equal((await gateway.must('GET', '/team/person/revoke?holder=ben')).would_end, 0);
  });
}
