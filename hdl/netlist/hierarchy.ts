import { type Design, definition, type Module } from "./design.ts";
import { elementCount, elementName, joinPath } from "./element.ts";
import { checkExtent } from "./extent.ts";

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

/**
 * The whole instance tree. A signal's full path is `joinPath(scope.path, name.name)`. Throws a DesignError for a tree of
 * more levels or instances than `checkExtent` lets pass.
 */
export function hierarchy(design: Design): Scope {
  checkExtent(design);
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
