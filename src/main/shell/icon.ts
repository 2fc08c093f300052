import { type NativeImage, nativeImage } from 'electron';

type Point = readonly [x: number, y: number];
interface Shape {
  readonly color: readonly [red: number, green: number, blue: number];
  readonly corners: readonly Point[];
}

/** resources/icon.svg reduced to what can be told apart at 16 pixels, in its 512-unit square. Drawn in order. */
const shapes: readonly Shape[] = [
  { color: [0x0f, 0x76, 0x92], corners: roundedSquare(512, 112) },
  { color: [0xff, 0xd1, 0x66], corners: box(190, 110, 90, 90) },
  { color: [0xf4, 0xf7, 0xf8], corners: box(150, 206, 90, 90) },
  { color: [0xef, 0x83, 0x54], corners: box(252, 206, 90, 90) },
  { color: [0xf4, 0xf7, 0xf8], corners: [[80, 304], [432, 304], [384, 400], [128, 400]] },
  { color: [0x08, 0x3a, 0x50], corners: [[56, 420], [456, 440], [456, 468], [56, 448]] },
];

/** Samples along a pixel's side: enough for smooth edges. */
const samples = 3;

/** The app's icon, drawn by ourselves since Electron reads no SVG. `size` in pixels. */
export function appIcon(size: number): NativeImage {
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) pixels.set(pixelAt(x, y, size), (y * size + x) * 4);
  }
  return nativeImage.createFromBitmap(pixels, { width: size, height: size });
}

/** Blue, green, red, alpha, premultiplied, as bitmaps have it. */
function pixelAt(x: number, y: number, size: number): [number, number, number, number] {
  let [red, green, blue, covered] = [0, 0, 0, 0];
  const unit = 512 / size;
  for (let sample = 0; sample < samples * samples; sample += 1) {
    const px = (x + ((sample % samples) + 0.5) / samples) * unit;
    const py = (y + (Math.floor(sample / samples) + 0.5) / samples) * unit;
    const color = shapes.findLast(({ corners }) => contains(corners, px, py))?.color;
    if (!color) continue;
    red += color[0];
    green += color[1];
    blue += color[2];
    covered += 1;
  }
  const share = samples * samples;
  return [blue / share, green / share, red / share, (covered / share) * 255];
}

/** Even-odd rule: an odd number of edges lies to the right of the point. */
function contains(corners: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  corners.forEach(([x1, y1], index) => {
    const [x2, y2] = corners.at(index - 1) ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

function box(x: number, y: number, width: number, height: number): Point[] {
  return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
}

function roundedSquare(side: number, radius: number): Point[] {
  const centers: readonly Point[] = [
    [side - radius, side - radius],
    [radius, side - radius],
    [radius, radius],
    [side - radius, radius],
  ];
  return centers.flatMap(([x, y], quarter) =>
    Array.from({ length: 9 }, (_, step): Point => {
      const angle = ((quarter + step / 8) * Math.PI) / 2;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    }),
  );
}
