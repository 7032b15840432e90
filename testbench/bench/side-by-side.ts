/**
 * One view of words that are next to each other in memory, such as those of a vector's elements among an engine's inputs;
 * null where they are not, or are of more than 32 bits. Whoever attaches surroundings that drive many ports writes them
 * through one view in a third of the time.
 */
export function sideBySide(views: readonly Uint32Array[]): Uint32Array | null {
  const [first] = views;
  if (!first) return null;
  const { buffer, byteOffset } = first;
  const joined = views.every(
    (view, i) => view.length === 1 && view.buffer === buffer && view.byteOffset === byteOffset + 4 * i,
  );
  return joined ? new Uint32Array(buffer, byteOffset, views.length) : null;
}
