// A QR code of a text. A script of its own, which the page loads when somebody asks for one.
import {correction, generate} from 'lean-qr';

// The dark modules as the path of an SVG, a unit each, and how many of them a side has.
export function pathOf(text: string): {path: string; side: number} {
  const code = generate(text, {minCorrectionLevel: correction.M});
  let path = '';
  for (let y = 0; y < code.size; y += 1)
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  return {path, side: code.size};
}
