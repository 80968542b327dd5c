// Fills the database of a stopped gateway by SQL: copies of its MCP servers, and audit records of calls. How long an answer takes then.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const hour = 3_600_000;

// Runs SQL in the database; the rows as text.
function run(gateway, sql) {
  const [program, args] = gateway.database
    ? ['psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-t', '-A', gateway.database]]
    : ['sqlite3', ['-bail', join(gateway.data, 'tollgate.db')]];
  const done = spawnSync(program, args, { input: sql, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim();
}

// What the two databases write differently.
function words(gateway) {
  return gateway.database
    ? { numbers: (count) => `(SELECT n FROM generate_series(1, ${count}) AS n) AS numbers`, padded: "lpad(n::text, 16, '0')", text: 'n::text',
      time: (ms) => `to_char(to_timestamp((${ms}) / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` }
    : { numbers: (count) => `(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count}) SELECT n FROM numbers)`,
      padded: "printf('%016d', n)", text: 'CAST(n AS TEXT)',
      time: (ms) => `strftime('%Y-%m-%dT%H:%M:%fZ', (${ms}) / 1000.0, 'unixepoch')` };
}

// `count` more MCP servers for each one that there is, named "Desk 1" and so on.
export function copyServers(gateway, count) {
  const { numbers, padded, text } = words(gateway);
  const columns = gateway.database
    ? run(gateway, "SELECT column_name FROM information_schema.columns WHERE table_name = 'mcp_servers' ORDER BY ordinal_position;").split('\n')
    : run(gateway, "SELECT name FROM pragma_table_info('mcp_servers');").split('\n');
  const changed = { id: `'mcp_' || substr(id, length(id) - 3) || ${padded}`, name: `'Desk ' || ${text}`, holder: `'person' || ${text} || '@example.com'`, created_at: 'created_at - n' };
  run(gateway, `INSERT INTO mcp_servers (${columns.join(', ')}) SELECT ${columns.map((one) => changed[one] ?? one).join(', ')}
    FROM mcp_servers CROSS JOIN ${numbers(count)};`);
}

// `count` records of calls over the last 30 days, by all MCP servers in turn: one in 41 was refused, one in eleven is a write.
export function addRecords(gateway, count) {
  const { numbers, padded, text, time } = words(gateway);
  const from = Date.now() - 30 * 24 * hour;
  const step = Math.floor(30 * 24 * hour / (count + 1));
  const [team] = run(gateway, 'SELECT team_id FROM mcp_servers LIMIT 1;').split('\n');
  run(gateway, `CREATE TABLE numbered AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, id AS server, account_id AS account FROM mcp_servers;
    CREATE UNIQUE INDEX numbered_place ON numbered (place);`);
  const servers = Number(run(gateway, 'SELECT count(*) FROM numbered;'));
  const at = `${from} + n * CAST(${step} AS BIGINT)`;
  const refused = 'n % 41 = 0';
  const write = '(n % 11 = 1 AND n % 41 <> 0)';
  const tool = `CASE WHEN ${write} THEN 'create_a_stripe_refund' ELSE 'list_all_stripe_charges' END`;
  const object = `CASE WHEN ${write} THEN 're_seeded' || ${text} ELSE '' END`;
  const decision = `CASE WHEN ${refused} THEN 'refused' ELSE 'allowed' END`;
  const entry = `'{"account":"' || account || '","actor":"tok_seeded","arguments_digest":"' || ${padded} || ${padded} || '","client":"Claude/1.0","decision":"' || ${decision}
    || '","id":"aud_seeded' || ${padded} || '","kind":"call","mcp_method":"tools/call","micros":2000,"object":"' || ${object} || '","outcome":"succeeded","request":"req_seeded' || ${text}
    || '","server":"' || server || '","team":"${team}","time":"' || ${time(at)} || '","tool":"' || ${tool} || '"}'`;
  run(gateway, `INSERT INTO audit_records (id, team_id, recorded_at, kind, actor, server_id, tool, decision, rule, object_id, request_id, receipt_id, entry)
    SELECT 'aud_seeded' || ${padded}, '${team}', ${at}, 'call', 'tok_seeded', server, ${tool}, ${decision}, CASE WHEN ${refused} THEN 'filter' ELSE '' END, ${object},
    'req_seeded' || ${text}, '', ${entry} FROM ${numbers(count)}, numbered WHERE numbered.place = n % ${servers};
    DROP TABLE numbered; ${gateway.database ? 'ANALYZE;' : ''}`);
}

// How many records have no position yet.
export const waiting = (gateway) => Number(run(gateway, 'SELECT count(*) FROM audit_records WHERE position IS NULL;'));

// The shortest of five tries, in milliseconds, of what must answer with at least one row.
export async function shortest(gateway, path) {
  const times = [];
  for (let turn = 0; turn < 5; ++turn) {
    const began = performance.now();
    const answer = await gateway.must('GET', path);
    times.push(performance.now() - began);
    assert.ok(answer.result.length > 0, path);
  }
  return Math.min(...times);
}
