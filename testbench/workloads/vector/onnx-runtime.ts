import { type OnnxNode, type OnnxTensor, onnxModel } from "./onnx-model.ts";

/** A tensor's elements with its dimensions. */
export interface OnnxValue {
  readonly data: Float32Array | Int8Array | Int32Array;
  readonly dims: readonly number[];
}

/** Elements of a scalar. */
export const scalar = (data: OnnxValue["data"]): OnnxValue => ({ data, dims: [] });

/** A model that ONNX Runtime has loaded. */
export interface OnnxSession {
  /** The data of the model's first output. */
  run(inputs: Readonly<Record<string, OnnxValue>>): Promise<unknown>;
}

/**
 * ONNX Runtime, from the package onnxruntime-web: an independent implementation to compare with, in WebAssembly on one
 * thread. It is not among the dependencies; who does not have it does without.
 */
export class OnnxRuntime {
  private constructor(private readonly api: typeof import("onnxruntime-web")) {}

  /** Null where the package is not installed. */
  static async load(): Promise<OnnxRuntime | null> {
    try {
      const api = await import("onnxruntime-web");
      api.env.wasm.numThreads = 1;
      return new OnnxRuntime(api);
    } catch (error) {
      const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
      if (missing) return null;
      throw error;
    }
  }

  get version(): string {
    return this.api.env.versions.web ?? "of unknown version";
  }

  async open(
    nodes: readonly OnnxNode[],
    inputs: readonly OnnxTensor[],
    output: OnnxTensor,
    opset?: number,
  ): Promise<OnnxSession> {
    const { InferenceSession, Tensor } = this.api;
    const model = onnxModel(nodes, inputs, [output], opset);
    const session = await InferenceSession.create(model, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "disabled",
    });
    const tensorOf = ({ data, dims }: OnnxValue) => {
      if (data instanceof Float32Array) return new Tensor("float32", data, dims);
      if (data instanceof Int8Array) return new Tensor("int8", data, dims);
      return new Tensor("int32", data, dims);
    };
    return {
      async run(given) {
        const feeds = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, tensorOf(value)]));
        const results = await session.run(feeds);
        return results[output.name]?.data;
      },
    };
  }
}
