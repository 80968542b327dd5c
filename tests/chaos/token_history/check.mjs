// Judges a history of tokens: what was asked, when, and what came back. Nothing here talks to anybody.
//
// `start` and `end` of an event are by one monotonic clock (ms), `wall…` the same moments by the clock of the day (ms).
//   { type: 'create', token, start, end, expiresAt? }      acknowledged
//   { type: 'end', token, start, end, outcome }            a revoke, or a rotation without overlap: 'done', 'maybe', 'none'
//   { type: 'cap', token, start, end, outcome, expiresAt } a rotation with overlap: the older token ends then
//   { type: 'use', token, start, end, wallStart, wallEnd, outcome, last? }   'accepted', 'refused', 'unavailable', 'strange'
//   { type: 'clock', start, end, offset }                  the gateways' clock of the day was set off by so many ms
//   { type: 'gone', token, at }                            its purge is in the records
// 'maybe' is an end that was asked for and not acknowledged. expiresAt is by the gateways' clock (ms).

// What the gateways' clock was set off by: the offsets that were in force at some moment of [from, to].
function offsetsWithin(clocks, from, to) {
  const found = [];
  let began = -Infinity;
  let offset = 0;
  for (const step of [...clocks, { start: Infinity, end: Infinity }]) {
    if (began <= to && step.end >= from) found.push({ offset, until: Math.min(step.end, to) });
    began = step.start;
    offset = step.offset;
  }
  return found;
}

class TokenLife {
  constructor(create) {
    this.create = create;
    this.mayEnd = Infinity; // from here on a refusal is right
    this.mustEnd = Infinity; // a use that starts later must be refused
    this.expiries = create.expiresAt === undefined ? [] : [{ at: create.expiresAt, known: create.end, asked: create.start }];
  }

  add(event) {
    if (event.type === 'gone') this.mustEnd = Math.min(this.mustEnd, event.at);
    if (event.outcome === 'none') return;
    if (event.type === 'end' || (event.type === 'cap' && event.outcome === 'maybe')) this.mayEnd = Math.min(this.mayEnd, event.start);
    if (event.type === 'end' && event.outcome === 'done') this.mustEnd = Math.min(this.mustEnd, event.end);
    if (event.type === 'cap' && event.outcome === 'done')
      this.expiries.push({ at: event.expiresAt, known: event.end, asked: event.start });
  }

  // Why `use` must be refused, if it must.
  dead(use, clocks) {
    if (use.start > this.mustEnd) return `its end was acknowledged ${Math.round(use.start - this.mustEnd)} ms before`;
    const lowest = Math.min(...offsetsWithin(clocks, use.start, use.end).map((one) => one.offset));
    const expired = this.expiries.find((one) => use.start > one.known && use.wallStart + lowest >= one.at);
    return expired && `it had expired ${Math.round(use.wallStart + lowest - expired.at)} ms before`;
  }

  // True when `use` must not be refused.
  alive(use, clocks) {
    if (use.start <= this.create.end || use.end >= this.mayEnd) return false;
    const toWall = use.wallEnd - use.end;
    // Somebody's clock may have reached the expiry at any moment since it was asked for, and a purge is for good.
    return !this.expiries.some((one) => offsetsWithin(clocks, one.asked, use.end)
      .some(({ offset, until }) => until + toWall + offset + clockToleranceMs >= one.at));
  }
}

const clockToleranceMs = 100; // the two clocks of this process drift apart

// { violations: [{ what, token, use }], counts: { 'use accepted': 3, … } }
export function check(history) {
  const counts = {};
  const lives = new Map();
  const clocks = history.filter((event) => event.type === 'clock').sort((a, b) => a.start - b.start);
  for (const event of history) {
    const kind = event.outcome ? `${event.type} ${event.outcome}` : event.type;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (event.type === 'create') lives.set(event.token, new TokenLife(event));
  }
  for (const event of history) if (['end', 'cap', 'gone'].includes(event.type)) lives.get(event.token).add(event);
  const violations = [];
  for (const use of history) {
    if (use.type !== 'use') continue;
    const life = lives.get(use.token);
    const dead = life.dead(use, clocks);
    const report = (what) => violations.push({ what, token: use.token, use });
    if (use.outcome === 'accepted' && dead) report(`a dead token was accepted: ${dead}`);
    else if (use.outcome === 'refused' && life.alive(use, clocks)) report('a live token was refused');
    else if (use.outcome === 'strange') report('an answer that nobody expects');
    else if (use.outcome === 'unavailable' && use.last) report('no answer although everything works again');
  }
  return { violations, counts };
}
