// Pictures on a canvas. Blue is class 0 and negative, orange is class 1 and positive; shapes and dashes say it as well.

export const GRID = 40; // points along each side of a picture of the plane
const RANGE = 1.15; // the plane reaches from −RANGE to RANGE

const LIGHT = { paper: [255, 255, 255], blue: [0, 114, 178], orange: [213, 94, 0], ink: "#1a1a1a", faint: "#c8c8c8" };
const DARK = { paper: [24, 26, 27], blue: [86, 180, 233], orange: [240, 140, 40], ink: "#eeeeee", faint: "#555555" };

// The colors for the page that holds the element: dark where its background is. A notebook may draw an element before it
// is on the page; there it has no background yet.
export function paletteFor(element) {
  if (!element.isConnected) return LIGHT;
  for (let e = element; e; e = e.parentElement) {
    const [r, g, b, alpha = 1] = getComputedStyle(e).backgroundColor.match(/[\d.]+/g).map(Number);
    if (alpha > 0) return r + g + b < 384 ? DARK : LIGHT;
  }
  return LIGHT;
}

export const rgb = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;

// A canvas of this size in CSS pixels, sharp on any screen: [element, context in CSS pixels].
export function sharp(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// The points whose outputs a picture shows: a lattice over the plane, row by row from the top, or along the x axis.
export function lattice(inputs) {
  const at = (i) => -RANGE + (2 * RANGE * (i + 0.5)) / GRID;
  if (inputs === 1) return Float64Array.from({ length: GRID }, (_, i) => at(i));
  const points = new Float64Array(GRID * GRID * 2);
  for (let k = 0; k < GRID * GRID; k++) points.set([at(k % GRID), -at(Math.floor(k / GRID))], 2 * k);
  return points;
}

const place = (value, size) => ((value + RANGE) / (2 * RANGE)) * size;

// values: of the lattice, each between −1 (blue) and 1 (orange).
export function heatmap(context, values, size, palette) {
  const image = new ImageData(GRID, GRID);
  values.forEach((value, k) => {
    const v = Math.max(-1, Math.min(1, value));
    const end = v > 0 ? palette.orange : palette.blue;
    for (let c = 0; c < 3; c++) image.data[4 * k + c] = palette.paper[c] + 0.75 * Math.abs(v) * (end[c] - palette.paper[c]);
    image.data[4 * k + 3] = 255;
  });
  const small = new OffscreenCanvas(GRID, GRID);
  small.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(small, 0, 0, size, size);
}

// The function of one input along the x axis.
export function curve(context, values, size, palette, width = 2) {
  context.strokeStyle = palette.ink;
  context.lineWidth = width;
  context.beginPath();
  values.forEach((value, i) => context.lineTo(((i + 0.5) / values.length) * size, size - place(value, size)));
  context.stroke();
}

// Class 1 as circles, class 0 as squares; hollow: for points that are not trained on.
export function points(context, { x, y }, inputs, size, palette, hollow, chosen = -1) {
  y.forEach((label, i) => {
    const [u, v] = inputs === 1 ? [x[i], label] : [x[2 * i], x[2 * i + 1]];
    const one = inputs === 1 || label > 0.5;
    const [px, py, r] = [place(u, size), size - place(v, size), i === chosen ? 7 : 3.2];
    context.beginPath();
    if (one) context.arc(px, py, r, 0, 2 * Math.PI);
    else context.rect(px - r, py - r, 2 * r, 2 * r);
    const color = rgb(one ? palette.orange : palette.blue);
    context.strokeStyle = hollow ? color : rgb(palette.paper);
    context.lineWidth = hollow ? 1.2 : 0.8;
    if (!hollow) {
      context.fillStyle = color;
      context.fill();
    }
    context.stroke();
    if (i === chosen) {
      context.strokeStyle = palette.ink;
      context.lineWidth = 2;
      context.stroke();
    }
  });
}

// Lines over the steps on a logarithmic axis. lines: [{ label, dashed, color, values: [[step, value], …] }].
export function lossCurves(context, lines, width, height, palette) {
  const [left, bottom, top] = [44, 20, 8];
  const all = lines.flatMap(({ values }) => values.map(([, value]) => value)).filter((v) => v > 0 && Number.isFinite(v));
  const low = Math.floor(Math.log10(Math.max(1e-6, Math.min(...all, 0.1))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.min(1e6, Math.max(...all, 0.2)))));
  const last = Math.max(1, ...lines.map(({ values }) => values.at(-1)[0]));
  const px = (step) => left + (step / last) * (width - left - 8);
  const py = (value) => top + ((high - Math.log10(Math.max(value, 10 ** low))) / (high - low)) * (height - top - bottom);
  axis(context, palette, width, height, left, bottom, last);
  context.textAlign = "right";
  for (let power = low; power <= high; power++) {
    const y = py(10 ** power);
    context.strokeStyle = palette.faint;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(width - 8, y);
    context.stroke();
    context.fillText(power < -2 || power > 3 ? `1e${power}` : String(10 ** power), left - 5, y + 4);
  }
  for (const { values, dashed, color } of lines) {
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.setLineDash(dashed ? [6, 4] : []);
    context.beginPath();
    for (const [step, value] of values) if (Number.isFinite(value)) context.lineTo(px(step), py(value));
    context.stroke();
  }
  context.setLineDash([]);
}

function axis(context, palette, width, height, left, bottom, last) {
  context.font = "12px system-ui, sans-serif";
  context.fillStyle = palette.ink;
  context.lineWidth = 1;
  context.textAlign = "left";
  context.fillText("0", left, height - 5);
  context.textAlign = "right";
  context.fillText(`${last.toLocaleString("en")} steps`, width - 8, height - 5);
}

// Two bars for each layer on a logarithmic axis from 1e−8 to 100: activations, and error signals (hatched).
export function signalBars(context, signals, width, height, palette) {
  const [left, bottom, top, low, high] = [44, 20, 8, -8, 2];
  const length = (value) => {
    const power = Math.log10(Math.max(value, 10 ** low));
    return ((Math.min(power, high) - low) / (high - low)) * (height - top - bottom);
  };
  context.font = "12px system-ui, sans-serif";
  for (let power = low; power <= high; power += 2) {
    const y = height - bottom - length(10 ** power);
    context.strokeStyle = palette.faint;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(width - 8, y);
    context.stroke();
    context.fillStyle = palette.ink;
    context.textAlign = "right";
    context.fillText(power === 0 ? "1" : `1e${power}`, left - 5, y + 4);
  }
  const slot = (width - left - 8) / signals.length;
  signals.forEach(({ activation, error }, l) => {
    const [x, wide] = [left + l * slot, Math.min(22, slot / 3)];
    for (const [k, value, color] of [[0, activation, palette.blue], [1, error, palette.orange]]) {
      const [bx, tall] = [x + slot / 2 + (k - 1) * (wide + 2) + 1, length(value)];
      context.fillStyle = rgb(color);
      context.fillRect(bx, height - bottom - tall, wide, tall);
      if (k === 1) hatch(context, bx, height - bottom - tall, wide, tall, palette);
    }
    context.fillStyle = palette.ink;
    context.textAlign = "center";
    context.fillText(l === signals.length - 1 ? "output" : `layer ${l + 1}`, x + slot / 2, height - 5);
  });
}

function hatch(context, x, y, width, height, palette) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = rgb(palette.paper);
  context.lineWidth = 1.5;
  for (let d = -height; d < width; d += 6) {
    context.beginPath();
    context.moveTo(x + d, y + height);
    context.lineTo(x + d + height, y);
    context.stroke();
  }
  context.restore();
}
