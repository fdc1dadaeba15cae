// The proofs that were used (RFC 9449 §11.1), for as long as they could be used again. The libraries leave that to the server.

const WINDOW = 120_000;
const used = new Map();

// Whether this is its first use.
export function isFirst(proof) {
  const now = Date.now();
  for (const [ended, end] of used) {
    if (end >= now) break;
    used.delete(ended);
  }
  if (used.has(proof)) return false;
  used.set(proof, now + WINDOW);
  return true;
}
