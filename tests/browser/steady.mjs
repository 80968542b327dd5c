// Makes what a page shows the same in every run: the clock stands still, and what the gateway makes up each time (ids, tokens, times, durations) becomes
// the same text in the order in which it is first seen.

const now = Date.parse('2026-03-12T10:00:00Z');
const ids = /\b(?:ia|mcp|apr|aud|rcp|req|usr|key|pol|tok|oaz|wh)_[0-9A-Za-z]{10,}/g;
const times = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

// Stripe's times stay: the sandbox's data has a clock of its own. What is further ahead than a day is a deadline.
function steadyTime(text, started) {
  const ahead = Date.parse(text) - started;
  const days = Math.round(ahead / 86_400_000);
  const hours = Math.round(ahead / 3_600_000);
  return new Date(now + (Math.abs(days) >= 1 ? days * 86_400_000 : hours * 3_600_000)).toISOString();
}

// Every page that is opened in `context` from now on. Call once.
export async function steady(context) {
  const started = Date.now();
  const made = new Map(); // what the gateway made up → what is shown
  const real = new Map(); // the other way, for calls that follow from what is shown
  const counts = {};
  const shown = (id) => {
    if (!made.has(id)) {
      const prefix = id.slice(0, id.indexOf('_') + 1);
      counts[prefix] = (counts[prefix] ?? 0) + 1;
      const text = (prefix + String(counts[prefix]).padStart(4, '0')).padEnd(id.length, '0');
      made.set(id, text);
      real.set(text, id);
    }
    return made.get(id);
  };
  await context.clock.setFixedTime(now);
  await context.route((url) => !url.pathname.startsWith('/console') && !url.pathname.endsWith('/event'), async (route) => {
    const url = route.request().url().replaceAll(ids, (id) => real.get(id) ?? id);
    const answer = await route.fetch({ url });
    const text = (await answer.text()).replaceAll(ids, shown).replaceAll(times, (text) => steadyTime(text, started))
      .replaceAll(/"(token_prefix|key_prefix)":"(tg._)[^"]*"/g, '"$1":"$20000"').replaceAll(/"(micros|p50|p95)":\d+/g, '"$1":5');
    await route.fulfill({ response: answer, body: text });
  });
  await context.route('**/event', (route) => route.fulfill({ status: 503, body: '{}' }));
}
