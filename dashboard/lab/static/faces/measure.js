// What was read from a question to its answer: averages, and no single picture's reading.
const FEWEST = 3; // pictures with a face
const LAST = 1000; // milliseconds

export class Measure {
  constructor() {
    this.seen = [];
  }

  add(said, at) {
    this.seen.push({ at, p: said.face ? said.probabilities : null, dark: said.dark });
  }

  get found() {
    return this.seen.filter(({ p }) => p);
  }

  get mean() {
    return average(this.found);
  }

  // Why nothing was read; null if something was.
  get unread() {
    if (this.found.length >= FEWEST) return null;
    if (this.seen.length < FEWEST) return "too slow";
    return this.seen.filter(({ dark }) => dark).length * 2 > this.seen.length ? "too dark" : "no face";
  }

  told(why, now) {
    const { seen, found } = this;
    return {
      unread: why ?? this.unread,
      mean: this.mean,
      last: average(found.filter(({ at }) => now - at <= LAST)),
      frames: found.length,
      faceless: seen.length ? (seen.length - found.length) / seen.length : null,
    };
  }
}

function average(found) {
  if (!found.length) return null;
  return found[0].p.map((_, n) => Number((found.reduce((sum, { p }) => sum + p[n], 0) / found.length).toFixed(4)));
}
