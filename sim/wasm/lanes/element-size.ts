import type { ElementBytes } from "../../plan/lanes/lane-group.ts";
import { Simd } from "../simd.ts";
import { sized } from "../simd-family.ts";
import type { VectorGraph, VectorId } from "./vector-graph.ts";

/** The vector registers that hold a chunk's lanes, in order: as many as an element has bytes. */
export type Parts = readonly VectorId[];

/** What narrowing may take for granted: elements are all ones or zeros, fit already, or must be cut. */
type Content = "mask" | "fits" | "cut";

const double = (bytes: ElementBytes): ElementBytes => (bytes === 1 ? 2 : bytes === 2 ? 4 : 8);
const half = (bytes: ElementBytes): ElementBytes => (bytes === 8 ? 4 : bytes === 4 ? 2 : 1);

/** Elements extended to a larger size, with zeros or their sign. */
export function widened(graph: VectorGraph, parts: Parts, from: ElementBytes, to: ElementBytes, sign: boolean): Parts {
  if (from >= to) return parts;
  const next = double(from);
  const [low, high] = sign
    ? [sized("extendLowSigned", next), sized("extendHighSigned", next)]
    : [sized("extendLowUnsigned", next), sized("extendHighUnsigned", next)];
  const wider = parts.flatMap((part) => [graph.simd(low, part), graph.simd(high, part)]);
  return widened(graph, wider, next, to, sign);
}

/** The products of elements, twice as wide. */
export function products(graph: VectorGraph, a: Parts, b: Parts, from: ElementBytes, sign: boolean): Parts {
  const to = double(from);
  const [low, high] = sign
    ? [sized("multiplyLowSigned", to), sized("multiplyHighSigned", to)]
    : [sized("multiplyLowUnsigned", to), sized("multiplyHighUnsigned", to)];
  return a.flatMap((part, i) => [graph.simd(low, part, b[i] ?? part), graph.simd(high, part, b[i] ?? part)]);
}

/** Elements brought to a smaller size. */
export function narrowed(
  graph: VectorGraph,
  parts: Parts,
  from: ElementBytes,
  to: ElementBytes,
  content: Content,
): Parts {
  if (from <= to) return parts;
  const next = half(from);
  const cut =
    content === "cut" && from < 8
      ? parts.map((part) => graph.simd(Simd.and, part, graph.splat((1n << BigInt(8 * next)) - 1n, from)))
      : parts;
  const narrower: VectorId[] = [];
  for (let i = 0; i < cut.length; i += 2) {
    const [a = 0, b = 0] = [cut[i], cut[i + 1]];
    narrower.push(narrowPair(graph, a, b, from, content === "mask"));
  }
  // Bits that were cut off do not come back.
  return narrowed(graph, narrower, next, to, content);
}

/** There is an instruction for all but 64 bits; it saturates, which changes nothing that fits. */
function narrowPair(graph: VectorGraph, a: VectorId, b: VectorId, from: ElementBytes, mask: boolean): VectorId {
  if (from === 2) return graph.simd(mask ? Simd.narrowSigned16To8 : Simd.narrowUnsigned16To8, a, b);
  if (from === 4) return graph.simd(mask ? Simd.narrowSigned32To16 : Simd.narrowUnsigned32To16, a, b);
  return graph.shuffle(a, b, [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]);
}
