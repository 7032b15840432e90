import type { Bundle, Ports } from "../../hdl/index.ts";
import type { Fields, Flipped, None, Stream, Type, Vec } from "../../hdl/lang/type.ts";
import type { Process } from "./process.ts";

/** The testbench's end of a stream that flows into the design: it drives `valid` and `bits` and sees `ready`. */
export interface StreamSource<in out V> {
  /**
   * Offers one value until the design takes it. `valid` is 1 from the moment of the call to the transfer, so that calls
   * one after the other move one value a cycle while the design is ready.
   */
  send(value: V): Process;
  valid: number;
  bits: V;
  readonly ready: number;
  /** The port's path, such as `enq`. */
  readonly name: string;
  readonly direction: "in";
}

/** The testbench's end of a stream that flows out of the design: it drives `ready` and sees `valid` and `bits`. */
export interface StreamSink<out V> {
  /** Waits for the design's next value and takes it. `ready` is 1 from the moment of the call to the transfer. */
  recv(): Process<V>;
  ready: number;
  readonly valid: number;
  readonly bits: V;
  /** The port's path, such as `deq`. */
  readonly name: string;
  readonly direction: "out";
}

/** The fields that flow with their bundle, and those that flow against it. */
type PlainKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Type ? (F[K]["~bwd"] extends None ? K : never) : never;
}[keyof F];
type MixedKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends Type ? (F[K]["~bwd"] extends None ? never : K) : never;
}[keyof F];
type FlippedKeys<F extends Fields> = { [K in keyof F]: F[K] extends Flipped<Type> ? K : never }[keyof F];
type FieldValue<F> = F extends Flipped<infer T> ? T["~val"] : F extends Type ? F["~val"] : never;

type BundleSource<F extends Fields> = { [K in PlainKeys<F>]: FieldValue<F[K]> } & {
  readonly [K in FlippedKeys<F>]: FieldValue<F[K]>;
} & { readonly [K in MixedKeys<F>]: F[K] extends Type ? InPort<F[K]> : never };

type BundleSink<F extends Fields> = { readonly [K in PlainKeys<F>]: FieldValue<F[K]> } & {
  [K in FlippedKeys<F>]: FieldValue<F[K]>;
} & { readonly [K in MixedKeys<F>]: F[K] extends Type ? OutPort<F[K]> : never };

/**
 * How a testbench handles an input of this type: as a value, as a stream, or part by part where something in it flows
 * backwards.
 */
export type InPort<T extends Type> =
  T extends Stream<infer P>
    ? StreamSource<P["~val"]>
    : T["~bwd"] extends None
      ? T["~val"]
      : T extends Vec<infer E>
        ? readonly InPort<E>[]
        : T extends Bundle<infer F>
          ? BundleSource<F>
          : never;

/** How a testbench handles an output of this type. */
export type OutPort<T extends Type> =
  T extends Stream<infer P>
    ? StreamSink<P["~val"]>
    : T["~bwd"] extends None
      ? T["~val"]
      : T extends Vec<infer E>
        ? readonly OutPort<E>[]
        : T extends Bundle<infer F>
          ? BundleSink<F>
          : never;

export type InPorts<I extends Ports> = { [K in keyof I]: InPort<I[K]> };
export type OutPorts<O extends Ports> = { readonly [K in keyof O]: OutPort<O[K]> };
