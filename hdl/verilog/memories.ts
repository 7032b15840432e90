import { type Memory, type MemoryWrite, type MemReadNode, type NodeId, poison } from "../netlist/index.ts";
import type { Expressions } from "./expressions.ts";
import { commentText } from "./identifiers.ts";
import type { ModuleScope } from "./module-scope.ts";
import { poisonMacro, sensitivity } from "./registers.ts";

/** `[7:0] `, or nothing for one bit. */
export function range(width: number): string {
  return width === 1 ? "" : `[${width - 1}:0] `;
}

/** A memory's declaration and the writing of its initial contents. */
export function memoryDeclaration(scope: ModuleScope, index: number): string[] {
  const memory = memoryAt(scope, index);
  const { width, depth, init, source } = memory;
  const name = scope.memories[index] ?? "memory";
  const place = source ? ` // ${commentText(`${source.file}:${source.line}`)}` : "";
  const counter = scope.identifiers.take(`${name}_word`);
  const lines = [`reg ${range(width)}${name} [0:${depth - 1}];${place}`];
  const zero = [
    `integer ${counter};`,
    "initial begin",
    `  for (${counter} = 0; ${counter} < ${depth}; ${counter} = ${counter} + 1) ${name}[${counter}] = ${width}'d0;`,
  ];
  if (init) {
    const words = init.flatMap((word, i) => (word === 0n ? [] : [`  ${name}[${i}] = ${width}'h${word.toString(16)};`]));
    lines.push(...zero, ...words, "end");
  } else if (landingWrites(scope, index).length === 0) lines.push(...zero, "end");
  else lines.push(`\`ifdef ${poisonMacro}`, ...zero, "end", "`endif");
  return lines;
}

/** The always blocks that write a memory, one for each domain, its ports in order so that the last one wins. */
export function memoryWrites(scope: ModuleScope, expressions: Expressions, index: number): string[] {
  const writes = landingWrites(scope, index);
  return [...new Set(writes.map(({ write }) => write.domain))].map((domain) => {
    const lines = writes
      .filter(({ write }) => write.domain === domain)
      .flatMap((write) => writeStatements(scope, expressions, index, write));
    return [`${sensitivity(scope, domain, false)} begin`, ...lines.map((line) => `  ${line}`), "end"].join("\n");
  });
}

/** A write port whose address is not always beyond the memory; `always`: it never is, so that nothing guards it. */
interface LandingWrite {
  readonly write: MemoryWrite;
  readonly always: boolean;
}

/** The write ports that can write anything. Those with a constant address are known here to be in range or not. */
function landingWrites(scope: ModuleScope, index: number): LandingWrite[] {
  const { writes, depth } = memoryAt(scope, index);
  return writes.flatMap((write, port) => {
    if (2 ** scope.node(write.address).width <= depth) return [{ write, always: true }];
    const address = scope.constantAddress(index, port);
    return address !== null && address >= BigInt(depth) ? [] : [{ write, always: address !== null }];
  });
}

function writeStatements(
  scope: ModuleScope,
  expressions: Expressions,
  index: number,
  { write, always }: LandingWrite,
): string[] {
  const { width } = memoryAt(scope, index);
  const { word, inRange } = wordAt(scope, expressions, index, write.address);
  const conditions = [expressions.of(write.enable), ...(always || inRange === null ? [] : [inRange])];
  const enable = conditions.length === 1 ? conditions[0] : conditions.map((text) => `(${text})`).join(" & ");
  if (write.mask === null) return [`if (${enable}) ${word} <= ${expressions.of(write.data)};`];
  const parts = scope.node(write.mask).width;
  const mask = parts === 1 ? expressions.of(write.mask) : expressions.identifier(write.mask);
  const data = width === 1 ? expressions.of(write.data) : expressions.identifier(write.data);
  const lane = width / parts;
  const statements = Array.from({ length: parts }, (_, i) => {
    const bit = parts === 1 ? mask : `${mask}[${i}]`;
    const bits = lane === 1 ? `[${i}]` : `[${(i + 1) * lane - 1}:${i * lane}]`;
    return parts === 1 ? `  if (${bit}) ${word} <= ${data};` : `  if (${bit}) ${word}${bits} <= ${data}${bits};`;
  });
  return [`if (${enable}) begin`, ...statements, "end"];
}

/**
 * The address as an index of exactly the bits that the depth needs, and the condition that it is in range where it may
 * not be.
 */
function wordAt(scope: ModuleScope, expressions: Expressions, index: number, address: NodeId) {
  const { depth } = memoryAt(scope, index);
  const name = scope.memories[index] ?? "memory";
  const { width } = scope.node(address);
  const needed = Math.max(1, Math.ceil(Math.log2(depth)));
  let word = expressions.of(address);
  if (width > needed) {
    const identifier = expressions.identifier(address);
    word = needed === 1 ? `${identifier}[0]` : `${identifier}[${needed - 1}:0]`;
  } else if (width < needed) word = `{${needed - width}'d0, ${word}}`;
  const always = 2 ** width <= depth;
  return {
    word: `${name}[${word}]`,
    inRange: always ? null : `${expressions.identifier(address)} < ${expressions.constant(width, BigInt(depth), null)}`,
  };
}

/** What reads one port of a memory: an assignment, or an always block for a synchronous one. */
export function memoryRead(scope: ModuleScope, expressions: Expressions, id: NodeId, node: MemReadNode): string {
  const memory = memoryAt(scope, node.memory);
  const name = expressions.identifier(id);
  const { word, inRange } = wordAt(scope, expressions, node.memory, node.address);
  const undefinedWord = `${memory.width}'h${poison(memory.width).toString(16)}`;
  const defined = `\`ifndef ${poisonMacro}`;
  if (!node.sync) {
    const plain = `assign ${name} = ${word};`;
    if (inRange === null) return plain;
    return [defined, plain, "`else", `assign ${name} = ${inRange} ? ${word} : ${undefinedWord};`, "`endif"].join("\n");
  }
  const { domain, enable } = node.sync;
  const always = sensitivity(scope, domain, false);
  const gate = `if (${expressions.of(enable)})`;
  const body: string[] = [];
  const undefinedIf: string[] = inRange === null ? [] : [`!(${inRange})`];
  if (memory.readUnderWrite !== "old")
    for (const { hit, parts } of sameEdgeWrites(scope, expressions, node, memory))
      if (memory.readUnderWrite === "new") body.push(`    if (${hit}) begin`, ...parts(name), "    end");
      else undefinedIf.push(`(${hit})`);
  if (undefinedIf.length > 0)
    body.push(`\`ifdef ${poisonMacro}`, `    if (${undefinedIf.join(" | ")}) ${name} <= ${undefinedWord};`, "`endif");
  if (body.length === 0) return `${always}\n  ${gate} ${name} <= ${word};`;
  return [`${always}`, `  ${gate} begin`, `    ${name} <= ${word};`, ...body, "  end"].join("\n");
}

/** The writes that meet a read at the same edge. */
function sameEdgeWrites(scope: ModuleScope, expressions: Expressions, node: MemReadNode, memory: Memory) {
  const domain = node.sync?.domain;
  return memory.writes
    .filter((write) => write.domain === domain)
    .map(({ enable, address, data, mask }) => {
      const [read, written] = [scope.node(node.address).width, scope.node(address).width];
      const width = Math.max(read, written);
      const same = [
        [node.address, read],
        [address, written],
      ] as const;
      const [a, b] = same.map(([id, own]) => {
        const text = expressions.of(id);
        return own < width ? `{${width - own}'d0, ${text}}` : `(${text})`;
      });
      const hit = `(${expressions.of(enable)}) & (${a} == ${b})`;
      const parts = (name: string): string[] => {
        if (mask === null) return [`      ${name} <= ${expressions.of(data)};`];
        const count = scope.node(mask).width;
        if (count === 1) return [`      if (${expressions.of(mask)}) ${name} <= ${expressions.of(data)};`];
        const [bits, from] = [expressions.identifier(mask), expressions.identifier(data)];
        const lane = memory.width / count;
        return Array.from({ length: count }, (_, i) => {
          const part = lane === 1 ? `[${i}]` : `[${(i + 1) * lane - 1}:${i * lane}]`;
          return `      if (${bits}[${i}]) ${name}${part} <= ${from}${part};`;
        });
      };
      return { hit, parts };
    });
}

function memoryAt(scope: ModuleScope, index: number): Memory {
  const memory = scope.module.memories[index];
  if (!memory) throw new RangeError(`${scope.module.name} has no memory ${index}`);
  return memory;
}
