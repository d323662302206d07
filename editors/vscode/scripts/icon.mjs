// Draws media/icon.png: two lines of code, and the one between them filled in.
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const SIZE = 256;
const GREY = [139, 148, 166];
const MIDDLE = [255, 190, 92];
/** Rounded bars: left, top, width, height, radius, colour; later ones lie on top. */
const BARS = [
  [0, 0, 256, 256, 52, [27, 32, 45]],
  [48, 62, 112, 24, 12, GREY],
  [48, 116, 52, 24, 12, GREY],
  [112, 116, 96, 24, 12, MIDDLE],
  [48, 170, 84, 24, 12, GREY],
];

/** How much of the pixel the bar covers, 0 to 1, by its distance from the edge. */
function coverage([left, top, width, height, radius], x, y) {
  const dx = Math.abs(x + 0.5 - left - width / 2) - (width / 2 - radius);
  const dy = Math.abs(y + 0.5 - top - height / 2) - (height / 2 - radius);
  const outside = Math.hypot(Math.max(dx, 0), Math.max(dy, 0));
  const distance = outside + Math.min(Math.max(dx, dy), 0) - radius;
  return Math.min(Math.max(0.5 - distance, 0), 1);
}

function pixel(x, y) {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const bar of BARS) {
    const share = coverage(bar, x, y);
    const total = share + alpha * (1 - share);
    if (share === 0) continue;
    const mix = (over, under) => (over * share + under * alpha * (1 - share)) / total;
    const [r, g, b] = bar[5];
    [red, green, blue, alpha] = [mix(r, red), mix(g, green), mix(b, blue), total];
  }
  return [red, green, blue, alpha * 255].map(Math.round);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

const header = Buffer.alloc(13);
header.writeUInt32BE(SIZE, 0);
header.writeUInt32BE(SIZE, 4);
header.set([8, 6], 8); // eight bits each of red, green, blue and alpha
const rows = [];
for (let y = 0; y < SIZE; y++) {
  const row = Array.from({ length: SIZE }, (_, x) => pixel(x, y)).flat();
  rows.push(Buffer.from([0, ...row]));
}
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
writeFileSync(
  "media/icon.png",
  Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);
