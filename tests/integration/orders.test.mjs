// A company's own orders: imported by the API and by the command, read from the company's own SQLite or PostgreSQL, and never seen
// by another team.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Gateway, runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { startPostgres } from '../support/postgres.mjs';

const gateway = await startGateway({ after });
const directory = scratch();

const account = (orders, more = {}) => gateway.must('POST', '/integrated-account',
  { name: 'Shop', credential: 'rk_test_sandbox0000000000000000', ...(orders && { orders }), ...more });
const at = (id) => `/integrated-account/${id}/orders`;
const post = (id, body, { type = 'application/jsonl', query = '', key } = {}) =>
  gateway.admin('POST', `${at(id)}/import${query}`, body, { headers: { 'content-type': type }, ...(key && { key }) });
const lines = (records) => records.map((one) => JSON.stringify(one)).join('\n');
const orders = (id, query) => gateway.must('GET', `${at(id)}?${query}`).then((page) => page.result);

const sarah = { id: 'c1', email: ' Sarah@Example.COM', name: 'Sarah', stripe_customer_id: 'cus_1', created_at: '2026-01-02' };
const first = { id: 'o1', customer_id: 'c1', payment_id: 'pi_1', amount: 4999, currency: 'USD', created_at: '2026-11-01T09:00:00+01:00' };
const second = { id: 'o2', customer_id: 'c1', payment_id: 'pi_2', amount: 500, currency: 'jpy', created_at: '2026-11-02', refunded: 200 };

test('an account says where its orders are; other words, and a database that nobody named, are refused', async () => {
  const none = await account();
  assert.equal(none.orders, 'none');
  assert.equal((await gateway.must('PATCH', `/integrated-account/${none.id}`, { orders: 'tables' })).orders, 'tables');
  assert.equal((await gateway.must('GET', `/integrated-account/${none.id}`)).orders, 'tables');
  for (const orders of ['external', 'elsewhere']) {
    const refused = await gateway.admin('PATCH', `/integrated-account/${none.id}`, { orders });
    assert.deepEqual([refused.status, refused.body.code], [400, 'invalid_orders'], refused.text);
  }
});

test('an import adds, then changes nothing, then only what differs; a dry run does nothing', async () => {
  const { id } = await account('tables');
  const dry = await post(id, lines([sarah, first, second]), { query: '?dry_run=true' });
  assert.deepEqual([dry.body.dry_run, dry.body.orders.added], [true, 2], dry.text);
  assert.deepEqual(await orders(id, 'id=o1'), []);
  const done = await post(id, lines([sarah, first, second]));
  assert.deepEqual(done.body, { dry_run: false, customers: { added: 1, changed: 0, unchanged: 0 },
    orders: { added: 2, changed: 0, unchanged: 0 }, rejected: 0, rejected_lines: [] });
  const again = await post(id, lines([sarah, first, { ...second, amount: 600, refunded: 0 }]));
  assert.deepEqual(again.body.customers, { added: 0, changed: 0, unchanged: 1 });
  assert.deepEqual(again.body.orders, { added: 0, changed: 1, unchanged: 1 });
  assert.deepEqual(await orders(id, 'id=o2'), [{ id: 'o2', customer_id: 'c1', payment_id: 'pi_2', amount: 600, currency: 'jpy',
    refunded: 200, status: 'partially_refunded', created_at: '2026-11-02T00:00:00.000Z' }], 'what was refunded never falls');
});

test('orders are found by e-mail, customer, payment and id, page after page', async () => {
  const { id } = await account('tables');
  const many = Array.from({ length: 5 }, (_, i) => ({ ...first, id: `o${i}`, payment_id: `pi_${i}`, created_at: `2026-11-0${i + 1}` }));
  await post(id, lines([sarah, { ...sarah, id: 'c2', email: 'sarah@example.com' }, ...many, { ...second, id: 'other', customer_id: 'c2' }]));
  const found = await orders(id, `email=${encodeURIComponent('SARAH@example.com ')}`);
  assert.deepEqual(found.map((one) => one.id), ['o4', 'o3', 'o2', 'other', 'o1', 'o0'], 'of both customers');
  const page = await gateway.must('GET', `${at(id)}?customer=c1&limit=2`);
  assert.deepEqual(page.result.map((one) => one.id), ['o4', 'o3']);
  const next = await gateway.must('GET', `${at(id)}?customer=c1&limit=2&cursor=${page.next_cursor}`);
  assert.deepEqual(next.result.map((one) => one.id), ['o2', 'o1']);
  assert.deepEqual((await orders(id, 'payment=pi_3')).map((one) => one.id), ['o3']);
  for (const query of ['payment=pi_3&limit=1', 'id=o1&limit=1', 'payment=pi_3&cursor=x'])
    assert.equal((await gateway.admin('GET', `${at(id)}?${query}`)).body.code, 'unknown_parameter', query);
  const customers = await gateway.must('GET', `${at(id)}/customers?email=sarah@example.com`);
  assert.deepEqual(customers.result.map((one) => one.id), ['c1', 'c2']);
  assert.equal((await gateway.admin('GET', at(id))).body.code, 'missing_parameter');
  assert.equal((await gateway.admin('GET', `${at(id)}?id=1&email=2`)).body.code, 'two_searches');
});

test('records that cannot be read are listed with line and reason, and the others are imported', async () => {
  const { id } = await account('tables');
  const csv = ['id,customer_id,payment_id,amount,currency,created_at', 'o1,c1,pi_1,49.99,usd,2026-11-01', 'o2,c1,pi_1,4999,usd,yesterday',
    '"o ""3"", big",c1,,10,usd,2026-11-01', 'o4,nobody,pi_1,10,usd,2026-11-01', 'o5,c1', 'o6,c1,card_1,10,dollar,2026-11-01'].join('\r\n');
  await post(id, lines([sarah]));
  const done = (await post(id, csv, { type: 'text/csv' })).body;
  assert.equal(done.orders.added, 1);
  assert.equal(done.rejected, 5);
  assert.deepEqual(done.rejected_lines.map((one) => one.line), [2, 3, 5, 6, 7]);
  const reasons = done.rejected_lines.map((one) => one.reason);
  assert.match(reasons[0], /^amount must be a whole number in the currency's minor unit/);
  assert.match(reasons[1], /^created_at must be a time with a zone/);
  assert.match(reasons[2], /names no customer of this account: 'nobody'/);
  assert.match(reasons[3], /2 fields, and the header names 6/);
  assert.match(reasons[4], /^payment_id begins with/);
  assert.equal((await orders(id, `id=${encodeURIComponent('o "3", big')}`)).length, 1);
  const bad = (await post(id, '{"id":"x"\n[1]\n{"id":"c","email":"a@b","created_at":"2026-01-01","vip":true}')).body;
  assert.deepEqual(bad.rejected_lines.map((one) => one.line), [1, 2, 3]);
  assert.match(bad.rejected_lines[2].reason, /vip/);
});

test('one team never sees another one\'s orders, and a viewer imports nothing', async () => {
  const { id } = await account('tables');
  await post(id, lines([sarah, first]));
  const team = await gateway.must('POST', '/team', { name: 'Other' });
  const theirs = team.api_key.key;
  for (const path of [`${at(id)}?id=o1`, `${at(id)}/customers?email=sarah@example.com`, `${at(id)}/refunds?order=o1`])
    assert.equal((await gateway.admin('GET', path, undefined, { key: theirs })).status, 404, path);
  assert.equal((await post(id, lines([sarah]), { key: theirs })).status, 404);
  const own = await gateway.must('POST', '/integrated-account', { name: 'Shop', credential: 'rk_test_sandbox0000000000000000', orders: 'tables' },
    { key: theirs });
  assert.deepEqual((await gateway.must('GET', `${at(own.id)}?id=o1`, undefined, { key: theirs })).result, []);
  const viewer = await gateway.must('POST', '/api-key', { name: 'looks', role: 'viewer' });
  assert.equal((await post(id, lines([sarah]), { key: viewer.key })).status, 403);
  assert.equal((await gateway.admin('GET', `${at(id)}?id=o1`, undefined, { key: viewer.key })).body.result.length, 1);
  const none = await account();
  assert.deepEqual([(await post(none.id, lines([sarah]))).body.code, (await gateway.admin('GET', `${at(none.id)}?id=1`)).body.code],
    ['orders_elsewhere', 'no_orders']);
});

const command = (args) => runBinaryAsync(['orders', 'import', ...args, '--url', gateway.adminBase],
  { env: { TOLLGATE_API_KEY: gateway.apiKey } });

test('tollgate orders import: parts, rejected lines by the line of the file, exit statuses', async () => {
  const { id } = await account('tables');
  const customers = join(directory, 'customers.csv');
  writeFileSync(customers, 'id,email,name,created_at\nc1,a@example.com,"O\'Hara, ""Sarah""",2026-01-01\nc2,b@example.com,Bob,2026-01-01\n');
  const one = await command([customers, '--account', id]);
  assert.deepEqual([one.status, one.stdout, one.stderr],
    [0, 'customers: 2 added, 0 changed, 0 unchanged\norders: 0 added, 0 changed, 0 unchanged\nrejected: 0\n', '']);
  const broken = join(directory, 'broken.csv');
  writeFileSync(broken, 'id,email,name,created_at\nc3,c@example.com,"two\nlines",2026-01-01\nc4,nobody,,2026-01-01');
  assert.match((await command([broken, '--account', id])).stdout, /broken\.csv:2: name must be [^]*broken\.csv:4: email must be /);
  const file = join(directory, 'orders.csv');
  const rows = Array.from({ length: 12_000 }, (_, i) =>
    `o${i},c${1 + i % 2},pi_${i},${i === 11_998 ? 'much' : 100 + i},usd,2026-11-01T00:00:00Z`);
  writeFileSync(file, ['id,customer_id,payment_id,amount,currency,created_at', ...rows].join('\n') + '\n');
  const dry = await command([file, '--account', id, '--dry-run']);
  assert.equal(dry.status, 1);
  assert.match(dry.stdout, /^Nothing was changed: this was a dry run\.$/m);
  assert.deepEqual(await orders(id, 'id=o1'), []);
  const done = await command([file, '--account', id]);
  assert.equal(done.status, 1, 'one was rejected');
  assert.match(done.stdout, /orders\.csv:12000: amount must be a whole number/);
  assert.match(done.stdout, /^orders: 11999 added, 0 changed, 0 unchanged\nrejected: 1$/m);
  const again = await command([file, '--account', id]);
  assert.match(again.stdout, /^orders: 0 added, 0 changed, 11999 unchanged$/m);
  for (const [args, why] of [[[join(directory, 'none.csv'), '--account', id], /cannot read/], [[file, '--account', 'ia_none'], /no such/],
    [[join(directory, 'orders.xlsx'), '--account', id], /FILE\.csv or FILE\.jsonl/]]) {
    const refused = await command(args);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, why);
  }
});

const schema = `
CREATE TABLE people (id TEXT PRIMARY KEY, mail TEXT, name TEXT, cus TEXT, joined BIGINT NOT NULL);
CREATE TABLE sales (id TEXT PRIMARY KEY, person TEXT, pi TEXT, cents BIGINT NOT NULL, cur TEXT, sold BIGINT NOT NULL, price REAL);
CREATE TABLE refunds (id TEXT PRIMARY KEY, sale TEXT, pi TEXT, re TEXT, receipt TEXT UNIQUE, cents BIGINT, cur TEXT, why TEXT, who TEXT, made BIGINT);
CREATE TABLE flags (id TEXT PRIMARY KEY, sale TEXT, pi TEXT, note TEXT, who TEXT, made BIGINT);
INSERT INTO people VALUES ('p1', 'sarah@example.com', 'Sarah', 'cus_1', 1767225600000), ('p2', 'bob@example.com', 'Bob', NULL, 1767225600000);
INSERT INTO sales VALUES ('s1', 'p1', 'pi_1', 4999, 'USD', 1793520000000, 1.5), ('s2', 'p1', 'pi_2', 300, 'usd', 1793606400000, 1.5),
  ('s3', 'p2', 'pi_3', 100, 'usd', 1793606400000, 1.5);
INSERT INTO refunds VALUES ('r1', 's2', 'pi_2', 're_1', 'rcp_1', 120, 'usd', 'late', 'by hand', 1793606400000);`;
const person = 'SELECT id, mail AS email, name, cus AS stripe_customer_id, joined AS created_at FROM people WHERE';
const sale = `SELECT id, person AS customer_id, pi AS payment_id, cents AS amount, cur AS currency, sold AS created_at,
  CAST((SELECT coalesce(sum(r.cents), 0) FROM refunds r WHERE r.sale = sales.id) AS BIGINT) AS refunded FROM sales WHERE`;
const queries = {
  customer_by_email: `${person} lower(mail) = :email -- as stored; it's small`,
  customers_by_stripe_id: `${person} cus = :stripe_customer_id`,
  customer: `${person} id = :id`,
  orders_of_customer: `${sale} person = :customer_id`,
  order: `${sale} id = :id`,
  orders_by_payment: `${sale} pi = :payment_id`,
  refunds_of_order: `SELECT id, sale AS order_id, pi AS payment_id, re AS stripe_refund_id, receipt AS receipt_id, cents AS amount,
    cur AS currency, why AS reason, who AS refunded_by, made AS created_at FROM refunds WHERE sale = :order_id`,
  revenue: `SELECT lower(cur) AS currency, count(*) AS orders, CAST(sum(cents) AS BIGINT) AS amount, CAST(0 AS BIGINT) AS refunded
    FROM sales WHERE sold >= :from AND sold < :to GROUP BY lower(cur)`,
  insert_refund: `INSERT INTO refunds VALUES (:id, :order_id, :payment_id, :stripe_refund_id, :receipt_id, :amount, :currency, :reason,
    :refunded_by, :created_at) ON CONFLICT DO NOTHING`,
  insert_flag: 'INSERT INTO flags VALUES (:id, :order_id, :payment_id, :note, :flagged_by, :created_at) ON CONFLICT DO NOTHING',
};
function ordersFile(directory, { team, account }, url, more = {}) {
  const file = join(directory, 'orders.yaml');
  const entries = Object.entries({ ...queries, ...more }).filter(([, sql]) => sql);
  writeFileSync(file, ['accounts:', `  - team: ${team}`, `    account: ${account}`, `    url: ${url}`, '    queries:',
    ...entries.flatMap(([name, sql]) => [`      ${name}: |`, ...sql.split('\n').map((line) => `        ${line}`)])].join('\n') + '\n');
  return file;
}

async function external(scope, url) {
  const shop = await startGateway(scope);
  const { id } = await shop.connect();
  const { id: team } = (await shop.must('GET', '/team')).result[0];
  await shop.stop();
  const file = ordersFile(shop.directory, { team, account: id }, url);
  await shop.start({ 'orders.file': file });
  assert.equal((await shop.must('PATCH', `/integrated-account/${id}`, { orders: 'external' })).orders, 'external');
  return { shop, id, team };
}

async function readsExternal({ shop, id }) {
  const get = (query) => shop.must('GET', `${at(id)}${query}`).then((page) => page.result);
  assert.deepEqual(await get('/customers?email=%20SARAH@Example.com'), [{ id: 'p1', email: 'sarah@example.com', name: 'Sarah',
    stripe_customer_id: 'cus_1', created_at: '2026-01-01T00:00:00.000Z' }]);
  assert.deepEqual((await get('?email=sarah@example.com')).map((one) => [one.id, one.amount, one.refunded, one.status, one.currency]),
    [['s2', 300, 120, 'partially_refunded', 'usd'], ['s1', 4999, 0, 'paid', 'usd']]);
  const page = await shop.must('GET', `${at(id)}?customer=p1&limit=1`);
  assert.deepEqual((await get(`?customer=p1&limit=1&cursor=${page.next_cursor}`)).map((one) => one.id), ['s1']);
  assert.deepEqual((await get('?payment=pi_3')).map((one) => one.id), ['s3']);
  assert.deepEqual(await get(`?id=${encodeURIComponent("s1' OR '1'='1")}`), []);
  assert.equal((await get('/refunds?order=s2'))[0].stripe_refund_id, 're_1');
  assert.deepEqual((await get('/customers?id=p2'))[0].stripe_customer_id, null);
  const refused = await shop.admin('POST', `${at(id)}/import`, lines([sarah]), { headers: { 'content-type': 'application/jsonl' } });
  assert.equal(refused.body.code, 'orders_elsewhere');
}

function fillSqlite(file, sql) {
  const done = spawnSync('python3', ['-c', 'import sqlite3,sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])', file, sql],
    { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
}

test('the company\'s own SQLite database is read, and its file stays as it was', async (t) => {
  const file = join(scratch(), 'company.db');
  fillSqlite(file, schema);
  await readsExternal(await external(t, `sqlite://${file}`));
});

test('the company\'s own PostgreSQL database: one line differs; away it is said so, and back it is read again', async (t) => {
  const server = await startPostgres(t);
  const url = await server.database();
  const filled = spawnSync('psql', [url, '-v', 'ON_ERROR_STOP=1', '-q', '-c', schema], { encoding: 'utf8' });
  assert.equal(filled.status, 0, filled.stderr);
  const world = await external(t, url);
  await readsExternal(world);
  await server.kill();
  const away = await world.shop.admin('GET', `${at(world.id)}?id=s1`);
  assert.deepEqual([away.status, away.body.code], [503, 'orders_unavailable'], away.text);
  assert.doesNotMatch(away.text, /postgres/);
  await server.restart();
  assert.equal((await world.shop.must('GET', `${at(world.id)}?id=s1`)).result.length, 1);
});

test('each mistake in the file is a sentence with its line, and the gateway does not start', async () => {
  const file = join(scratch(), 'company.db');
  fillSqlite(file, schema);
  const place = { team: 'team_x', account: 'ia_x' };
  const start = async (url, more) => {
    const gateway = new Gateway(scratch());
    const orders = ordersFile(gateway.directory, place, url, more);
    await assert.rejects(gateway.start({ 'orders.file': orders }));
    assert.equal(gateway.exit.code, 1);
    return gateway.stderr;
  };
  const wrong = await start(`sqlite://${file}`, { order: `${sale} id = :identity`, customer: 'SELECT id FROM nowhere WHERE id = :id',
    revenue: '', orders_by_payment: sale.replace('cents AS amount', 'price AS amount') + ' pi = :payment_id', ordr: 'SELECT 1' });
  assert.match(wrong, /orders\.yaml:\d+: order has no parameter ':identity'; it may use :id/);
  assert.match(wrong, /orders\.yaml:\d+: customer cannot be used: .*no such table: nowhere/);
  assert.match(wrong, /orders\.yaml:2: the query revenue is missing/);
  assert.match(wrong, /orders\.yaml:\d+: orders_by_payment: the column amount is REAL, and must be a whole number/);
  assert.match(wrong, /orders\.yaml:\d+: ordr is not a query; did you mean 'order'\?/);
  assert.match(await start(`sqlite://${file}.none`), /orders\.yaml:2: the database cannot be opened/);
  assert.match(await start('mysql://x'), /orders\.yaml:4: url must begin with sqlite:\/\/\/ or postgresql:\/\//);
});
