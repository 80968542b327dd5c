// The checker of token histories is not blind: each kind of wrong history is reported, and right ones are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './token_history/check.mjs';

const noon = 1_700_000_000_000; // the clock of the day at 0 ms of the monotonic one
const create = (more = {}) => ({ type: 'create', token: 't', start: 0, end: 10, ...more });
const use = (start, outcome, more = {}) =>
  ({ type: 'use', token: 't', start, end: start + 5, wallStart: noon + start, wallEnd: noon + start + 5, outcome, ...more });
const end = (start, outcome = 'done') => ({ type: 'end', token: 't', start, end: start + 20, outcome });
const cap = (start, expiresAt, outcome = 'done') => ({ ...end(start, outcome), type: 'cap', expiresAt: noon + expiresAt });
const clock = (start, offset) => ({ type: 'clock', start, end: start + 2, offset });
const wrong = (...history) => check(history).violations.map((one) => one.what.split(':')[0]);

const dead = 'a dead token was accepted';
const live = 'a live token was refused';

test('a use that started after an acknowledged end must not succeed', () => {
  assert.deepEqual(wrong(create(), use(50, 'accepted'), end(100), use(121, 'accepted')), [dead]);
  assert.deepEqual(wrong(create(), end(100), use(121, 'refused'), use(130, 'unavailable')), []);
  assert.deepEqual(wrong(create(), end(100), use(119, 'accepted'), use(110, 'refused')), [], 'while it is being ended either is right');
  assert.deepEqual(wrong(create(), end(100, 'maybe'), use(500, 'accepted'), use(600, 'refused')), [], 'nobody knows');
  assert.deepEqual(wrong(create(), end(100, 'maybe'), end(200), use(221, 'accepted')), [dead], 'the second try was acknowledged');
});

test('a token of an acknowledged create must not be refused before its end', () => {
  assert.deepEqual(wrong(create(), use(11, 'refused')), [live]);
  assert.deepEqual(wrong(create(), use(5, 'refused')), [], 'before the acknowledgement');
  assert.deepEqual(wrong(create(), use(20, 'refused'), end(100)), [live]);
  assert.deepEqual(wrong(create(), end(100, 'none'), use(500, 'refused')), [live], 'nothing was changed, it was said');
  assert.deepEqual(wrong(create(), use(98, 'refused'), end(100)), [], 'the answer came when the end was under way');
});

test('no other answer is right, and in the end every use is answered', () => {
  assert.deepEqual(wrong(create(), use(50, 'strange')), ['an answer that nobody expects']);
  assert.deepEqual(wrong(create(), use(50, 'unavailable')), []);
  assert.deepEqual(wrong(create(), use(50, 'unavailable', { last: true })), ['no answer although everything works again']);
});

test('expiry is to the millisecond', () => {
  const made = create({ expiresAt: noon + 1000 });
  assert.deepEqual(wrong(made, use(999, 'accepted'), use(1000, 'accepted')), [dead]);
  assert.deepEqual(wrong(made, use(500, 'refused'), use(996, 'refused'), use(1000, 'refused')), [live]);
});

test('a rotation with overlap ends the older token at its time', () => {
  assert.deepEqual(wrong(create(), cap(100, 1000), use(500, 'accepted'), use(1000, 'accepted')), [dead]);
  assert.deepEqual(wrong(create(), cap(100, 1000), use(500, 'refused')), [live]);
  assert.deepEqual(wrong(create(), cap(990, 1000), use(1005, 'accepted'), use(1011, 'accepted')), [dead], 'from its answer on');
  assert.deepEqual(wrong(create(), cap(100, 1000, 'maybe'), use(500, 'refused'), use(2000, 'accepted')), []);
});

test('a clock that is set moves expiry, and back again only as far as no purge is known', () => {
  const made = create({ expiresAt: noon + 60_000 });
  const forward = clock(1000, 65_000);
  assert.deepEqual(wrong(made, forward, use(900, 'refused')), [live], 'before the step');
  assert.deepEqual(wrong(made, forward, use(1003, 'accepted')), [dead]);
  assert.deepEqual(wrong(made, forward, use(999, 'accepted'), use(1001, 'refused')), [], 'during the step');
  const back = clock(2000, 0);
  assert.deepEqual(wrong(made, forward, back, use(3000, 'accepted')), [], 'no purge is known');
  assert.deepEqual(wrong(made, forward, back, use(3000, 'refused')), [], 'there may have been one');
  assert.deepEqual(wrong(made, forward, { type: 'gone', token: 't', at: 1500 }, back, use(3000, 'accepted')), [dead]);
  assert.deepEqual(wrong(create({ start: 2500, end: 2600, expiresAt: noon + 60_000 }), forward, back, use(3000, 'refused')), [live],
    'made after the clock was set back');
});

test('tokens are judged apart, and everything is counted', () => {
  const { violations, counts } = check([create(), create({ token: 'u' }), end(100), use(200, 'refused'),
    use(200, 'accepted', { token: 'u' }), use(300, 'accepted')]);
  assert.deepEqual(violations.map((one) => [one.token, one.use.start]), [['t', 300]]);
  assert.deepEqual(counts, { create: 2, 'end done': 1, 'use refused': 1, 'use accepted': 2 });
});
