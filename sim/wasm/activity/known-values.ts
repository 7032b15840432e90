import type { Readers } from "../../plan/activity/active-kernel.ts";
import type { ActivityCells } from "../../plan/activity/cells.ts";
import type { Plan } from "../../plan/plan.ts";
import { slotBytes } from "../../plan/slots.ts";
import type { Code } from "../code.ts";
import { Access, I32, I64, Op, V128 } from "../opcodes.ts";
import { Simd, SimdAccess } from "../simd.ts";
import { Changes } from "./changes.ts";

/** Bytes of a block of lanes. */
const blockBytes = 16;
/** So many blocks are told from what is known of them by one test. */
const testedTogether = 8;

/** A word or two of an input. */
interface InputWords {
  readonly address: number;
  readonly known: number;
  readonly bytes: 4 | 8;
  readonly parts: readonly number[];
}

/** Sixteen bytes of values in lanes, and for each set of parts which of them they take: a mask. */
interface LaneBlock {
  readonly address: number;
  readonly known: number;
  /** The index of the group that it belongs to, −1 for combinational values. */
  readonly group: number;
  readonly taken: readonly { readonly parts: readonly number[]; readonly mask: Uint8Array }[];
}

/** What is changed from outside the parts, and is compared with what the parts know of it. */
export interface KnownValues {
  readonly inputs: readonly InputWords[];
  readonly lanes: readonly LaneBlock[];
}

/** Gives inputs and values in lanes that parts take places for what is known of them. */
export function knownValues(
  { nodes, layout, lanes: { groups } }: Plan,
  { known }: ActivityCells,
  { stored }: Readers,
): KnownValues {
  const groupOf = new Map<number, number>();
  groups.forEach(({ group }, at) => {
    for (const { members } of group.roots)
      for (const id of members) groupOf.set(Math.floor((layout.addresses[id] ?? -1) / blockBytes), at);
  });
  let end = known;
  const inputs: InputWords[] = [];
  const blocks = new Map<number, Map<string, { parts: readonly number[]; mask: Uint8Array }>>();
  for (const [id, parts] of stored) {
    const node = nodes[id];
    const address = layout.addresses[id] ?? -1;
    const laneBytes = layout.laneBytes[id] ?? 0;
    if (laneBytes > 0) {
      const block = Math.floor(address / blockBytes);
      const sets = blocks.get(block) ?? new Map<string, { parts: readonly number[]; mask: Uint8Array }>();
      blocks.set(block, sets);
      const key = parts.join();
      const { mask } = sets.get(key) ?? { mask: new Uint8Array(blockBytes) };
      sets.set(key, { parts, mask: mask.fill(0xff, address % blockBytes, (address % blockBytes) + laneBytes) });
    } else if (node?.kind === "input") {
      const bytes = slotBytes(node.width) === 4 ? 4 : 8;
      for (let at = 0; at < slotBytes(node.width); at += bytes) {
        inputs.push({ address: address + at, known: end, bytes, parts });
        end += bytes;
      }
    }
  }
  end = Math.ceil(end / blockBytes) * blockBytes;
  const lanes = [...blocks]
    .sort(([a], [b]) => a - b)
    .map(([block, sets], index): LaneBlock => {
      const places = { address: block * blockBytes, known: end + index * blockBytes };
      return { ...places, group: groupOf.get(block) ?? -1, taken: [...sets.values()] };
    });
  return { inputs, lanes };
}

/** Writes code that wakes the parts that take what is not as it was known. */
export function writeCompareInputs(code: Code, flags: number, inputs: KnownValues["inputs"]): void {
  const changes = new Changes(code, flags);
  const [word, double] = [code.local(I32), code.local(I64)];
  for (const { address, known, bytes, parts } of inputs) {
    const [local, load, store] =
      bytes === 4 ? [word, Access.load32, Access.store32] : [double, Access.load64, Access.store64];
    code.loadFrom(load, address);
    code.tee(local);
    code.loadFrom(load, known);
    code.op(bytes === 4 ? Op.i32Xor : Op.i64Ne);
    changes.note(parts);
    code.storeAt(store, known, () => code.get(local));
  }
  changes.wake();
}

/** Writes code that wakes the parts that take what is not as it was known, block by block where any of some is not. */
export function writeCompareLanes(code: Code, flags: number, lanes: readonly LaneBlock[]): void {
  for (let first = 0; first < lanes.length; first += testedTogether) {
    const blocks = lanes.slice(first, first + testedTogether);
    blocks.forEach((block, index) => {
      pushDifference(code, block);
      pushMasked(code, union(block.taken.map(({ mask }) => mask)));
      if (index > 0) code.simd(Simd.or);
    });
    code.simd(Simd.anyTrue);
    code.branch(null, () => {
      const changes = new Changes(code, flags);
      const difference = code.local(V128);
      for (const block of blocks) {
        pushDifference(code, block);
        code.set(difference);
        for (const { parts, mask } of block.taken) {
          code.get(difference);
          pushMasked(code, mask);
          code.simd(Simd.anyTrue);
          changes.note(parts);
        }
        code.i32(0);
        code.i32(0);
        code.simdAccess(SimdAccess.load128, block.address);
        code.simdAccess(SimdAccess.store128, block.known);
      }
      changes.wake();
    });
  }
}

/** Pushes the bits of a block that are not as they were known. */
function pushDifference(code: Code, { address, known }: LaneBlock): void {
  for (const at of [address, known]) {
    code.i32(0);
    code.simdAccess(SimdAccess.load128, at);
  }
  code.simd(Simd.xor);
}

/** Keeps of a block on the stack what is in the mask. */
function pushMasked(code: Code, mask: Uint8Array): void {
  if (mask.every((byte) => byte === 0xff)) return;
  code.v128(mask);
  code.simd(Simd.and);
}

function union(masks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from({ length: blockBytes }, (_, i) => masks.reduce((all, mask) => all | (mask[i] ?? 0), 0));
}
