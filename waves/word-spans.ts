/** Bytes that are copied along rather than begin another piece. */
const smallGap = 512;

/** Pieces of memory that hold all words of some views, to be copied one behind the other. */
export interface WordSpans {
  /** The pieces with the words at which their copies begin. */
  readonly pieces: readonly { readonly words: Uint32Array; readonly at: number }[];
  /** For each view, the word at which its copy begins. */
  readonly places: Int32Array;
  /** Words of all copies. */
  readonly length: number;
}

/** Few pieces that cover all views, wherever these lie; what lies between neighbours is taken along. */
export function wordSpans(views: readonly Uint32Array[]): WordSpans {
  const buffers = new Map<ArrayBufferLike, number[]>();
  views.forEach((view, index) => {
    const indices = buffers.get(view.buffer);
    if (indices) indices.push(index);
    else buffers.set(view.buffer, [index]);
  });

  const pieces: { words: Uint32Array; at: number }[] = [];
  const places = new Int32Array(views.length);
  let length = 0;
  for (const [buffer, indices] of buffers) {
    const ranges = indices
      .map((index) => {
        const from = views[index]?.byteOffset ?? 0;
        return { index, from, to: from + (views[index]?.byteLength ?? 0) };
      })
      .sort((a, b) => a.from - b.from);
    for (let first = 0; first < ranges.length; ) {
      const start = ranges[first]?.from ?? 0;
      let end = start;
      let next = first;
      for (let range = ranges[next]; range && range.from <= end + smallGap; range = ranges[++next])
        end = Math.max(end, range.to);
      for (const { index, from } of ranges.slice(first, next)) places[index] = length + (from - start) / 4;
      const words = new Uint32Array(buffer, start, (end - start) / 4);
      pieces.push({ words, at: length });
      length += words.length;
      first = next;
    }
  }
  return { pieces, places, length };
}
