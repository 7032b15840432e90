import type { NodeId } from "../../../hdl/netlist/index.ts";
import { limbCount } from "../../plan/slots.ts";
import type { Emitter } from "../emitter.ts";
import { Access, I32, I64, Op } from "../opcodes.ts";
import { Changes, wakeParts } from "./changes.ts";

/** A part, and who takes what it computes and stores. */
export interface WatchedPart {
  readonly part: number;
  /** The address of the parts' flags. */
  readonly flags: number;
  /** The address of the flags of memories of which something is asked. */
  readonly asked: number;
  /** By combinational value that something outside the part takes: the other parts that take it. */
  readonly exported: ReadonlyMap<NodeId, readonly number[]>;
  /** The parts that take a state node's value. */
  readonly readers: (state: NodeId) => readonly number[];
  /** By exported value of more than 64 bits: where it is computed, before it is known whether it changed. */
  readonly wide: ReadonlyMap<NodeId, number>;
}

/** Stores what a function of a part computes, and wakes the parts for which that is news. */
export class Watch {
  readonly #to: Emitter;
  readonly #watched: WatchedPart;
  readonly #changes: Changes;

  constructor(to: Emitter, watched: WatchedPart) {
    this.#to = to;
    this.#watched = watched;
    this.#changes = new Changes(to.code, watched.flags);
  }

  /** Stores a combinational value at its home. */
  keep(id: NodeId): void {
    const to = this.#to;
    const home = to.plan.layout.homes.of(id);
    const parts = this.#watched.exported.get(id);
    if (parts === undefined) to.store(id, home);
    else this.#store(id, home, parts);
  }

  /** Brings the home of a value of more than 64 bits up to date where it is taken elsewhere. */
  keepWide(id: NodeId): void {
    const parts = this.#watched.exported.get(id);
    const computed = this.#watched.wide.get(id);
    if (parts === undefined || computed === undefined) return;
    const { code, plan } = this.#to;
    code.i32(plan.layout.homes.of(id));
    code.i32(computed);
    code.i32(limbCount(this.#to.width(id)));
    this.#to.call("update");
    this.#changes.note(parts);
  }

  /** Stores a register's next value in place. */
  storeState(register: NodeId, value: NodeId, address: number): void {
    this.#store(value, address, this.#watched.readers(register));
  }

  /** Keeps the part awake for the next edge, which may have to do the same again. */
  stayAwake(): void {
    wakeParts(this.#to.code, this.#watched.flags, [this.#watched.part]);
  }

  /** Has a memory looked at when all parts are over. */
  ask(memory: number): void {
    this.#to.code.storeAt(Access.store32To8, this.#watched.asked + memory, () => this.#to.code.i32(1));
  }

  /** Wakes the parts for which something changed. */
  end(): void {
    this.#changes.wake();
  }

  #store(id: NodeId, address: number, parts: readonly number[]): void {
    const to = this.#to;
    const { code } = to;
    if (parts.length === 0) {
      to.store(id, address);
      return;
    }
    const narrow = to.width(id) <= 32;
    const value = to.temporary(narrow ? I32 : I64);
    to.push(id, "zero");
    code.tee(value);
    code.loadFrom(narrow ? Access.load32 : Access.load64, address);
    code.op(narrow ? Op.i32Xor : Op.i64Ne);
    this.#changes.note(parts);
    code.storeAt(narrow ? Access.store32 : Access.store64, address, () => code.get(value));
  }
}
