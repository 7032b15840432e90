import { type Design, definition, type Module } from "./design.ts";

/** One elaborated instance in the tree below the top. */
export interface Scope {
  /** The instance's own name with its coordinates: `pe[2][3]`; the module's name for the top. */
  readonly name: string;
  /** Dotted path from below the top; "" for the top itself: `array.pe[2][3]`. */
  readonly path: string;
  readonly module: Module;
  /** The index of the instance in its parent's `instances`, −1 for the top, and the element in it. */
  readonly instance: number;
  readonly element: number;
  readonly children: readonly Scope[];
}

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

/** The whole instance tree. A signal's full path is `joinPath(scope.path, name.name)`. */
export function hierarchy(design: Design): Scope {
  const build = (module: Module, name: string, path: string, instance: number, element: number): Scope => ({
    name,
    path,
    module,
    instance,
    element,
    children: module.instances.flatMap((child, index) =>
      Array.from({ length: elementCount(child.dims) }, (_, e) => {
        const childName = elementName(child.name, child.dims, e);
        return build(definition(design, child.definition), childName, joinPath(path, childName), index, e);
      }),
    ),
  });
  const top = definition(design, design.top);
  return build(top, top.name, "", -1, 0);
}
