/** Freezes a tree (or graph) of plain data in place, arrays and objects all the way down, and returns it. */
export function deepFreeze<T>(root: T): T {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) continue;
    Object.freeze(value);
    for (const child of Object.values(value)) if (typeof child === "object") open.push(child);
  }
  return root;
}
