import { type Design, toVerilog, type Verilog } from "../../hdl/index.ts";
import { Random } from "../bench/random.ts";

/** A design's Verilog with one operator changed. */
export interface Mutant {
  readonly verilog: Verilog;
  /** The changed line before and after, without indentation, and the module it is in. */
  readonly module: string;
  readonly before: string;
  readonly after: string;
}

/** Part of a text to be replaced. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

const binary: Readonly<Record<string, string>> = {
  ...{ "+": "-", "-": "+", "*": "+", "/": "*", "%": "/", "&": "|", "|": "&", "^": "|", "&&": "||", "||": "&&" },
  ...{ "==": "!=", "!=": "==", "<": ">", ">": "<", ">=": "<", "<<": ">>", ">>": "<<", ">>>": "<<" },
};
const reductions: Readonly<Record<string, string>> = { "&": "|", "|": "&", "^": "|" };

/**
 * Up to `count` mutants by seed: binary operators exchanged, arms of a conditional swapped, complements dropped,
 * conditions negated; in the top's own text as far as it has operators, else in the modules below, and where nothing
 * computes anything, a value complemented on its way into a register or a wire. `skip` leaves out the first ones of the
 * seed's order, which is the same for every prefix. Texts stay legal Verilog.
 */
export function mutants(design: Design, seed: number, count: number, prefix = "", skip = 0): Mutant[] {
  const whole = Array.from({ length: count }, (_, i) =>
    toVerilog(design, { prefix: `${prefix}${i}_`, sources: false }),
  );
  const sample = whole[0] ?? toVerilog(design, { sources: false });
  const random = new Random(seed);
  const below = sample.modules.length - 1;
  const inTop = places(sample, [below], operators);
  const inChildren = places(sample, [...Array(below).keys()].reverse(), operators);
  const moved = places(sample, [below, ...Array(below).keys()], complements);
  const order = [...shuffled(inTop, random), ...shuffled(inChildren, random), ...shuffled(moved, random)];
  return order.slice(skip, skip + count).flatMap((place, i) => {
    const text = whole[i];
    return text ? mutant(text, place) : [];
  });
}

/** The `change`-th of those that `find` finds in a module. */
interface Place {
  readonly module: number;
  readonly change: number;
  readonly find: (text: string) => Change[];
}

function places({ modules }: Verilog, indices: readonly number[], find: Place["find"]): Place[] {
  return indices.flatMap((module) => find(modules[module]?.text ?? "").map((_, change) => ({ module, change, find })));
}

function mutant(verilog: Verilog, { module: index, change, find }: Place): Mutant[] {
  const module = verilog.modules[index];
  const found = module && find(module.text)[change];
  if (!module || !found) return [];
  const { name, text } = module;
  const changed = text.slice(0, found.from) + found.by + text.slice(found.to);
  const start = text.lastIndexOf("\n", found.from) + 1;
  const rest = text.length - found.to;
  const line = (of: string) => of.slice(start, Math.max(of.indexOf("\n", of.length - rest), start)).trim();
  const modules = verilog.modules.map((one, i) => (i === index ? { name, text: changed } : one));
  return [{ verilog: { ...verilog, modules }, module: name, before: line(text), after: line(changed) }];
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.below(left.length), 1));
}

interface Token {
  readonly text: string;
  readonly at: number;
}

/** What decides nothing that is simulated here, made blank: comments, properties, power-on values, synthesis' reads. */
function blanked(text: string): string {
  const blank = (found: string) => found.replace(/[^\n]/g, " ");
  return text
    .replace(/\/\/.*/g, blank)
    .replace(/^`ifdef FORMAL\n[\s\S]*?^`endif$/gm, blank)
    .replace(/^`ifndef SYSTOLE_POISON\n[\s\S]*?^`(?:else|endif)$/gm, blank)
    .replace(/^( *)initial begin\n[\s\S]*?^\1end$/gm, blank)
    .replace(/^module [\s\S]*?\);$/m, blank)
    .replace(/^ *localparam [\s\S]*?;$/gm, blank)
    .replace(/^`.*/gm, blank);
}

function tokens(text: string): Token[] {
  const pattern = /\d*'[a-z]+[\da-f]+|\d+|[$\w]+|<<<|>>>|<<|>>|<=|>=|==|!=|&&|\|\||\S/g;
  return [...blanked(text).matchAll(pattern)].map((match) => ({ text: match[0], at: match.index }));
}

const isOperand = (token: Token | undefined) => token !== undefined && /^[\w$'.]|^[)\]}]$/.test(token.text);
const openers = new Set(["(", "[", "{"]);
const closers = new Set([")", "]", "}"]);

function operators(text: string): Change[] {
  const all = tokens(text);
  return all.flatMap((token, i): Change[] => {
    const { text: own, at } = token;
    const to = at + own.length;
    const afterOperand = isOperand(all[i - 1]) && !["if", "else", "begin"].includes(all[i - 1]?.text ?? "");
    const other = afterOperand ? binary[own] : reductions[own];
    if (other !== undefined && own in binary) return [{ from: at, to, by: other }];
    if ((own === "~" || own === "!") && !afterOperand) return [{ from: at, to, by: "" }];
    if (own === "?") return swappedArms(text, all, i);
    if (own === "if" && all[i + 1]?.text === "(") {
      const close = closing(all, i + 1);
      const [from, end] = [all[i + 1]?.at ?? 0, all[close]?.at ?? 0];
      return [{ from, to: end + 1, by: `(!${text.slice(from, end + 1)})` }];
    }
    return [];
  });
}

/** The index of the bracket that closes the one at `open`. */
function closing(all: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < all.length; i++) {
    const own = all[i]?.text ?? "";
    if (openers.has(own)) depth++;
    if (closers.has(own) && --depth === 0) return i;
  }
  return all.length - 1;
}

/** `s ? a : b` with its arms exchanged. */
function swappedArms(text: string, all: readonly Token[], question: number): Change[] {
  let [depth, nested, colon] = [0, 0, -1];
  for (let i = question + 1; i < all.length; i++) {
    const own = all[i]?.text ?? "";
    if (openers.has(own)) depth++;
    const ends = (depth === 0 && (own === ";" || own === ",")) || (closers.has(own) && --depth < 0);
    if (own === "?" && depth === 0) nested++;
    if (ends || (own === ":" && depth === 0 && nested === 0 && colon >= 0)) {
      const [first, middle, last] = [all[question + 1]?.at ?? 0, all[colon]?.at ?? 0, all[i]?.at ?? 0];
      if (colon < 0) return [];
      const [a, b] = [text.slice(first, middle).trim(), text.slice(middle + 1, last).trim()];
      // A comment inside would hide what follows it.
      return /\/\//.test(a + b) ? [] : [{ from: first, to: last, by: `(${b}) : (${a})` }];
    }
    if (own === ":" && depth === 0 && nested-- === 0) {
      colon = i;
      nested = 0;
    }
  }
  return [];
}

/** Values on their way into a register or a wire, complemented. */
function complements(text: string): Change[] {
  const plain = blanked(text);
  return [...plain.matchAll(/(?:<=|assign \S+ =) ([^;]+);/g)].map((match) => {
    const to = match.index + match[0].length - 1;
    const value = match[1] ?? "";
    return { from: to - value.length, to, by: `~(${value})` };
  });
}
