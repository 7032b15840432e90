import type { Design } from "../netlist/index.ts";
import type { DomainOptions } from "./domain.ts";
import type { PortLeaf, Ports } from "./ports.ts";
import type { Site } from "./site.ts";
import { property } from "./type.ts";
import type { Dynamic } from "./width.ts";

/** What the elaborator knows of a module whatever its types. */
export interface ModuleCore {
  readonly moduleName: string;
  readonly definitionName: string;
  readonly inputs: Ports;
  readonly outputs: Ports;
  readonly leaves: readonly PortLeaf[];
  readonly body: ((io: Dynamic) => unknown) | null;
  readonly blackBox: { readonly parameters: Readonly<Record<string, number | string>> } | null;
  readonly site: Site | null;
  /** Elaborates the module by the copy of the language that made it, which is not always the one that is asked to. */
  readonly elaborate: (options: { readonly clock?: DomainOptions }) => Design;
}

/** A definition's name: the module's with its parameters, `Fifo_UInt8_4`. Objects other than types add nothing. */
export function definitionName(name: string, params: Readonly<Record<string, unknown>>): string {
  return name + Object.values(params).map(parameterText).join("");
}

function parameterText(value: unknown): string {
  const shape = property(value, "~shape");
  if (shape !== undefined) return `_${shapeText(shape)}`;
  const text = typeof value === "object" ? "" : String(value).replace(/\W+/g, "");
  return text === "" ? "" : `_${text}`;
}

function shapeText(shape: unknown): string {
  switch (property(shape, "kind")) {
    case "leaf":
      return String(property(shape, "typeName"))
        .replace(/<.*\|.*>/, "")
        .replace(/\W+/g, "");
    case "vec":
      return `Vec${property(shape, "length")}${shapeText(property(shape, "item"))}`;
    default:
      return property(shape, "stream") ? "Stream" : "Bundle";
  }
}
