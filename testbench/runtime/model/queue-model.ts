import { type Clock, join, type Step } from "./step.ts";

/** Tokens that the semaphores between two queues hold. */
const mostTokens = 255;

/** Tokens from one queue to a neighbour: each knows what was done when it was pushed. */
class Tokens {
  private readonly clocks: Clock[] = [];

  get available(): boolean {
    return this.clocks.length > 0;
  }
  get room(): boolean {
    return this.clocks.length < mostTokens;
  }
  get count(): number {
    return this.clocks.length;
  }
  push(clock: Clock): void {
    this.clocks.push(clock.slice());
  }
  pop(into: Clock): void {
    const clock = this.clocks.shift();
    if (clock) join(into, clock);
  }
}

/** The queues of a kind of tile, in the order in which they are neighbours. */
export const neighbours = { compute: [0, 1, 2, 3], memory: [0, 3] } as const;
export type TileKind = keyof typeof neighbours;

/** The semaphores between a tile's queues: `onwards[i]` from its i-th to the next, `back[i]` the other way. */
export class TokenModel {
  private readonly onwards = [new Tokens(), new Tokens(), new Tokens()];
  private readonly back = [new Tokens(), new Tokens(), new Tokens()];
  private readonly places: readonly number[];

  constructor(kind: TileKind) {
    this.places = neighbours[kind];
  }

  /** What keeps an instruction from beginning or from ending: a token, or room for one. Null: nothing. */
  missing({ operands, queue }: Step): string | null {
    const between = this.around(queue);
    if (operands.has("pop_prev") && !between.fromPrev?.available) return "a token of the queue before";
    if (operands.has("pop_next") && !between.fromNext?.available) return "a token of the queue behind";
    if (operands.has("push_prev") && !between.toPrev?.room) return "room for a token to the queue before";
    if (operands.has("push_next") && !between.toNext?.room) return "room for a token to the queue behind";
    return null;
  }

  pop({ operands, queue, before }: Step): void {
    const between = this.around(queue);
    if (operands.has("pop_prev")) between.fromPrev?.pop(before);
    if (operands.has("pop_next")) between.fromNext?.pop(before);
  }

  push({ operands, queue }: Step, done: Clock): void {
    const between = this.around(queue);
    if (operands.has("push_prev")) between.toPrev?.push(done);
    if (operands.has("push_next")) between.toNext?.push(done);
  }

  /** Tokens that lie in the semaphores. */
  get left(): number {
    return [...this.onwards, ...this.back].reduce((sum, { count }) => sum + count, 0);
  }

  private around(queue: number) {
    const place = this.places.indexOf(queue);
    return {
      fromPrev: this.onwards[place - 1],
      fromNext: this.back[place],
      toPrev: this.back[place - 1],
      toNext: this.onwards[place],
    };
  }
}
