import type { Node } from "./design.ts";
import type { JsonReader } from "./json-reader.ts";

const kinds = [
  "const",
  "input",
  "not",
  "cross",
  "and",
  "or",
  "xor",
  "add",
  "sub",
  "mul",
  "divu",
  "divs",
  "remu",
  "rems",
  "eq",
  "ltu",
  "lts",
  "shl",
  "shru",
  "shrs",
  "mux",
  "case",
  "cat",
  "slice",
  "zext",
  "sext",
  "reduce",
  "reg",
  "memRead",
  "instOut",
] as const satisfies readonly Node["kind"][];

/** Reads one node; its indices and widths are left to `validate`. */
export function readNode(reader: JsonReader): Node {
  const kind = reader.get("kind").one(...kinds);
  const integer = (field: string): number => reader.get(field).integer();
  const width = integer("width");
  switch (kind) {
    case "const":
      return { kind, width, value: reader.get("value").bigint() };
    case "input":
      return { kind, width, port: integer("port") };
    case "not":
    case "cross":
    case "zext":
    case "sext":
      return { kind, width, a: integer("a") };
    case "eq":
    case "ltu":
    case "lts":
      return { kind, width: reader.get("width").exactly(1), a: integer("a"), b: integer("b") };
    case "mux":
      return { kind, width, select: integer("select"), a: integer("a"), b: integer("b") };
    case "case": {
      const arms = reader.get("arms").list((arm) => ({
        match: arm.get("match").bigint(),
        value: arm.get("value").integer(),
      }));
      return { kind, width, selector: integer("selector"), arms, otherwise: integer("otherwise") };
    }
    case "cat":
      return { kind, width, parts: reader.get("parts").list((part) => part.integer()) };
    case "slice":
      return { kind, width, a: integer("a"), low: integer("low") };
    case "reduce": {
      const op = reader.get("op").one("and", "or", "xor");
      return { kind, op, width: reader.get("width").exactly(1), a: integer("a") };
    }
    case "reg": {
      const init = reader.get("init").nullable((value) => value.bigint());
      return { kind, width, domain: integer("domain"), next: integer("next"), init };
    }
    case "memRead": {
      const sync = reader.get("sync").nullable((port) => ({
        domain: port.get("domain").integer(),
        enable: port.get("enable").integer(),
      }));
      return { kind, width, memory: integer("memory"), address: integer("address"), sync };
    }
    case "instOut":
      return {
        kind,
        width,
        instance: integer("instance"),
        port: integer("port"),
        element: integer("element"),
      };
    default:
      return { kind, width, a: integer("a"), b: integer("b") };
  }
}
