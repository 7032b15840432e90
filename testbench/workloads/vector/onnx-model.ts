/**
 * ONNX models of a few nodes, as the bytes of their protocol buffer (onnx.proto of the ONNX standard, operator set 13).
 * Every tensor is an input or an output of the model: none has constants.
 */

/** Element types by the names that ONNX Runtime has for them, with their numbers in the standard. */
const elementTypes = { float32: 1, int8: 3, int32: 6 } as const;

/** A tensor that goes into or comes out of a model: a number or a name, for any number, for each dimension. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: keyof typeof elementTypes;
  readonly dims: readonly (number | string)[];
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes, all of which are whole numbers or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** The model's bytes. `opset` is the version of the operators. */
export function onnxModel(
  nodes: readonly OnnxNode[],
  inputs: readonly OnnxTensor[],
  outputs: readonly OnnxTensor[],
  opset = 13,
): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => message(1, nodeBytes(node))),
    ...text(2, "graph"),
    ...inputs.flatMap((tensor) => message(11, tensorBytes(tensor))),
    ...outputs.flatMap((tensor) => message(12, tensorBytes(tensor))),
  ];
  const operators = [...text(1, ""), ...integer(2, opset)];
  return Uint8Array.from([...integer(1, 8), ...message(8, operators), ...message(7, graph)]);
}

function nodeBytes({ op, inputs, outputs, attributes = {} }: OnnxNode): number[] {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...outputs.flatMap((name) => text(2, name)),
    ...text(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) => message(5, attributeBytes(name, value))),
  ];
}

function attributeBytes(name: string, value: number | readonly number[]): number[] {
  const [integerType, integersType] = [2, 7];
  if (typeof value === "number") return [...text(1, name), ...integer(3, value), ...integer(20, integerType)];
  return [...text(1, name), ...value.flatMap((one) => integer(8, one)), ...integer(20, integersType)];
}

function tensorBytes({ name, type, dims }: OnnxTensor): number[] {
  const shape = dims.flatMap((dim) => message(1, typeof dim === "number" ? integer(1, dim) : text(2, dim)));
  const tensor = [...integer(1, elementTypes[type]), ...message(2, shape)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}

/** A field whose value is a varint. */
function integer(field: number, value: number): number[] {
  return [...varint(field * 8), ...varint(value)];
}

/** A field whose value is bytes, with their number before them. */
function message(field: number, bytes: readonly number[]): number[] {
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}

/** Seven bits a byte, the lowest first; negative numbers as 64 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}
