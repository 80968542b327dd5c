// Chance that can be repeated: the same seed gives the same numbers.

// A function (below) => a whole number from 0 to below - 1.
export function dice(seed) {
  let state = seed >>> 0;
  return (below) => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}

// One name of { name: weight, … }, by weight.
export function chosen(weights, random) {
  let left = random(Object.values(weights).reduce((sum, weight) => sum + weight, 0));
  for (const [name, weight] of Object.entries(weights)) {
    if (left < weight) return name;
    left -= weight;
  }
  return undefined;
}
