// Random numbers from a seed: the same picture for everybody who opens the same address.

export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  // A number in [0, 1): the generator "mulberry32".
  uniform() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  between(low, high) {
    return low + (high - low) * this.uniform();
  }

  // Normal with mean 0 and standard deviation 1, by Box and Muller's method.
  normal() {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  // 0 … n − 1 in random order, by Fisher and Yates's method.
  order(n) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(this.uniform() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}
