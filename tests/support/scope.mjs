// Scopes for programs that are no tests of node:test.

// The scope of one run: what `after` was given ends it, last one first.
export async function scoped(act) {
  const ends = [];
  try {
    return await act({ after: (end) => ends.push(end) });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
