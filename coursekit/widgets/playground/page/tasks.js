// The tasks: points with two coordinates between about −1 and 1 and a label 0 or 1, or one coordinate and a target.


/* global DIGITS -- [x, y, label] of each digit, put in front of this by bundle.py */
const COUNT = 300;

// { x: Float64Array (N * inputs), y: Float64Array (N), inputs, isCurve }
export function drawTask(name, random) {
  const points = TASKS[name](random);
  const isCurve = name === "curve";
  const inputs = isCurve ? 1 : 2;
  return {
    x: Float64Array.from(points.flatMap((point) => point.slice(0, inputs))),
    y: Float64Array.from(points, (point) => point[inputs]),
    inputs,
    isCurve,
  };
}

const TASKS = {
  xor: (random) => many(random, () => {
    const x = away(random.between(-1, 1));
    const y = away(random.between(-1, 1));
    return [x, y, x * y < 0 ? 1 : 0];
  }),
  circles: (random) => many(random, (i) => {
    const inside = i % 2;
    const r = inside ? random.between(0, 0.45) : random.between(0.65, 1);
    const angle = random.between(0, 2 * Math.PI);
    return [r * Math.cos(angle), r * Math.sin(angle), inside];
  }),
  moons: (random) => many(random, (i) => {
    const upper = i % 2;
    const angle = random.between(0, Math.PI);
    const x = upper ? Math.cos(angle) : 1 - Math.cos(angle);
    const y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
    return [0.65 * (x - 0.5) + 0.08 * random.normal(), 0.65 * (y - 0.25) * 1.4 + 0.08 * random.normal(), upper];
  }),
  spirals: (random) => many(random, (i) => {
    const arm = i % 2;
    const share = random.between(0.05, 1);
    const angle = 1.5 * 2 * Math.PI * share + arm * Math.PI;
    return [share * Math.sin(angle) + 0.02 * random.normal(), share * Math.cos(angle) + 0.02 * random.normal(), arm];
  }),
  curve: (random) => many(random, () => {
    const x = random.between(-1, 1);
    return [x, 0.7 * Math.sin(4 * x) + 0.1 * random.normal()];
  }),
  digits: (random) => random.order(DIGITS.length).map((i) => DIGITS[i]),
};

function many(random, point) {
  return Array.from({ length: COUNT }, (_, i) => point(i));
}

// A gap of 0.1 around 0, so that the classes of XOR do not touch.
function away(x) {
  return x + (x > 0 ? 0.05 : -0.05);
}
