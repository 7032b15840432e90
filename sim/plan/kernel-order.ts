import type { NodeId } from "../../hdl/netlist/index.ts";
import { evaluatedOperands, isEvaluated, needs, type Values } from "./action.ts";
import type { Block, Blocks } from "./blocks.ts";
import type { Guarded } from "./guarded-stores.ts";
import type { Item } from "./kernel.ts";
import { Postorder } from "./postorder.ts";

/** A list of items under construction. What became a function of its own is called from it. */
interface List {
  readonly calls: Item[];
  items: Item[];
  cost: number;
}

/** A node by its id, or an action by its index above all nodes. */
type Member = number;

interface Frame {
  readonly member: Member;
  readonly needed: readonly Member[];
  at: number;
  stuck: boolean;
}

/**
 * Puts nodes and actions in order. Whatever is in a block is done together as far as it can be: when something in a
 * block is needed, all else in it is done too, unless it takes a value from outside that again takes one from inside.
 */
export class KernelOrder {
  readonly #plan: Values;
  readonly #guarded: readonly Guarded[];
  readonly #memberOf: ReadonlyMap<Guarded, Member>;
  readonly #blocks: Blocks;
  readonly #costs: (id: NodeId) => number;
  readonly #functionSize: number;
  readonly #functions: Item[][] = [];
  readonly #blockOf: (Block | undefined)[];
  /** By member: what must be done before, which is operands, and the conditions of the block. */
  readonly #neededBy: (readonly Member[] | undefined)[];
  /** By block index: what is right in it. */
  readonly #members: Member[][] = [];
  /** By block index: the nodes of its own condition and those around it. */
  readonly #conditionNodes: (readonly NodeId[])[] = [];
  /** By member: 1 where it belongs to the properties. */
  readonly #early: Uint8Array;
  readonly #done: Uint8Array;
  /** Blocks that are about to be done, and must not be begun from within. */
  readonly #pending = new Set<Block>();
  /** By member: twice the number of the search that it was last met in, plus 1 where it is stuck. */
  readonly #met: Float64Array;
  #search = 0;
  #properties = true;

  constructor(
    plan: Values,
    guarded: readonly Guarded[],
    blocks: Blocks,
    costs: (id: NodeId) => number,
    functionSize: number,
  ) {
    this.#functionSize = functionSize;
    this.#plan = plan;
    this.#guarded = guarded;
    this.#memberOf = new Map(guarded.map((one, index) => [one, plan.nodes.length + index]));
    this.#blocks = blocks;
    this.#costs = costs;
    const count = plan.nodes.length + guarded.length;
    this.#blockOf = new Array(count);
    this.#neededBy = new Array(count);
    this.#early = new Uint8Array(count);
    this.#done = new Uint8Array(count);
    this.#met = new Float64Array(count);
  }

  all(apart: boolean): { functions: Item[][]; steps: number[]; properties: number } {
    const first = this.#plan.nodes.length;
    const top: List = { calls: [], items: [], cost: 0 };
    const isProperty = ({ action }: Guarded): boolean => action.kind === "property";
    const late = this.#guarded.flatMap((one, index) => (isProperty(one) ? [] : [first + index]));
    const early = this.#guarded.flatMap((one, index) => (isProperty(one) ? [first + index] : []));
    const walk = new Postorder(this.#done.length, (member) => this.#needed(member));
    // Values of the top before what needs them, so that blocks do not have to be left for one another, chain after chain.
    const [earlyOrder, lateOrder]: [Member[], Member[]] = [[], []];
    const found = (member: Member, isEarly: boolean): void => {
      const block = this.#block(member);
      if (block === this.#blocks.top || member >= first) (isEarly ? earlyOrder : lateOrder).push(member);
      const { index } = block;
      const members = this.#members[index] ?? [];
      this.#members[index] = members;
      members.push(member);
      if (isEarly) this.#early[member] = 1;
    };
    for (const member of early) walk.visit(member, (other) => found(other, true));
    for (const member of late) walk.visit(member, (other) => found(other, false));

    for (const member of earlyOrder) this.#visit(member, this.#blocks.top, top);
    let properties = 0;
    const check = this.#guarded.find(isProperty)?.action;
    if (check?.kind === "property") {
      top.items.push({ kind: "stop", domain: this.#plan.checks[check.rank]?.domain ?? 0 });
      if (apart) this.#flush(top);
      properties = top.calls.length + (apart ? 0 : 1);
    }
    this.#properties = false;
    for (const member of lateOrder) this.#visit(member, this.#blocks.top, top);
    if (top.items.length > 0) this.#flush(top);
    const steps = top.calls.flatMap((item) =>
      typeof item === "number" || item.kind !== "call" ? [] : [item.function],
    );
    return { functions: this.#functions, steps, properties };
  }

  #block(member: Member): Block {
    const known = this.#blockOf[member];
    if (known) return known;
    const guarded = this.#guarded[member - this.#plan.nodes.length];
    const block = guarded ? guarded.block : this.#blocks.of(member);
    this.#blockOf[member] = block;
    return block;
  }

  #needed(member: Member): readonly Member[] {
    const known = this.#neededBy[member];
    if (known) return known;
    const needed = this.#findNeeded(member);
    this.#neededBy[member] = needed;
    return needed;
  }

  #findNeeded(member: Member): readonly Member[] {
    const guarded = this.#guarded[member - this.#plan.nodes.length];
    const values = guarded ? this.#neededFor(guarded) : evaluatedOperands(this.#plan, member);
    const conditions = this.#conditionsAround(this.#block(member));
    return conditions.length === 0 ? values : [...conditions, ...values];
  }

  #neededFor({ action, after }: Guarded): Member[] {
    const values = needs(this.#plan, action).filter((id) => isEvaluated(this.#plan, id));
    return [...values, ...after.map((other) => this.#memberOf.get(other) ?? -1)];
  }

  #conditionsAround(block: Block): readonly NodeId[] {
    const known = this.#conditionNodes[block.index];
    if (known) return known;
    const outer = block.outer ? this.#conditionsAround(block.outer) : [];
    const node = this.#blocks.condition(block)?.node ?? -1;
    const all = isEvaluated(this.#plan, node) ? [...outer, node] : outer;
    this.#conditionNodes[block.index] = all;
    return all;
  }

  #isWithin(member: Member, block: Block): boolean {
    let own: Block | null = this.#block(member);
    while (own && own !== block) own = own.outer;
    return own !== null;
  }

  #isPending(member: Member): boolean {
    if (this.#pending.size === 0) return false;
    for (let own: Block | null = this.#block(member); own; own = own.outer) if (this.#pending.has(own)) return true;
    return false;
  }

  /** Does a member of the block or of one within, with all in the block that it needs. */
  #visit(root: Member, block: Block, list: List): void {
    if (this.#done[root] === 1) return;
    const path: Frame[] = [];
    const enter = (member: Member): void => {
      if (this.#block(member) === block) {
        path.push({ member, needed: this.#needed(member), at: 0, stuck: false });
        return;
      }
      const inner = this.#innerToward(member, block);
      while (this.#done[member] !== 1) this.#open(inner, block, list);
    };
    enter(root);
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      const next = frame.needed[frame.at++];
      if (next === undefined) {
        path.pop();
        if (this.#done[frame.member] !== 1) this.#do(frame.member, list);
      } else if (this.#done[next] !== 1) enter(next);
    }
  }

  #innerToward(member: Member, block: Block): Block {
    let own = this.#block(member);
    while (own.outer && own.outer !== block) own = own.outer;
    if (!own.outer) throw new RangeError(`item ${member} is needed before its block`);
    return own;
  }

  #do(member: Member, list: List): void {
    this.#done[member] = 1;
    const guarded = this.#guarded[member - this.#plan.nodes.length];
    this.#add(list, guarded ? guarded.action : member, guarded ? 1 : this.#costs(member));
  }

  #add(list: List, item: Item, cost: number): void {
    if (list.items.length > 0 && list.cost + cost > this.#functionSize) this.#flush(list);
    list.items.push(item);
    list.cost += cost;
  }

  #flush(list: List): void {
    list.calls.push({ kind: "call", function: this.#functions.push(list.items) - 1 });
    list.items = [];
    list.cost = 0;
  }

  /**
   * Does all of an inner block that can be done now, and of the block with the opposite condition beside it unless one
   * of them needs a value of the other: under a condition that contradicts its own, a dead arm may.
   */
  #open(inner: Block, block: Block, list: List): void {
    const opposite = block.inner.get(this.#blocks.conditions.opposite(inner.condition));
    let both = opposite && !this.#pending.has(opposite) ? [inner, opposite] : [inner];
    let ready = this.#readyIn(both, block);
    const isAcross = (member: Member): boolean => {
      const isInner = this.#isWithin(member, inner);
      return this.#needed(member).some(
        (needed) =>
          this.#done[needed] !== 1 &&
          this.#isWithin(needed, inner) !== isInner &&
          both.some((one) => this.#isWithin(needed, one)),
      );
    };
    if (both.length > 1 && ready.some(isAcross)) {
      both = [inner];
      ready = this.#readyIn(both, block);
    }
    if (ready.length === 0) throw new RangeError(`the block ${inner.index} goes round`);
    for (const one of both) this.#pending.add(one);
    for (const member of ready)
      for (const needed of this.#needed(member))
        if (this.#done[needed] !== 1 && !both.some((one) => this.#isWithin(needed, one)))
          this.#visit(needed, block, list);
    for (const one of both) this.#pending.delete(one);

    const condition = this.#blocks.condition(inner);
    if (!condition) return;
    const [then, otherwise] = both.map((one) => {
      const own: List = { calls: [], items: [], cost: 0 };
      for (const member of ready) if (this.#isWithin(member, one)) this.#visit(member, one, own);
      return own;
    });
    const items = (own: List | undefined): Item[] => (own ? [...own.calls, ...own.items] : []);
    const cost = 1 + (then?.cost ?? 0) + (otherwise?.cost ?? 0);
    this.#add(list, { kind: "branch", ...condition, taken: items(then), untaken: items(otherwise) }, cost);
  }

  /** What in these blocks is not done and needs nothing from outside that is stuck, operands first. */
  #readyIn(blocks: readonly Block[], around: Block): Member[] {
    this.#search++;
    const ready: Member[] = [];
    const isInside = (member: Member): boolean => blocks.some((one) => this.#isWithin(member, one));
    const path: Frame[] = [];
    const enter = (member: Member): void => {
      path.push({ member, needed: this.#needed(member), at: 0, stuck: false });
    };
    const search = (root: Member): void => {
      enter(root);
      for (let frame = path.at(-1); frame; frame = path.at(-1)) {
        const next = frame.stuck ? undefined : frame.needed[frame.at++];
        if (next === undefined) {
          path.pop();
          this.#met[frame.member] = 2 * this.#search + (frame.stuck ? 1 : 0);
          if (!frame.stuck && isInside(frame.member)) ready.push(frame.member);
          const outer = path.at(-1);
          if (outer && frame.stuck) outer.stuck = true;
        } else if (this.#done[next] === 1) {
          // At hand.
        } else if (isInside(next) && !isInside(frame.member)) frame.stuck = true;
        else if ((this.#met[next] ?? 0) >= 2 * this.#search) frame.stuck = (this.#met[next] ?? 0) % 2 === 1;
        else if (!isInside(next) && (!this.#isWithin(next, around) || this.#isPending(next))) frame.stuck = true;
        else enter(next);
      }
    };
    const all = (block: Block): void => {
      for (const member of this.#members[block.index] ?? [])
        if (this.#done[member] !== 1 && (!this.#properties || this.#early[member] === 1))
          if ((this.#met[member] ?? 0) < 2 * this.#search) search(member);
      for (const inner of block.inner.values()) all(inner);
    };
    blocks.forEach(all);
    return ready;
  }
}
