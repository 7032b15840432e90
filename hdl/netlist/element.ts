/** `pe[2][3]` for element 19 of dims [4, 8]. */
export function elementName(name: string, dims: readonly number[], element: number): string {
  let rest = element;
  let suffix = "";
  for (const size of [...dims].reverse()) {
    suffix = `[${rest % size}]${suffix}`;
    rest = Math.floor(rest / size);
  }
  return name + suffix;
}

/** The number of elements of an instance array: the product of its dims, 1 for a single instance. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((count, size) => count * size, 1);
}

/** `child` below `path`, without a leading dot. */
export function joinPath(path: string, child: string): string {
  return path === "" ? child : `${path}.${child}`;
}
